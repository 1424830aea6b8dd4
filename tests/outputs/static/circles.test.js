import assert from "node:assert";
import test from "node:test";
import { openPage } from "./page.js";

openPage();
const { isCrowded, radiusOf } = await import("../../../asset_inventory/outputs/map/static/src/circles.js");

// 100 assets of two districts need 100 × 24² = 57,600 pixels
const counted = [
  [0, 90],
  [1, 10],
];

test("assets are counted by district where they would need more room than there is", () => {
  const room = (pixels) => () => pixels / 2;
  assert.equal(isCrowded(counted, 12, room(57_599)), true);
  assert.equal(isCrowded(counted, 12, room(57_601)), false);
});

test("near by every asset is drawn for itself, as are few and those of a single district", () => {
  const none = () => 0;
  assert.equal(isCrowded(counted, 15, none), false);
  assert.equal(isCrowded(counted.slice(0, 1), 12, none), false);
  assert.equal(
    isCrowded(
      [
        [0, 40],
        [1, 9],
      ],
      12,
      none,
    ),
    false,
  );
});

test("the area of a circle is in proportion to the number, and the least is seen", () => {
  assert.equal(radiusOf(100, 100, 20), 20);
  assert.equal(radiusOf(25, 100, 20), 10);
  assert.equal(radiusOf(1, 100, 20), 3);
});
