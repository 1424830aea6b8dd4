import assert from "node:assert";
import test from "node:test";
import { openPage } from "./page.js";

const range = (low, high, more = {}) => ({
  colour: "#000000",
  edge: "#ffffff",
  low,
  high,
  value: null,
  key: null,
  label: null,
  no_data: false,
  bottom: false,
  ...more,
});
openPage({
  page: { rules: { trapezoid: "map.rule.trapezoid", "not known": "number.not_known" } },
  classes: {
    ead: {
      unit: "money",
      classes: [
        range(0, 1e6, { bottom: true }),
        range(1e6, 2e6),
        range(2e6, null),
        range(null, null, { no_data: true, key: "map.class.no_data" }),
      ],
    },
    depth: { unit: "m", classes: [range(0.5, 1.5)] },
  },
  assets: {
    layer: "a",
    hidden: {},
    left_out: [],
    worst: { index: [], next: [] },
    filters: { owner: [null, "Works", "Roads"], asset_type: ["clinic"] },
  },
});
const SRC = "../../../asset_inventory/outputs/map/static/src";
const [address, classes, filters, lists, { inColumns }, popups, resilience, shapes, words, { cell }, { heading }] =
  await Promise.all(
    [
      "address",
      "classes",
      "filters",
      "lists",
      "canvas",
      "popups",
      "resilience_popups",
      "shapes",
      "words",
      "cells",
      "asset_table",
    ].map((name) => import(`${SRC}/${name}.js`)),
  );

test("a number has the class whose bounds hold it, the lower one included", () => {
  const place = (value) => classes.classes("ead").classes.indexOf(classes.classOf("ead", value));
  assert.deepEqual([0, 999_999, 1e6, 2e6, 9e9, null, undefined, -1].map(place), [0, 0, 1, 2, 2, 3, 3, -1]);
});

test("a class is called by its bounds in the unit of its table", () => {
  const labels = classes.classes("ead").classes.map((one) => classes.classLabel(one, classes.classes("ead")));
  assert.deepEqual(
    labels.map((label) => label.match(/\d/g)?.join("")),
    ["1", "12", "2", undefined],
  );
  assert.match(classes.classLabel(range(0.5, 1.5), { unit: "m" }), /0\.5\u00a0m.*1\.5\u00a0m/);
  assert.equal(classes.classLabel(range(0.5, 1.5, { label: "knee-deep" }), { unit: "m" }), "knee-deep");
});

test("the address holds a view of numbers on the map, else none", () => {
  const viewOf = (hash) => {
    globalThis.location.hash = hash;
    return address.view();
  };
  assert.deepEqual(viewOf("#view=-6.99,110.42,15"), { lat: -6.99, lng: 110.42, zoom: 15 });
  for (const view of ["", "1,2", "a,b,c", "86,0,5", "0,0,23", "0,0,0.5"])
    assert.equal(viewOf(`#view=${view}`), null, view);
});

test("the address chooses a language that the page has", () => {
  for (const [hash, language] of [
    ["#lang=id", "id"],
    ["#lang=fr", "en"],
    ["", "en"],
  ]) {
    globalThis.location.hash = hash;
    assert.equal(address.language(), language);
  }
});

test("a change of the address keeps the rest of it", () => {
  globalThis.location.hash = "#lang=id&hazard=flood";
  let written = "";
  globalThis.history = {
    replaceState: (_state, _title, hash) => {
      written = hash;
    },
  };
  address.write({ hazard: null, period: 50 });
  assert.equal(written, "#lang=id&period=50");
});

test("a list in the address is one entry for each of its words, and an empty one leaves it", () => {
  globalThis.location.hash = "#lang=id&owner=Works&owner=Roads";
  let written = "";
  globalThis.history = {
    replaceState: (_state, _title, hash) => {
      written = hash;
    },
  };
  address.write({ owner: ["", "A & B, C=D"], from: ["0.5", ""] });
  assert.equal(written, "#lang=id&owner=&owner=A+%26+B%2C+C%3DD&from=0.5&from=");
  assert.deepEqual(new URLSearchParams(written.slice(1)).getAll("owner"), ["", "A & B, C=D"]);
  address.write({ owner: [] });
  assert.equal(written, "#lang=id");
});

