// What is chosen on both sides, the table of both with their difference, the legend with the counts of each.
"use strict";

inventory.compared = (() => {
  const { element, words, sides, address } = inventory;
  const { data } = sides;
  const state = { pair: data.start, move: 0 };
  const listeners = [];
  const find = (id) => document.getElementById(id);
  const selects = data.twins ? [find("choose-left"), find("choose-right")] : [find("choose")];

  const written = (value) => words.written(value);
  const move = () => data.pairs[state.pair].moves[state.move];
  const titles = () => [0, 1].map((side) => sides.choiceOf(state.pair, side).title);

  // Colours are of districts' annual damage where no hazard map lies above them.
  function painting() {
    const together = sides.choiceOf(state.pair, 0).hazard < 0;
    const comparable = !data.pairs[state.pair].forbids.includes("money");
    return together && comparable && sides.districts.every((one) => one.count("ead")) ? "ead" : "outline";
  }

  // In the address: a map's hazard and return period, because places change with the next delivery.
  function nameOf(side) {
    const { hazard, map } = sides.choiceOf(state.pair, side);
    if (hazard < 0) return "all";
    const one = sides.hazards[side].all[hazard];
    return [one.name, one.maps[map].return_period ?? ""].join(":");
  }

  function remember() {
    address.write({ left: nameOf(0), right: nameOf(1), assets: state.move ? move()[0] : null });
  }

  function recall() {
    const asked = address.read();
    const start = state.pair;
    const found = data.pairs.findIndex((_, place) => {
      state.pair = place;
      return nameOf(0) === asked.get("left") && nameOf(1) === asked.get("right");
    });
    state.pair = found < 0 ? start : found;
    state.move = Math.max(0, data.pairs[state.pair].moves.findIndex(([key]) => key === asked.get("assets")));
  }

  function fillChoices() {
    const count = Math.round(Math.sqrt(data.pairs.length));
    selects.forEach((select, side) => {
      const options = data.twins
        ? data.sides[side].choices.map((choice, place) => element("option", { value: place, text: written(choice.title) }))
        : data.pairs.map(({ choices }, place) => element("option", { value: place, text: written(data.sides[0].choices[choices[0]].title.values.map) }));
      select.replaceChildren(...options);
      select.value = String(data.twins ? data.pairs[state.pair].choices[side] : state.pair);
      select.onchange = () => {
        state.pair = data.twins ? Number(selects[0].value) * count + Number(selects[1].value) : Number(select.value);
        state.move = 0;
        changed();
      };
    });
  }

  function fillMoves() {
    const choose = (place) => () => { state.move = place; changed(); };
    find("moves").dataset.pair = state.pair;
    find("moves").replaceChildren(...data.pairs[state.pair].moves.map(([key, count], place) => {
      const radio = element("input", { type: "radio", name: "moves", id: `move-${place}`, value: key });
      radio.checked = place === state.move;
      radio.addEventListener("change", choose(place));
      return element("label", {}, radio, element("span", { word: key }),
        element("span", { class: "count", text: words.number(count) }));
    }));
  }

  function fillFigures() {
    const pair = data.pairs[state.pair];
    const rows = [...pair.rows, ...data.rows].map(([key, ...cells]) => element("tr", {},
      element("th", { scope: "row", word: key }),
      ...cells.map((cell) => element("td", { class: "number", text: written(cell) }))));
    find("both-rows").replaceChildren(...rows);
    const notes = [...(data.matched ? [data.matched] : []), ...pair.notes, ...data.notes];
    find("notes").replaceChildren(...notes.map(({ word, values }) => element("li", { word, values: values || {} })));
    find("found").replaceChildren(element("span", { word: pair.found.word, values: pair.found.values }));
    const [left, right] = titles();
    find("said").replaceChildren(element("span", { word: "compare.sides", values: { left, right } }));
    for (const [side, title] of [["left", left], ["right", right]]) {
      for (const box of document.querySelectorAll(`[data-title=${side}]`)) box.textContent = written(title);
      document.querySelector(`[data-brief=${side}]`).textContent = title.word === "compare.side" ? title.values.label : written(title);
    }
  }

  function changed() {
    remember();
    fillFigures();
    if (find("moves").dataset.pair !== String(state.pair) || !find(`move-${state.move}`).checked) fillMoves();
    inventory.comparedPopups.look(state.pair);
    listeners.forEach((listener) => listener());
    find("news").textContent = `${find("said").textContent} ${find("found").textContent}`;
  }

  const isHidden = (place) => sides.isHidden(state.pair, move(), place);

  // What somebody has found is shown, whichever assets were chosen before.
  async function reveal(place) {
    if (!await isHidden(place)) return;
    state.move = 0;
    changed();
  }

  function start() {
    recall();
    words.onChange(() => { fillChoices(); fillMoves(); fillFigures(); });
  }

  return { state, start, changed, isHidden, reveal, move, titles, painting, onChange: (listener) => listeners.push(listener) };
})();

