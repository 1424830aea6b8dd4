// Finds assets by a part of a name or id, whatever accents and capitals it is written with.

/** @import { Hay, Hit } from "./types.js" */

export const plain = (/** @type {string} */ text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

/**
 * One string of a column's words, a line each: a browser seeks through it faster than through a list.
 * @param {(string | null)[]} values
 * @param {number} first
 * @returns {Hay}
 */
export function index(values, first) {
  const lines = values.map((value) => (value === null ? "" : String(value).replace(/[\n\r]/g, " ")));
  return { first, values, hay: `\n${plain(lines.join("\n"))}\n`, starts: null };
}

/**
 * Which line a place in the string is on; the starts of the lines are noted at the first hit.
 * @param {Hay} part
 * @param {number} place
 */
function lineAt(part, place) {
  if (!part.starts) {
    const starts = [];
    for (let at = part.hay.indexOf("\n"); at >= 0; at = part.hay.indexOf("\n", at + 1)) starts.push(at + 1);
    part.starts = starts;
  }
  let low = 0;
  let high = part.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (part.starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The best first: equal to the text, beginning with it (as a word, then as a part of a word), then containing it.
 * @param {Hay[]} parts
 * @param {string} text
 * @param {number} limit
 */
export function find(parts, text, limit) {
  const sought = plain(text)
    .replace(/[\n\r]+/g, " ")
    .trim();
  /** @type {Map<number, Hit>} */
  const hits = new Map();
  if (!sought) return [];
  /** @type {[string, number][]} */
  const needles = [
    [`\n${sought}\n`, 1],
    [`\n${sought} `, 1],
    [`\n${sought}`, 1],
    [` ${sought}`, 1],
    [sought, 0],
  ];
  for (const [needle, shift] of needles) {
    for (const part of parts) {
      for (let at = part.hay.indexOf(needle); at >= 0; at = part.hay.indexOf(needle, at + 1)) {
        if (hits.size >= limit) return [...hits.values()];
        const line = lineAt(part, at + shift);
        const asset = part.first + line;
        if (!hits.has(asset)) hits.set(asset, { index: asset, text: String(part.values[line]) });
      }
    }
  }
  return [...hits.values()];
}
