import assert from "node:assert";
import test from "node:test";
import { openPage } from "./page.js";

openPage();
const SRC = "../../../asset_inventory/outputs/map/static/src";
const [baseMap, names] = await Promise.all(["base_map", "names"].map((name) => import(`${SRC}/${name}.js`)));

const LOOK = { font: "10px sans", colour: "#000000", height: 10 };
const FRAME = { left: 0, top: 0, right: 1000, bottom: 1000 };
const wide = (text) => 10 * text.length;
const label = (text, x, y, angle = 0) => ({ text, look: LOOK, x, y, angle });

test("two names never touch, and the one that comes first stays", () => {
  const room = names.roomFor(wide, FRAME);
  // 30 x 10 pixels and 3 of room on each side: 36 x 16
  assert.equal(room.place(label("one", 100, 100)), true);
  assert.equal(room.place(label("two", 135, 100)), false);
  assert.equal(room.place(label("two", 136, 100)), true);
  assert.equal(room.place(label("six", 100, 115)), false);
  assert.equal(room.place(label("six", 100, 116)), true);
  assert.deepEqual(
    room.labels.map(({ text }) => text),
    ["one", "two", "six"],
  );
});

test("of any names at any angle no two boxes touch", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  const room = names.roomFor(wide, FRAME);
  for (let i = 0; i < 800; i += 1) {
    const text = "n".repeat(1 + Math.floor(12 * random())) + i;
    room.place(label(text, 1000 * random(), 1000 * random(), Math.PI * (random() - 0.5)));
  }
  assert.ok(room.labels.length > 50);
  const boxes = room.labels.map((one) => names.boxesOf(one, wide(one.text), LOOK.height));
  for (const [i, own] of boxes.entries()) {
    for (const other of boxes.slice(i + 1)) {
      assert.equal(
        own.some((a) => other.some((b) => names.touch(a, b))),
        false,
      );
    }
  }
});

test("a name lies whole inside the map", () => {
  const room = names.roomFor(wide, FRAME);
  assert.equal(room.place(label("edge", 22, 500)), false);
  assert.equal(room.place(label("edge", 23, 500)), true);
});

test("one road is not named twice within the pixels that are asked for", () => {
  const room = names.roomFor(wide, FRAME);
  assert.equal(room.place(label("Jalan", 100, 500), 300), true);
  assert.equal(room.place(label("Jalan", 399, 500), 300), false);
  assert.equal(room.place(label("Jalan", 400, 500), 300), true);
});

test("a turned name covers small boxes along itself", () => {
  const boxes = names.boxesOf({ x: 100, y: 100, angle: Math.PI / 2 }, 30, 10);
  assert.equal(boxes.length, 3);
  // three of 10 x 10 above one another, with 3 of room on each side
  assert.deepEqual(
    boxes.map((box) => [box.left, box.top, box.right, box.bottom].map(Math.round)),
    [
      [92, 82, 108, 98],
      [92, 92, 108, 108],
      [92, 102, 108, 118],
    ],
  );
});

test("a name stands on the longest straight part, and is read from the left", () => {
  const at = (...list) => list.map(([x, y]) => ({ x, y }));
  // 50 pixels east, then 100 south: the second part, read downward
  const bent = names.straight(at([0, 0], [50, 0], [50, 100]), 40);
  assert.deepEqual([bent.x, bent.y], [50, 50]);
  assert.ok(Math.abs(bent.angle - Math.PI / 2) < 1e-9);
  // drawn westward, read eastward
  assert.ok(Math.abs(names.straight(at([100, 0], [0, 0]), 40).angle) < 1e-9);
  // small bends are no end: 60 + 60 pixels
  assert.deepEqual(((spot) => [spot.x, spot.y])(names.straight(at([0, 0], [60, 6], [120, 0]), 110)), [60, 0]);
  assert.equal(names.straight(at([0, 0], [30, 0], [30, 30], [0, 30]), 40), null);
});

test("roads grow with the zoom and with their importance, and appear in that order", () => {
  const look = { from: [9, 10.5, 12, 13], width: [2.4, 1.8, 1.3, 0.9], growth: 1.32, most: 14 };
  const widths = (zoom) => [1, 2, 3, 4].map((importance) => baseMap.widthOf(look, importance, zoom));
  assert.deepEqual(widths(8), [0, 0, 0, 0]);
  assert.deepEqual(widths(12), [2.4, 1.8, 1.3, 0]);
  for (let zoom = 9; zoom < 20; zoom += 0.5) {
    const [before, now] = [widths(zoom), widths(zoom + 0.5)];
    assert.ok(now.every((width, place) => width >= before[place] && width <= 14));
    assert.ok(now.every((width, place) => place === 0 || width <= now[place - 1]));
  }
});
