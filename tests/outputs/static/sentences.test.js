import assert from "node:assert";
import test from "node:test";
import { sentencesOf } from "../../../asset_inventory/outputs/map/static/src/sentences.js";
import { catalogues } from "./page.js";

const SYMBOLS = { en: "US$", id: "Rp" };
const [en, id] = ["en", "id"].map((language) => sentencesOf(catalogues, SYMBOLS, () => language));

test("a number has the marks of its language, and halves go to the even digit", () => {
  assert.equal(en.number(1234567.8915), "1,234,567.892");
  assert.equal(id.number(1234.5), "1.234,5");
  assert.deepEqual(
    [0.125, 0.375].map((value) => en.number(value, 2)),
    ["0.12", "0.38"],
  );
  assert.equal(en.number(2, 2), "2.00");
});

test("what is missing is not known, and nothing is 0", () => {
  for (const write of [en.number, en.percent, en.money, en.date]) {
    for (const value of [null, undefined]) assert.equal(write(value), "not available");
  }
  assert.equal(en.money(Number.NaN), "not available");
  assert.equal(en.money(0), "US$\u00a00");
});

test("money is written in full below a million, then by its scale with one decimal at most", () => {
  assert.equal(id.money(999_999), "Rp999.999");
  assert.equal(id.money(1_250_000), "Rp1,2 juta"); // to the even digit
  assert.equal(id.money(3e9), "Rp3 miliar");
  assert.equal(id.money(-2.5e12), "-Rp2,5 triliun");
  assert.equal(en.money(2.5e12), "US$\u00a02.5 trillion");
});

test("a share has one decimal at most, a date its month in words", () => {
  assert.equal(en.percent(0.12345), "12.3%");
  const shares = [0.4983, 0.4997, 0.50004, 0.5, 0.0004, 0.99999, 0, 1, -0.052];
  const written = ["49.8%", "49.9%", "50.0%", "50%", "<0.1%", "99.9%", "0%", "100%", "-5.2%"]; // as messages.percent
  assert.deepEqual(shares.map(en.percent), written);
  assert.equal(id.percent(0.4983), "49,8%");
  assert.equal(id.date("2024-03-01"), "1 Maret 2024");
});

test("a value is written by its kind", () => {
  assert.equal(en.written({ change: 3 }), "+3");
  assert.equal(en.written({ change: -3 }), "\u22123");
  assert.equal(id.written({ money_change: -4e9 }), "\u2212Rp4 miliar");
  assert.equal(en.written({ word: "number.not_known" }), "not available");
  assert.equal(en.written({ percent: 0.5 }), "50%");
  assert.equal(en.written("Rp"), "Rp");
});

test("a count chooses the form of its sentence, and a key that nobody wrote is a fault", () => {
  assert.deepEqual(
    [1, 2].map((count) => en.say("map.maps", { count })),
    ["1 map", "2 maps"],
  );
  assert.throws(() => en.say("map.nothing"), /map\.nothing/);
});

test("a word of the data has its name, else it stays as it is", () => {
  assert.equal(en.term("focus.robustness.", "high"), catalogues.en["focus.robustness.high"][0]);
  assert.equal(en.term("focus.robustness.", "of the office"), "of the office");
});

test("names of hazards, layers and types are written by their labels, each in a list too", () => {
  const labels = {
    kinds: { hazard: ["hazard", ""], hazards: ["hazard", ""], asset_type: ["asset_type", ""] },
    labels: {
      hazard: { rob: { en: "Tidal flooding", id: "Banjir rob" } },
      "": { clinic: { en: "Health centre", id: "Puskesmas" } },
    },
  };
  const city = (language) => sentencesOf(catalogues, SYMBOLS, () => language, labels);
  assert.equal(city("en").labelled("hazard", "rob"), "Tidal flooding");
  assert.equal(city("id").labelled("asset_type", "clinic"), "Puskesmas");
  assert.equal(city("en").labelled("owner", "rob"), "rob");
  assert.equal(city("en").labelled("hazard", "fire"), "fire");
  const values = { hazard: "rob", maps: "2", period: "10", measure: "depth" };
  assert.match(city("id").say("map.legend.hazard", values), /^Banjir rob/);
  assert.match(city("en").say("map.joint.unrelated", { hazards: ["rob", "fire"] }), /Tidal flooding, fire/);
});
