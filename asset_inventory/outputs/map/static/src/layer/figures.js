// The attributes of one layer: opened a group at a time for a click, all that is searched for the first search.

import * as columns from "./columns.js";
import { open } from "./packing.js";
import * as search from "./search.js";
import { BLOCK } from "./store.js";

/** @import { Column, Family, Hay, Store, Values } from "./types.js" */

const GROUP = 4096;
const KEPT = 8; // opened groups

/** @param {Store} store */
async function dictionaries(store) {
  store.words ??= open(store.dictionary).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  const words = await store.words;
  return (/** @type {Family} */ family) =>
    store.head.columns[family].map((column, i) => ({ ...column, dictionary: words[family][i] }));
}

/**
 * One group, opened: name → values of its assets.
 * @param {Store} store
 * @param {Family} family
 * @param {number} number
 */
async function group(store, family, number) {
  const list = (await dictionaries(store))(family);
  const per = BLOCK / GROUP;
  const piece = store.pieces[family][Math.floor(number / per)][number % per];
  const count = Math.min(GROUP, store.head.count - number * GROUP);
  return columns.group(await open(piece), count, list);
}

/**
 * All columns of a group, the last few kept: a pointer mostly moves among neighbours.
 * @param {Store} store
 * @param {number} number
 * @returns {Promise<Values | null>}
 */
export async function whole(store, number) {
  if (!(number >= 0 && number * GROUP < store.head.count)) return null;
  if (!store.opened.has(number)) {
    const families = /** @type {Family[]} */ (["columns", "sought"]).filter(
      (family) => store.head.columns[family].length,
    );
    store.opened.set(number, Promise.all(families.map((family) => group(store, family, number))));
    const [oldest] = store.opened.keys();
    if (store.opened.size > KEPT) store.opened.delete(oldest);
  }
  const groups = Object.assign(Object.create(null), ...((await store.opened.get(number)) ?? []));
  return Object.fromEntries(store.head.order.map((name) => [name, groups[name]]));
}

/** @param {Store} store @param {number} index */
export async function attributes(store, index) {
  const columns = await whole(store, Math.floor(index / GROUP));
  const at = index % GROUP;
  if (!columns || index >= store.head.count) return null;
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[at]]));
}

/** @param {Store} store @param {string} text @param {number} [limit] */
export async function find(store, text, limit = 20) {
  store.index ??= buildIndex(store);
  return search.find(await store.index, text, limit);
}

/** @param {Store} store */
async function buildIndex(store) {
  const parts = [];
  for (let number = 0; number * GROUP < store.head.count && store.head.columns.sought.length; number += 1) {
    const columns = await group(store, "sought", number);
    for (const values of Object.values(columns)) parts.push(search.index(values, number * GROUP));
  }
  return parts;
}
