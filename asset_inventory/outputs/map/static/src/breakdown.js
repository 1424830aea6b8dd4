// How the figures of an asset were computed: its pieces under each map, opened when a popup first asks for them.

import { block } from "./blocks.js";
import { hazards } from "./hazards.js";
import { known, notKnown, table, years } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Asset, Breakdown, Piece } from "./data.js" */

/** @type {Breakdown} */
const breakdown = block("breakdown");
const shipped = new Set(breakdown.assets);
const curves = new Map(breakdown.curves.map(([hazard, type, curve]) => [JSON.stringify([hazard, type]), curve]));
/** @type {Promise<Map<number, Piece[]>> | null} */
let opened = null;

/** @param {string} text */
async function unpack(text) {
  /** @type {Record<string, any[]>} */
  const columns = JSON.parse(new TextDecoder().decode(await assetsOnMap.open(text)));
  /** @type {Map<number, Piece[]>} */
  const byAsset = new Map();
  columns.index.forEach((/** @type {number} */ index, row) => {
    const pieces = byAsset.get(index) ?? [];
    byAsset.set(index, pieces);
    pieces.push(
      /** @type {Piece} */ (
        /** @type {unknown} */ (
          Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]))
        )
      ),
    );
  });
  return byAsset;
}

/**
 * The pieces of an asset; null where the file has none of it.
 * @param {number} index
 */
export async function piecesOf(index) {
  if (!shipped.has(index)) return null;
  opened ??= unpack(breakdown.pieces);
  return (await opened).get(index) ?? [];
}

/** @param {number} place of the hazard @param {Piece[]} pieces */
function underMap(place, pieces) {
  const { unit, maps, priced } = hazards.all[place];
  const rows = pieces.map((one) => [
    words.percent(one.share),
    known(one.intensity) ? `${words.number(one.intensity, 2)}\u00a0${unit}` : notKnown(),
    priced ? words.number(one.curve, 3) : words.say("map.not_priced"),
  ]);
  const box = element(
    "div",
    {},
    element("h4", { text: years(maps[pieces[0].map].return_period) }),
    table(["map.breakdown.share", "map.intensity", "map.breakdown.fraction"], rows),
  );
  const more = pieces[0].of - pieces.length;
  if (more) box.append(element("p", { class: "quiet", word: "map.breakdown.more", values: { count: more } }));
  return box;
}

/**
 * Pieces, curve and rule of one asset under one hazard, folded.
 * @param {number} place of the hazard
 * @param {Piece[]} pieces
 * @param {string} type
 */
function underHazard(place, pieces, type) {
  const { name } = hazards.all[place];
  /** @type {HTMLElement[]} */
  const parts = [element("h3", { text: name })];
  const curve = curves.get(JSON.stringify([name, type]));
  if (curve) parts.push(element("p", { word: "map.breakdown.curve", values: { curve } }));
  for (const map of new Set(pieces.map((one) => one.map)))
    parts.push(
      underMap(
        place,
        pieces.filter((one) => one.map === map),
      ),
    );
  return parts;
}

/**
 * What a popup appends: the fold, or why there is none.
 * @param {Asset} one
 */
export function part({ pieces, asset_type: type }) {
  if (!pieces)
    return [element("p", { class: "quiet", word: "map.breakdown.not_here", values: { most: breakdown.most } })];
  if (!pieces.length) return [];
  const fold = element(
    "details",
    { class: "breakdown" },
    element("summary", { word: "map.breakdown.title" }),
    element("p", { word: "map.breakdown.rule" }),
    ...breakdown.convention.map((sentence) => element("p", { ...sentence })),
  );
  for (const place of new Set(pieces.map((piece) => piece.hazard))) {
    fold.append(
      ...underHazard(
        place,
        pieces.filter((piece) => piece.hazard === place),
        type,
      ),
    );
  }
  return [fold];
}
