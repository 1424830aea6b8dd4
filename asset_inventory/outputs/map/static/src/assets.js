// Assets: all of the city in one layer, coloured by how they are counted under the hazard map that is shown, or under any,
// and where they are exposed by how deep or how much. A class is a place in the table of the colouring; its state is there.

import { block, page } from "./blocks.js";
import { intersectionsOf } from "./breakdown.js";
import { classes } from "./classes.js";
import { districts } from "./districts.js";
import { hazards } from "./hazards.js";
import { hiddenIn, known } from "./popups.js";
import { soughtIn } from "./sought.js";

/** @import { AnnualDamage, Asset, AssetFacts, AssetOnMap, Assets, Class, Counts, Joint, Listed, Row, State, Stress } from "./data.js" */

/** The states that are drawn. @typedef {"exposed" | "no_data" | "not_exposed"} Drawn */

/** @type {Assets} */
export const data = block("assets");
const STATES = ["exposed", "no_data", "not_exposed", "unusable"];
export const layer = assetsOnMap.layer(data.layer);
export const hiddenOf = hiddenIn(data.hidden);
// The file of a very large city has no damage under each map.
export const withoutDamage = data.left_out.includes("damage");
const sought = soughtIn(districts, data.filters);
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
    const touching = maps.filter((map) => map.hazard === hazard.name);
    if (known(hazard.reach) && touching.length) {
      const frequent = hazard.maps[hazard.reach].return_period;
      const reached = touching.some(({ return_period: period }) => period === frequent);
      stresses.push({
        hazard: hazard.name,
        disruption_days: reached ? of("disruption_days") : 0,
        annual_damage: reached ? of("annual_damage") : 0,
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
export const colourOf = ({ hazard, map }) => (hazard < 0 ? "any" : `map-${hazard}-${map}`);

/**
 * The codes of the filter, and within the district that is looked at.
 * @param {State} state
 */
function within({ filter, district }) {
  const words = data.filters.district;
  if (district === null || !words) return filter;
  const code = words.indexOf(districts.data.id[district]);
  const { district: chosen } = filter;
  return { ...filter, district: !chosen || chosen.includes(code) ? [code] : [] };
}

/**
 * The class table of assets under the map that is chosen, or under all.
 * @param {Pick<State, "hazard">} state
 */
export const tableOf = ({ hazard }) => classes(hazard < 0 ? "assets" : `assets-${hazard}`);

/** @param {Pick<State, "hazard">} state @param {number} code */
const stateOf = (state, code) => String(tableOf(state).classes[code].value);

/** @param {Class} entry @returns {Drawn | null} */
const drawnState = ({ value }) =>
  value === "exposed" || value === "no_data" || value === "not_exposed" ? value : null;

/**
 * Whether an exposed class is one that `state.classes` leaves; other states are not asked for a depth or a damage.
 * @param {State} state
 * @param {Class} entry
 * @param {number} code
 */
const isWanted = (state, { value }, code) => value !== "exposed" || !state.classes || state.classes.includes(code);

/** Whether assets of a class are drawn, by its place in the table. @param {State} state @param {number} code */
export function isDrawn(state, code) {
  const entry = tableOf(state).classes[code];
  const own = drawnState(entry);
  return own !== null && state[own] && isWanted(state, entry, code);
}

/**
 * The codes of a colouring that a test leaves, to filter by.
 * @param {State} state
 * @param {(entry: Class, code: number) => boolean} stays
 */
const codesThat = (state, stays) => ({
  ...state.filter,
  [colourOf(state)]: tableOf(state).classes.flatMap((entry, code) => (stays(entry, code) ? [code] : [])),
});

/** @param {State} state */
const shown = (state) => codesThat(state, (_, code) => isDrawn(state, code));

/** All assets of the city, whatever is chosen. @param {State} state @returns {State} */
export const withoutSelection = (state) => ({
  ...state,
  hazard: -1,
  map: 0,
  filter: {},
  classes: null,
  district: null,
  exposed: true,
  no_data: true,
  not_exposed: true,
});

/** What lists, tables and downloads have: what is painted, within the district that is looked at. @param {State} state */
const listed = (state) => ({ ...shown(state), ...within(state) });

/**
 * Whether fewer than all assets of the city, or of a district, are counted.
 * @param {State} state
 */
export const isFiltered = ({ filter, classes }) => classes !== null || Object.keys(filter).length > 0;

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

/** The same on another view of the layer. @param {typeof layer} view @param {State} state */
export function showOn(view, state) {
  view.setColour(colourOf(state));
  return view.setFilter(shown(state));
}

/**
 * What leaves an asset out of what is painted: names of filters, its own state, and whether its class does.
 * @param {State} state
 * @param {number} index
 */
export async function hiding(state, index) {
  const codes = (await layer.classes(index)) ?? {};
  const codeOf = (/** @type {string} */ name) => codes[name] + 256 * (codes[`${name}-high`] || 0);
  const code = codes[colourOf(state)];
  const entry = tableOf(state).classes[code];
  const own = drawnState(entry);
  return {
    filters: Object.keys(state.filter).filter((name) => !state.filter[name].includes(codeOf(name))),
    state: own !== null && !state[own] ? own : null,
    classes: !isWanted(state, entry, code),
  };
}

/**
 * How many assets of each class the filter leaves, by their place in the table, whichever classes are painted.
 * @param {State} state
 */
export async function classCounts(state) {
  const counted = await layer.counts(colourOf(state), within(state));
  return counted.slice(0, tableOf(state).classes.length);
}

/**
 * How what the filter leaves is counted, by state, whichever states are painted; exposed assets of a class of depth or
 * damage that is not chosen are `other`.
 * @param {State} state
 */
export async function counts(state) {
  /** @type {Counts} */
  const byState = Object.fromEntries(["assets", ...STATES, "other"].map((name) => [name, 0]));
  for (const [code, count] of (await classCounts(state)).entries()) {
    const wanted = isWanted(state, tableOf(state).classes[code], code);
    byState[wanted ? stateOf(state, code) : "other"] += count;
    byState.assets += count;
  }
  return byState;
}

/**
 * How many assets of these types the filter leaves, by state; null where the city has none of them.
 * @param {State} state
 * @param {string[]} types
 */
export async function countsOf(state, types) {
  const words = data.filters.asset_type;
  if (!types.length) return null;
  if (!words) return counts(state);
  const { asset_type: chosen } = state.filter;
  const codes = types.map((name) => words.indexOf(name)).filter((code) => !chosen || chosen.includes(code));
  return counts({ ...state, filter: { ...state.filter, asset_type: codes } });
}

/**
 * The sum of a column over the assets that the filter leaves, and how many of them have a figure, also in the column `also`.
 * @param {State} state
 * @param {string} column
 * @param {string | null} [also]
 */
export async function sum(state, column, also = null) {
  const wanted = { ...codesThat(state, (entry, code) => isWanted(state, entry, code)), ...within(state) };
  return (await layer.sums([column], colourOf(state), wanted, also))[column];
}

/** The places of the assets in the list. @param {State} state */
export const indexes = async (state) =>
  (await layer.codes(colourOf(state), listed(state))).flatMap((code, index) => (code === null ? [] : [index]));

/** The code of each asset in a filter, as `data.filters` has its words. @param {string} name */
export const codesOf = async (name) => (await layer.codes(name, {})).map(Number);

/**
 * Rows of districts, and how many exposed assets of what is painted each has; a city of one district has none to compare.
 * @param {State} state
 * @returns {Promise<[number, number][]>}
 */
export async function exposedByDistrict(state) {
  const words = data.filters.district;
  if (!words || !state.exposed) return [];
  const wanted = codesThat(state, (entry, code) => entry.value === "exposed" && isWanted(state, entry, code));
  const counted = await layer.counts("district", wanted);
  const rows = new Map(districts.data.id.map((id, row) => [id, row]));
  return words.flatMap((id, code) => {
    const row = rows.get(String(id));
    return row === undefined || !counted[code] ? [] : [/** @type {[number, number]} */ ([row, counted[code]])];
  });
}

/**
 * The state of every asset that is painted, undefined for the others.
 * @param {State} state
 */
export const states = async (state) =>
  (await layer.codes(colourOf(state), listed(state))).map((code) => (code === null ? undefined : stateOf(state, code)));

/**
 * The assets that are painted, by `order` and then as the layer has them; null where all are.
 * @param {State} state
 * @param {number[]} order
 */
export async function ranked(state, order) {
  const whole = !isFiltered(state) && state.district === null;
  if (whole && state.exposed && state.no_data && state.not_exposed) return null;
  const codes = await layer.codes(colourOf(state), listed(state));
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
  find: async (text, asked) => sought.inWords(await layer.find(text, { ...sought.lists, ...asked })),
  at: (place) => layer.at(place),
  bounds: (index) => layer.bounds(index),
  attributes: async (index, whole = true) => ({
    ...figures(await layer.attributes(index)),
    // opening them takes a page long, once: not for a name under the pointer
    intersections: whole ? await intersectionsOf(index) : null,
  }),
};