// The legend of both sides: one class table where colours mean the same, else each side's own.
inventory.comparedLegend = (() => {
  const { element, words, sides, compared } = inventory;
  const { data } = sides;

  function swatch(one) {
    const sign = element("span", { class: "swatch", "aria-hidden": "true" });
    if (one.unknown) sign.style.backgroundImage = `repeating-linear-gradient(135deg, ${one.colour} 0 1.2px, #f4f5f7 1.2px 5px)`;
    else sign.style.backgroundColor = one.colour;
    return sign;
  }

  const countCells = (counts) => counts.map((count) => element("span", { class: "count", text: count === null ? "–" : words.number(count) }));
  const heads = () => element("li", { class: "heads" }, element("span"), element("span"),
    ...["compare.left", "compare.right"].map((word) => element("span", { class: "count", word })));

  function list(title, table, counts) {
    const rows = table.classes.map((one, place) => element("li", {}, swatch(one),
      element("span", { text: inventory.classLabel(one, table) }), ...countCells(counts.map((side) => side && side[place]))));
    return [element("h2", title), element("ul", {}, heads(), ...rows)];
  }

  // What a hazard's map does not say has no class that an asset is counted in: that is told under «assets».
  const known = (table, counts) => counts && counts.map((count, place) => (table.classes[place].unknown ? null : count));

  function hazards() {
    const choices = [0, 1].map((side) => sides.choiceOf(compared.state.pair, side));
    if (choices.some((choice) => choice.hazard < 0)) return [];
    const names = [`hazard-${choices[0].hazard}`, `${data.twins ? "" : "right-"}hazard-${choices[1].hazard}`];
    const tables = names.map(inventory.classes);
    const all = choices.map((choice, side) => sides.hazards[side].all[choice.hazard]);
    const titleOf = (hazard) => ({ word: "compare.legend_hazard", values: { hazard: hazard.name, measure: hazard.measure } });
    const alike = all[0].name === all[1].name && JSON.stringify(tables[0]) === JSON.stringify(tables[1]);
    const counts = choices.map((choice, side) => known(tables[side], choice.classes));
    const parts = alike ? list(titleOf(all[0]), tables[0], counts) : [
      ...list(titleOf(all[0]), tables[0], [counts[0], null]), ...list(titleOf(all[1]), tables[1], [null, counts[1]])];
    if (all.some((hazard) => hazard.outside === "unknown")) parts.push(element("p", { class: "note", word: "compare.beyond" }));
    return parts;
  }

  function districts() {
    if (compared.painting() !== "ead") return [];
    const table = inventory.classes("ead");
    const counts = sides.districts.map(({ data: { ead } }) => table.classes.map(
      (one) => ead.filter((value) => inventory.classOf("ead", value) === one).length));
    return list({ word: "map.legend.ead" }, table, counts);
  }

  function assets() {
    const { rows } = data.pairs[compared.state.pair];
    const lines = inventory.classes("exposure").classes.filter((one) => one.value !== "unusable").map((one) => {
      const [, left, right] = rows.find(([key]) => key === one.key);
      return element("li", {}, element("span", { class: `sign sign-${one.value}`, "aria-hidden": "true" }),
        element("span", { word: one.key }), ...countCells([left, right]));
    });
    return [element("h2", { word: "map.assets" }), element("ul", {}, heads(), ...lines)];
  }

  function draw() {
    document.getElementById("legend-body").replaceChildren(...districts(), ...hazards(), ...assets());
  }

  return { draw };
})();
