import assert from "node:assert";
import test from "node:test";
import * as tiles from "../../../asset_inventory/outputs/map/static/src/layer/tiles.js";

test("a pale colour is drawn darker where it would be lost", () => {
  const pale = tiles.look({ colour: "#ffffff", rank: 0, no_data: false });
  const dark = tiles.look({ colour: "#b30000", rank: 1, no_data: false });
  assert.notEqual(pale.thin, "#ffffff");
  assert.equal(dark.thin, "#b30000");
  assert.equal(dark.small, 0xff0000b3); // alpha, blue, green, red
});

test("marks and lines grow with the zoom", () => {
  const zooms = [...Array(20).keys()];
  for (const size of [tiles.pointRadius, tiles.lineWidth]) {
    assert.ok(zooms.every((zoom) => size(zoom) <= size(zoom + 1)));
  }
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
