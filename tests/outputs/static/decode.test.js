"use strict";

const assert = require("node:assert");
const test = require("node:test");
const zlib = require("node:zlib");
const { decode, inflate } = require("./load.js");

const MIDDLE = 2 ** 27;

function bytes({ kind = 2, flags = 0, count = 1, rings = 1, vertices = 4, classes = 1 } = {}, ...body) {
  const head = Buffer.alloc(32);
  head.set([1, kind, flags, 28]);
  head.writeUInt32LE(count, 4);
  head.writeInt32LE(MIDDLE, 12);
  head.writeInt32LE(MIDDLE, 16);
  head.writeUInt32LE(rings, 20);
  head.writeUInt32LE(vertices, 24);
  head.writeUInt16LE(classes, 28);
  return new Uint8Array([...head, ...body]);
}

function packed(data) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(inflate.adler32(data));
  return zlib.deflateRawSync(Buffer.concat([sum, data])).toString("base64");
}

// The square of test_blocks.py: class 7, four vertices, first vertex at the origin, moves 0,+20 +10,0 and 0,-20 less the first turned round.
const SQUARE = [7, 4, 0, 0, 0, 40, 20, 0, 0, 0];

test("a square is read back", () => {
  const block = decode.block(bytes({}, ...SQUARE));
  assert.deepEqual([...block.xs], [0, 0, 10, 10].map((x) => MIDDLE + x));
  assert.deepEqual([...block.ys], [0, 20, 20, 0].map((y) => MIDDLE + y));
  assert.deepEqual([...block.boxes], [MIDDLE, MIDDLE, MIDDLE + 10, MIDDLE + 20]);
  assert.deepEqual([...block.classes[0]], [7]);
});

test("points need no number of vertices, and one may have none", () => {
  const block = decode.block(bytes({ kind: 0, flags: 1, count: 2, vertices: 1 }, 1, 2, 0b10, 0, 0, 6, 8));
  assert.deepEqual([...block.ringOf], [0, 1, 1]);
  assert.deepEqual([block.xs[0], block.ys[0]], [MIDDLE + 3, MIDDLE + 4]);
  assert.ok(block.boxes[4] > block.boxes[6], "nothing meets the box of an asset without geometry");
});

for (const [what, data] of [
  ["another version", new Uint8Array([2, ...bytes({}, ...SQUARE).subarray(1)])],
  ["a block cut short", bytes({}, ...SQUARE).subarray(0, 38)],
  ["bytes too many", bytes({}, ...SQUARE, 0)],
  ["counts that differ", bytes({ vertices: 5 }, ...SQUARE)],
]) test(`${what} is refused`, () => assert.throws(() => decode.block(data), RangeError));

test("what is packed is opened, with and without the browser's own inflate", async () => {
  const data = new Uint8Array(100000).map((_, i) => i % 251);
  assert.deepEqual(await inflate.open(packed(data)), data);
  const kept = globalThis.DecompressionStream;
  try {
    delete globalThis.DecompressionStream;
    assert.deepEqual(await inflate.open(packed(data)), data);
    globalThis.DecompressionStream = class { constructor() { throw new TypeError("deflate-raw"); } };
    assert.deepEqual(await inflate.open(packed(data)), data);
  } finally {
    globalThis.DecompressionStream = kept;
  }
});

test("a changed or shortened text is refused", async () => {
  const text = packed(new Uint8Array(5000).map((_, i) => (i * i) % 256));
  await assert.rejects(inflate.open(text.slice(0, text.length / 2 - (text.length / 2) % 4)));
  const place = text.length / 2;
  await assert.rejects(inflate.open(text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1)));
});

test("the checksum is Adler's", () => {
  assert.equal(inflate.adler32(Buffer.from("Wikipedia")), 0x11e60398);
});
