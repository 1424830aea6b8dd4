// What the resilience assessment has of one district, as text only: its rank, statements, programmes and decisions.

import { districts } from "./districts.js";
import * as popups from "./popups.js";
import { known, notKnown, scoreText } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Criterion, Decision, Maybe, Named, Programme, Resilience, Statement } from "./data.js" */
/** @typedef {[string, Maybe<string>]} Fact */

const KINDS = ["shock", "stress", "unsorted"];
const inWords = (/** @type {Named} */ name) => (typeof name === "string" ? name : name[words.language()]);

/** @param {unknown[]} parts @param {string} [between] */
const joined = (parts, between = " · ") => parts.filter(Boolean).join(between);

/** @param {Maybe<number>} value */
export const share = (value) => (known(value) ? words.percent(value) : notKnown());

/** @param {Pick<Programme, "first_year" | "last_year">} programme */
export function years({ first_year: first, last_year: last }) {
  const [from, to] = [first, last].map((year) => (known(year) ? String(year) : "")); // a year has no mark of thousands
  if (from && to) return from === to ? from : `${from}–${to}`;
  if (!from && !to) return "";
  return words.say(from ? "focus.from_year" : "focus.to_year", { year: from || to });
}

/** @param {number[]} counts of each kind of statement */
export const counted = (counts) =>
  joined(
    KINDS.map((kind, place) => (counts[place] ? words.say(`focus.kind.${kind}`, { count: counts[place] }) : "")),
    ", ",
  );

/** @param {number} value @param {Pick<Criterion, "written" | "unit">} criterion */
export function written(value, { written: how, unit }) {
  if (how === "money") return words.money(value);
  if (how === "share") return share(value);
  const number = words.number(value, how === "count" ? 0 : undefined);
  if (!unit || unit === "%") return number + unit; // as every share of the page is written
  return `${number}\u00a0${words.labelled("unit", unit)}`;
}

/** @param {Statement} statement */
export function statement({ row, kind, text, group, place, pressure }) {
  const kindText = words.say(`focus.of.${KINDS[kind]}`);
  return element(
    "li",
    {},
    element("span", { text: text || words.say("focus.no_text") }),
    element("small", {
      text: joined([group, kindText, pressure && inWords(pressure), row === null && place]),
    }),
  );
}

/** @param {Programme} entry */
function programme(entry) {
  const money = known(entry.budget) ? joined([words.money(entry.budget), entry.fund]) : entry.fund;
  const plan = [entry.programme, entry.activity, entry.sub_activity].filter(Boolean).join(" / ");
  const serves = [...entry.shocks_and_stresses, ...entry.drivers].map(inWords).join(", ");
  return element(
    "li",
    {},
    element("span", { text: entry.action || words.say("focus.no_text") }),
    element("small", {
      text: joined([
        entry.owner,
        entry.partner,
        years(entry),
        entry.status && words.term("focus.status.", entry.status),
        money,
      ]),
    }),
    ...[serves, plan].filter(Boolean).map((text) => element("small", { text })),
  );
}

/** @param {Decision} decision */
function decision({ choice, figures, rank, reason, day, group, stands }) {
  const choiceAndFigures = [
    choice && words.term("focus.choice.", choice),
    figures && words.term("focus.figures.", figures),
  ];
  const rankThen = known(rank) ? words.say("focus.rank_then", { rank }) : "";
  return element(
    "li",
    stands ? {} : { class: "past" },
    element("span", { text: joined(choiceAndFigures, ", ") }),
    ...(reason ? [element("q", { text: reason })] : []),
    element("small", {
      text: joined([words.date(day), group, rankThen, !stands && words.say("focus.no_longer")]),
    }),
  );
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number[]} rows @param {number} count */
function names(rows, count) {
  const named = rows.map(districts.nameOf).join(", ");
  return count > rows.length ? words.say("focus.and_more", { names: named, count: count - rows.length }) : named;
}

