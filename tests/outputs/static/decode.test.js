import assert from "node:assert";
import test from "node:test";
import zlib from "node:zlib";
import * as decode from "../../../asset_inventory/outputs/map/static/src/layer/decode.js";
import { adler32, canOpen, fromText, open } from "../../../asset_inventory/outputs/map/static/src/layer/packing.js";

const MIDDLE = 2 ** 27;

function bytes({ kind = 2, flags = 0, count = 1, rings = 1, vertices = 4, classes = 1 } = {}, ...body) {
  const head = Buffer.alloc(32);
  head.set([2, kind, flags, 28]);
  head.writeUInt32LE(count, 4);
  head.writeInt32LE(MIDDLE, 12);
  head.writeInt32LE(MIDDLE, 16);
  head.writeUInt32LE(rings, 20);
  head.writeUInt32LE(vertices, 24);
  head.writeUInt16LE(classes, 28);
  return new Uint8Array([...head, ...body]);
}

const SIGNS = [...Array(94).keys()].map((i) => String.fromCharCode(33 + i)).filter((sign) => !'"&<'.includes(sign));

// Two signs for 13 bits, lowest first; one more where what fills up the last number would be taken for a byte.
function asText(data) {
  const bits = [...data]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .reverse()
    .join("");
  let text = "";
  for (let end = bits.length; end > 0; end -= 13) {
    const number = parseInt(bits.slice(Math.max(0, end - 13), end), 2);
    text += SIGNS[number % 91] + SIGNS[Math.floor(number / 91)];
  }
  return Math.floor((13 * text.length) / 16) > data.length ? `${text}!` : text;
}

function packed(data) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(adler32(data));
  return asText(zlib.deflateRawSync(Buffer.concat([sum, data])));
}

// The square of test_blocks.py: class 7, a ring of four vertices, the first at the origin, moves 0,+20 +10,0 and 0,-20
// less the first turned round; numbers are led by how many bytes each has.
const SQUARE = [7, 1, 4, 0, 0, 0, 1, 40, 1, 20, 0, 0, 0, 0, 0];

test("a square is read back", () => {
  const block = decode.block(bytes({}, ...SQUARE));
  assert.deepEqual(
    [...block.xs],
    [0, 0, 10, 10].map((x) => MIDDLE + x),
  );
  assert.deepEqual(
    [...block.ys],
    [0, 20, 20, 0].map((y) => MIDDLE + y),
  );
  assert.deepEqual([...block.boxes], [MIDDLE, MIDDLE, MIDDLE + 10, MIDDLE + 20]);
  assert.deepEqual([...block.classes[0]], [7]);
});

test("a triangle and a line are read back", () => {
  // as in test_blocks.py: 0,0 0,30 20,30 and 20,30 0,40
  const body = [2, 1, 1, 3, 2, 1, 0, 40, 1, 0, 60, 0, 0, 0, 0, 0, 0, 1, 0, 40, 39, 1, 60, 0, 20];
  const block = decode.block(bytes({ kind: 3, count: 2, rings: 2, vertices: 5, classes: 0 }, ...body));
  assert.deepEqual(
    [...block.xs],
    [0, 0, 20, 20, 0].map((x) => MIDDLE + x),
  );
  assert.deepEqual(
    [...block.ys],
    [0, 30, 30, 30, 40].map((y) => MIDDLE + y),
  );
  assert.deepEqual([...block.kinds], [2, 1]);
});

test("points need no number of vertices, and one may have none", () => {
  // of the second of two assets it is said that it has 0 rings (no byte); the first lies at zigzag 6, 8
  const block = decode.block(
    bytes({ kind: 0, flags: 1, count: 2, rings: 1, vertices: 1 }, 1, 2, 0b10, 0, 0, 1, 6, 1, 8),
  );
  assert.deepEqual([...block.ringOf], [0, 1, 1]);
  assert.deepEqual([block.xs[0], block.ys[0]], [MIDDLE + 3, MIDDLE + 4]);
  assert.ok(block.boxes[4] > block.boxes[6], "nothing meets the box of an asset without geometry");
});

for (const [what, data] of [
  ["another version", new Uint8Array([1, ...bytes({}, ...SQUARE).subarray(1)])],
  ["a block cut short", bytes({}, ...SQUARE).subarray(0, 42)],
  ["bytes too many", bytes({}, ...SQUARE, 0)],
  ["numbers of five bytes", bytes({}, 7, 5, 4, 0, 0, 0, 0, ...SQUARE)],
  ["counts that differ", bytes({ vertices: 5 }, ...SQUARE)],
])
  test(`${what} is refused`, () => assert.throws(() => decode.block(data), RangeError));

test("what is packed is opened", async () => {
  const data = new Uint8Array(100000).map((_, i) => i % 251);
  assert.deepEqual(await open(packed(data)), data);
});

test("a browser without deflate-raw cannot open it", () => {
  const kept = globalThis.DecompressionStream;
  assert.ok(canOpen());
  try {
    delete globalThis.DecompressionStream;
    assert.ok(!canOpen());
    globalThis.DecompressionStream = class {
      constructor() {
        throw new TypeError("deflate-raw");
      }
    };
    assert.ok(!canOpen());
  } finally {
    globalThis.DecompressionStream = kept;
  }
});

test("text is read back, whatever its length", () => {
  for (let length = 0; length < 40; length += 1) {
    const data = new Uint8Array(length).map((_, i) => (i * 73 + 5 * length) % 256);
    assert.deepEqual(fromText(asText(data)), data);
  }
  assert.deepEqual([...fromText("#!")], [1]); // as in test_packing.py
});

test("a changed or shortened text is refused", async () => {
  const text = packed(new Uint8Array(5000).map((_, i) => (i * i) % 256));
  const place = 2 * Math.floor(text.length / 4);
  await assert.rejects(open(text.slice(0, place)));
  await assert.rejects(open(text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1)));
});

test("the checksum is Adler's", () => {
  assert.equal(adler32(Buffer.from("Wikipedia")), 0x11e60398);
});
