// Assets: all of the city in one layer, coloured by how they are counted under the hazard map that is shown, or under any.

import { block, page } from "./blocks.js";
import { intersectionsOf } from "./breakdown.js";
import { districts } from "./districts.js";
import { hazards } from "./hazards.js";
import { hiddenIn, known } from "./popups.js";

/** @import { AnnualDamage, Asset, AssetFacts, AssetOnMap, Assets, Joint, Listed, Row, State, Stress } from "./data.js" */

/** @type {Assets} */
export const data = block("assets");
/** In the order of the class table. @type {("exposed" | "no_data" | "not_exposed" | "unusable")[]} */
const STATES = ["exposed", "no_data", "not_exposed", "unusable"];
export const layer = assetsOnMap.layer(data.layer);
export const hiddenOf = hiddenIn(data.hidden);
// The file of a very large city has no damage under each map.
export const withoutDamage = data.left_out.includes("damage");
let colour = "any";

/**
 * The columns of an asset as its popup reads them; a map that neither touches it nor leaves it open has no line.
 * @param {Row} values
 */
function figures(values) {
  /** @type {AssetOnMap[]} */
  const maps = [];
  /** @type {AnnualDamage[]} */
  const ead = [];
  /** @type {Stress[]} */
  const stresses = [];
  hazards.all.forEach((hazard, place) => {
    hazard.maps.forEach(({ return_period }, number) => {
      const of = (/** @type {string} */ name) => values[`${place}.${number}.${name}`];
      if (!known(of("exposed_fraction"))) return;
      maps.push({
        hazard: hazard.name,
        return_period,
        exposed_fraction: of("exposed_fraction"),
        no_data_fraction: of("no_data_fraction"),
        intensity_mean: of("intensity_mean"),
        intensity_max: of("intensity_max"),
        damage_ratio: of("damage_ratio"),
        damage: of("damage"),
      });
    });
    const of = (/** @type {string} */ name) => values[`${place}.${name}`];
    if (hazard.days && maps.some((map) => map.hazard === hazard.name)) {
      stresses.push({
        hazard: hazard.name,
        disruption_days: of("disruption_days"),
        annual_damage: of("annual_damage"),
      });
    }
    if (known(of("rule"))) {
      ead.push({
        hazard: hazard.name,
        ead: of("ead"),
        ead_low: of("ead_low"),
        ead_high: of("ead_high"),
        rule: of("rule"),
      });
    }
  });
  const of = (/** @type {string} */ name) => values[`joint.${name}`];
  /** @type {Joint | null} */
  const joint = known(of("relation"))
    ? {
        relation: of("relation"),
        ead: of("ead"),
        lower: of("ead_least"),
        upper: of("ead_most"),
        ead_low: of("ead_low"),
        ead_high: of("ead_high"),
      }
    : null;
  const facts = /** @type {AssetFacts} */ (/** @type {unknown} */ (values));
  return {
    ...facts,
    maps,
    ead,
    stresses,
    joint,
    id: String(values.asset_id),
    hidden: hiddenOf(values.asset_id),
    districtName: districts.nameOfId(values.district),
  };
}

/** @param {Pick<State, "hazard" | "map">} state */
const colourOf = ({ hazard, map }) => (hazard < 0 ? "any" : `map-${hazard}-${map}`);

/**
 * The codes that the filter leaves: a word's code is in one byte, or in two where there are many words.
 * @param {State["filter"]} filter
 */
function passing(filter) {
  /** @type {Record<string, number[]>} */
  const codes = {};
  for (const [name, code] of Object.entries(filter)) {
    codes[name] = [code & 255];
    if (data.filters[name].length > 256) codes[`${name}-high`] = [code >> 8];
  }
  return codes;
}

/** @param {State} state */
const isShown = (state, /** @type {(typeof STATES)[number]} */ name) => name !== "unusable" && state[name];

/** @param {State} state */
const shown = (state) => ({
  ...passing(state.filter),
  [colourOf(state)]: STATES.flatMap((name, code) => (isShown(state, name) ? [code] : [])),
});

