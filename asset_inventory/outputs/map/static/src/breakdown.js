// How the figures of an asset were computed: its intersections with each map, opened when a popup first asks for them.

import { block } from "./blocks.js";
import { hazards } from "./hazards.js";
import { known, notKnown, table, years } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Asset, Breakdown, Intersection } from "./data.js" */

/** @type {Breakdown} */
const breakdown = block("breakdown");
const shipped = new Set(breakdown.assets);
const curves = new Map(breakdown.curves.map(([hazard, type, curve]) => [JSON.stringify([hazard, type]), curve]));
/** @type {Promise<Map<number, Intersection[]>> | null} */
let opened = null;

/** @param {string} text */
async function unpack(text) {
  /** @type {Record<string, any[]>} */
  const columns = JSON.parse(new TextDecoder().decode(await assetsOnMap.open(text)));
  /** @type {Map<number, Intersection[]>} */
  const byAsset = new Map();
  columns.index.forEach((/** @type {number} */ index, row) => {
    const intersections = byAsset.get(index) ?? [];
    byAsset.set(index, intersections);
    /** @type {any} */
    const intersection = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]));
    intersections.push(intersection);
  });
  return byAsset;
}

/**
 * The intersections of an asset; null where the file has none of it.
 * @param {number} index
 */
export async function intersectionsOf(index) {
  if (!shipped.has(index)) return null;
  opened ??= unpack(breakdown.intersections);
  return (await opened).get(index) ?? [];
}

/** @param {number} place of the hazard @param {Intersection[]} intersections */
function underMap(place, intersections) {
  const { unit, maps, priced } = hazards.all[place];
  const rows = intersections.map(({ share, intensity, curve }) => [
    words.percent(share),
    known(intensity) ? `${words.number(intensity, 2)}\u00a0${unit}` : notKnown(),
    priced ? words.number(curve, 3) : words.say("map.not_priced"),
  ]);
  const box = element(
    "div",
    {},
    element("h4", { text: years(maps[intersections[0].map].return_period) }),
    table(["map.breakdown.share", "map.intensity", "map.breakdown.fraction"], rows),
  );
  const more = intersections[0].of - intersections.length;
  if (more) box.append(element("p", { class: "quiet", word: "map.breakdown.more", values: { count: more } }));
  return box;
}

/**
 * Intersections, curve and rule of one asset under one hazard, folded.
 * @param {number} place of the hazard
 * @param {Intersection[]} intersections
 * @param {string} type
 */
function underHazard(place, intersections, type) {
  const { name } = hazards.all[place];
  /** @type {HTMLElement[]} */
  const parts = [element("h3", { text: words.labelled("hazard", name) })];
  const curve = curves.get(JSON.stringify([name, type]));
  if (curve) parts.push(element("p", { word: "map.breakdown.curve", values: { curve } }));
  for (const map of new Set(intersections.map((intersection) => intersection.map)))
    parts.push(
      underMap(
        place,
        intersections.filter((intersection) => intersection.map === map),
      ),
    );
  return parts;
}

/**
 * What a popup appends: the fold, or why there is none.
 * @param {Asset} asset
 */
export function part({ intersections, asset_type: type }) {
  if (!intersections)
    return [element("p", { class: "quiet", word: "map.breakdown.not_here", values: { most: breakdown.limit } })];
  if (!intersections.length) return [];
  const fold = element(
    "details",
    { class: "breakdown" },
    element("summary", { word: "map.breakdown.title" }),
    element("p", { word: "map.breakdown.rule" }),
    ...breakdown.convention.map((sentence) => element("p", { ...sentence })),
  );
  for (const place of new Set(intersections.map((intersection) => intersection.hazard))) {
    fold.append(
      ...underHazard(
        place,
        intersections.filter((intersection) => intersection.hazard === place),
        type,
      ),
    );
  }
  return [fold];
}
