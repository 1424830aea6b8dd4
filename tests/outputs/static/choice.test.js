// What is chosen on the panel, and which figures of the tables follow from it.

import assert from "node:assert";
import test from "node:test";
import { openPage } from "./page.js";

const exposed = (low, high) => ({
  ...{ colour: "#000000", edge: "#ffffff", low, high, value: "exposed", key: null },
  ...{ label: null, no_data: false, bottom: false },
});
const state = (value) => ({ ...exposed(null, null), value, key: `map.class.${value}` });
const maps = (...periods) =>
  periods.map((return_period) => ({ return_period, counts: { assets: 4, exposed: return_period ?? 1 }, grid: true }));
const hazard = (name, ...periods) => ({ name, kind: "shock", measure: "depth", unit: "m", maps: maps(...periods) });
const terrain = { word: "map.as_mapped.terrain", values: { years: "2019" } };
const sums = (...sum) => ({ sum, assets: sum.map((one) => (one === null ? 0 : 1)) });

openPage({
  page: { terrain, counts: { assets: 4, exposed: 3, no_data: 1, not_exposed: 0, unusable: 0 } },
  classes: {
    assets: { unit: "money", classes: [exposed(1, 5), exposed(5, null), state("not_exposed")] },
    "assets-0": { unit: "m", classes: [exposed(0.5, 1), exposed(1, null), state("not_exposed")] },
  },
  hazards: [
    { ...hazard("flood", 10, 100), terrain },
    { ...hazard("coast", 50), terrain: null },
    hazard("landslide", null),
  ],
  assets: {
    layer: "a",
    hidden: {},
    left_out: [],
    worst: { index: [], next: [] },
    filters: { asset_type: ["school", "clinic"], owner: [null, "Works"], district: ["1", "2"] },
  },
  tiles: {
    damage: [[sums(10, 5, 15), null], [sums(1, null, 1)], [null]],
    ead: [sums(4, 3, 7), sums(0.5, null, 0.5), null],
    joint: sums(4.5, 3, 7.5),
    years: {
      1: {
        2030: { ...sums(1, null, 1), at_least: false, mapped: sums(0.5, null, 0.5) },
        2050: { ...sums(2, null, 2), at_least: true, mapped: sums(0.4, null, 0.4) },
      },
    },
    people: [[{ people: [20, null, 20], districts: 1, withheld: { 1: "withheld" } }, null], [null], [null]],
    people_in_any: { people: [30, 12, 42], districts: 2, withheld: {} },
    total: "joint.ead",
    essential: { health: [], education: [] },
  },
});
const SRC = "../../../asset_inventory/outputs/map/static/src";
const [answers, assets, figures, filters, tableView, words] = await Promise.all(
  ["answers", "assets", "figures", "filters", "table_view", "words"].map((name) => import(`${SRC}/${name}.js`)),
);
const chosen = (more = {}) => ({
  ...{ ask: "first", districts: "ead", hazard: -1, map: 0, year: null, district: null },
  ...{ exposed: true, no_data: true, not_exposed: true, filter: {}, classes: null, ...more },
});

test("a table is in the order of its column, down or up, and what is not known comes last in both", () => {
  const keys = { 7: 3, 8: null, 9: 1, 10: undefined, 11: 3, 12: 0 };
  const rows = Object.keys(keys).map(Number);
  const key = (index) => keys[index];
  assert.deepEqual(tableView.sorted(rows, key, true), [7, 11, 9, 12, 8, 10]);
  assert.deepEqual(tableView.sorted(rows, key, false), [12, 9, 7, 11, 8, 10]);
  assert.deepEqual(rows, [7, 8, 9, 10, 11, 12]); // the rows themselves keep their order
});

test("the year of the terrain is that of the hazard that is shown, or of all", () => {
  assert.deepEqual(
    [-1, 0, 1].map((place) => answers.terrainOf(chosen({ hazard: place }))),
    [terrain, terrain, null],
  );
});

test("words of a table are in the order of the language, with numbers by their size", () => {
  const names = ["Ward 10", "ward 9", "Élan", "Ward 1", null];
  const key = (index) => names[index];
  assert.deepEqual(tableView.sorted([0, 1, 2, 3, 4], key, false), [2, 3, 1, 0, 4]);
  assert.deepEqual(tableView.sorted([0, 1, 2, 3, 4], key, true), [0, 1, 3, 2, 4]);
});

test("what is chosen is said in words: every word of every filter, and the classes that stay", () => {
  assert.equal(filters.inWords(chosen()), "");
  const filter = { asset_type: [1, 0], owner: [0], district: [1] };
  assert.equal(filters.inWords(chosen({ filter })), "clinic, school, not available, 2");
  assert.equal(filters.inWords(chosen({ classes: [0] })), "$1 – $5");
  assert.equal(filters.inWords(chosen({ classes: [0, 1], hazard: 0 })), "0.5\u00a0m – 1\u00a0m, 1\u00a0m or more");
});

