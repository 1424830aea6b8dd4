import assert from "node:assert";
import test from "node:test";
import * as tiles from "../../../asset_inventory/outputs/map/static/src/layer/tiles.js";

const style = { colour: "#b30000", rank: 1, no_data: false, form: "disc" };

test("a pale colour is drawn darker where it would be lost", () => {
  const pale = tiles.look({ ...style, colour: "#ffffff", rank: 0 });
  const dark = tiles.look(style);
  assert.notEqual(pale.thin, "#ffffff");
  assert.equal(dark.thin, "#b30000");
  assert.equal(dark.small & 0xffffff, 0x0000b3); // blue, green, red
  assert.equal(dark.small >>> 24, Math.round(0.9 * 255));
});

test("what is not exposed is fainter than what is", () => {
  const ring = tiles.look({ ...style, colour: "#ffffff", rank: 0, form: "ring" });
  assert.ok(ring.small >>> 24 < tiles.look(style).small >>> 24);
});

test("marks and lines grow with the zoom", () => {
  const zooms = [...Array(20).keys()];
  const withIcon = (zoom) => tiles.pointRadius(zoom, true);
  const without = (zoom) => tiles.pointRadius(zoom, false);
  for (const size of [withIcon, without, tiles.lineWidth]) {
    assert.ok(zooms.every((zoom) => size(zoom) <= size(zoom + 1)));
  }
  assert.ok(zooms.every((zoom) => without(zoom) <= withIcon(zoom)));
});

// A form as it looks: «o» its middle, «#» its edge.
function drawn(pixels) {
  const reach = Math.max(...pixels.map(({ dx }) => dx));
  const rows = Array.from({ length: 2 * reach + 1 }, () => Array(2 * reach + 1).fill("."));
  for (const { dx, dy, isEdge } of pixels) rows[dy + reach][dx + reach] = isEdge ? "#" : "o";
  return rows.map((row) => row.join(""));
}

test("small marks have the forms of the legend: a disc, and a diamond where it is not known", () => {
  assert.deepEqual(drawn(tiles.form(2, false)), [".###.", "#ooo#", "#ooo#", "#ooo#", ".###."]);
  assert.deepEqual(drawn(tiles.form(2, true)), [
    "...#...",
    "..#o#..",
    ".#ooo#.",
    "#ooooo#",
    ".#ooo#.",
    "..#o#..",
    "...#...",
  ]);
  assert.deepEqual(drawn(tiles.form(1, false)), [".#.", "#o#", ".#."]);
  assert.deepEqual(drawn(tiles.form(3, false)), [
    "..###..",
    ".#ooo#.",
    "#ooooo#",
    "#ooooo#",
    "#ooooo#",
    ".#ooo#.",
    "..###..",
  ]);
});

test("a tile that nothing meets is no canvas", () => {
  const painter = tiles.paint([], { x: 0, y: 0, z: 10, ratio: 1, size: 512 }, [], null);
  assert.deepEqual(painter.next(), { value: null, done: true });
});
