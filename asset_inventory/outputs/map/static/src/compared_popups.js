// What a click shows of two sides: every figure left, right, and the difference.

import { state as chosen, pairNow } from "./comparison.js";
import * as popups from "./popups.js";
import { asMapped, hiddenIn, known, notKnown, shownFacts, table } from "./popups.js";
import * as sides from "./sides.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Choice, ComparedAsset, District, Hazard, Maybe, Row, Sentence } from "./data.js" */
/** @typedef {(value: number) => string} Write */

const { twins } = sides.data;
const HEADS = ["compare.figure", "compare.left", "compare.right", "compare.difference"];
const PLACES = 0.005; // less than half of the last decimal that is shown
const hiddenOf = sides.data.sides.map(({ hidden }) => hiddenIn(hidden));
const hiddenColumns = (/** @type {ComparedAsset} */ { side, id }) => hiddenOf[side](id);
const notComparable = () => words.say("compare.not_comparable");

/**
 * How an asset is counted; under all maps together: exposed on any of them, else no data on any.
 * @param {Row} values
 * @param {Choice} choice
 * @param {boolean} usable
 */
function stateOf(values, { hazard, map }, usable) {
  if (!usable) return "unusable";
  const has = (/** @type {string} */ name) =>
    (hazard < 0 ? Object.keys(values).filter((key) => key.endsWith(`.${name}`)) : [`${hazard}.${map}.${name}`]).some(
      (key) => values[key] > 0,
    );
  if (has("exposed_fraction")) return "exposed";
  return has("no_data_fraction") ? "no_data" : "not_exposed";
}

/**
 * One line: the figures of both sides, and how far they are apart where both are known; undefined where an asset or
 * district is on one side only.
 * @param {string | Sentence} key
 * @param {Maybe<number>[]} values
 * @param {(value: number | null, side: number) => string} write
 * @param {Write} apart
 * @param {string} [none]
 */
function line(key, values, write, apart, none = notKnown()) {
  const cells = values.map((value, side) => (value === undefined ? words.say("compare.absent") : write(value, side)));
  const head = typeof key === "string" ? words.say(key) : words.written(key);
  if (values.includes(undefined)) return [head, ...cells, "–"];
  const [left, right] = values;
  return [head, ...cells, known(left) && known(right) ? apart(right - left) : none];
}

/** @param {Write} write @returns {Write} */
const signed = (write) => (value) => words.signed(value, write);
const points = signed((value) => words.say("compare.points", { number: Math.round(value * 1000) / 10 }));
const money = signed(words.money);
const amount = (/** @type {number | null} */ value, /** @type {number} */ side) => sides.wordsOf[side].money(value);

/** @param {number} value @param {Hazard} hazard */
const deep = (value, hazard) => `${words.number(value, 2)}\u00a0${hazard.unit}`;

/** @param {boolean} priced */
const moneyApart = (priced) => (priced && !pairNow().forbids.includes("money") ? money : notComparable);

/** @param {ComparedAsset} asset @param {string[]} states */
function figuresOnMaps(asset, states) {
  const choices = [0, 1].map((side) => sides.choiceOf(chosen.pair, side));
  if (choices.some((choice) => choice.hazard < 0)) return [];
  const hazards = choices.map((choice, side) => sides.hazards[side].all[choice.hazard]);
  const { forbids } = pairNow();
  /** @param {string} name @param {number | null} [dry] @returns {Maybe<number>[]} */
  const of = (name, dry = 0) =>
    asset.both.map((values, side) => {
      if (!values) return undefined;
      if (states[side] === "not_exposed") return dry;
      if (states[side] !== "exposed") return null;
      return values[`${choices[side].hazard}.${choices[side].map}.${name}`] ?? null;
    });
  const alike = hazards[0].unit === hazards[1].unit && hazards[0].measure === hazards[1].measure;
  const lines = [
    line(
      "map.exposed_share",
      of("exposed_fraction"),
      words.percent,
      forbids.includes("counts") ? notComparable : points,
    ),
    line(
      "map.intensity",
      of("intensity_mean", null),
      (value, side) => (known(value) ? deep(value, hazards[side]) : "–"),
      alike ? signed((value) => deep(value, hazards[0])) : notComparable,
      "–",
    ),
  ];
  if (hazards.some((hazard) => hazard.priced) && !hiddenColumns(asset).includes("damage")) {
    lines.push(
      line(
        "map.damage",
        of("damage"),
        (value, side) => (hazards[side].priced ? amount(value, side) : words.say("map.not_priced")),
        moneyApart(hazards.every((hazard) => hazard.priced)),
      ),
    );
  }
  return lines;
}

