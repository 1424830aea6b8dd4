// What the resilience assessment has of one district, as text only: its rank, statements, actions and decisions.

import { districts } from "./districts.js";
import * as popups from "./popups.js";
import { known, notKnown } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Action, Column, Criterion, Decision, Maybe, Named, Resilience, Statement } from "./data.js" */
/** @typedef {[string, Maybe<string>]} Fact */

const KINDS = ["shock", "stress", "unsorted"];
const inWords = (/** @type {Named} */ name) => (typeof name === "string" ? name : name[words.language()]);

/** @param {unknown[]} parts @param {string} [between] */
const joined = (parts, between = " · ") => parts.filter(Boolean).join(between);

/**
 * Less than a thousandth is not nothing, and a share is rounded down, so that none reaches a band in which it is not.
 * @param {Maybe<number>} value
 */
export function share(value) {
  if (!known(value)) return notKnown();
  if (value > 0 && value < 0.001) return `<${words.percent(0.001)}`;
  return words.percent(Math.floor(value * 1000 + 1e-9) / 1000);
}

/** @param {Pick<Action, "first_year" | "last_year">} action */
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
  return words.number(value, how === "count" ? 0 : undefined) + (unit ? `\u00a0${unit}` : "");
}

/** @param {Statement} one */
export function statement(one) {
  const kind = words.say(`focus.of.${KINDS[one.kind]}`);
  return element(
    "li",
    {},
    element("span", { text: one.text || words.say("focus.no_text") }),
    element("small", {
      text: joined([one.group, kind, one.pressure && inWords(one.pressure), one.row === null && one.place]),
    }),
  );
}

/** @param {Action} one */
function action(one) {
  const money = known(one.budget) ? joined([words.money(one.budget), one.fund]) : one.fund;
  const plan = [one.programme, one.activity, one.sub_activity].filter(Boolean).join(" / ");
  const serves = [...one.pressures, ...one.drivers].map(inWords).join(", ");
  return element(
    "li",
    {},
    element("span", { text: one.action || words.say("focus.no_text") }),
    element("small", {
      text: joined([one.owner, one.partner, years(one), one.status && words.term("focus.status.", one.status), money]),
    }),
    ...[serves, plan].filter(Boolean).map((text) => element("small", { text })),
  );
}

/** @param {Decision} one */
function decision(one) {
  const [choice, figures] = [
    one.choice && words.term("focus.choice.", one.choice),
    one.figures && words.term("focus.figures.", one.figures),
  ];
  const rank = known(one.rank) ? words.say("focus.rank_then", { rank: one.rank }) : "";
  return element(
    "li",
    one.stands ? {} : { class: "past" },
    element("span", { text: joined([choice, figures], ", ") }),
    ...(one.reason ? [element("q", { text: one.reason })] : []),
    element("small", {
      text: joined([words.date(one.day), one.group, rank, !one.stands && words.say("focus.no_longer")]),
    }),
  );
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
    const { robustness: word, compared } = data.standings;
    const known = word[row];
    if (known) return words.term("focus.robustness.", known);
    return words.say(compared[row] ? "focus.robustness.never" : "focus.robustness.unknown");
  }

  /** @param {number} row */
  function score(row) {
    const { score: whole, score_low, score_high } = data.standings;
    const [low, high] = [score_low[row], score_high[row]];
    if (known(whole[row])) return words.number(whole[row], 2);
    if (!known(low)) return null;
    const [least, most] = [words.number(low, 2), words.number(high, 2)];
    return least === most ? least : words.say("focus.between", { low: least, high: most });
  }

  /** @param {number} row */
  function standing(row) {
    const { standings } = data;
    const rank = (/** @type {Column} */ column) => words.number(column[row]);
    const draws = {
      top: data.top,
      draws: data.draws,
      share: share(districts.data.share?.[row]),
      robustness: robustness(row),
    };
    const beaten = standings.non_dominated[row]
      ? words.say("focus.nobody_front")
      : names(standings.dominating_districts[row], standings.dominated_by[row]);
    const beats = names(standings.beats_whom[row], standings.beats[row]) || words.say("focus.nobody");
    /** @type {Fact[]} */
    const fronts =
      standings.non_dominated.includes(true) && standings.compared[row]
        ? [
            ["focus.dominated_by", beaten],
            ["focus.beats", beats],
          ]
        : [];
    return popups.facts([
      ["focus.share", words.say(standings.compared[row] ? "focus.among" : "focus.robustness.unknown", draws)],
      ["focus.rank", rank(standings.rank)],
      ["focus.linear_rank", rank(standings.linear_rank)],
      ["focus.score", score(row)],
      ...fronts,
    ]);
  }

  /** @param {Criterion} criterion @param {number} row */
  function valueText(criterion, row) {
    const [value, least, most] = [criterion.value[row], criterion.value_least[row], criterion.value_most[row]];
    if (known(value)) return written(value, criterion);
    if (!known(least) && !known(most)) return notKnown();
    const [low, high] = [least, most].map((one) => (known(one) ? written(one, criterion) : "?"));
    return low === high ? low : words.say("focus.not_known_between", { low, high });
  }

  /** @param {number} row */
  function ranked(row) {
    if (!data.criteria.length) return [];
    const exercise = element("p", {}, element("em", { class: "tag", word: "map.status.exercise" }));
    return [
      ...(data.standings.exercise[row] ? [exercise] : []),
      standing(row),
      popups.table(
        ["focus.criterion", "focus.value", "map.score"],
        data.criteria.map((one) => [inWords(one.name), valueText(one, row), words.number(one.score[row], 2)]),
      ),
    ];
  }

  /** @param {string} head @param {HTMLElement[]} lines */
  const listed = (head, lines) =>
    lines.length ? [element("h3", { word: head }), element("ul", { class: "said" }, ...lines)] : [];

  /** @param {number} row @returns {HTMLElement[]} */
  function statements(row) {
    const counts = data.statements.counts.find(([place]) => place === row);
    if (!counts) return [];
    const lines = data.statements.said.filter((one) => one.row === row).map(statement);
    return [
      element("h3", { word: "focus.head.statements" }),
      element("p", { text: counted(counts.slice(1)) }),
      ...(lines.length ? [element("ul", { class: "said" }, ...lines)] : []),
    ];
  }

  /** @param {HTMLElement} box @param {number} row */
  function district(box, row) {
    const [heading, ...figures] = box.children;
    heading.after(
      ...ranked(row),
      ...statements(row),
      ...listed("focus.head.actions", data.actions.all.filter((one) => one.rows.includes(row)).map(action)),
      ...listed("focus.head.decisions", data.decisions.filter((one) => one.row === row).map(decision)),
      element("h3", { word: "focus.risk" }),
      ...figures,
    );
    return box;
  }

  return { district, robustness };
}
