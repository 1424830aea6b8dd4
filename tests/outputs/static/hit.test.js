import assert from "node:assert";
import test from "node:test";
import { BOX_BLOCK } from "../../../asset_inventory/outputs/map/static/src/layer/decode.js";
import * as hit from "../../../asset_inventory/outputs/map/static/src/layer/hit.js";

// A block by hand: each asset a list of rings, each ring a list of places.
function blockOf(assets, kinds) {
  const rings = assets.flat();
  const places = rings.flat();
  const sums = (list) =>
    Uint32Array.from([
      0,
      ...list.map(
        (
          (sum) => (n) =>
            (sum += n)
        )(0),
      ),
    ]);
  const block = {
    first: 0,
    count: assets.length,
    kinds: Uint8Array.from(kinds),
    xs: Int32Array.from(places, ([x]) => x),
    ys: Int32Array.from(places, ([, y]) => y),
    ringOf: sums(assets.map((one) => one.length)),
    starts: sums(rings.map((one) => one.length)),
  };
  const reach = (list, how) => how(...list);
  block.boxes = Int32Array.from(
    assets.flatMap((one) => {
      const all = one.flat();
      const xs = all.map(([x]) => x);
      const ys = all.map(([, y]) => y);
      return [reach(xs, Math.min), reach(ys, Math.min), reach(xs, Math.max), reach(ys, Math.max)];
    }),
  );
  block.groups = Int32Array.of(-1000, -1000, 1000, 1000);
  return block;
}

const box = (west, north, east, south) => [
  [west, north],
  [west, south],
  [east, south],
  [east, north],
];
const turned = (ring) => [...ring].reverse();
const under = (block, x, y, reach = 0) => hit.at([block], x, y, { reach, drawn: () => 1, passes: () => true });

test("the smaller of two areas that lie one over the other", () => {
  const block = blockOf([[box(0, 0, 100, 100)], [box(40, 40, 60, 60)]], [2, 2]);
  assert.equal(under(block, 50, 50), 1);
  assert.equal(under(block, 10, 10), 0);
});

test("a hole is not the asset, what lies in it is", () => {
  const block = blockOf([[box(0, 0, 100, 100), turned(box(20, 20, 80, 80))], [box(45, 45, 55, 55)]], [2, 2]);
  assert.equal(under(block, 30, 30), null);
  assert.equal(under(block, 50, 50), 1);
  assert.equal(under(block, 10, 50), 0);
});

test("points and lines lie above areas, within what is painted of them", () => {
  const block = blockOf(
    [
      [box(0, 0, 100, 100)],
      [
        [
          [0, 50],
          [100, 50],
        ],
      ],
      [[[20, 50]]],
    ],
    [2, 1, 0],
  );
  assert.equal(under(block, 20, 50), 2);
  assert.equal(under(block, 60, 51), 1);
  assert.equal(under(block, 60, 53), 0);
});

test("else the nearest within reach", () => {
  const block = blockOf([[box(0, 0, 10, 10)], [box(20, 0, 30, 10)]], [2, 2]);
  assert.equal(under(block, 13, 5, 6), 0);
  assert.equal(under(block, 16, 5, 6), 1);
  assert.equal(under(block, 50, 5, 6), null);
});

test("an asset that is filtered away is not there", () => {
  const block = blockOf([[box(0, 0, 10, 10)]], [2]);
  assert.equal(hit.at([block], 5, 5, { reach: 0, drawn: () => 0, passes: () => false }), null);
});

test("area of a ring and its hole", () => {
  const block = blockOf([[box(0, 0, 10, 10), turned(box(2, 2, 4, 4))]], [2]);
  assert.equal(hit.area(block, 0), 96);
  assert.equal(BOX_BLOCK, 64);
});
