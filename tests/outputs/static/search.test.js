import assert from "node:assert";
import test from "node:test";
import * as search from "../../../asset_inventory/outputs/map/static/src/layer/search.js";
import {
  costsOf,
  editsTo,
  indexing,
  plain,
  unitsOf,
  wordsOf,
} from "../../../asset_inventory/outputs/map/static/src/layer/vocabulary.js";

const [POINT, LINE] = [0, 1];
const TYPES = [
  ["klinik", "Puskesmas dan klinik", "Health centre or clinic"],
  ["sekolah", "Sekolah", "School"],
  ["jalan", "Jalan", "Road"],
];
const PLACES = [
  ["Genuksari", "Genuk"],
  ["Kudu", "Genuk"],
  ["Krobokan", "Semarang Barat"],
];
/** Name, id, type, district, kind. */
const ASSETS = [
  ["SD Negeri Genuk 01", "s:1", 1, 0, POINT],
  ["SDN Kudu 2", "s:2", 1, 1, POINT],
  ["Sekolah Alam", "s:3", 1, 2, POINT],
  ["Puskesmas Genuk", "h:581175351", 0, 0, POINT],
  ["PKM Krobokan", "h:12", 0, 2, POINT],
  ["RSUD Dr. Adhyatma", "h:13", 0, 2, POINT],
  ["Jl. Kaligawe", "r:1", 2, 0, LINE],
  ["Jl. Kaligawe", "r:2", 2, 1, LINE],
  ["Jl. Kaligawe", "r:3", 2, 2, LINE],
  [null, "r:4", 2, 2, LINE],
  ["Masjid Jami Syafa'ah", "s:9", 1, 2, POINT],
  ["Tiang 0329537", "p:1", 2, 2, POINT],
];

function searchedOf(assets) {
  const index = indexing();
  const named = Uint32Array.from(index.add(assets.map(([name]) => name)));
  const column = (at) => Uint8Array.from(assets, (asset) => asset[at]);
  const counts = Array.from({ length: 256 }, () => []);
  for (const [, , kind, place] of assets) counts[kind][place] = (counts[kind][place] ?? 0) + 1;
  const block = { first: 0, count: assets.length, bits: 4, kinds: column(4), kind: column(2), place: column(3) };
  const boxes = Int32Array.from(assets.flatMap((_, at) => [at, 1, at + 1, 2]));
  const ids = [
    search.idsOf(
      assets.map(([, id]) => id),
      0,
    ),
  ];
  const blocks = [{ ...block, high: new Uint8Array(assets.length), boxes }];
  return { index: index.finish(), named, counts, blocks, ids: async () => ids };
}

const lists = {
  limit: 8,
  kinds: TYPES,
  places: PLACES,
  areas: [0, 0, 1],
  listed: [
    PLACES.map(([name]) => [name, "Kelurahan"]),
    [
      ["Genuk", "Kecamatan"],
      ["Semarang Barat", "Kecamatan"],
    ],
  ],
};
const searched = searchedOf(ASSETS);
const sought = (text, given = {}) => search.search(searched, text, { ...lists, ...given });
const idsIn = async (text, given) => (await sought(text, given)).assets.map(({ index }) => ASSETS[index][1]);
const bare = { kinds: undefined, places: undefined, areas: undefined, listed: undefined };

test("a text is words in plain letters: numbers apart and without zeros, apostrophes left out", () => {
  assert.deepEqual(wordsOf(plain("SDN01 Jl. Syafa'ah–Şiş")), ["sdn", "1", "jl", "syafaah", "sis"]);
  assert.deepEqual(wordsOf(plain("SMP N 5")), ["smp", "negeri", "5"]);
  assert.deepEqual(wordsOf(plain("Block N 5")), ["block", "n", "5"]);
  assert.deepEqual(wordsOf("<!-- -->"), []);
  assert.deepEqual(wordsOf("0 00 😀"), ["0", "0", "😀"]);
});

