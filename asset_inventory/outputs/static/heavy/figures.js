// The attributes of one layer: opened a group at a time for a click, all that is searched for the first search.
"use strict";

assetsOnMap.figures = (() => {
  const { inflate, columns, search } = assetsOnMap;
  const { BLOCK } = assetsOnMap.store;
  const GROUP = 4096;
  const KEPT = 8; // opened groups

  async function dictionaries(store) {
    store.words = store.words || inflate.open(store.dictionary).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
    const words = await store.words;
    return (family) => store.head.columns[family].map((column, i) => ({ ...column, dictionary: words[family][i] }));
  }

  // One group, opened: name → values of its assets.
  async function group(store, family, number) {
    const list = (await dictionaries(store))(family);
    const per = BLOCK / GROUP;
    const piece = store.pieces[family][Math.floor(number / per)][number % per];
    const count = Math.min(GROUP, store.head.count - number * GROUP);
    return columns.group(await inflate.open(piece), count, list);
  }

  // All columns of a group, the last few kept: a pointer mostly moves among neighbours.
  async function whole(store, number) {
    if (!(number >= 0 && number * GROUP < store.head.count)) return null;
    if (!store.opened.has(number)) {
      const families = ["columns", "sought"].filter((family) => store.head.columns[family].length);
      store.opened.set(number, Promise.all(families.map((family) => group(store, family, number))));
      if (store.opened.size > KEPT) store.opened.delete(store.opened.keys().next().value);
    }
    const groups = Object.assign(Object.create(null), ...await store.opened.get(number));
    return Object.fromEntries(store.head.order.map((name) => [name, groups[name]]));
  }

  async function attributes(store, index) {
    const found = await whole(store, Math.floor(index / GROUP));
    const at = index % GROUP;
    if (!found || index >= store.head.count) return null;
    return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, values[at]]));
  }

  async function find(store, text, limit = 20) {
    store.index = store.index || buildIndex(store);
    return search.find(await store.index, text, limit);
  }

  async function buildIndex(store) {
    const parts = [];
    for (let number = 0; number * GROUP < store.head.count && store.head.columns.sought.length; number += 1) {
      const found = await group(store, "sought", number);
      for (const values of Object.values(found)) parts.push(search.index(values, number * GROUP));
    }
    return parts;
  }

  return { whole, attributes, find };
})();
