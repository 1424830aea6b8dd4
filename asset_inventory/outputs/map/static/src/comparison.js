// What is chosen on both sides, and the table of both with their difference.

import * as address from "./address.js";
import { byId } from "./blocks.js";
import * as sides from "./sides.js";
import { data } from "./sides.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Painting, Place, Sentence } from "./data.js" */

export const state = { pair: data.start, move: 0 };
/** @type {(() => void)[]} */
const listeners = [];
/** @type {HTMLSelectElement[]} */
const selects = data.twins ? [byId("choose-left"), byId("choose-right")] : [byId("choose")];

/** @param {() => void} listener */
export function onChange(listener) {
  listeners.push(listener);
}

export const pairNow = () => data.pairs[state.pair];
export const move = () => pairNow().moves[state.move];
const titles = () => [0, 1].map((side) => sides.choiceOf(state.pair, side).title);

/**
 * Colours are of districts' annual damage where no hazard map lies above them.
 * @returns {Painting}
 */
export function painting() {
  const together = sides.choiceOf(state.pair, 0).hazard < 0;
  const comparable = !pairNow().forbids.includes("money");
  return together && comparable && sides.districts.every((layer) => layer.count("ead")) ? "ead" : "outline";
}

/**
 * In the address: a map's hazard and return period, because places change with the next delivery.
 * @param {number} side
 */
function nameOf(side) {
  const { hazard, map } = sides.choiceOf(state.pair, side);
  if (hazard < 0) return "all";
  const { name, maps } = sides.hazards[side].all[hazard];
  return [name, maps[map].return_period ?? ""].join(":");
}

function remember() {
  address.write({ left: nameOf(0), right: nameOf(1), assets: state.move ? move()[0] : null });
}

function recall() {
  const link = address.read();
  const start = state.pair;
  const pair = data.pairs.findIndex((_, place) => {
    state.pair = place;
    return nameOf(0) === link.get("left") && nameOf(1) === link.get("right");
  });
  state.pair = pair < 0 ? start : pair;
  state.move = Math.max(
    0,
    pairNow().moves.findIndex(([key]) => key === link.get("assets")),
  );
}

function fillChoices() {
  const count = Math.round(Math.sqrt(data.pairs.length));
  const ofPair = data.pairs.map(({ choices }) => data.sides[0].choices[choices[0]].title.values?.map);
  selects.forEach((select, side) => {
    const titles = data.twins ? data.sides[side].choices.map(({ title }) => title) : ofPair;
    select.replaceChildren(...titles.map((title, value) => element("option", { value, text: words.written(title) })));
    select.value = String(data.twins ? pairNow().choices[side] : state.pair);
    select.onchange = () => {
      state.pair = data.twins ? Number(selects[0].value) * count + Number(selects[1].value) : Number(select.value);
      state.move = 0;
      changed();
    };
  });
}

function fillMoves() {
  const box = byId("moves");
  box.dataset.pair = String(state.pair);
  box.replaceChildren(
    ...pairNow().moves.map(([key, count], place) => {
      const radio = element("input", { type: "radio", name: "moves", id: `move-${place}`, value: key });
      radio.checked = place === state.move;
      radio.addEventListener("change", () => {
        state.move = place;
        changed();
      });
      return element(
        "label",
        {},
        radio,
        element("span", { word: key }),
        element("span", { class: "count", text: words.number(count) }),
      );
    }),
  );
}

/** @param {"left" | "right"} side @param {Sentence} title */
function fillTitle(side, title) {
  for (const box of document.querySelectorAll(`[data-title=${side}]`)) box.textContent = words.written(title);
  const brief = document.querySelector(`[data-brief=${side}]`);
  if (brief) brief.textContent = words.written(title.word === "compare.side" ? title.values?.label : title);
}

function fillFigures() {
  const pair = pairNow();
  byId("both-rows").replaceChildren(
    ...[...pair.rows, ...data.rows].map(([key, ...cells]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", word: key }),
        ...cells.map((cell, side) =>
          element("td", { class: "number", text: (sides.wordsOf[side] ?? words).written(cell) }),
        ),
      ),
    ),
  );
  const notes = [...(data.matched ? [data.matched] : []), ...pair.notes, ...data.notes];
  byId("notes").replaceChildren(...notes.map(({ word, values }) => element("li", { word, values: values || {} })));
  byId("summary").replaceChildren(element("span", { ...pair.summary }));
  const [left, right] = titles();
  byId("titles").replaceChildren(element("span", { word: "compare.sides", values: { left, right } }));
  fillTitle("left", left);
  fillTitle("right", right);
}

export function changed() {
  remember();
  fillFigures();
  /** @type {HTMLInputElement} */
  const radio = byId(`move-${state.move}`);
  if (byId("moves").dataset.pair !== String(state.pair) || !radio.checked) fillMoves();
  listeners.forEach((listener) => listener());
  byId("news").textContent = `${byId("titles").textContent} ${byId("summary").textContent}`;
}

/** @param {Place} place */
export const isHidden = (place) => sides.isHidden(state.pair, move(), place);

/**
 * Shows an asset that somebody searched for, whichever assets were chosen before.
 * @param {Place} place
 */
export async function reveal(place) {
  if (!(await isHidden(place))) return;
  state.move = 0;
  changed();
}

export function start() {
  recall();
  words.onChange(() => {
    fillChoices();
    fillMoves();
    fillFigures();
  });
}