test("typing errors are letters wrong, missing, too many or exchanged", () => {
  const errors = { sakit: 0, sakti: 1, sakt: 1, sakkit: 1, sabit: 1, skait: 1, sakki: 2, xxxit: 3 };
  for (const [typed, edits] of Object.entries(errors)) assert.equal(editsTo(typed, "sakit", 3), edits, typed);
  assert.equal(editsTo("puskesams", "puskesmas", 2), 1);
  assert.ok(editsTo("masjid", "pasar", 2) > 2);
  assert.equal(editsTo("puskems", "puskesmas", 1), 2); // more than 1
  assert.equal(editsTo("puskse", "puskesmas", 1, true), 1);
});

test("a phrase with a meaning is one unit, joining words are none, a plural is its singular", () => {
  const phrases = (text) => unitsOf(text).map(({ typed }) => typed.join(" "));
  assert.deepEqual(phrases("Schools in Genuk"), ["schools", "genuk"]);
  assert.deepEqual(phrases("health centres Genuk"), ["health centres", "genuk"]);
  assert.deepEqual(phrases("di"), ["di"]);
  const [schools] = unitsOf("schools");
  assert.ok(schools.also.some((words) => words.join(" ") === "sekolah"));
});

test("what a word costs: there, begun, meant, within, misspelled", () => {
  const building = indexing();
  const names = building.add(["Rumah Sakit", "RSUD Kota", "Sakitan", "Kesakitan", "Sakti", null]);
  const index = building.finish();
  assert.deepEqual(names, [1, 2, 3, 4, 5, 0]);
  const [unit] = unitsOf("sakit");
  assert.deepEqual([...costsOf(index, unit, false)], [255, 0, 0, 1, 3, 255]);
  assert.deepEqual(
    [...costsOf(index, unit, true)].map((cost) => Math.min(cost, 65)),
    [65, 0, 0, 1, 3, 65],
  );
  const [hospital] = unitsOf("hospital");
  assert.deepEqual([...costsOf(index, hospital, false)], [255, 1, 1, 255, 255, 255]);
});

test("an abbreviation is what it stands for, on either side", async () => {
  assert.deepEqual(await idsIn("sdn", bare), ["s:2", "s:1"]);
  assert.deepEqual(await idsIn("sd negeri kudu", bare), ["s:2"]);
  assert.deepEqual(await idsIn("sekolah dasar negeri genuk", bare), ["s:1"]);
  assert.deepEqual(await idsIn("sd n genuk 1", bare), ["s:1"]);
  assert.deepEqual(await idsIn("rumah sakit", bare), ["h:13"]);
  assert.deepEqual(await idsIn("rs adhyatma", bare), ["h:13"]);
  assert.deepEqual(await idsIn("puskesmas krobokan", bare), ["h:12"]);
  assert.deepEqual(await idsIn("health centre krobokan", bare), ["h:12"]);
});

test("a name of two words is found by what is written as one, and the other way round", async () => {
  assert.deepEqual((await sought("semarangbarat")).listed[1], [{ row: 1, cost: 1 }]);
  assert.deepEqual(await idsIn("sekolahalam", bare), ["s:3"]);
  assert.equal((await sought("kali gawe")).streets[0].name, "Jl. Kaligawe");
});

test("a type is found in both languages, with how many there are", async () => {
  for (const text of ["sekolah", "school", "Schools", "sekolha"]) {
    const { kinds } = await sought(text);
    assert.deepEqual(
      kinds.map(({ code, count, places }) => ({ code, count, places })),
      [{ code: 1, count: 4, places: null }],
      text,
    );
  }
});

test("a type in a district: by the name of the district, or of what it is part of", async () => {
  assert.deepEqual(await idsIn("sekolah genuk"), ["s:1", "s:2"]);
  assert.deepEqual(await idsIn("schools in Genuk"), ["s:1", "s:2"]);
  const { kinds } = await sought("sekolah genuk");
  assert.deepEqual(kinds, [{ code: 1, cost: 0, count: 2, places: [0, 1] }]);
  assert.deepEqual(await idsIn("sekolah kudu"), ["s:2"]);
});

