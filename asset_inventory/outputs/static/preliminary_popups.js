// What the preliminary resilience assessment knows of one district, as text only: where it stands, what was said, is done, was decided.
"use strict";

inventory.preliminaryTold = (data) => {
  const { element, words, popups } = inventory;
  const KINDS = ["shock", "stress", "unsorted"];
  const { known } = popups;
  const inWords = (name) => (typeof name === "string" ? name : name[words.language()]);
  const joined = (parts, between = " · ") => parts.filter(Boolean).join(between);

  // Less than a thousandth is not nothing, and a share is rounded down, so that none reaches a band in which it is not.
  function share(value) {
    if (!known(value)) return words.say("number.not_known");
    if (value > 0 && value < 0.001) return `<${words.percent(0.001)}`;
    return words.percent(Math.floor(value * 1000 + 1e-9) / 1000);
  }

  function sureness(row) {
    const { sureness: found, compared } = data.standings;
    if (found[row]) return words.term("focus.sureness.", found[row]);
    return words.say(compared[row] ? "focus.sureness.never" : "focus.sureness.unknown");
  }

  const names = (rows, count) => {
    const told = rows.map(inventory.districts.nameOf).join(", ");
    return count > rows.length ? words.say("focus.and_more", { names: told, count: count - rows.length }) : told;
  };

  function score(row) {
    const { score: whole, score_low: low, score_high: high } = data.standings;
    if (known(whole[row])) return words.number(whole[row], 2);
    if (!known(low[row])) return null;
    const [least, most] = [words.number(low[row], 2), words.number(high[row], 2)];
    return least === most ? least : words.say("focus.between", { low: least, high: most });
  }

  function standing(row) {
    const found = data.standings;
    const rank = (column) => (known(column[row]) ? words.number(column[row]) : null);
    const draws = { top: data.top, draws: data.draws, share: share(inventory.districts.data.share[row]), sureness: sureness(row) };
    const beaten = found.on_front[row] ? words.say("focus.nobody_front") : names(found.beaten_by_whom[row], found.beaten_by[row]);
    const fronts = found.on_front.includes(true) && found.compared[row];
    return popups.facts([
      ["focus.share", found.compared[row] ? words.say("focus.among", draws) : words.say("focus.sureness.unknown")],
      ["focus.rank", rank(found.rank)], ["focus.linear_rank", rank(found.linear_rank)], ["focus.score", score(row)],
      ...(fronts ? [["focus.beaten_by", beaten], ["focus.beats", names(found.beats_whom[row], found.beats[row]) || words.say("focus.nobody")]] : []),
    ]);
  }

  function written(value, { written: how, unit }) {
    if (how === "money") return words.money(value);
    if (how === "share") return share(value);
    return words.number(value, how === "count" ? 0 : undefined) + (unit ? `\u00a0${unit}` : "");
  }

  function told(criterion, row) {
    const [value, least, most] = [criterion.value[row], criterion.value_least[row], criterion.value_most[row]];
    if (known(value)) return written(value, criterion);
    if (!known(least) && !known(most)) return words.say("number.not_known");
    const [low, high] = [least, most].map((one) => (known(one) ? written(one, criterion) : "?"));
    return low === high ? low : words.say("focus.not_known_between", { low, high });
  }

  function criteria(row) {
    if (!data.criteria.length) return [];
    return [popups.table(["focus.criterion", "focus.value", "map.score"], data.criteria.map((one) => [
      inWords(one.name), told(one, row), known(one.score[row]) ? words.number(one.score[row], 2) : words.say("number.not_known")]))];
  }

  const counted = (counts) => joined(KINDS.map((kind, place) => (counts[place]
    ? words.say(`focus.kind.${kind}`, { count: counts[place] }) : "")), ", ");

  function statement(one) {
    const kind = words.say(`focus.of.${KINDS[one.kind]}`);
    return element("li", {}, element("span", { text: one.text || words.say("focus.no_text") }),
      element("small", { text: joined([one.group, kind, one.pressure && inWords(one.pressure), one.row === null && one.place]) }));
  }

  function statements(row) {
    const counts = data.statements.counts.find(([place]) => place === row);
    if (!counts) return [];
    const said = data.statements.said.filter((one) => one.row === row);
    return [element("h3", { word: "focus.head.statements" }), element("p", { text: counted(counts.slice(1)) }),
      ...(said.length ? [element("ul", { class: "said" }, ...said.map(statement))] : [])];
  }

  function years({ first_year: first, last_year: last }) {
    const [from, to] = [first, last].map((year) => (known(year) ? String(year) : "")); // a year has no mark of thousands
    if (from && to) return from === to ? from : `${from}–${to}`;
    if (!from && !to) return "";
    return words.say(from ? "focus.from_year" : "focus.to_year", { year: from || to });
  }

  function action(one) {
    const money = known(one.budget) ? joined([words.money(one.budget), one.fund]) : one.fund;
    const plan = [one.programme, one.activity, one.sub_activity].filter(Boolean).join(" / ");
    const serves = [...one.pressures, ...one.drivers].map(inWords).join(", ");
    return element("li", {}, element("span", { text: one.action || words.say("focus.no_text") }),
      element("small", { text: joined([one.owner, one.partner, years(one), one.status && words.term("focus.status.", one.status), money]) }),
      ...[serves, plan].filter(Boolean).map((text) => element("small", { text })));
  }

  function actions(row) {
    const here = data.actions.all.filter((one) => one.rows.includes(row));
    if (!here.length) return [];
    return [element("h3", { word: "focus.head.actions" }), element("ul", { class: "said" }, ...here.map(action))];
  }

  function decision(one) {
    const [choice, figures] = ["choice", "figures"].map((name) => (one[name] ? words.term(`focus.${name}.`, one[name]) : ""));
    const rank = known(one.rank) ? words.say("focus.rank_then", { rank: one.rank }) : "";
    return element("li", one.stands ? {} : { class: "past" },
      element("span", { text: joined([choice, figures], ", ") }),
      ...(one.reason ? [element("q", { text: one.reason })] : []),
      element("small", { text: joined([words.date(one.day), one.group, rank, !one.stands && words.say("focus.no_longer")]) }));
  }

  function decisions(row) {
    const here = data.decisions.filter((one) => one.row === row);
    if (!here.length) return [];
    return [element("h3", { word: "focus.head.decisions" }), element("ul", { class: "said" }, ...here.map(decision))];
  }

  function district(box, row) {
    const status = element("p", {}, element("em", { class: "tag", word: "map.status.exercise" }));
    const [heading, ...figures] = box.children;
    heading.after(...(data.criteria.length ? [...(data.standings.exercise[row] ? [status] : []), standing(row), ...criteria(row)] : []),
      ...statements(row), ...actions(row), ...decisions(row), element("h3", { word: "focus.risk" }), ...figures);
    return box;
  }

  return { district, share, sureness, statement, counted };
};
