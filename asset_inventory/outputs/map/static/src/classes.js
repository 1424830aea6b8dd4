// The class tables: one for each thing that is coloured, used by the map and by its legend.

import { block } from "./blocks.js";
import * as words from "./words.js";

/** @import { Class, ClassTable, Maybe } from "./data.js" */

/** @type {Record<string, ClassTable>} */
const tables = block("classes");

export const classes = (/** @type {string} */ name) => tables[name];

/**
 * The class of a number; a missing one has the class of no data, one below every class has none (null).
 * @param {string} name
 * @param {Maybe<number>} value
 */
export function classOf(name, value) {
  const { classes } = tables[name];
  const isIn = (/** @type {Class} */ { low, high }, /** @type {number} */ number) =>
    low !== null && number >= low && (high === null || number < high);
  if (value === null || value === undefined) return classes.find(({ no_data }) => no_data) ?? null;
  return classes.find((entry) => isIn(entry, value)) ?? null;
}

/** @param {number} value @param {string} unit */
function bound(value, unit) {
  if (unit === "money") return words.money(value);
  if (unit === "share") return words.percent(value);
  return words.number(value) + (unit ? `\u00a0${unit}` : "");
}

/** @param {Class} entry @param {{ unit: string }} table */
export function classLabel({ label, low, high, key, bottom }, { unit }) {
  if (label !== null) return label;
  /** @type {Record<string, string>} */
  const values = {};
  if (low !== null) values.low = bound(low, unit);
  if (high !== null) values.high = bound(high, unit);
  if (key !== null) return words.say(key, values);
  if (high === null) return words.say("map.class.from", values);
  return words.say(bottom ? "map.class.under" : "map.class.between", values);
}
