// The arrays of one layer: decoded piece by piece, coloured, filtered and counted.

import * as decode from "./decode.js";
import { open as unpack } from "./packing.js";
import * as tiles from "./tiles.js";

/** @import { Block, Codes, Head, ShownBlock, State, Store } from "./types.js" */

export const BLOCK = 65536;

/**
 * `settled` hears once that all is decoded, or that the file has ended and no more can come.
 * @param {string} name
 * @param {Head} head
 * @param {(state: State) => void} settled
 */
export function open(name, head, settled) {
  /** @type {(state: State) => void} */
  let resolved = () => {};
  /** @type {Promise<State>} */
  const whole = new Promise((resolve) => {
    resolved = resolve;
  });
  /** @type {Store} */
  const store = {
    name,
    head,
    whole,
    blocks: [],
    pieces: { columns: [], sought: [] },
    dictionary: "",
    opened: new Map(),
    named: new Map(),
    numbers: new Map(),
    searched: null,
    missing: 0,
    colour: head.colour_by,
    filters: {},
    looks: [],
    icons: iconsOf(head),
    mark: head.mark,
    settled: false,
    ended: false,
    busy: 0,
    waiting: [],
    settle(state) {
      resolved(state);
      settled(state);
    },
  };
  colour(store, head.colour_by);
  return store;
}

/**
 * A second view of a layer: the same arrays, with a colour and a filter of its own.
 * @param {string} name
 * @param {Store} shared
 * @param {(state: State) => void} settled
 */
export function view(name, shared, settled) {
  /** @type {Store} */
  const store = Object.assign(Object.create(shared), { name, blocks: [], filters: {}, settled: false, waiting: [] });
  colour(store, shared.head.colour_by);
  store.whole = shared.whole.then((state) => {
    store.blocks = shared.blocks.map((block) => shownBlock(store, block));
    store.settled = true;
    settled(state);
    return state;
  });
  return store;
}

/** @param {Store} store @param {Block} block @returns {ShownBlock} */
function shownBlock(store, block) {
  const drawn = { ...block, shown: new Uint8Array(block.count), hasPoints: block.kinds.includes(0) };
  show(store, drawn);
  return drawn;
}

/** @param {Store} store @param {number} number @param {string} text */
export async function take(store, number, text) {
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
    const block = decode.block(await unpack(text));
    if (
      block.count !== part.count ||
      block.first !== part.first ||
      block.classes.length !== store.head.classes.length
    ) {
      throw new RangeError("block");
    }
    store.blocks[part.first / BLOCK] = shownBlock(store, block);
  } catch (fault) {
    part.fault = String(fault);
  }
  store.busy -= 1;
  finish(store);
}

/**
 * Whole when every block is decoded, or when the file has ended and no more can come.
 * @param {Store} store
 */
export function finish(store) {
  const parts = store.head.parts.filter((part) => part.kind === "blocks");
  if (store.settled || store.busy || !(store.ended || parts.every((part) => part.taken))) return;
  store.settled = true;
  const lost = parts.filter((part) => part.fault || !part.taken);
  store.blocks = store.blocks.filter(Boolean);
  store.missing = lost.reduce((sum, part) => sum + part.count, 0);
  store.settle({ assets: store.head.count, missing: store.missing });
}

/** No more of the file can come. @param {Store} store */
export function end(store) {
  store.ended = true;
  finish(store);
}

/** @param {Store} store @param {string} name */
const place = (store, name) => {
  const index = store.head.classes.indexOf(name);
  if (index < 0) throw new RangeError(`no class ${name}`);
  return index;
};

/**
 * The bytes of a class in a block, and the second bytes where it has more than 256 words.
 * @param {Store} store
 * @param {Block} block
 * @param {string} name
 */
function bytesOf(store, block, name) {
  const high = store.head.classes.indexOf(`${name}-high`);
  return { low: block.classes[place(store, name)], high: high < 0 ? null : block.classes[high] };
}

