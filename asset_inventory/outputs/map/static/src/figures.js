// The figures of the present choice: damage, assets, people, hospitals and schools. Those of the city and of a district
// come from the tables; under a filter the worker sums the assets that stay.

import * as assets from "./assets.js";
import { block, page } from "./blocks.js";
import { districts } from "./districts.js";
import { hazards } from "./hazards.js";
import { known } from "./popups.js";
import * as words from "./words.js";

/** @import { Column, Counts, Maybe, Sentence, State, Sums, Tiles } from "./data.js" */
/** @typedef {{ kind: "event" | "year", money: number | null, assets: number, year: number | null, atLeast: boolean }} Money */
/** @typedef {{ people: number | null, districts: number, withheld: string | null, atLeast: boolean }} People `withheld`: by which rule */
/** @typedef {{ exposed: number, assets: number }} Part */
/**
 * @typedef {{ counts: Counts, damage: Money | null, ead: Money | null, mapped: Money | null, people: People | null,
 *   health: Part | null, education: Part | null, least: { map: Sentence, count: number } | null }} Figures
 */

/** @type {Tiles} */
export const data = block("tiles");
const CITY = districts.data.id.length; // the place of the city behind its districts
const INSIDE = districts.data.id.filter((id) => id !== page.outside).length;

/** The years to which the EAD of a hazard is projected; without a hazard, those of the only one that is. @param {number} hazard */
export function yearsOf(hazard) {
  const projected = projectedFor(hazard);
  return projected === null ? [] : Object.keys(data.years[projected]).map(Number);
}

/** @param {number} hazard */
export function projectedFor(hazard) {
  const all = Object.keys(data.years);
  if (hazard >= 0) return all.includes(String(hazard)) ? hazard : null;
  return all.length === 1 ? Number(all[0]) : null;
}

/** The sums of the year that is chosen; null where none is. @param {State} state */
export function ofYear({ hazard, year }) {
  const projected = projectedFor(hazard);
  return year === null || projected === null ? null : (data.years[projected][year] ?? null);
}

/** What the EAD of a year is called: of one hazard. @param {State} state */
export const yearWord = ({ hazard, year }) => ({
  word: "map.tile.ead_of_year",
  values: { hazard: hazards.all[Number(projectedFor(hazard))].name, year: String(year) },
});

/** The column of EAD by asset in the year or under the hazard that is chosen; null: of all hazards as mapped. @param {State} state */
function eadColumn({ hazard, year }) {
  const projected = projectedFor(hazard);
  if (year !== null && projected !== null) return `${projected}.y${year}.ead`;
  return hazard >= 0 && data.ead[hazard] ? `${hazard}.ead` : null;
}

/** What that column is called in a list. @param {State} state @param {Sentence} usual @returns {Sentence} */
function eadHead(state, usual) {
  if (state.year !== null && projectedFor(state.hazard) !== null) return yearWord(state);
  if (state.hazard < 0) return usual;
  const { name } = hazards.all[state.hazard];
  return data.ead[state.hazard]
    ? { word: "map.table.ead_of", values: { hazard: name } }
    : { word: "map.head_all", values: { head: usual } };
}

/** A map in a head or in brackets; the one scenario of a hazard needs no more than its name. @param {number} hazard @param {number} map */
function mapOf(hazard, map) {
  const { name, maps } = hazards.all[hazard];
  const period = maps[map].return_period;
  if (maps.length === 1 && !known(period)) return { map: { word: "map.answer.hazard", values: { hazard: name } } };
  const when = known(period)
    ? { word: "map.years", values: { count: period, years: period } }
    : { word: "map.scenario" };
  return { map: { word: "map.answer.map", values: { hazard: name, period: when } } };
}

/**
 * What lists and cards show of the year, hazard or map that is chosen: EAD; in a city without any, the damage under the
 * map, else what is exposed to it. `asset` is a column of the layer, `district` the figures by district; null: of all
 * hazards as mapped, as the page comes.
 * @typedef {{ money: boolean, asset: string | null, district: Column | null, assets?: number[], atLeast?: boolean,
 *   head: (usual: Sentence) => Sentence }} Listing `assets`: how many are projected to the year
 */