test("a filter goes to the address in words and comes back in codes", () => {
  assert.deepEqual(filters.written({ owner: [2] }), { owner: ["Roads"], asset_type: null });
  assert.deepEqual(filters.written({ owner: [0, 2] }), { owner: ["", "Roads"], asset_type: null });
  assert.deepEqual(filters.read(new URLSearchParams("owner=Roads&asset_type=tower")), { owner: [2] });
  assert.deepEqual(filters.read(new URLSearchParams("owner=&owner=Roads")), { owner: [0, 2] });
});

test("a list is in the order of its column, and what is not known stands last in both directions", () => {
  const values = [3, null, 1, undefined, 2, 3];
  const order = (down) => lists.ordered(values.length, { value: (place) => values[place], down });
  assert.deepEqual(order(false), [2, 4, 0, 5, 1, 3]);
  assert.deepEqual(order(true), [0, 5, 4, 2, 1, 3]);
  const names = ["Ward 10", "Ward 9", "ward 1"];
  assert.deepEqual(lists.ordered(3, { value: (place) => names[place], down: false }), [2, 1, 0]);
});

test("damage is sorted by its figure, else by the middle of its bounds", () => {
  assert.equal(lists.middle([5, 1, 9]), 5);
  assert.equal(lists.middle([null, 1, 9]), 5);
  assert.equal(lists.middle([null, 4, null]), 4);
  assert.equal(lists.middle([null, null, null]), null);
});

test("bounds are a range, a least figure, or not known", () => {
  assert.match(popups.bounds(1, 2), /\$1.*\$2/);
  assert.match(popups.bounds(1, null), /\$1/);
  assert.equal(popups.bounds(null, 2), "not available");
  assert.equal(popups.boundsOfAll(5, 1, 9), popups.bounds(1, 9));
  assert.notEqual(popups.boundsOfAll(0.5, 1, 9), popups.bounds(1, 9)); // the bounds are of more than the figure
});

test("a rank says how many assets it rests on", () => {
  assert.equal(popups.rankOf(2, 11), `2 (${words.say("map.assets_of", { count: 11 })})`);
});

test("EAD as mapped has the year of the terrain where the city states it", () => {
  const terrain = { word: "map.as_mapped.terrain", values: { years: "2019" } };
  assert.equal(
    words.written(popups.asMapped("map.ead", terrain)),
    "Expected annual damage (EAD) as mapped (terrain of 2019)",
  );
  assert.equal(words.written(popups.asMapped("map.ead", null)), "Expected annual damage (EAD)");
});

test("the rule of a figure has its sentence, a city's own rule its own words", () => {
  assert.equal(popups.rule("trapezoid"), words.say("map.rule.trapezoid"));
  assert.equal(popups.rule("as the office says"), "as the office says");
});

test("the internal columns of an asset are those of the longest layer that leads its id", () => {
  const hidden = popups.hiddenIn({ roads: ["owner"], "roads:old": ["value"], constructor: ["ead"] });
  assert.deepEqual(hidden("roads:1"), ["owner"]);
  assert.deepEqual(hidden("roads:old:1"), ["value"]);
  assert.deepEqual(hidden("constructor:1"), ["ead"]);
  assert.deepEqual(hidden("toString:1"), []);
});

test("a share is rounded down, and less than a thousandth is not nothing", () => {
  assert.deepEqual([0.8999, 0.9, 1, 0, 0.0004, null].map(resilience.share), [
    "89.9%",
    "90%",
    "100%",
    "0%",
    "<0.1%",
    "not available",
  ]);
});

test("the median of a criterion is the middle value, or between the middle two, in whatever order they come", () => {
  assert.deepEqual([[], [5], [9, 1, 3], [10, 2, 9, 1]].map(resilience.median), [null, 5, 3, 5.5]);
  const values = [30, 4, 100];
  assert.equal(resilience.median(values), 30);
  assert.deepEqual(values, [30, 4, 100]); // the column of the page keeps its order
});

