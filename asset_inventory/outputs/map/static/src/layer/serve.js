// Keeps every layer and answers the page: the same code in a worker and, where there is none, in the page.

import { bit } from "./decode.js";
import * as figures from "./figures.js";
import * as finding from "./finding.js";
import * as hit from "./hit.js";
import * as stores from "./store.js";
import * as tiles from "./tiles.js";

/** @import { Canvas, Job, Order, Outline, Reply, State, Store } from "./types.js" */

/** @param {Store} store @param {number} index */
const blockOf = (store, index) =>
  store.blocks.find((block) => index >= block.first && index < block.first + block.count);

/**
 * The asset at a place (shares of the world), or null.
 * @param {Store} store
 * @param {{ x: number, y: number, zoom: number, reach: number }} place
 */
async function at(store, { x, y, zoom, reach }) {
  await store.whole;
  if (!store.blocks.length) return null;
  const turn = 2 ** store.blocks[0].bits;
  const step = turn / (256 * 2 ** zoom); // steps in a pixel
  return hit.at(store.blocks, x * turn, y * turn, {
    reach: reach * step,
    drawn: (kind) =>
      (kind === 0 ? tiles.pointRadius(zoom, store.icons !== null) + 1 : tiles.lineWidth(zoom) / 2 + 1) * step,
    passes: (block, asset) => block.shown[asset] !== 0,
  });
}

/**
 * West, north, east, south as shares of the world, or null without geometry.
 * @param {Store} store
 * @param {number} index
 */
async function bounds(store, index) {
  await store.whole;
  const block = blockOf(store, index);
  if (!block) return null;
  const box = block.boxes.subarray(4 * (index - block.first), 4 * (index - block.first) + 4);
  return box[0] > box[2] ? null : Array.from(box, (step) => step / 2 ** block.bits);
}

/**
 * Kind and rings (x, y as shares of the world, holes after their ring) of one asset, to be drawn by itself.
 * @param {Store} store
 * @param {number} index
 * @returns {Promise<Outline | null>}
 */
async function outline(store, index) {
  await store.whole;
  const block = blockOf(store, index);
  if (!block) return null;
  const asset = index - block.first;
  const turn = 2 ** block.bits;
  /** @type {Outline["rings"]} */
  const rings = [];
  for (let ring = block.ringOf[asset]; ring < block.ringOf[asset + 1]; ring += 1) {
    /** @type {[number, number][]} */
    const places = [];
    for (let i = block.starts[ring]; i < block.starts[ring + 1]; i += 1)
      places.push([block.xs[i] / turn, block.ys[i] / turn]);
    rings.push({ hole: Boolean(block.holes && bit(block.holes, ring)), places });
  }
  return { kind: /** @type {const} */ (["point", "line", "polygon"])[block.kinds[asset]], rings };
}

/**
 * {name: code} of one asset in every class; null where there is no such asset.
 * @param {Store} store
 * @param {number} index
 */
async function classes(store, index) {
  await store.whole;
  const block = blockOf(store, index);
  if (!block) return null;
  return Object.fromEntries(store.head.classes.map((name, place) => [name, block.classes[place][index - block.first]]));
}

/**
 * For tests and exports: one block's arrays.
 * @param {Store} store
 * @param {number} number
 */
async function block(store, number) {
  await store.whole;
  const { shown, hasPoints, groups, boxes, ...arrays } = store.blocks[number];
  return arrays;
}

/** @param {Store} store @param {string | null} text */
function mark(store, text) {
  store.mark = text;
}

/** @type {Record<string, (store: Store, ...given: any[]) => unknown>} */
const CALLS = {
  at,
  bounds,
  outline,
  classes,
  block,
  mark,
  colour: stores.colour,
  filter: stores.filter,
  counts: stores.counts,
  codes: stores.codes,
  attributes: figures.attributes,
  find: finding.find,
  search: finding.search,
  group: figures.whole,
  column: figures.column,
  labels: figures.labels,
  sums: figures.sums,
};

/**
 * Returns what takes an order of the page.
 * @param {(message: Reply, transfer?: Transferable[]) => void} reply
 * @param {{ budget: number }} options milliseconds of painting before an order is heard
 */
export function serve(reply, { budget }) {
  /** @type {Map<string, Store>} */
  const kept = new Map();
  /** @type {Job[]} */
  const queue = [];
  const channel = new MessageChannel();
  let awake = false;

  /** @param {string} name */
  const storeOf = (name) => /** @type {Store} */ (kept.get(name));

  /**
   * What waited for a layer to be whole is painted then.
   * @param {string} name
   * @returns {(state: State) => void}
   */
  const settled = (name) => (state) => {
    reply({ layer: name, say: "whole", state });
    queue.push(...storeOf(name).waiting.splice(0));
    wake();
  };

  function wake() {
    if (awake || !queue.length) return;
    awake = true;
    channel.port2.postMessage(null);
  }

  /** @param {Job} job */
  function paint(job) {
    const { blocks, looks, mark, icons } = job.store;
    return tiles.paint(blocks, job, looks, mark, icons);
  }

  // One tile, or as much of it as fits into the budget, then whatever else waits to be heard.
  function work() {
    awake = false;
    const end = performance.now() + budget;
    while (queue.length) {
      const job = queue[0];
      job.run ??= paint(job);
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

  /** @param {Job} job @param {Canvas | null} canvas */
  async function send({ id, store }, canvas) {
    const bitmap = canvas && (await createImageBitmap(canvas));
    reply({ layer: store.name, say: "tile", id, bitmap }, bitmap ? [bitmap] : []);
  }

  /** @param {Store} store @param {number} id */
  function drop(store, id) {
    for (const list of [queue, store.waiting]) {
      const place = list.findIndex((job) => job.store === store && job.id === id);
      if (place >= 0) list.splice(place, 1);
    }
  }

  /** @param {Store} store @param {{ id: number, name: string, given: unknown[] }} order */
  async function call(store, { id, name, given }) {
    const answer = { layer: store.name, say: /** @type {const} */ ("answer"), id };
    try {
      reply({ ...answer, value: await CALLS[name](store, ...given) });
    } catch (fault) {
      reply({ ...answer, fault: String(fault) });
    }
  }

  channel.port1.onmessage = work;

  return (/** @type {Order} */ order) => {
    const { layer: name } = order;
    if (order.do === "open") {
      kept.set(name, stores.open(name, order.head, settled(name)));
      stores.finish(storeOf(name)); // at once where there is no block to come
      return;
    }
    if (order.do === "view") {
      kept.set(name, stores.view(name, storeOf(order.of), settled(name)));
      return;
    }
    const store = storeOf(name);
    if (order.do === "part") stores.take(store, order.part, order.text);
    else if (order.do === "tile") {
      (store.settled ? queue : store.waiting).push({ ...order.job, store });
      wake();
    } else if (order.do === "drop") drop(store, order.id);
    else if (order.do === "call") call(store, order);
    else stores.end(store);
  };
}
