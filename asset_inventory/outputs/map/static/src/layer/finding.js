// What the search opens of a layer: names at the first search, ids when they are first asked for.

import { GROUP, one, sought } from "./figures.js";
import { idsOf, search as searchIn } from "./search.js";
import { indexing } from "./vocabulary.js";

/** @import { Block, Hay, Lists, Searched, SearchedBlock, Store } from "./types.js" */

const ID = "asset_id";

/**
 * What is found for a text; the names and ids of the assets are in it as they are written.
 * @param {Store} store
 * @param {string} text
 * @param {Lists} lists
 */
export async function find(store, text, lists) {
  store.searched ??= buildIndex(store);
  const searched = await store.searched;
  const found = await searchIn(searched, text, lists);
  const assets = found.assets.map(async (hit) => {
    const { [ID]: ids } = await sought(store, Math.floor(hit.index / GROUP));
    const name = searched.index.names[searched.named[hit.index]] || null;
    return { ...hit, name, id: ids ? String(ids[hit.index % GROUP]) : null, ...codesAt(searched, hit.index) };
  });
  return { ...found, assets: await Promise.all(assets) };
}

/** @param {Searched} searched @param {number} index */
function codesAt({ blocks }, index) {
  const block = blocks.find(({ first, count }) => index >= first && index < first + count);
  if (!block) return { kind: -1, place: -1 };
  const at = index - block.first;
  return { kind: block.kind[at], place: block.place[at] + 256 * block.high[at] };
}

/**
 * The best assets only, each with its name, or its id where that is what was found.
 * @param {Store} store
 * @param {string} text
 * @param {number} [limit]
 */
export async function search(store, text, limit = 20) {
  const { assets } = await find(store, text, { limit });
  return assets.map(({ index, byId, name, id }) => ({ index, text: byId ? id : (name ?? id) }));
}

/**
 * The values of columns that are searched, group by group; all are asked for at once, so that they are opened meanwhile.
 * @param {Store} store
 * @param {string[]} names
 * @param {(values: (string | null)[][], first: number) => void} take
 */
async function eachGroup(store, names, take) {
  const count = names.length ? Math.ceil(store.head.count / GROUP) : 0;
  const groups = Array.from({ length: count }, (_, number) =>
    Promise.all(names.map((name) => one(store, "sought", number, name))),
  );
  for (const opening of groups) opening.catch(() => {}); // whoever waits for it hears of a fault
  for (const [number, opening] of groups.entries()) take(await opening, number * GROUP);
}

/** @param {Store} store @returns {Promise<Searched>} */
async function buildIndex(store) {
  const columns = store.head.columns.sought.map(({ name }) => name);
  const index = indexing();
  const named = new Uint32Array(store.head.count);
  await eachGroup(
    store,
    columns.filter((name) => name !== ID),
    (values, first) => named.set(index.add(joined(values)), first),
  );
  await store.whole;
  const blocks = store.blocks.map((block) => searchedBlock(store, block));
  /** @type {Promise<Hay[]> | null} */
  let opened = null;
  const ids = () => {
    opened ??= openIds(store, columns.includes(ID) ? [ID] : []);
    return opened;
  };
  return { index: index.finish(), named, ids, blocks, counts: countsOf(blocks) };
}

/** @param {Store} store @param {string[]} columns */
async function openIds(store, columns) {
  /** @type {Hay[]} */
  const parts = [];
  await eachGroup(store, columns, ([values], first) => parts.push(idsOf(values, first)));
  return parts;
}

/** @param {Store} store @param {Block} block @returns {SearchedBlock} */
function searchedBlock(store, { first, count, bits, kinds, boxes, classes }) {
  const none = new Uint8Array(count);
  const codesOf = (/** @type {string} */ name) => classes[store.head.classes.indexOf(name)] ?? none;
  const [kind, place, high] = ["asset_type", "district", "district-high"].map(codesOf);
  return { first, count, bits, kinds, boxes, kind, place, high };
}

/** @param {SearchedBlock[]} blocks */
function countsOf(blocks) {
  /** @type {number[][]} */
  const counts = Array.from({ length: 256 }, () => []);
  for (const { count, kind, place, high } of blocks) {
    for (let i = 0; i < count; i += 1) {
      const where = place[i] + 256 * high[i];
      counts[kind[i]][where] = (counts[kind[i]][where] ?? 0) + 1;
    }
  }
  return counts;
}

/** Of several columns one text an asset. @param {(string | null)[][]} columns */
function joined(columns) {
  if (columns.length === 1) return columns[0].map((value) => (value === null ? null : String(value)));
  return (columns[0] ?? []).map((_, place) => columns.flatMap((values) => values[place] ?? []).join(" · "));
}
