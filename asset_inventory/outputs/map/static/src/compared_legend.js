// The legend of both sides: one class table where colours mean the same, else each side's own.

import { byId } from "./blocks.js";
import { classes, classLabel, classOf } from "./classes.js";
import * as comparison from "./comparison.js";
import { asMapped } from "./popups.js";
import * as sides from "./sides.js";
import { sign, swatch } from "./swatch.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { ClassTable, Hazard, Maybe, Sentence } from "./data.js" */
/** @typedef {Maybe<(number | null)[]>} Counts how many assets each class has, where they are counted */

/** @param {Maybe<number>[]} counts */
const countCells = (counts) =>
  counts.map((count) =>
    element("span", { class: "count", text: count === null || count === undefined ? "–" : words.number(count) }),
  );
const heads = () =>
  element(
    "li",
    { class: "heads" },
    element("span"),
    element("span"),
    ...["compare.left", "compare.right"].map((word) => element("span", { class: "count", word })),
  );

/** @param {Sentence} title @param {ClassTable} table @param {Counts[]} counts */
function list(title, table, counts) {
  const rows = table.classes.map((entry, place) =>
    element(
      "li",
      {},
      swatch(entry),
      element("span", { text: classLabel(entry, table) }),
      ...countCells(counts.map((side) => side?.[place])),
    ),
  );
  return [element("h2", { ...title }), element("ul", {}, heads(), ...rows)];
}

/**
 * What a hazard's map has no data for has no class in which assets are counted: they are counted under «assets».
 * @param {ClassTable} table
 * @param {number[] | null} counts
 */
const known = (table, counts) => counts?.map((count, place) => (table.classes[place].no_data ? null : count));

function hazards() {
  const choices = [0, 1].map((side) => sides.choiceOf(comparison.state.pair, side));
  if (choices.some((choice) => choice.hazard < 0)) return [];
  const names = [`hazard-${choices[0].hazard}`, `${sides.data.twins ? "" : "right-"}hazard-${choices[1].hazard}`];
  const tables = names.map(classes);
  const all = choices.map((choice, side) => sides.hazards[side].all[choice.hazard]);
  const titleOf = (/** @type {Hazard} */ { name, measure }) => ({
    word: "compare.legend_hazard",
    values: { hazard: name, measure },
  });
  const alike = all[0].name === all[1].name && JSON.stringify(tables[0]) === JSON.stringify(tables[1]);
  const counts = choices.map((choice, side) => known(tables[side], choice.classes));
  /** @type {HTMLElement[]} */
  const parts = alike
    ? list(titleOf(all[0]), tables[0], counts)
    : [...list(titleOf(all[0]), tables[0], [counts[0], null]), ...list(titleOf(all[1]), tables[1], [null, counts[1]])];
  const beyond = element("p", { class: "note", word: "compare.beyond" });
  return all.some((hazard) => hazard.outside === "unknown") ? [...parts, beyond] : parts;
}

function districts() {
  if (comparison.painting() !== "ead") return [];
  const table = classes("ead");
  const counts = sides.districts.map(({ data: { ead } }) =>
    table.classes.map((entry) => ead.filter((value) => classOf("ead", value) === entry).length),
  );
  return list(asMapped("map.legend.ead"), table, counts);
}

function assets() {
  const { rows } = comparison.pairNow();
  const together = sides.choiceOf(comparison.state.pair, 0).hazard < 0;
  const lines = classes(together ? "exposure-any" : "exposure")
    .classes.filter(({ value }) => value !== "unusable")
    .map((entry) => {
      const { key: name } = entry;
      const [, left, right] = rows.find(([key]) => key === name) ?? [];
      return element(
        "li",
        {},
        sign(entry),
        element("span", { word: String(name) }),
        ...countCells([left, right].map((count) => (count === null ? count : Number(count)))),
      );
    });
  return [element("h2", { word: "map.assets" }), element("ul", {}, heads(), ...lines)];
}

export function draw() {
  byId("legend-body").replaceChildren(...districts(), ...hazards(), ...assets());
}
