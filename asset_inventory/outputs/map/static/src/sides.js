// The two sides: hazard maps, districts and assets of each in panes of its own. Two maps of one city share one layer of
// assets; two assessments have a layer each, and an asset knows its place in the other.

import { block } from "./blocks.js";
import { districtsOf, districts as ownDistricts } from "./districts.js";
import * as divider from "./divider.js";
import { hazardsOf, hazards as ownHazards } from "./hazards.js";
import { soughtIn } from "./sought.js";
import * as words from "./words.js";

/** @import { AssetFacts, Choice, ComparedAsset, Comparison, Move, Painting, Place, Row, Sought } from "./data.js" */
/** @import { Lists } from "./layer/types.js" */

/** @type {Comparison} */
export const data = block("comparison");
const PANES = [
  ["districts", "hazards", "assets"],
  ["districts-right", "hazards-right", "assets-right"],
];
const { twins, pairs } = data;
const layers = twins
  ? [assetsOnMap.layer(data.layers[0]), assetsOnMap.view(data.layers[0], PANES[1][2])]
  : data.layers.map((name) => assetsOnMap.layer(name));
export const hazards = [
  ownHazards,
  twins ? hazardsOf(ownHazards.all, PANES[1][1]) : hazardsOf(block("right-hazards"), PANES[1][1], "right-"),
];
export const districts = twins ? [ownDistricts] : [ownDistricts, districtsOf(block("right-districts"), PANES[1][0])];

/** The words of each side, whose amounts are in its own currency. */
export const wordsOf = data.sides.map(({ symbols }) => words.inCurrency(symbols));

/** @param {number} pair @param {number} side */
export const choiceOf = (pair, side) => data.sides[side].choices[pairs[pair].choices[side]];

/** @param {Choice} choice */
const colourOf = ({ hazard, map }) => (hazard < 0 ? "any" : `map-${hazard}-${map}`);

/**
 * Which assets stay, by how they are counted on both sides.
 * @param {number} pair
 * @param {Move} move
 * @param {number} side
 * @returns {Record<string, number[]>}
 */
function filterOf(pair, [, , ...codes], side) {
  const own = colourOf(choiceOf(pair, side));
  const other = twins ? colourOf(choiceOf(pair, 1 - side)) : `other-${pair}`;
  if (own === other) return { [own]: codes[0].filter((code) => codes[1].includes(code)) };
  return { [own]: codes[side], [other]: codes[1 - side] };
}

/** @param {L.Map} map @param {number} pair @param {Move} move @param {Painting} painting */
export function show(map, pair, move, painting) {
  layers.forEach((layer, side) => {
    const choice = choiceOf(pair, side);
    hazards[side].show(map, choice.hazard, choice.map);
    layer.setColour(colourOf(choice));
    layer.setFilter(filterOf(pair, move, side));
  });
  districts.forEach((layer) => layer.paint(map, painting));
}

/**
 * @param {L.Map} map
 * @param {(place: Place, latlng: L.LatLng) => void} open
 * @param {(latlng: L.LatLng) => void} miss
 */
export function draw(map, open, miss) {
  districts.forEach((layer) => layer.draw(map));
  hazards.forEach((layer) => layer.draw(map));
  if (twins) layers[1].addTo(map);
  layers.forEach((layer, side) => {
    /** @type {HTMLElement} */ (map.getPane(PANES[side][2])).style.zIndex = "440";
    const isHere = (/** @type {{ latlng: L.LatLng }} */ event) => divider.sideAt(event.latlng) === side;
    layer.on("assetclick", (event) => {
      if (isHere(event)) open({ side, index: event.index }, event.latlng);
    });
    layer.on("assetmiss", (event) => {
      if (isHere(event)) miss(event.latlng);
    });
  });
}

// Borders that both sides share are not cut.
export const panes = () => PANES.map((names) => (twins ? names.slice(1) : names));

/**
 * What is known of an asset on each side: null where it is not there.
 * @param {Place} place
 * @returns {Promise<(Row | null)[]>}
 */
async function figures({ side, index }) {
  const own = await layers[side].attributes(index);
  if (twins) return [own, own];
  const other = own.partner === null ? null : await layers[1 - side].attributes(own.partner);
  return side === 0 ? [own, other] : [other, own];
}

/**
 * An asset that cannot be measured has no shape in the layer.
 * @param {Place} place
 * @param {(Row | null)[]} both
 * @param {number} side
 */
async function hasShape({ side: own, index }, both, side) {
  const place = twins || side === own ? index : both[own]?.partner;
  return (await layers[side].bounds(place)) !== null;
}

/** @param {Place} place @returns {Promise<ComparedAsset>} */
async function attributes(place) {
  const both = await figures(place);
  const side = both[0] ? 0 : 1;
  const row = /** @type {Row} */ (both[side]);
  const usable = await Promise.all(both.map((values, side) => (values ? hasShape(place, both, side) : false)));
  return {
    .../** @type {AssetFacts} */ (row),
    id: row.asset_id,
    both,
    usable,
    side,
    districtName: districts[side === 0 ? 0 : districts.length - 1].nameOfId(row.district),
  };
}

/**
 * How it is counted on both sides, as the choice of assets has it.
 * @param {number} pair
 * @param {Move} move
 * @param {Place} place
 */
export async function isHidden(pair, move, { side, index }) {
  const codes = (await layers[side].classes(index)) ?? {};
  return Object.entries(filterOf(pair, move, side)).some(([name, allowed]) => !allowed.includes(codes[name]));
}

const sought = layers.map((_, side) => soughtIn(districts[side] ?? ownDistricts, data.sides[side].filters));

/** @param {number} side @param {string} text @param {Pick<Lists, "limit" | "listed">} asked @returns {Promise<Sought<Place>>} */
async function findOn(side, text, asked) {
  const { lists, inWords } = sought[side];
  const found = inWords(await layers[side].find(text, { ...lists, ...asked }));
  const placed = (/** @type {{ index: number }} */ { index }) => ({ index: { side, index } });
  return {
    ...found,
    streets: found.streets.map((street) => ({ ...street, ...placed(street) })),
    assets: found.assets.map((asset) => ({ ...asset, ...placed(asset) })),
  };
}

/**
 * What the right side has and the left has not comes last.
 * @param {string} text
 * @param {Pick<Lists, "limit" | "listed">} asked
 */
async function find(text, asked) {
  const found = await findOn(0, text, asked);
  if (twins) return found;
  const right = await findOn(1, text, asked);
  const partners = await Promise.all(
    [...right.assets, ...right.streets].map(({ index }) => layers[1].attributes(index.index)),
  );
  const isNew = (/** @type {unknown} */ _, /** @type {number} */ place) => partners[place].partner === null;
  const streets = right.streets.filter((_, place) => isNew(_, right.assets.length + place));
  return {
    ...found,
    streets: [...found.streets, ...streets],
    assets: [...found.assets, ...right.assets.filter(isNew)].slice(0, asked.limit),
    similar: found.similar && right.similar,
  };
}

export const assets = {
  attributes,
  find,
  ready: Promise.all(layers.map((layer) => layer.ready)),
  /** @param {L.LatLng} latlng */
  at: async (latlng) => {
    const side = divider.sideAt(latlng);
    const index = await layers[side].at(latlng);
    return index === null ? null : { side, index };
  },
  /** @param {Place} place */
  bounds: ({ side, index }) => layers[side].bounds(index),
};
