// What popups are made of, as text only, and the popup of a district.

import { page } from "./blocks.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Coded, District, Maybe, Sentence } from "./data.js" */
/** @typedef {[string | Sentence, Maybe<string>]} Fact */

/** @type {<T>(value: T) => value is NonNullable<T>} */
export const known = (value) => value !== null && value !== undefined;

/** @param {Coded} column @param {number} row */
export const wordOf = (column, row) => (column.codes[row] < 0 ? null : column.words[column.codes[row]]);

export const notKnown = () => words.say("number.not_known");

/**
 * A list of terms and figures, all text; a figure that is missing is «not known».
 * @param {Fact[]} rows
 */
export function facts(rows) {
  const list = element("dl", { class: "facts" });
  for (const [term, value] of rows) {
    const { word, values } = typeof term === "string" ? { word: term, values: undefined } : term;
    list.append(element("dt", { word, values }), element("dd", { text: value ?? notKnown() }));
  }
  return list;
}

/**
 * A word for EAD as mapped, with the year of the terrain or the maps where that is stated.
 * @param {string} word
 * @param {Sentence | null} [terrain]
 * @returns {Sentence}
 */
export const asMapped = (word, terrain = page.terrain) =>
  terrain ? { word: `${word}_mapped`, values: { terrain } } : { word, values: {} };

/** @param {string[]} heads @param {string[][]} rows */
export function table(heads, rows) {
  const body = rows.map(([head, ...cells]) =>
    element("tr", {}, element("th", { text: head, scope: "row" }), ...cells.map((text) => element("td", { text }))),
  );
  return element(
    "table",
    { class: "figures" },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { word: head, scope: "col" })))),
    element("tbody", {}, ...body),
  );
}

/** @param {number | null} period */
export function years(period) {
  return known(period) ? words.say("map.years", { count: period, years: period }) : words.say("map.scenario");
}

/** @param {string | null} text */
export function status(text) {
  return words.say(text === "exercise" ? "map.status.exercise" : "map.status.real");
}

/** A real asset on a page with fictitious maps, values or curves. @param {string | null} text */
export const statusOfFigures = (text) =>
  text !== "exercise" && page.exercise.length ? words.say("map.status.figures_exercise") : status(text);

/** @param {Maybe<number>} low @param {Maybe<number>} high */
export function bounds(low, high) {
  if (!known(low)) return notKnown();
  if (!known(high)) return words.say("map.at_least", { low: { money: low } });
  if (words.money(low) === words.money(high)) return words.money(low);
  return words.say("map.low_to_high", { low: { money: low }, high: { money: high } });
}

/** A score, else its bounds. @param {Maybe<number>} whole @param {Maybe<number>} low @param {Maybe<number>} high */
export function scoreText(whole, low, high) {
  if (known(whole)) return words.number(whole, 2);
  if (!known(low)) return null;
  const [from, to] = [low, high].map((bound) => words.number(bound, 2));
  return from === to ? from : words.say("focus.between", { low: from, high: to });
}

/**
 * Hazards and assets with known bounds only have a part in the bounds, and none in the figure.
 * @param {Maybe<number>} ead
 * @param {Maybe<number>} low
 * @param {Maybe<number>} high
 */
export function boundsOfAll(ead, low, high) {
  const range = bounds(low, high);
  return known(ead) && known(low) && ead < low ? words.say("map.bounds_of_more", { bounds: range }) : range;
}

/**
 * How a value or an expected annual damage came about, where the word is one of the program's.
 * @param {string} text
 */
export function rule(text) {
  const key = page.rules[text];
  return key ? words.say(key) : text;
}

/**
 * The internal columns of an asset's layer, by the lead of its id; a layer's name may contain a colon, or be «constructor».
 * @param {Record<string, string[]>} hidden
 * @returns {(id: string) => string[]}
 */
export function hiddenIn(hidden) {
  const longestFirst = Object.entries(hidden).sort(([a], [b]) => b.length - a.length);
  return (id) => longestFirst.find(([layer]) => id.startsWith(`${layer}:`))?.[1] ?? [];
}

