// The arrays of one layer: decoded piece by piece, coloured, filtered and counted.
"use strict";

assetsOnMap.store = (() => {
  const { decode, inflate, tiles } = assetsOnMap;
  const BLOCK = 65536;

  // `settled` hears once that all is decoded, or that the file has ended and no more can come.
  function open(name, head, settled) {
    const store = {
      name, head, blocks: [], pieces: { columns: [], sought: [] }, dictionary: null, opened: new Map(), index: null,
      missing: 0, filters: {}, looks: [], mark: head.mark, settled: false, busy: 0,
    };
    store.whole = new Promise((resolve) => {
      store.settle = (state) => {
        resolve(state);
        settled(state);
      };
    });
    colour(store, head.colour_by);
    return store;
  }

  // A second view of a layer: the same arrays, with a colour and a filter of its own.
  function view(name, shared, settled) {
    const store = Object.assign(Object.create(shared), { name, blocks: [], filters: {}, settled: false });
    colour(store, shared.head.colour_by);
    store.whole = shared.whole.then((state) => {
      store.blocks = shared.blocks.map((block) => ({ ...block, shown: new Uint8Array(block.count) }));
      store.blocks.forEach((block) => show(store, block));
      store.settled = true;
      settled(state);
      return state;
    });
    return store;
  }

  async function take(store, number, text) {
    const part = store.head.parts[number];
    if (!part || part.taken) return;
    part.taken = true;
    if (part.kind !== "blocks") {
      if (part.kind === "dictionary") store.dictionary = text;
      else store.pieces[part.kind][part.first / BLOCK] = text.trim().split(/\s+/);
      return;
    }
    store.busy += 1;
    try {
      const block = decode.block(await inflate.open(text));
      if (block.count !== part.count || block.first !== part.first || block.classes.length !== store.head.classes.length) {
        throw new RangeError("block");
      }
      block.shown = new Uint8Array(block.count);
      show(store, block);
      store.blocks[part.first / BLOCK] = block;
    } catch (fault) {
      part.fault = String(fault);
    }
    store.busy -= 1;
    finish(store);
  }

  // Whole when every block is decoded, or when the file has ended and no more can come.
  function finish(store) {
    const parts = store.head.parts.filter((part) => part.kind === "blocks");
    if (store.settled || store.busy || !(store.ended || parts.every((part) => part.taken))) return;
    store.settled = true;
    const lost = parts.filter((part) => part.fault || !part.taken);
    store.blocks = store.blocks.filter(Boolean);
    store.missing = lost.reduce((sum, part) => sum + part.count, 0);
    store.settle({ assets: store.head.count, missing: store.missing });
  }

  const place = (store, name) => {
    const found = store.head.classes.indexOf(name);
    if (found < 0) throw new RangeError(`no class ${name}`);
    return found;
  };

  // 0 where an asset is not shown, else its class + 1: looked up once, not in every tile.
  function show(store, block) {
    const codes = block.classes[place(store, store.colour)];
    const most = store.looks.length;
    for (let i = 0; i < block.count; i += 1) block.shown[i] = codes[i] < most ? codes[i] + 1 : 0;
    for (const [name, allowed] of Object.entries(store.filters)) {
      const other = block.classes[place(store, name)];
      for (let i = 0; i < block.count; i += 1) if (!allowed[other[i]]) block.shown[i] = 0;
    }
  }

  function colour(store, name) {
    place(store, name);
    if (!store.head.styles[name]) throw new RangeError(`no style ${name}`);
    store.colour = name;
    store.looks = store.head.styles[name].map(tiles.look);
    store.blocks.forEach((block) => show(store, block));
  }

  function allowed(store, wanted) {
    const filters = Object.create(null);
    for (const [name, codes] of Object.entries(wanted || {})) {
      place(store, name);
      if (codes === null) continue;
      filters[name] = new Uint8Array(256);
      for (const code of codes) filters[name][code] = 1;
    }
    return filters;
  }

  function filter(store, wanted) {
    store.filters = allowed(store, wanted);
    store.blocks.forEach((block) => show(store, block));
  }

  // How many assets of each class pass a filter, else the one that is set; those that cannot be drawn count too.
  async function counts(store, name, wanted) {
    const found = new Array(256).fill(0);
    await each(store, name, wanted, (code) => { found[code] += 1; });
    return found;
  }

  // The code of every asset in a class; null where a filter leaves it out.
  async function codes(store, name, wanted) {
    const found = new Array(store.head.count).fill(null);
    await each(store, name, wanted, (code, index) => { found[index] = code; });
    return found;
  }

  async function each(store, name, wanted, visit) {
    await store.whole;
    const passing = Object.entries(wanted ? allowed(store, wanted) : store.filters)
      .map(([one, chosen]) => [place(store, one), chosen]);
    const at = place(store, name);
    for (const block of store.blocks) {
      for (let i = 0; i < block.count; i += 1) {
        if (passing.every(([one, chosen]) => chosen[block.classes[one][i]])) visit(block.classes[at][i], block.first + i);
      }
    }
  }

  return { open, view, take, finish, colour, filter, counts, codes, BLOCK };
})();
