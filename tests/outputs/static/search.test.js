import assert from "node:assert";
import test from "node:test";
import * as search from "../../../asset_inventory/outputs/map/static/src/layer/search.js";

const parts = [
  search.index(["Rumah Sakit Kariadi", null, "Puskesmas Pegandan", "two\nlines"], 0),
  search.index(["rumah", "SD Pegandan 02", "İstanbul", "Şiş Ünlü"], 4096),
];
const found = (text, limit = 10) => search.find(parts, text, limit).map((one) => one.index);

test("whole words first, then beginnings, then parts", () => {
  assert.deepEqual(found("rumah"), [4096, 0]);
  assert.deepEqual(found("pegandan"), [2, 4097]);
});

test("accents and capitals do not matter", () => {
  assert.deepEqual(found("ISTANBUL"), [4098]);
  assert.deepEqual(found("sis unlu"), [4099]);
  assert.deepEqual(found("kariàdi"), [0]);
});

test("a line break is a space, an empty text finds nothing, a limit holds", () => {
  assert.deepEqual(found("two lines"), [3]);
  assert.deepEqual(found("  "), []);
  assert.deepEqual(found("a", 2).length, 2);
});

test("what is found is said as it is written", () => {
  assert.deepEqual(search.find(parts, "two", 1), [{ index: 3, text: "two\nlines" }]);
});
