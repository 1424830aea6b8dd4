// Keeps the arrays of every layer and answers the page: the same code in a worker and, where there is none, in the page.
"use strict";

assetsOnMap.serve = (reply, { budget }) => {
  const { decode, inflate, columns, search, hit, tiles } = assetsOnMap;
  const BLOCK = 65536;
  const GROUP = 4096;
  const KEPT = 8; // opened groups of attributes
  const stores = new Map();
  const queue = [];
  const channel = new MessageChannel();
  let awake = false;

  // Layers

  function open(name, head) {
    const store = {
      name, head, blocks: [], pieces: { columns: [], sought: [] }, dictionary: null, opened: new Map(), index: null,
      waiting: [], done: 0, missing: 0, filters: {}, looks: [], mark: head.mark,
    };
    store.whole = new Promise((resolve) => { store.settle = resolve; });
    colour(store, head.colour_by);
    stores.set(name, store);
    if (!head.parts.some((part) => part.kind === "blocks")) finish(store);
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
    store.busy = (store.busy || 0) + 1;
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
    const state = { assets: store.head.count, missing: store.missing };
    store.settle(state);
    reply({ layer: store.name, say: "whole", state });
    queue.push(...store.waiting.splice(0));
    wake();
  }

  // Colour and filter

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

  // One asset

  async function at(store, { x, y, zoom, reach }) {
    await store.whole;
    if (!store.blocks.length) return null;
    const turn = 2 ** store.blocks[0].bits;
    const step = turn / (256 * 2 ** zoom); // steps in a pixel
    return hit.at(store.blocks, x * turn, y * turn, {
      reach: reach * step,
      drawn: (kind) => (kind === 0 ? tiles.pointRadius(zoom) + 1 : tiles.lineWidth(zoom) / 2 + 1) * step,
      passes: (block, asset) => block.shown[asset] !== 0,
    });
  }

  const blockOf = (store, index) => store.blocks.find((block) => index >= block.first && index < block.first + block.count);

  // West, north, east, south as shares of the world, or null without geometry.
  async function bounds(store, index) {
    await store.whole;
    const block = blockOf(store, index);
    if (!block) return null;
    const box = block.boxes.subarray(4 * (index - block.first), 4 * (index - block.first) + 4);
    return box[0] > box[2] ? null : Array.from(box, (one) => one / 2 ** block.bits);
  }

  // Kind and rings (x, y as shares of the world, holes after their ring) of one asset, to be drawn by itself.
  async function outline(store, index) {
    await store.whole;
    const block = blockOf(store, index);
    if (!block) return null;
    const asset = index - block.first;
    const turn = 2 ** block.bits;
    const rings = [];
    for (let ring = block.ringOf[asset]; ring < block.ringOf[asset + 1]; ring += 1) {
      const places = [];
      for (let i = block.starts[ring]; i < block.starts[ring + 1]; i += 1) places.push([block.xs[i] / turn, block.ys[i] / turn]);
      rings.push({ hole: Boolean(block.holes && decode.bit(block.holes, ring)), places });
    }
    return { kind: ["point", "line", "polygon"][block.kinds[asset]], rings };
  }

  // Attributes

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

  // For tests and exports: one block's arrays.
  async function block(store, number) {
    await store.whole;
    const { shown, groups, boxes, ...arrays } = store.blocks[number];
    return arrays;
  }

  // Tiles

  function wake() {
    if (awake || !queue.length) return;
    awake = true;
    channel.port2.postMessage(null);
  }

  // One tile, or as much of it as fits into the budget, then whatever else waits to be heard.
  function work() {
    awake = false;
    const end = performance.now() + budget;
    while (queue.length) {
      const job = queue[0];
      job.run = job.run || tiles.paint(job.store.blocks, job, job.store.looks, job.store.mark);
      let step = job.run.next();
      while (!step.done && performance.now() < end) step = job.run.next();
      if (step.done) {
        queue.splice(queue.indexOf(job), 1);
        send(job, step.value);
      }
      if (budget === Infinity || performance.now() >= end) break;
    }
    wake();
  }

  function send(job, canvas) {
    const bitmap = canvas && canvas.transferToImageBitmap ? canvas.transferToImageBitmap() : canvas;
    reply({ layer: job.store.name, say: "tile", id: job.id, bitmap }, canvas && canvas.transferToImageBitmap ? [bitmap] : []);
  }

  function drop(store, id) {
    for (const list of [queue, store.waiting]) {
      const found = list.findIndex((job) => job.store === store && job.id === id);
      if (found >= 0) list.splice(found, 1);
    }
  }

  channel.port1.onmessage = work;

  const calls = {
    colour, filter, counts, codes, at, bounds, outline, attributes, block,
    search: find,
    group: whole,
    mark: (store, text) => { store.mark = text; },
  };

  function call(store, { id, name, given }) {
    const answer = (message) => reply({ layer: store.name, say: "answer", id, ...message });
    Promise.resolve().then(() => calls[name](store, ...given)).then(
      (value) => answer({ value }), (fault) => answer({ fault: String(fault) }));
  }

  return (message) => {
    if (message.do === "open") {
      open(message.layer, message.head);
      return;
    }
    const store = stores.get(message.layer);
    if (message.do === "part") take(store, message.part, message.text);
    else if (message.do === "tile") {
      (store.settled ? queue : store.waiting).push({ ...message.job, store });
      wake();
    } else if (message.do === "drop") drop(store, message.id);
    else if (message.do === "call") call(store, message);
    else if (message.do === "end") {
      store.ended = true;
      finish(store);
    }
  };
};