/**
 * What is painted: the map that colours, what the filter leaves, and the states that stay.
 * @param {State} state
 */
export function show(state) {
  const wanted = colourOf(state);
  if (wanted !== colour) layer.setColour(wanted);
  colour = wanted;
  return layer.setFilter(shown(state));
}

/**
 * What leaves an asset out of what is painted: names of filters, and its own state.
 * @param {State} state
 * @param {number} index
 */
export async function hiding(state, index) {
  const codes = (await layer.classes(index)) ?? {};
  const codeOf = (/** @type {string} */ name) => codes[name] + 256 * (codes[`${name}-high`] || 0);
  const own = STATES[codes[colourOf(state)]];
  return {
    filters: Object.keys(state.filter).filter((name) => codeOf(name) !== state.filter[name]),
    state: own === "unusable" || state[own] !== false ? null : own,
  };
}

/**
 * How what the filter leaves is counted, whichever states are painted.
 * @param {State} state
 */
export async function counts(state) {
  const byState = await layer.counts(colourOf(state), passing(state.filter));
  return {
    assets: byState.reduce((sum, count) => sum + count, 0),
    ...Object.fromEntries(STATES.map((name, code) => [name, byState[code]])),
  };
}

/**
 * The state of every asset that is painted, undefined for the others.
 * @param {State} state
 */
export const states = async (state) =>
  (await layer.codes(colourOf(state), shown(state))).map((code) => (code === null ? undefined : STATES[code]));

/**
 * The assets that are painted, by `order` and then as the layer has them; null where all are.
 * @param {State} state
 * @param {number[]} order
 */
export async function ranked(state, order) {
  if (!Object.keys(state.filter).length && state.exposed && state.no_data && state.not_exposed) return null;
  const codes = await layer.codes(colourOf(state), shown(state));
  const first = new Set(order);
  return [...order, ...codes.keys()].filter(
    (index, place) => codes[index] !== null && (place < order.length || !first.has(index)),
  );
}

/**
 * What a list shows of an asset: its damage over all hazards and its greatest exposed share, as `worst` has them.
 * @param {number} index
 * @returns {Promise<Listed>}
 */
export async function brief(index) {
  const asset = figures(await layer.attributes(index));
  const priced = asset.ead.filter(({ rule }) => page.rules[rule] !== "map.rule.bounds_only");
  // several hazards have asset figure together; where one alone does damage, the others add nothing
  const alone = [...asset.ead].sort(
    (some, other) => Number(other.ead) - Number(some.ead) || Number(other.ead_low) - Number(some.ead_low),
  )[0];
  const { ead_low = null, ead_high = null } = asset.joint || alone || {};
  const sure = priced.length > 0 && priced.every((figure) => known(figure.ead));
  const ead = asset.joint ? asset.joint.ead : sure ? Math.max(...priced.map((figure) => Number(figure.ead))) : null;
  return {
    index,
    id: asset.id,
    name: asset.name,
    asset_type: asset.asset_type,
    ead,
    ead_low,
    ead_high,
    exposed_share: Math.max(0, ...asset.maps.map((map) => map.exposed_fraction)),
  };
}

/**
 * @param {L.Map} map
 * @param {(index: number, place: L.LatLng) => void} open
 * @param {(place: L.LatLng) => void} miss
 */
export function draw(map, open, miss) {
  /** @type {HTMLElement} */ (map.getPane("assets")).style.zIndex = "440";
  layer.on("assetclick", (event) => open(event.index, event.latlng));
  layer.on("assetmiss", (event) => miss(event.latlng));
}

/** What any page with assets asks of them. @type {import("./view.js").AssetsOf<number>} */
export const assets = {
  ready: layer.ready,
  search: (text, limit) => layer.search(text, limit),
  at: (place) => layer.at(place),
  bounds: (index) => layer.bounds(index),
  attributes: async (index) => ({
    ...figures(await layer.attributes(index)),
    intersections: await intersectionsOf(index),
  }),
};