/**
 * 0 where an asset is not shown, else its class + 1: looked up once, not in every tile.
 * @param {Store} store
 * @param {ShownBlock} block
 */
function show(store, block) {
  const codes = block.classes[place(store, store.colour)];
  const count = store.head.styles[store.colour].length;
  for (let i = 0; i < block.count; i += 1) block.shown[i] = codes[i] < count ? codes[i] + 1 : 0;
  for (const [name, allowed] of Object.entries(store.filters)) {
    const { low, high } = bytesOf(store, block, name);
    for (let i = 0; i < block.count; i += 1) if (!allowed[low[i] + (high ? 256 * high[i] : 0)]) block.shown[i] = 0;
  }
}

/** @param {Store} store @param {string} name */
export function colour(store, name) {
  place(store, name);
  if (!store.head.styles[name]) throw new RangeError(`no style ${name}`);
  store.colour = name;
  store.looks = store.head.styles[name].map(tiles.look);
  store.blocks.forEach((block) => show(store, block));
}

/**
 * The icon of each asset by the code of its type, which is in one class or in two.
 * @param {Head} head
 * @returns {import("./types.js").Icons | null}
 */
function iconsOf({ icons, classes }) {
  if (!icons) return null;
  const [low, high] = [icons.by, `${icons.by}-high`].map((name) => (name === null ? -1 : classes.indexOf(name)));
  return {
    shapes: icons.paths.map((path) => new Path2D(path)),
    of: ({ classes }, asset) =>
      icons.of[low < 0 ? 0 : classes[low][asset] + (high < 0 ? 0 : 256 * classes[high][asset])],
  };
}

/** @param {Store} store @param {Codes | null} [wanted] */
function allowed(store, wanted) {
  const filters = Object.create(null);
  for (const [name, codes] of Object.entries(wanted || {})) {
    place(store, name);
    if (codes === null) continue;
    filters[name] = new Uint8Array(store.head.classes.includes(`${name}-high`) ? 65536 : 256);
    for (const code of codes) filters[name][code] = 1;
  }
  return filters;
}

/** @param {Store} store @param {Codes | null} [wanted] */
export function filter(store, wanted) {
  store.filters = allowed(store, wanted);
  store.blocks.forEach((block) => show(store, block));
}

/**
 * How many assets of each class pass a filter, else the one that is set; those that cannot be drawn count too.
 * @param {Store} store
 * @param {string} name
 * @param {Codes | null} [wanted]
 */
export async function counts(store, name, wanted) {
  const counted = new Array(store.head.classes.includes(`${name}-high`) ? 65536 : 256).fill(0);
  await each(store, name, wanted, (code) => {
    counted[code] += 1;
  });
  return counted;
}

/**
 * The code of every asset in a class; null where a filter leaves it out.
 * @param {Store} store
 * @param {string} name
 * @param {Codes | null} [wanted]
 */
export async function codes(store, name, wanted) {
  const list = new Array(store.head.count).fill(null);
  await each(store, name, wanted, (code, index) => {
    list[index] = code;
  });
  return list;
}

/** @param {Store} store @param {string} name @param {Codes | null | undefined} wanted @param {(code: number, index: number) => void} visit */
async function each(store, name, wanted, visit) {
  await store.whole;
  const passing = Object.entries(wanted ? allowed(store, wanted) : store.filters);
  for (const block of store.blocks) {
    const { low: lows, high: highs } = bytesOf(store, block, name);
    const stays = new Uint8Array(block.count).fill(1);
    for (const [other, chosen] of passing) {
      const { low, high } = bytesOf(store, block, other);
      for (let i = 0; i < block.count; i += 1) if (!chosen[low[i] + (high ? 256 * high[i] : 0)]) stays[i] = 0;
    }
    for (let i = 0; i < block.count; i += 1) {
      if (stays[i]) visit(lows[i] + (highs ? 256 * highs[i] : 0), block.first + i);
    }
  }
}
