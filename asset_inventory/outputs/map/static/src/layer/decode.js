// A block of bytes back to arrays; the format is described at the top of outputs/map/encoding.py.

/** @import { Block } from "./types.js" */
/** @typedef {ReturnType<typeof header>} Header */
/** @typedef {ReturnType<typeof reader>} Reader */

const VERSION = 2;
const MIXED = 3;
const HEADER = 32;
export const BOX_BLOCK = 64; // assets that share a box, to be passed over together

/** @param {Uint8Array} bytes */
function header(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint8(0) !== VERSION) throw new RangeError("version");
  return {
    kind: view.getUint8(1),
    flagged: (view.getUint8(2) & 1) === 1,
    bits: view.getUint8(3),
    count: view.getUint32(4, true),
    first: view.getUint32(8, true),
    x: view.getInt32(12, true),
    y: view.getInt32(16, true),
    rings: view.getUint32(20, true),
    vertices: view.getUint32(24, true),
    classes: view.getUint16(28, true),
  };
}

/** @param {Uint8Array} bytes @param {number} start */
function reader(bytes, start) {
  let at = start;
  const take = (/** @type {number} */ length) => {
    if (at + length > bytes.length) throw new RangeError("length");
    at += length;
    return bytes.subarray(at - length, at);
  };
  // Whole numbers from 0, byte plane after byte plane.
  const numbers = (/** @type {number} */ count) => {
    const result = new Uint32Array(count);
    const planes = take(1)[0];
    if (planes > 4) throw new RangeError("planes");
    for (let shift = 0; shift < 8 * planes; shift += 8) {
      const plane = take(count);
      for (let i = 0; i < count; i += 1) result[i] |= plane[i] << shift;
    }
    return result;
  };
  const signed = (/** @type {number} */ count) => {
    const result = new Int32Array(numbers(count).buffer);
    for (let i = 0; i < count; i += 1) result[i] = (result[i] >>> 1) ^ -(result[i] & 1);
    return result;
  };
  return { take, numbers, signed, atEnd: () => at === bytes.length };
}

/** @param {Uint8Array} bits @param {number} i */
export const bit = (bits, i) => (bits[i >> 3] >> (i & 7)) & 1;

/** @param {Reader} from @param {Header} head */
function ringRanges(from, head) {
  const ringOf = new Uint32Array(head.count + 1); // the first ring of each asset, and the end
  let holes = null;
  if (head.flagged) {
    const flags = from.take((head.count + 7) >> 3);
    let flagged = 0;
    for (let i = 0; i < head.count; i += 1) flagged += bit(flags, i);
    const counts = from.numbers(flagged);
    let next = 0;
    for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = ringOf[i] + (bit(flags, i) ? counts[next++] : 1);
    holes = from.take((head.rings + 7) >> 3).slice();
  } else {
    for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = i + 1;
  }
  return { ringOf, holes };
}

/**
 * The first vertex of each ring, and the end.
 * @param {Reader} from
 * @param {Header} head
 */
function ringStarts(from, head) {
  const starts = new Uint32Array(head.rings + 1);
  const sizes = head.kind === 0 ? null : from.numbers(head.rings);
  for (let ring = 0; ring < head.rings; ring += 1) starts[ring + 1] = starts[ring] + (sizes ? sizes[ring] : 1);
  return starts;
}

/** @param {Reader} from @param {Header} head @param {Uint32Array} starts */
function coordinates(from, head, starts) {
  const firsts = [from.signed(head.rings), from.signed(head.rings)];
  const places = [];
  if (head.kind === 0) {
    places.push(...firsts.map((moves, axis) => summed(head, starts, moves, axis, [], moves)));
  } else {
    let four = 0;
    for (let ring = 0; ring < head.rings; ring += 1) four += Number(starts[ring + 1] - starts[ring] === 4);
    /** @type {Int32Array[][]} */
    const fours = [];
    for (let vertex = 1; vertex < 4; vertex += 1) fours.push([from.signed(four), from.signed(four)]);
    const rest = head.vertices - head.rings - 3 * four;
    const others = [from.signed(rest), from.signed(rest)];
    places.push(
      ...firsts.map((moves, axis) =>
        summed(
          head,
          starts,
          moves,
          axis,
          fours.map((steps) => steps[axis]),
          others[axis],
        ),
      ),
    );
  }
  return { xs: places[0], ys: places[1] };
}

