// The class tables: one for each thing that is coloured, used by the map and by its legend.

import { block } from "./blocks.js";
import * as words from "./words.js";

/** @import { Class, ClassTable, Maybe } from "./data.js" */

/** @type {Record<string, ClassTable>} */
const tables = block("classes");

export const classes = (/** @type {string} */ name) => tables[name];

/**
 * The class of a number; what is missing is unknown, what is below every class is null.
 * @param {string} name
 * @param {Maybe<number>} value
 */
export function classOf(name, value) {
  const { classes } = tables[name];
  const isIn = (/** @type {Class} */ { low, high }, /** @type {number} */ number) =>
    low !== null && number >= low && (high === null || number < high);
  if (value === null || value === undefined) return classes.find((one) => one.unknown) ?? null;
  return classes.find((one) => isIn(one, value)) ?? null;
}

/** @param {number} value @param {string} unit */
function bound(value, unit) {
  if (unit === "money") return words.money(value);
  if (unit === "share") return words.percent(value);
  return words.number(value) + (unit ? `\u00a0${unit}` : "");
}

/** @param {Class} one @param {{ unit: string }} table */
export function classLabel(one, { unit }) {
  if (one.label !== null) return one.label;
  /** @type {Record<string, string>} */
  const values = {};
  if (one.low !== null) values.low = bound(one.low, unit);
  if (one.high !== null) values.high = bound(one.high, unit);
  if (one.key !== null) return words.say(one.key, values);
  if (one.high === null) return words.say("map.class.from", values);
  return words.say(one.bottom ? "map.class.under" : "map.class.between", values);
}
