// The attributes of one layer: opened a group at a time for a click, all that is searched for the first search.

import * as columns from "./columns.js";
import { open } from "./packing.js";
import { BLOCK, codes } from "./store.js";

/** @import { Codes, Column, Family, Store, Values } from "./types.js" */

export const GROUP = 4096;
const KEPT = 8; // opened groups, and whole columns

/** @param {Store} store */
async function dictionaries(store) {
  store.words ??= open(store.dictionary).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  const words = await store.words;
  return (/** @type {Family} */ family) =>
    store.head.columns[family].map((column, i) => ({ ...column, dictionary: words[family][i] }));
}

/** @param {Store} store @param {Family} family @param {number} number */
const pieceOf = (store, family, number) =>
  store.pieces[family][Math.floor((number * GROUP) / BLOCK)][number % (BLOCK / GROUP)];

/** How many assets a group has. @param {Store} store @param {number} number */
const countOf = (store, number) => Math.min(GROUP, store.head.count - number * GROUP);

/**
 * One group, opened: name → values of its assets.
 * @param {Store} store
 * @param {Family} family
 * @param {number} number
 */
async function group(store, family, number) {
  const list = (await dictionaries(store))(family);
  return columns.group(await open(pieceOf(store, family, number)), countOf(store, number), list);
}

/**
 * One column of a group: the values of its assets.
 * @param {Store} store
 * @param {Family} family
 * @param {number} number
 * @param {string} name
 */
export async function one(store, family, number, name) {
  const list = (await dictionaries(store))(family);
  return columns.one(await open(pieceOf(store, family, number)), countOf(store, number), list, name);
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

/**
 * A whole column of numbers, NaN where there is none; the last few are kept.
 * @param {Store} store
 * @param {string} name
 */
export function column(store, name) {
  let numbers = store.numbers.get(name);
  if (!numbers) {
    numbers = readColumn(store, name);
    store.numbers.set(name, numbers);
    const [oldest] = store.numbers.keys();
    if (store.numbers.size > KEPT) store.numbers.delete(oldest);
  }
  return numbers;
}

/** @param {Store} store @param {string} name */
async function readColumn(store, name) {
  await store.whole;
  const numbers = new Float64Array(store.head.count).fill(Number.NaN);
  for (let first = 0; first < numbers.length; first += GROUP) {
    const values = await one(store, "columns", first / GROUP, name);
    values.forEach((value, i) => {
      if (value !== null) numbers[first + i] = Number(value);
    });
  }
  return numbers;
}

/**
 * The sum of each column over the assets that pass a filter, and how many of them have a figure; of those alone that have
 * one in the column `also`, where it is given.
 * @param {Store} store
 * @param {string[]} names
 * @param {string} by a class
 * @param {Codes} wanted
 * @param {string | null} [also]
 */
export async function sums(store, names, by, wanted, also = null) {
  const passing = await codes(store, by, wanted);
  const needed = also === null ? null : await column(store, also);
  /** @type {Record<string, { sum: number, assets: number }>} */
  const found = {};
  for (const name of names) {
    const numbers = await column(store, name);
    found[name] = { sum: 0, assets: 0 };
    for (let i = 0; i < numbers.length; i += 1) {
      if (passing[i] === null || Number.isNaN(numbers[i]) || (needed && Number.isNaN(needed[i]))) continue;
      found[name].sum += numbers[i];
      found[name].assets += 1;
    }
  }
  return found;
}

/**
 * What a table calls each of these assets: the first of its searched columns that it has, as its name, else its id.
 * @param {Store} store
 * @param {number[]} indexes
 */
export async function labels(store, indexes) {
  await store.whole;
  const numbers = [...new Set(indexes.map((index) => Math.floor(index / GROUP)))];
  const groups = new Map(
    await Promise.all(numbers.map(async (number) => /** @type {const} */ ([number, await sought(store, number)]))),
  );
  return indexes.map((index) => {
    const columns = Object.values(groups.get(Math.floor(index / GROUP)) ?? {});
    return columns.map((values) => values[index % GROUP]).find((text) => text !== null) ?? null;
  });
}

/**
 * The searched columns of a group; they are few and are kept.
 * @param {Store} store
 * @param {number} number
 */
export function sought(store, number) {
  let values = store.named.get(number);
  if (!values) {
    values = group(store, "sought", number);
    store.named.set(number, values);
  }
  return values;
}
