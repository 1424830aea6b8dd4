// Attributes: one group of 4,096 assets at a time; the format is described at the top of outputs/map/encoding.py.

import { bit } from "./decode.js";

/** @import { Column, Values } from "./types.js" */

const NONE = 1;
const SOME = 2;
const STEPS = 128;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** @param {Uint8Array} bytes @param {number} start @param {number} count @param {number} number */
function planes(bytes, start, count, number) {
  const values = new Array(count).fill(0);
  let scale = 1;
  for (let plane = 0; plane < number; plane += 1, scale *= 256) {
    const at = start + plane * count;
    for (let i = 0; i < count; i += 1) values[i] += bytes[at + i] * scale;
  }
  return values;
}

const unescaped = (/** @type {string} */ line) =>
  line.includes("\\") ? line.replace(/\\(.)/g, (_, mark) => (mark === "n" ? "\n" : mark)) : line;

/** @param {Uint8Array} bytes @param {DataView} view @param {number} count */
function texts(bytes, view, count) {
  const length = view.getUint32(0, true);
  const words = utf8
    .decode(bytes.subarray(4, 4 + length))
    .split("\n")
    .map(unescaped);
  return planes(bytes, 4 + length, count, 2).map((code) => words[code]);
}

/** @param {Uint8Array} bytes @param {DataView} view @param {number} count @param {number} decimals */
function numbers(bytes, view, count, decimals) {
  const base = view.getFloat64(0, true);
  const number = view.getUint8(8);
  const power = 10 ** decimals;
  if (number < STEPS) return planes(bytes, 9, count, number).map((rest) => (base + rest) / power);
  let value = base;
  return planes(bytes, 9, count, number - STEPS).map((step) => {
    value += step % 2 ? -(step + 1) / 2 : step / 2;
    return value / power;
  });
}

/** @param {Uint8Array} bytes @param {number} count @param {Column} column */
function ids(bytes, count, column) {
  const many = column.dictionary.length > 1;
  const prefixes = many ? planes(bytes, 0, count, 1) : new Array(count).fill(0);
  const start = many ? count : 0;
  const rest = bytes.subarray(start);
  const whole = numbers(rest, new DataView(rest.buffer, rest.byteOffset), count, 0);
  return whole.map((digits, i) => column.dictionary[prefixes[i]] + String(digits).padStart(column.decimals, "0"));
}

/** @param {Uint8Array} bytes @param {number} count */
function floats(bytes, count) {
  const turned = new Uint8Array(8 * count);
  for (let plane = 0; plane < 8; plane += 1) {
    for (let i = 0; i < count; i += 1) turned[8 * i + plane] = bytes[plane * count + i];
  }
  const view = new DataView(turned.buffer);
  return Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
}

/** @param {Uint8Array} bytes @param {number} count @param {Column} column @returns {unknown[]} */
function known(bytes, count, column) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (column.way === "words") {
    const wide = column.dictionary.length <= 256 ? 1 : 2;
    return planes(bytes, 0, count, wide).map((code) => column.dictionary[code]);
  }
  if (column.way === "text") return texts(bytes, view, count);
  if (column.way === "id") return ids(bytes, count, column);
  return column.way === "float" ? floats(bytes, count) : numbers(bytes, view, count, column.decimals);
}

/**
 * The values of one column in a group of `count` assets, null where there is none.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {Column} column
 */
function values(bytes, count, column) {
  if (bytes[0] === NONE) return new Array(count).fill(null);
  if (bytes[0] !== SOME) return known(bytes.subarray(1), count, column);
  const flags = bytes.subarray(1, 1 + ((count + 7) >> 3));
  const has = Array.from({ length: count }, (_, i) => bit(flags, i));
  const present = known(
    bytes.subarray(1 + flags.length),
    has.reduce((sum, flag) => sum + flag, 0),
    column,
  );
  let next = 0;
  return has.map((flag) => (flag ? present[next++] : null));
}

/**
 * The values of one column of a group, the others passed over.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {Column[]} columns
 * @param {string} name
 */
export function one(bytes, count, columns, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const column of columns) {
    const length = view.getUint32(at, true);
    if (column.name === name) return values(bytes.subarray(at + 4, at + 4 + length), count, column);
    at += 4 + length;
  }
  throw new RangeError(`no column ${name}`);
}

/**
 * Every column of a group: name → values.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {Column[]} columns
 * @returns {Values}
 */
export function group(bytes, count, columns) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const byName = Object.create(null); // a column may have any name, also that of a prototype
  let at = 0;
  for (const column of columns) {
    const length = view.getUint32(at, true);
    byName[column.name] = values(bytes.subarray(at + 4, at + 4 + length), count, column);
    at += 4 + length;
  }
  if (at !== bytes.length) throw new RangeError("length");
  return byName;
}
