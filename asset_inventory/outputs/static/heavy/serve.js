// Keeps every layer and answers the page: the same code in a worker and, where there is none, in the page.
"use strict";

assetsOnMap.serve = (reply, { budget }) => {
  const { decode, store: kept, figures, hit, tiles } = assetsOnMap;
  const stores = new Map();
  const queue = [];
  const channel = new MessageChannel();
  let awake = false;

  // What waited for a layer to be whole is painted then.
  const settled = (name) => (state) => {
    reply({ layer: name, say: "whole", state });
    queue.push(...stores.get(name).waiting.splice(0));
    wake();
  };

  function keep(name, store) {
    store.waiting = [];
    stores.set(name, store);
  }

  function open(name, head) {
    keep(name, kept.open(name, head, settled(name)));
    kept.finish(stores.get(name)); // at once where there is no block to come
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

  // {name: code} of one asset in every class; null where there is no such asset.
  async function classes(store, index) {
    await store.whole;
    const block = blockOf(store, index);
    if (!block) return null;
    return Object.fromEntries(store.head.classes.map((name, place) => [name, block.classes[place][index - block.first]]));
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
    at, bounds, outline, classes, block,
    colour: kept.colour, filter: kept.filter, counts: kept.counts, codes: kept.codes,
    attributes: figures.attributes, search: figures.find, group: figures.whole,
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
    if (message.do === "view") {
      keep(message.layer, kept.view(message.layer, stores.get(message.of), settled(message.layer)));
      return;
    }
    const store = stores.get(message.layer);
    if (message.do === "part") kept.take(store, message.part, message.text);
    else if (message.do === "tile") {
      (store.settled ? queue : store.waiting).push({ ...message.job, store });
      wake();
    } else if (message.do === "drop") drop(store, message.id);
    else if (message.do === "call") call(store, message);
    else if (message.do === "end") {
      store.ended = true;
      kept.finish(store);
    }
  };
};
