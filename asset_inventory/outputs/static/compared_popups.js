// What a click shows of two sides: every figure left, right, and the difference.
"use strict";

inventory.comparedPopups = (() => {
  const { element, words, popups, sides } = inventory;
  const { known } = popups;
  const { twins } = sides.data;
  const HEADS = ["compare.figure", "compare.left", "compare.right", "compare.difference"];
  const PLACES = 0.005; // less than half of the last decimal that is shown
  let pair = sides.data.start;

  const noFigure = () => words.say("number.not_known");
  const hiddenOf = sides.data.sides.map(({ hidden }) => popups.hiddenIn(hidden));
  const hiddenColumns = (one) => hiddenOf[one.side](one.id);

  // All maps together: exposed on any of them, else unknown on any.
  function state(values, choice, usable) {
    if (!usable) return "unusable";
    const of = (name) => (choice.hazard < 0 ? Object.keys(values).filter((key) => key.endsWith(`.${name}`))
      : [`${choice.hazard}.${choice.map}.${name}`]).some((key) => values[key] > 0);
    if (of("exposed_fraction")) return "exposed";
    return of("unknown_fraction") ? "unknown" : "not_exposed";
  }

  // One line: what both sides say, and how far they are apart where both are known.
  function line(key, values, write, apart, none = noFigure()) {
    const cells = values.map((value, side) => (value === undefined ? words.say("compare.absent") : write(value, side)));
    if (values.includes(undefined)) return [words.say(key), ...cells, "–"];
    return [words.say(key), ...cells, values.every(known) ? apart(values[1] - values[0]) : none];
  }

  const signed = (write) => (value) => (value > 0 ? "+" : "") + write(value);
  const points = signed((value) => words.say("compare.points", { number: Math.round(value * 1000) / 10 }));
  const money = signed((value) => words.money(value));

  const deep = (value, hazard) => `${words.number(value, 2)}\u00a0${hazard.unit}`;

  function figuresOnMaps(one, states) {
    const choices = [0, 1].map((side) => sides.choiceOf(pair, side));
    if (choices.some((choice) => choice.hazard < 0)) return [];
    const hazards = choices.map((choice, side) => sides.hazards[side].all[choice.hazard]);
    const forbids = sides.data.pairs[pair].forbids;
    const of = (name, dry = 0) => one.both.map((values, side) => {
      if (!values) return undefined;
      if (states[side] === "not_exposed") return dry;
      if (states[side] !== "exposed") return null;
      return values[`${choices[side].hazard}.${choices[side].map}.${name}`] ?? null;
    });
    const alike = hazards[0].unit === hazards[1].unit && hazards[0].measure === hazards[1].measure;
    const lines = [
      line("map.exposed_share", of("exposed_fraction"), (value) => (known(value) ? words.percent(value) : noFigure()),
        forbids.includes("counts") ? () => words.say("compare.not_comparable") : points),
      line("map.intensity", of("intensity_mean", null), (value, side) => (known(value) ? deep(value, hazards[side]) : "–"),
        alike ? signed((value) => deep(value, hazards[0])) : () => words.say("compare.not_comparable"), "–"),
    ];
    if (hazards.some((hazard) => hazard.priced) && !hiddenColumns(one).includes("damage")) {
      lines.push(line("map.damage", of("damage"), (value, side) => (
        hazards[side].priced ? popups.amount(value) : words.say("map.not_priced")), moneyApart(hazards.every((hazard) => hazard.priced))));
    }
    return lines;
  }

  const moneyApart = (priced) => (priced && !sides.data.pairs[pair].forbids.includes("money")
    ? money : () => words.say("compare.not_comparable"));

  // Of two assessments also what an asset is worth and what it costs a year.
  function figuresOfAssessments(one) {
    const silent = hiddenColumns(one);
    const of = (name) => one.both.map((values) => (values ? values[name] : undefined));
    const lines = [];
    if (!silent.includes("value")) lines.push(line("map.value", of("value"), popups.amount, moneyApart(true)));
    if (!silent.includes("ead") && sides.data.rows.length) {
      lines.push(line("map.ead", of("annual"), popups.amount, moneyApart(true)));
    }
    return lines;
  }

  function asset(one) {
    const states = one.both.map((values, side) => (values
      ? state(values, sides.choiceOf(pair, side), one.usable[side]) : "absent"));
    const says = states.map((name) => words.say(name === "absent" ? "compare.absent" : `map.class.${name}`));
    const silent = hiddenColumns(one);
    const box = element("article", { class: "popup" }, element("h2", { text: one.name || one.id }), popups.facts([
      ["map.asset_id", one.id], ["map.asset_type", one.asset_type], ["map.owner", one.owner], ["map.district", one.districtName],
      ...(twins ? [["map.value", known(one.value) ? `${popups.amount(one.value)} (${popups.rule(one.value_rule)})` : null]] : []),
      ["map.data_status", popups.status(one.data_status)],
    ].filter(([term]) => !silent.includes(term.replace("map.", "")))));
    const same = states[0] === states[1] ? "compare.same" : "compare.other";
    box.append(popups.table(HEADS, [[words.say("compare.counted"), ...says, words.say(same)],
      ...figuresOnMaps(one, states), ...(twins ? [] : figuresOfAssessments(one))]));
    return box;
  }

  // A district as both assessments have it; of two maps of one city the figures over all maps are one and the same.
  function district(one) {
    if (twins) {
      const box = popups.district(one);
      box.append(element("p", { word: "compare.over_all_maps" }));
      return box;
    }
    const row = sides.districts[1].data.id.indexOf(one.id);
    const both = [one, row < 0 ? null : sides.districts[1].figures(row)];
    const of = (name) => both.map((figures) => (figures ? figures[name] : undefined));
    const count = (value) => (known(value) ? words.number(Math.round(value)) : noFigure());
    const score = (value) => (known(value) ? words.number(value, 2) : noFigure());
    return element("article", { class: "popup" }, element("h2", { text: one.name }), popups.table(HEADS, [
      line("map.ead", of("ead"), popups.amount, moneyApart(true)),
      line("map.assets", of("assets"), count, signed(count)),
      line("map.assets_exposed", of("assets_exposed"), count, signed(count)),
      line("map.people_exposed", of("people_exposed"), count, signed(count)),
      line("map.score", of("score"), score, (value) => (Math.abs(value) < PLACES ? score(0) : signed(score)(value))),
    ]), element("p", { word: "compare.over_all_maps" }));
  }

  return { asset, district, look: (place) => { pair = place; } };
})();