/**
 * One coordinate of every vertex, from the differences.
 * @param {Header} head
 * @param {Uint32Array} starts
 * @param {Int32Array} firsts
 * @param {number} axis
 * @param {Int32Array[]} fours
 * @param {Int32Array} others
 */
function summed(head, starts, firsts, axis, fours, others) {
  const list = new Int32Array(head.vertices);
  let first = axis ? head.y : head.x;
  let four = 0;
  let other = 0;
  for (let ring = 0; ring < head.rings; ring += 1) {
    const start = starts[ring];
    const end = starts[ring + 1];
    first += firsts[ring];
    list[start] = first;
    if (end - start === 4) {
      // the last side of a rectangle is the first, turned round
      list[start + 1] = first + fours[0][four];
      list[start + 2] = list[start + 1] + fours[1][four];
      list[start + 3] = list[start + 2] + fours[2][four] - fours[0][four];
      four += 1;
    } else {
      for (let i = start + 1; i < end; i += 1, other += 1) list[i] = list[i - 1] + others[other];
    }
  }
  return list;
}

/**
 * Least and greatest x and y of each asset; an asset without geometry has a box that nothing meets.
 * @param {Header} head
 * @param {Uint32Array} ringOf
 * @param {Uint32Array} starts
 * @param {Int32Array} xs
 * @param {Int32Array} ys
 */
function boxesOf(head, ringOf, starts, xs, ys) {
  const boxes = new Int32Array(4 * head.count);
  for (let asset = 0; asset < head.count; asset += 1) {
    let west = 2147483647;
    let north = 2147483647;
    let east = -2147483648;
    let south = -2147483648;
    const end = starts[ringOf[asset + 1]];
    for (let i = starts[ringOf[asset]]; i < end; i += 1) {
      if (xs[i] < west) west = xs[i];
      if (xs[i] > east) east = xs[i];
      if (ys[i] < north) north = ys[i];
      if (ys[i] > south) south = ys[i];
    }
    boxes.set([west, north, east, south], 4 * asset);
  }
  return boxes;
}

/** @param {Int32Array} boxes @param {number} count */
function groupBoxes(boxes, count) {
  const groups = new Int32Array(4 * Math.ceil(count / BOX_BLOCK));
  for (let group = 0; 4 * group < groups.length; group += 1) {
    const box = [2147483647, 2147483647, -2147483648, -2147483648];
    const end = 4 * Math.min(count, (group + 1) * BOX_BLOCK);
    for (let i = 4 * group * BOX_BLOCK; i < end; i += 4) {
      box[0] = Math.min(box[0], boxes[i]);
      box[1] = Math.min(box[1], boxes[i + 1]);
      box[2] = Math.max(box[2], boxes[i + 2]);
      box[3] = Math.max(box[3], boxes[i + 3]);
    }
    groups.set(box, 4 * group);
  }
  return groups;
}

/**
 * Everything of one block as typed arrays. Throws RangeError where the bytes are not what they should be.
 * @param {Uint8Array} bytes
 * @returns {Block}
 */
export function block(bytes) {
  const head = header(bytes);
  const from = reader(bytes, HEADER);
  const classes = [];
  for (let i = 0; i < head.classes; i += 1) classes.push(from.take(head.count).slice());
  const kinds = head.kind === MIXED ? from.take(head.count).slice() : new Uint8Array(head.count).fill(head.kind);
  const { ringOf, holes } = ringRanges(from, head);
  const starts = ringStarts(from, head);
  if (ringOf[head.count] !== head.rings || starts[head.rings] !== head.vertices) throw new RangeError("counts");
  const { xs, ys } = coordinates(from, head, starts);
  if (!from.atEnd()) throw new RangeError("length");
  const boxes = boxesOf(head, ringOf, starts, xs, ys);
  return {
    bits: head.bits,
    count: head.count,
    first: head.first,
    classes,
    kinds,
    ringOf,
    holes,
    starts,
    xs,
    ys,
    boxes,
    groups: groupBoxes(boxes, head.count),
  };
}