test("years of an action have no mark of thousands", () => {
  assert.equal(resilience.years({ first_year: 2025, last_year: 2027 }), "2025–2027");
  assert.equal(resilience.years({ first_year: 2025, last_year: 2025 }), "2025");
  assert.match(resilience.years({ first_year: null, last_year: 2027 }), /2027/);
  assert.equal(resilience.years({ first_year: null, last_year: null }), "");
});

test("a criterion is written as its kind asks", () => {
  assert.equal(resilience.written(1234.4, { written: "count", unit: "" }), "1,234");
  assert.equal(resilience.written(0.25, { written: "share", unit: "" }), "25%");
  assert.equal(resilience.written(2.5, { written: "number", unit: "km" }), "2.5\u00a0km");
  assert.equal(resilience.written(5, { written: "money", unit: "" }), "$5");
});

test("packed shapes are unpacked with the row of each part", () => {
  const packed = {
    point: { rows: [4], xy: [110_000_000, -7_000_000] },
    line: { rows: [1], xy: [0, 0, 1_000_000, 0], rings: [2] },
    polygon: {
      rows: [0, 0],
      xy: [0, 0, 1_000_000, 0, 0, 1_000_000, -1_000_000, 0, 0, 0, 1, 1],
      rings: [4, 2],
      parts: [1, 1],
    },
  };
  const [point, line, first, second] = shapes.unpack(packed);
  assert.deepEqual(point, { row: 4, kind: "point", at: [-7, 110] });
  assert.deepEqual(line, {
    row: 1,
    kind: "line",
    at: [
      [0, 0],
      [0, 1],
    ],
  });
  assert.deepEqual(first.at, [
    [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
    ],
  ]);
  assert.deepEqual([second.row, second.at.length, second.at[0].length], [0, 1, 2]);
  assert.equal(shapes.polygons(packed).length, 2);
});

test("a cell of the table is never a formula, at its start or where a spreadsheet splits it", () => {
  assert.deepEqual([null, undefined, 1.5, "plain"].map(cell), ["", "", "1.5", '"plain"']);
  assert.equal(cell('say "no"'), '"say ""no"""');
  for (const text of ["=1", "+1", "-1", "@x", " =1", "'=1", "\uff1d1"]) assert.equal(cell(text), `"'${text}"`, text);
  assert.equal(cell("a;=1\n+2"), "\"a;'=1\n'+2\"");
});

test("a column of the table is named by its hazard and return period", () => {
  const hazards = [{ name: "flood", maps: [{ return_period: 10 }, { return_period: null }] }];
  assert.equal(heading("0.0.damage", hazards), "flood 10 damage");
  assert.equal(heading("0.1.damage", hazards), "flood damage");
  assert.equal(heading("0.ead", hazards), "flood ead");
  assert.equal(heading("0.y2050.ead", hazards), "flood 2050 ead");
  assert.equal(heading("asset_id", hazards), "asset_id");
  assert.equal(heading("9.ead", hazards), "9.ead");
});

test("columns of a legend are as low as they can be with each heading above its first entry", () => {
  const parts = [["Depth", "shallow"], ["deep"], ["Assets", "few"], ["many"]];
  assert.deepEqual(inColumns(parts, 1), [parts.flat()]);
  // three rows each would leave «Assets» at the foot of the first column
  assert.deepEqual(inColumns([["Depth", "low"], ["Assets", "few"], ["many"], ["most"]], 2), [
    ["Depth", "low", "Assets", "few"],
    ["many", "most"],
  ]);
  assert.deepEqual(inColumns(parts, 3), [
    ["Depth", "shallow", "deep"],
    ["Assets", "few", "many"],
  ]);
  assert.deepEqual(inColumns([], 2), [[]]);
});

test("a change has a sign that ends no line, and a share has its unit without a space", () => {
  assert.deepEqual(
    [3, -3, 0].map((value) => words.signed(value, words.number)),
    ["+3", "\u22123", "0"],
  );
  assert.equal(words.signed(-2e6, words.money), "\u2212$2 million");
  assert.equal(resilience.written(9.3, { written: "number", unit: "%" }), "9.3%");
  assert.equal(resilience.written(9.3, { written: "number", unit: "km" }), "9.3\u00a0km");
  assert.equal(resilience.written(9, { written: "count", unit: "" }), "9");
});