/** @param {Resilience} data */
export function resiliencePopups(data) {
  /** @param {number} row */
  function robustness(row) {
    const { robustness: word, compared } = data.ranking;
    const known = word[row];
    if (known) return words.term("focus.robustness.", known);
    return words.say(compared[row] ? "focus.robustness.never" : "focus.robustness.unknown");
  }

  /** @param {number} row */
  function score(row) {
    const { score: whole, score_low, score_high } = data.ranking;
    return scoreText(whole[row], score_low[row], score_high[row]);
  }

  /** @param {number} row */
  function among(row) {
    const values = { top: data.top, draws: data.draws, share: share(districts.data.share?.[row]) };
    return words.say("focus.among", { ...values, robustness: robustness(row) });
  }

  /** @param {number} row */
  function rankFacts(row) {
    const { ranking } = data;
    const dominators = ranking.non_dominated[row]
      ? words.say("focus.nobody_front")
      : names(ranking.dominating_districts[row], ranking.dominated_by[row]);
    const dominated = names(ranking.dominated_districts[row], ranking.dominates[row]) || words.say("focus.nobody");
    /** @type {Fact[]} */
    const dominance =
      ranking.non_dominated.includes(true) && ranking.compared[row]
        ? [
            ["focus.dominated_by", dominators],
            ["focus.beats", dominated],
          ]
        : [];
    if (!ranking.compared[row]) return popups.facts([["focus.rank", popups.notRanked(districts.figures(row))]]);
    return popups.facts([
      ["focus.share", among(row)],
      ["focus.rank", popups.rankOf(ranking.rank[row], districts.data.assets[row])],
      ["focus.linear_rank", words.number(ranking.linear_rank[row])],
      ["focus.score", score(row)],
      ...dominance,
    ]);
  }

  /** @param {Criterion} criterion @param {number} row */
  function valueText(criterion, row) {
    const { value: values, value_least: lowest, value_most: highest } = criterion;
    const [value, lower, upper] = [values, lowest, highest].map((column) => column[row]);
    if (known(value)) return written(value, criterion);
    if (!known(lower) && !known(upper)) return notKnown();
    const [low, high] = [lower, upper].map((bound) => (known(bound) ? written(bound, criterion) : "?"));
    return low === high ? low : words.say("focus.not_known_between", { low, high });
  }

  /** Of the districts with a value. @param {Criterion} criterion */
  function medianText(criterion) {
    const middle = median(criterion.value.filter(known));
    return middle === null ? notKnown() : written(middle, criterion);
  }

  /** The criteria of which a district has neither a value nor bounds of it. @param {number} row */
  const missing = (row) =>
    data.criteria
      .filter(({ value, value_least: least, value_most: most }) => [value, least, most].every((of) => !known(of[row])))
      .map(({ name }) => inWords(name));

  /** @param {number} row */
  function ranked(row) {
    if (!data.criteria.length) return [];
    const exercise = element("p", {}, element("em", { class: "tag", word: "map.status.exercise" }));
    return [
      ...(data.ranking.exercise[row] ? [exercise] : []),
      rankFacts(row),
      popups.table(
        ["focus.criterion", "focus.value", "focus.median", "focus.criterion_score"],
        data.criteria.map((item) => [
          inWords(item.name),
          valueText(item, row),
          medianText(item),
          scoreText(item.score[row], item.score_low[row], item.score_high[row]) ?? notKnown(),
        ]),
      ),
    ];
  }

  /** @param {string} head @param {HTMLElement[]} lines */
  const listed = (head, lines) =>
    lines.length ? [element("h3", { word: head }), element("ul", { class: "entries" }, ...lines)] : [];

  /** @param {number} row @returns {HTMLElement[]} */
  function statements(row) {
    const counts = data.statements.counts.find(([place]) => place === row);
    if (!counts) return [];
    const lines = data.statements.all.filter((entry) => entry.row === row).map(statement);
    return [
      element("h3", { word: "focus.head.statements" }),
      element("p", { text: counted(counts.slice(1)) }),
      ...(lines.length ? [element("ul", { class: "entries" }, ...lines)] : []),
    ];
  }

  /** @param {HTMLElement} box @param {number} row */
  function district(box, row) {
    const [heading, ...figures] = box.children;
    heading.after(
      ...ranked(row),
      ...statements(row),
      ...listed("focus.head.actions", data.programmes.all.filter(({ rows }) => rows.includes(row)).map(programme)),
      ...listed("focus.head.decisions", data.decisions.filter((entry) => entry.row === row).map(decision)),
      element("h3", { word: "focus.risk" }),
      ...figures,
    );
    return box;
  }

  return { among, district, robustness, missing };
}