/** @param {State} state @returns {Listing} */
export function listingOf(state) {
  const { hazard, map } = state;
  if (page.by === "ead") {
    const year = ofYear(state);
    const district = (year ?? data.ead[hazard])?.sum ?? null;
    const projected = year ? { assets: year.assets, atLeast: year.at_least } : {};
    return { money: true, asset: eadColumn(state), district, ...projected, head: (usual) => eadHead(state, usual) };
  }
  if (hazard < 0) {
    const joined = hazards.all.length > 1;
    const head = (/** @type {Sentence} */ usual) =>
      joined ? { word: "map.head_all", values: { head: usual } } : usual;
    return { money: false, asset: null, district: null, head };
  }
  const values = mapOf(hazard, map);
  const damage = assets.withoutDamage ? null : data.damage[hazard][map];
  if (damage) {
    const head = () => ({ word: "map.head_of", values: { ...values, head: { word: "map.damage" } } });
    return { money: true, asset: `${hazard}.${map}.damage`, district: damage.sum, head };
  }
  const head = (/** @type {Sentence} */ usual) => ({ word: "map.head_of", values: { ...values, head: usual } });
  return { money: false, asset: `${hazard}.${map}.exposed_fraction`, district: data.exposed[hazard][map], head };
}

/**
 * How many exposed assets have no damage figure under the map that is chosen, or under the one that lacks most; in a
 * district or in the city, whatever the filter. Nothing where no map has damage.
 * @param {Pick<State, "hazard" | "map" | "district">} state
 */
export function gapsOfDamage({ hazard: chosen, map: shown, district }) {
  const place = district ?? CITY;
  const gaps = data.damage.flatMap((maps, hazard) =>
    maps.flatMap((damage, map) => {
      const without = damage ? data.exposed[hazard][map][place] - damage.assets[place] : 0;
      const asked = chosen < 0 || (hazard === chosen && map === shown);
      return asked && without > 0 ? [{ ...mapOf(hazard, map), count: without }] : [];
    }),
  );
  const [most] = gaps.sort((one, other) => other.count - one.count);
  return most ? [words.say(chosen < 0 ? "map.answer.without_damage_on" : "map.answer.without_damage", most)] : [];
}

/**
 * The map that leaves most assets without data, of all maps; null without a map.
 * @param {State} state
 */
async function leastCovering(state) {
  const counted = hazards.all.flatMap(({ maps }, hazard) =>
    maps.map(async (_, map) => {
      const of = { ...state, hazard, map, classes: null };
      return { ...mapOf(hazard, map), count: (wholeCounts(of) ?? (await assets.counts(of))).no_data };
    }),
  );
  const [most] = (await Promise.all(counted)).sort((one, other) => other.count - one.count);
  return most ?? null;
}

/**
 * EAD by district where it is not that of all hazards as mapped: of a year, or of the one hazard that a comparison is about.
 * @param {State} state
 */
export function eadByDistrict(state) {
  const sums = known(state.only) ? data.ead[state.only] : ofYear(state);
  return sums ? sums.sum.slice(0, CITY) : null;
}

/**
 * A year has the EAD of the projected hazard only: so has what is compared with it.
 * @param {State} state
 * @param {State | null} other
 * @returns {State}
 */
export const comparedWith = (state, other) =>
  other && other.year !== null && state.year === null && state.hazard < 0
    ? { ...state, only: projectedFor(other.hazard) }
    : state;

/** @param {{ money: number | null, atLeast: boolean }} of */
export const amount = ({ money, atLeast }) =>
  atLeast && known(money) ? words.say("map.answer.or_more", { figure: { money } }) : words.money(money);