test("every choice of a filter comes back from the address as it was written", () => {
  for (const filter of [{}, { owner: [0] }, { owner: [0, 1], asset_type: [1] }, { district: [0, 1] }]) {
    const link = new URLSearchParams();
    for (const [name, all] of Object.entries(filters.written(filter)))
      for (const word of all ?? []) link.append(name, word);
    assert.deepEqual(filters.read(new URLSearchParams(link.toString())), filter);
  }
  // a place that the city no longer has chooses nothing
  assert.deepEqual(filters.read(new URLSearchParams("asset_type=tower&district=3&nonsense=1")), {});
});

test("a filter or a class leaves assets out; a district, a question and a hidden state do not", () => {
  assert.equal(assets.isFiltered(chosen({ district: 1, ask: "cost", exposed: false, hazard: 0 })), false);
  assert.equal(assets.isFiltered(chosen({ filter: { owner: [1] } })), true);
  assert.equal(assets.isFiltered(chosen({ classes: [0] })), true);
});

test("years are those of the hazard that is chosen, or of the only one with a projection", () => {
  assert.deepEqual([-1, 0, 1, 2].map(figures.projectedFor), [1, null, 1, null]);
  assert.deepEqual([-1, 0, 1].map(figures.yearsOf), [[2030, 2050], [], [2030, 2050]]);
  assert.deepEqual(figures.eadByDistrict(chosen({ year: 2050 })), [2, null]);
  assert.equal(figures.eadByDistrict(chosen({ year: 2050, hazard: 0 })), null);
  assert.equal(figures.eadByDistrict(chosen()), null);
});

test("what is compared with a year has the EAD of the same hazard, in the city and by district", async () => {
  const year = chosen({ year: 2050 });
  const mapped = figures.comparedWith(chosen(), year);
  assert.deepEqual(figures.eadByDistrict(mapped), [0.5, null]);
  assert.equal((await figures.figuresOf(mapped)).damage.money, 0.5);
  // a year and a hazard map have one hazard already
  for (const own of [year, chosen({ hazard: 0 })]) assert.equal(figures.comparedWith(own, year), own);
  assert.equal(figures.comparedWith(chosen(), chosen({ hazard: 0 })).only, undefined);
});

test("the figures of the whole city are those of the tables, of the map or the year that is chosen", async () => {
  const any = await figures.figuresOf(chosen());
  assert.deepEqual([any.damage.kind, any.damage.money, any.damage.assets], ["year", 7.5, 1]);
  assert.deepEqual([any.counts.exposed, any.people.people, any.people.districts], [3, 42, 2]);
  const map = await figures.figuresOf(chosen({ hazard: 0, map: 0 }));
  assert.deepEqual([map.damage.kind, map.damage.money, map.ead.money], ["event", 15, 7]);
  assert.deepEqual([map.counts.exposed, map.people.people, map.people.districts], [10, 20, 1]);
  assert.deepEqual([any.people.atLeast, map.people.atLeast], [false, true]);
  // a map without damage has the EAD of its hazard, and no people where none were counted
  const rare = await figures.figuresOf(chosen({ hazard: 0, map: 1 }));
  assert.deepEqual([rare.damage.kind, rare.damage.money, rare.people], ["year", 7, null]);
  const none = await figures.figuresOf(chosen({ hazard: 2, map: 0 }));
  assert.deepEqual([none.damage, none.ead, none.people], [null, null, null]);
  const year = await figures.figuresOf(chosen({ year: 2050 }));
  assert.deepEqual([year.damage.money, year.damage.year, year.damage.atLeast], [2, 2050, true]);
  assert.equal(year.mapped.money, 0.4); // of the assets that are projected
});

test("a district whose residents are withheld has the reason, and the city has none", () => {
  const [district, city] = [1, null].map((of) => figures.peopleOf(chosen({ hazard: 0, map: 0, district: of })));
  assert.deepEqual([district.people, district.withheld], [null, "withheld"]);
  assert.deepEqual([city.people, city.withheld], [20, null]);
});

test("the view is said by its map, year, district and filter", () => {
  assert.equal(answers.mapText(chosen()), "");
  assert.equal(answers.mapText(chosen({ hazard: 0, map: 1 })), "flood, 100 years");
  assert.equal(answers.mapText(chosen({ hazard: 2 })), "landslide, scenario (no return period)");
  assert.equal(answers.viewText(chosen()), words.say("map.no_hazard"));
  const all = chosen({ hazard: 1, year: 2050, district: 0, filter: { asset_type: [0] } });
  for (const part of ["coast, 50 years", "2050", "West", "school"])
    assert.ok(answers.viewText(all).includes(part), part);
});

test("a page without a projection cannot answer what will change", () => {
  assert.deepEqual(["first", "floods", "cost", "change", "unknown"].map(answers.canAnswer), [
    true,
    true,
    true,
    true,
    true,
  ]);
});