/**
 * Of two assessments also the value of an asset and its annual damage.
 * @param {ComparedAsset} asset
 */
function figuresOfAssessments(asset) {
  const hidden = hiddenColumns(asset);
  /** @param {string} name @returns {Maybe<number>[]} */
  const of = (name) => asset.both.map((values) => values?.[name]);
  const lines = [];
  if (!hidden.includes("value")) lines.push(line("map.value", of("value"), amount, moneyApart(true)));
  if (!hidden.includes("ead") && sides.data.rows.length) {
    lines.push(line(asMapped("map.ead"), of("annual"), amount, moneyApart(true)));
  }
  return lines;
}

/** @param {ComparedAsset} asset */
export function assetPopup(asset) {
  const states = asset.both.map((values, side) =>
    values ? stateOf(values, sides.choiceOf(chosen.pair, side), asset.usable[side]) : "absent",
  );
  const names = states.map((name) => words.say(name === "absent" ? "compare.absent" : `map.class.${name}`));
  const value = known(asset.value) ? `${words.money(asset.value)} (${popups.rule(asset.value_rule)})` : null;
  const box = element(
    "article",
    { class: "popup" },
    element("h2", { text: asset.name || asset.id }),
    shownFacts(
      [
        ["map.asset_id", asset.id],
        ["map.asset_type", words.labelled("asset_type", asset.asset_type)],
        ["map.owner", asset.owner],
        ["map.district", asset.districtName],
        ...(twins ? [/** @type {[string, string | null]} */ (["map.value", value])] : []),
        ["map.data_status", popups.statusOfFigures(asset.data_status)],
      ],
      hiddenColumns(asset),
    ),
  );
  const same = states[0] === states[1] ? "compare.same" : "compare.other";
  box.append(
    table(HEADS, [
      [words.say("compare.counted"), ...names, words.say(same)],
      ...figuresOnMaps(asset, states),
      ...(twins ? [] : figuresOfAssessments(asset)),
    ]),
  );
  return box;
}

/**
 * A district as both assessments have it; of two maps of one city the figures over all maps are one and the same.
 * @param {District} left
 */
export function district(left) {
  const overAllMaps = element("p", { word: "compare.over_all_maps" });
  if (twins) {
    const box = popups.district(left);
    box.append(overAllMaps);
    return box;
  }
  const row = sides.districts[1].data.id.indexOf(left.id);
  const both = [left, row < 0 ? null : sides.districts[1].figures(row)];
  /** @param {"ead" | "assets" | "assets_exposed" | "people_exposed" | "score"} name */
  const of = (name) => both.map((figures) => figures?.[name]);
  const count = (/** @type {number | null} */ value) => words.number(known(value) ? Math.round(value) : null);
  const score = (/** @type {number | null} */ value) => words.number(value, 2);
  return element(
    "article",
    { class: "popup" },
    element("h2", { text: left.name }),
    table(HEADS, [
      line(asMapped("map.ead"), of("ead"), amount, moneyApart(true)),
      line("map.assets", of("assets"), count, signed(count)),
      line("map.assets_exposed", of("assets_exposed"), count, signed(count)),
      line("map.people_exposed", of("people_exposed"), count, signed(count)),
      line("map.score", of("score"), score, (value) => (Math.abs(value) < PLACES ? score(0) : signed(score)(value))),
    ]),
    overAllMaps,
  );
}