/**
 * What is internal is left out, which is not the same as «not known».
 * @param {[string, Maybe<string>][]} rows
 * @param {string[]} hidden
 */
export const shownFacts = (rows, hidden) => facts(rows.filter(([term]) => !hidden.includes(term.replace("map.", ""))));

/**
 * An estimate of people to three digits, as `messages.rounded_people` has it: more would pretend to be counted. A lower
 * bound is rounded down, as `messages.rounded_down` has it.
 * @param {number} count
 */
export function estimated(count, atLeast = false) {
  if (atLeast) {
    const step = 10 ** Math.max(0, String(Math.floor(count)).length - 3);
    return words.say("map.answer.or_more", { figure: words.number(Math.floor(count / step) * step) });
  }
  const whole = Math.round(count);
  const rounded = Number(whole.toPrecision(3));
  return rounded < 1000 ? words.number(rounded) : words.say("map.about_people", { people: rounded });
}

// A count so small that it could identify somebody is not published; its rule gives the reason.
function people(/** @type {District} */ { people_exposed: count, people_rule: by }) {
  if (known(count)) return `${estimated(count)} (${rule(String(by))})`;
  return known(by) ? rule(by) : null;
}

/**
 * How many are displaced under the rarest map of each hazard with declared rates.
 * @param {[string, number | string | null]} of a number, or the rule by which it is withheld
 */
function displaced([hazard, count]) {
  const name = words.labelled("hazard", hazard);
  if (!known(count)) return `${name}: ${notKnown()}`;
  return `${name}: ${typeof count === "string" ? rule(count) : estimated(count)}`;
}

/**
 * A rank with the number of assets that it rests on.
 * @param {Maybe<number>} rank
 * @param {number} assets
 */
export const rankOf = (rank, assets) => `${words.number(rank)} (${words.say("map.assets_of", { count: assets })})`;

/**
 * Why a district has no rank, with the number of its assets.
 * @param {District} area
 */
export function notRanked({ not_ranked: reason, assets }) {
  return reason ? `${words.term("map.not_ranked.", reason)} (${words.say("map.assets_of", { count: assets })})` : "–";
}

/** @param {District} area */
export function district(area) {
  const box = element("article", { class: "popup" }, element("h2", { text: area.name }));
  /** @type {Fact[]} */
  const parent = known(area.parent) ? [["map.parent", area.parent]] : [];
  /** @type {Fact[]} */
  const leaving = area.displaced?.length ? [["map.displaced", area.displaced.map(displaced).join("; ")]] : [];
  /** A place in the ranking of a resilience assessment only; an indicator gives none. @type {Fact[]} */
  const place =
    page.rank === "map.rank.priority"
      ? [[page.rank, known(area.rank) ? rankOf(area.rank, area.assets) : notRanked(area)]]
      : area.not_ranked
        ? [["map.card.few", notRanked(area)]]
        : [];
  if (page.rank !== "map.rank.priority") box.append(element("p", { class: "quiet", word: "map.card.no_ranking" }));
  box.append(
    facts([
      ...parent,
      ...place,
      [asMapped("map.ead"), words.money(area.ead)],
      ["map.bounds", boundsOfAll(area.ead, area.ead_low, area.ead_high)],
      ["map.ead_per_value", words.percent(area.ead_per_value)],
      ["map.assets_exposed", words.say("map.of", { part: area.assets_exposed, whole: area.assets })],
      ["map.assets_without_figure", words.number(area.assets_without_figure)],
      ["map.people_exposed", people(area)],
      ...leaving,
      ["map.score", scoreText(area.score, area.score_low, area.score_high)],
      ["map.data_status", status(area.data_status)],
    ]),
  );
  if (area.file) {
    const href = `${area.file.split("/").map(encodeURIComponent).join("/")}#lang=${words.language()}`;
    box.append(element("p", {}, element("a", { href, word: "map.open_district", values: { count: area.assets } })));
  }
  return box;
}