/**
 * One sum of the tables, or of the assets that a filter leaves.
 * @param {State} state
 * @param {Maybe<Sums>} table
 * @param {string | null} column
 * @param {string | null} [also] a column in which an asset needs a figure too
 * @returns {Promise<{ money: number | null, assets: number } | null>}
 */
async function sumOf(state, table, column, also = null) {
  if (!table) return null;
  if (!assets.isFiltered(state)) {
    const place = state.district ?? CITY;
    return { money: table.sum[place], assets: table.assets[place] };
  }
  if (column === null || (assets.withoutDamage && column.endsWith(".damage"))) return null;
  const { sum, assets: count } = await assets.sum(state, column, also);
  return { money: count ? sum : null, assets: count };
}

/** @param {State} state @param {number} hazard @param {number | null} year @returns {Promise<Money | null>} */
async function eadOf(state, hazard, year) {
  const projected = year === null ? null : projectedFor(hazard);
  if (year !== null && projected === null) return null;
  const ofYear = projected === null ? null : data.years[projected][Number(year)];
  const table = ofYear ?? (hazard < 0 ? data.joint : data.ead[hazard]);
  const column = ofYear ? `${projected}.y${year}.ead` : hazard < 0 ? data.total : `${hazard}.ead`;
  const found = await sumOf(state, table, column);
  return found && { ...found, kind: "year", year, atLeast: ofYear?.at_least ?? false };
}

/** The EAD as mapped of the assets that are projected to the chosen year. @param {State} state @returns {Promise<Money | null>} */
async function mappedOf(state) {
  const [projected, table] = [projectedFor(state.hazard), ofYear(state)];
  if (!table) return null;
  const found = await sumOf(state, table.mapped, `${projected}.ead`, `${projected}.y${state.year}.ead`);
  return found && { ...found, kind: "year", year: null, atLeast: false };
}

/** @param {State} state @param {Promise<Counts> | Counts} counted @returns {Promise<Money | null>} */
async function eventOf(state, counted) {
  const { hazard, map } = state;
  if (hazard < 0) return null;
  const found = await sumOf(state, data.damage[hazard][map], `${hazard}.${map}.damage`);
  const { exposed, not_exposed: spared } = await counted;
  const none = found?.money === null && exposed === 0 && spared > 0;
  return found && { ...found, ...(none ? { money: 0 } : {}), kind: "event", year: null, atLeast: false };
}

/** @param {State} state @returns {People | null} */
export function peopleOf({ hazard, map, district }) {
  const of = hazard < 0 ? data.people_in_any : data.people[hazard][map];
  if (!of) return null;
  const atLeast = district === null && of.districts < INSIDE; // a sum of those that are known
  const place = district ?? CITY;
  return { people: of.people[place], districts: of.districts, withheld: of.withheld[place] ?? null, atLeast };
}

/** @param {State} state @param {string[]} types @returns {Promise<Part | null>} */
async function partOf(state, types) {
  const counts = await assets.countsOf(state, types);
  return counts && counts.assets > 0 ? { exposed: counts.exposed, assets: counts.assets } : null;
}

/** How all assets of the city are counted; null under a filter or in a district. @param {State} state */
export const wholeCounts = (state) =>
  assets.isFiltered(state) || state.district !== null
    ? null
    : (hazards.all[state.hazard]?.maps[state.map].counts ?? page.counts);

/** @param {State} state @returns {Promise<Figures>} */
export async function figuresOf(state) {
  const several = hazards.all.flatMap(({ maps }) => maps).length > 1;
  const counted = wholeCounts(state) ?? assets.counts(state);
  const [counts, event, ead, mapped, health, education, least] = await Promise.all([
    counted,
    state.year === null ? eventOf(state, counted) : null,
    eadOf(state, state.only ?? state.hazard, state.year),
    mappedOf(state),
    partOf(state, data.essential.health),
    partOf(state, data.essential.education),
    state.ask === "unknown" && state.hazard < 0 && several ? leastCovering(state) : null,
  ]);
  return { counts, damage: event ?? ead, ead, mapped, people: peopleOf(state), health, education, least };
}