test("a district alone is the district, not all in it", async () => {
  const { listed, assets } = await sought("krobokan");
  assert.deepEqual(listed, [[{ row: 2, cost: 0 }], []]);
  assert.deepEqual(
    assets.map(({ index }) => ASSETS[index][1]),
    ["h:12"],
  ); // has it in its name
  const genuk = await sought("genuk");
  assert.deepEqual(genuk.listed, [[{ row: 0, cost: 1 }], [{ row: 0, cost: 0 }]]);
  const called = await sought("kel. genuksari");
  assert.deepEqual(called.listed, [[{ row: 0, cost: 1 }], []]);
  assert.deepEqual(called.assets, []);
});

test("lines of one name are one street in an area, with a box around all", async () => {
  const { streets, assets } = await sought("jalan kaligawe");
  assert.deepEqual(
    streets.map(({ index, name, area, count, box }) => ({ index, name, area, count, box })),
    [
      { index: 6, name: "Jl. Kaligawe", area: 0, count: 2, box: [6 / 16, 1 / 16, 8 / 16, 2 / 16] },
      { index: 8, name: "Jl. Kaligawe", area: 1, count: 1, box: [8 / 16, 1 / 16, 9 / 16, 2 / 16] },
    ],
  );
  assert.deepEqual(assets, []);
  assert.deepEqual(await idsIn("jl kaligawe", bare), ["r:1", "r:2", "r:3"]); // a layer that knows no areas
});

test("ids: the same first, then what begins so, with or without the name of the layer", async () => {
  assert.deepEqual(await idsIn("h:12"), ["h:12"]);
  assert.deepEqual(await idsIn("H:581"), ["h:581175351"]);
  assert.deepEqual(await idsIn("581175351"), ["h:581175351"]);
  assert.deepEqual(await idsIn("r:"), ["r:1", "r:2", "r:3", "r:4"]);
  assert.deepEqual(await idsIn("329537"), ["p:1"]); // a long number in a name
});

test("typing errors are forgiven, are said, and come after what is spelled so", async () => {
  for (const text of ["puskemas genuk", "puskesams genuk", "puskesmas gnuk", "pusksmas genukk"]) {
    const { similar, assets } = await sought(text);
    assert.ok(similar, text);
    assert.equal(ASSETS[assets[0].index][1], "h:581175351", text);
  }
  assert.ok(!(await sought("puskesmas genuk")).similar);
  const both = searchedOf([
    ["Pasar Baru", "m:1", 0, 0, POINT],
    ["Pasir Baru", "m:2", 0, 0, POINT],
  ]);
  const { assets, similar } = await search.search(both, "pasir", { limit: 8 });
  assert.deepEqual(
    assets.map(({ index, cost }) => [index, cost >= 64]),
    [
      [1, false],
      [0, true],
    ],
  );
  assert.ok(!similar);
  assert.deepEqual(await idsIn("sdx"), []); // three letters leave no room for errors
  assert.deepEqual((await sought("kudu 3")).assets, []); // nor do numbers
});

test("where nothing has all words, each is looked for apart", async () => {
  const found = await sought("apotek kudu");
  assert.ok(found.apart);
  assert.deepEqual(found.listed[0], [{ row: 1, cost: 0 }]);
  assert.ok(!(await sought("xyzzyx")).apart);
});

test("a limit holds, and the rest is counted", async () => {
  const found = await sought("sekolah", { limit: 2 });
  assert.deepEqual([found.assets.length, found.more], [2, 2]);
});

test("of many without a name none is listed; of few they are", async () => {
  const nameless = Array.from({ length: 5 }, (_, at) => [null, `x:${at}`, 0, 0, POINT]);
  const few = searchedOf(nameless);
  assert.equal((await search.search(few, "klinik", { ...lists, limit: 8 })).assets.length, 5);
  const many = await search.search(few, "klinik", { ...lists, limit: 4 });
  assert.deepEqual([many.assets.length, many.more, many.kinds[0].count], [0, 5, 5]);
});

test("nothing is found for nothing, and a line break is a blank", async () => {
  for (const text of ["", "  ", "\n", "<!--"]) assert.deepEqual((await sought(text)).assets, [], text);
  const broken = searchedOf([
    ["two\nlines", "l:1", 0, 0, POINT],
    ["two", "l:2", 0, 0, POINT],
  ]);
  const { assets } = await search.search(broken, "two lines", { limit: 8 });
  assert.deepEqual(
    assets.map(({ index }) => index),
    [0],
  );
});
