// The controls: which districts' figure, which hazard map, which assets; and how many of each there are.

import * as address from "./address.js";
import * as assets from "./assets.js";
import { byId, page } from "./blocks.js";
import { districts } from "./districts.js";
import * as filters from "./filters.js";
import { hazards } from "./hazards.js";
import { known, years } from "./popups.js";
import { resilience } from "./resilience.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Counts, Hazard, Painting, State } from "./data.js" */

/** @type {("exposed" | "no_data" | "not_exposed")[]} */
const STATES = ["exposed", "no_data", "not_exposed"];
/** @type {State} */
export const state = {
  districts: page.painting,
  hazard: -1,
  map: 0,
  exposed: true,
  no_data: true,
  not_exposed: true,
  filter: {},
  classes: null,
};
/** @type {{ paint: (state: State) => void, showCounts: (state: State, counts: Counts) => void }[]} */
const listeners = [];
let counted = page.counts; // of what the filter leaves, under the map that is chosen
let recounts = 0;
let before = page.painting; // how districts were coloured before a hazard map was chosen

export const counts = () => counted;
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
const hazardNow = () => /** @type {Hazard | undefined} */ (hazards.all[state.hazard]);

/**
 * The radio button of a colouring; the panel has one for each that the page can show.
 * @param {string} value
 */
const radioOf = (value) =>
  document.querySelector(/** @type {"input"} */ (`input[name=districts][value="${CSS.escape(value)}"]`));

function checkPainting() {
  const radio = radioOf(state.districts);
  if (radio) radio.checked = true;
}

/** @param {(state: State) => void} paint @param {(state: State, counts: Counts) => void} showCounts */
export function onChange(paint, showCounts) {
  listeners.push({ paint, showCounts });
}

function remember() {
  const hazard = hazardNow();
  address.write({
    by: state.districts === page.painting ? null : state.districts,
    hazard: hazard ? hazard.name : null,
    period: hazard ? hazard.maps[state.map].return_period : null,
    hide: STATES.filter((name) => !state[name]).join(",") || null,
    ...filters.written(state.filter),
  });
}

// What a link asks for; what the page does not know is left out.
function recall() {
  const link = address.read();
  state.hazard = hazards.all.findIndex(({ name }) => name === link.get("hazard"));
  const hazard = hazardNow();
  if (hazard) {
    const place = hazard.maps.findIndex(({ return_period }) => String(return_period) === link.get("period"));
    state.map = place < 0 ? hazard.maps.length - 1 : place;
    state.districts = "outline";
  }
  const by = radioOf(link.get("by") || "");
  if (by) state.districts = /** @type {Painting} */ (by.value);
  const hide = (link.get("hide") || "").split(",");
  Object.assign(state.filter, filters.read(link));
  for (const name of STATES) {
    state[name] = !hide.includes(name);
    input(`show-${name}`).checked = state[name];
  }
  checkPainting();
}

/** @param {Hazard} hazard */
function hazardName(hazard) {
  return words.say(hazard.kind === "stress" ? "map.kind.stress" : "map.kind.shock", {
    hazard: hazard.name,
    maps: words.say("map.maps", { count: hazard.maps.length }),
  });
}

function fillHazards() {
  /** @type {HTMLSelectElement} */
  const select = byId("hazard");
  select.replaceChildren(
    element("option", { value: "-1", word: "map.no_hazard" }),
    ...hazards.all.map((hazard, place) => element("option", { value: place, text: hazardName(hazard) })),
  );
  select.value = String(state.hazard);
}

/** @param {Hazard} hazard */
function labelPeriod(hazard) {
  const period = hazard.maps[state.map].return_period;
  const text = years(period);
  const slider = input("period");
  byId("period-word").hidden = !known(period);
  slider.max = String(hazard.maps.length - 1);
  slider.value = String(state.map);
  slider.setAttribute("aria-valuetext", text);
  byId("period-text").textContent = text;
}

function label() {
  const hazard = hazardNow();
  byId("periods").hidden = hazard === undefined;
  byId("period").hidden = hazard === undefined || hazard.maps.length < 2;
  if (hazard) labelPeriod(hazard);
  for (const name of [...STATES, "unusable"]) byId(`count-${name}`).textContent = words.number(counted[name]);
  byId("unusable").hidden = counted.unusable === 0;
  filters.fill(state.filter);
  byId("drawn").hidden = Object.keys(state.filter).length > 0;
  /** @type {Painting[]} */
  const painted = page.by === "ead" ? ["ead", "score"] : ["score", "assets_exposed"];
  for (const name of resilience ? [...painted, /** @type {Painting} */ ("share")] : painted) {
    const box = byId(`count-${name}`);
    box.textContent = words.number(districts.count(name));
    /** @type {HTMLElement} */ (box.closest("label")).hidden = districts.count(name) === 0; // no figure, no claim
  }
}

/**
 * What a screen reader hears after a change.
 * @param {string} lead
 */
function announce(lead) {
  const { exposed, no_data, not_exposed } = counted;
  byId("news").textContent = [lead, words.say("map.news", { exposed, no_data, not_exposed })].filter(Boolean).join(" ");
}

/** @param {string} [lead] is heard before the counts */
export async function changed(lead = "") {
  remember();
  listeners.forEach(({ paint }) => paint(state));
  recounts += 1;
  const mine = recounts;
  // of the whole city as the table of counts has it
  const whole = hazardNow()?.maps[state.map].counts ?? page.counts;
  const counts = assets.isFiltered(state) ? await assets.counts(state) : whole;
  if (mine !== recounts) return;
  counted = counts;
  label();
  listeners.forEach(({ showCounts }) => showCounts(state, counts));
  announce(lead);
}

/**
 * Two colourings on top of one another are not legible: under a hazard map districts have borders only, until asked for.
 * @param {boolean} hazard
 */
function paintOneThing(hazard) {
  if (hazard && state.districts !== "outline") {
    before = state.districts;
    state.districts = "outline";
  } else if (!hazard && state.districts === "outline") state.districts = before;
  checkPainting();
}

function wire() {
  for (const radio of document.querySelectorAll(/** @type {"input"} */ ("input[name=districts]"))) {
    radio.addEventListener("change", () => {
      state.districts = /** @type {Painting} */ (radio.value);
      changed();
    });
  }
  for (const name of STATES) {
    const box = input(`show-${name}`);
    box.addEventListener("change", () => {
      state[name] = box.checked;
      changed();
    });
  }
  const [hazard, period] = [input("hazard"), input("period")];
  hazard.addEventListener("change", () => {
    state.hazard = Number(hazard.value);
    // the rarest map reaches farthest: begin there
    state.map = (hazardNow()?.maps.length ?? 1) - 1;
    paintOneThing(state.hazard >= 0);
    changed();
  });
  period.addEventListener("input", () => {
    state.map = Number(period.value);
    changed();
  });
}

export function start() {
  recall();
  fillHazards();
  filters.start(state.filter, changed);
  byId("layer-hazards").hidden = hazards.all.length === 0;
  wire();
  label();
  words.onChange(() => {
    fillHazards();
    label();
  });
}

/**
 * An asset that somebody goes to is seen there: what leaves it out is undone.
 * @param {number} index
 */
export async function reveal(index) {
  const hiding = await assets.hiding(state, index);
  for (const name of hiding.filters) delete state.filter[name];
  if (hiding.classes) state.classes = null;
  if (hiding.state) {
    state[hiding.state] = true;
    input(`show-${hiding.state}`).checked = true;
  }
  if (hiding.filters.length || hiding.state || hiding.classes) changed(words.say("map.revealed"));
}
