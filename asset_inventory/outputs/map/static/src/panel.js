// What is chosen: a question, a hazard map or a year, a district, which assets; and the figures that follow the choice.

import * as address from "./address.js";
import * as answers from "./answers.js";
import * as assets from "./assets.js";
import { byId, page } from "./blocks.js";
import { classLabel } from "./classes.js";
import { districts } from "./districts.js";
import * as figures from "./figures.js";
import * as filters from "./filters.js";
import { hazards } from "./hazards.js";
import { known, years } from "./popups.js";
import { resilience } from "./resilience.js";
import { sign } from "./swatch.js";
import * as tabs from "./tabs.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Ask, Counts, Hazard, Painting, State } from "./data.js" */

/** @type {("exposed" | "no_data" | "not_exposed")[]} */
const STATES = ["exposed", "no_data", "not_exposed"];
/** @type {State} */
export const state = {
  ask: "first",
  districts: firstPainting(),
  hazard: -1,
  map: 0,
  year: null,
  district: null,
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
let before = state.districts; // how districts were coloured before a hazard map was chosen
/** @type {import("./figures.js").Figures | null} */
let latest = null;

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

/** The lower bounds of the classes that stay, because places change with the next delivery. */
const classesWritten = () =>
  state.classes?.map((code) => String(assets.tableOf(state).classes[code].low ?? "")) ?? null;

/** What is not as the question sets it is in the address, if only as an empty word. */
function remember() {
  const hazard = hazardNow();
  const usual = posed(state.ask);
  const painting = hazard ? "outline" : usual.districts;
  const hidden = (/** @type {Pick<State, "exposed" | "no_data" | "not_exposed">} */ of) =>
    STATES.filter((name) => !of[name]).join(",");
  address.write({
    ask: state.ask === "first" ? null : (state.ask ?? "none"),
    by: state.districts === painting ? null : state.districts,
    hazard: hazard ? hazard.name : usual.hazard >= 0 ? "" : null,
    period: hazard ? hazard.maps[state.map].return_period : null,
    year: state.year ?? (usual.year === null ? null : ""),
    in: state.district === null ? null : districts.data.id[state.district],
    hide: hidden(state) === hidden(usual) ? null : hidden(state),
    from: classesWritten(),
    ...filters.written(state.filter),
  });
}

/** «Where first?» is coloured by what its list is sorted by. @returns {Painting} */
function firstPainting() {
  return page.last === "ead_per_value" ? "ead_per_value" : page.painting;
}

/** The rarest map reaches farthest: a hazard begins there. @param {number} hazard */
const rarest = (hazard) => (hazards.all[hazard]?.maps.length ?? 1) - 1;

/** Without annual damage, the cost is that of the rarest event that has one. @returns {Partial<State>} */
function costed() {
  const hazard = figures.data.damage.findIndex((maps) => maps.at(-1));
  if (radioOf("ead") || hazard < 0) return { districts: radioOf("ead") ? "ead" : page.painting };
  return { hazard, map: rarest(hazard), districts: "outline" };
}

/** @type {Record<Ask, () => Partial<State>>} */
const PRESETS = {
  first: () => ({ districts: firstPainting() }),
  floods: () => {
    const shock = hazards.all.findIndex(({ kind }) => kind === "shock");
    const hazard = shock < 0 ? hazards.all.length - 1 : shock;
    return { hazard, map: Math.max(0, rarest(hazard)), districts: "outline", not_exposed: false };
  },
  cost: costed,
  change: () => {
    const projected = figures.projectedFor(-1) ?? Number(Object.keys(figures.data.years)[0]);
    return {
      hazard: figures.projectedFor(-1) === null ? projected : -1,
      year: figures.yearsOf(projected).pop() ?? null,
      districts: "ead",
    };
  },
  unknown: () => ({ districts: radioOf("ead") ? "ead" : page.painting, exposed: false, not_exposed: false }),
};
const TABS = { first: "focus", floods: "assets", cost: "assets", change: "focus", unknown: "assets" };

/** What a question sets. @param {Ask | null} ask */
const posed = (ask) => ({
  ...{ hazard: -1, map: 0, year: null, districts: page.painting },
  ...{ exposed: true, no_data: true, not_exposed: true, classes: null },
  ...(ask ? PRESETS[ask]() : {}),
});

/** A question sets map, list and sentence; district and filter stay. @param {Ask} ask */
const pose = (ask) => Object.assign(state, posed(ask), { ask });

// What a link asks for; what the page does not know is left out.
function recall() {
  const link = address.read();
  const ask = /** @type {Ask} */ (link.get("ask"));
  if (ask in PRESETS && answers.canAnswer(ask)) pose(ask);
  else if (link.get("ask") === "none") state.ask = null;
  if (link.has("hazard")) {
    if (!link.has("ask")) state.ask = null;
    state.hazard = hazards.all.findIndex(({ name }) => name === link.get("hazard"));
    const hazard = hazardNow();
    if (hazard) {
      const place = hazard.maps.findIndex(({ return_period }) => String(return_period) === link.get("period"));
      state.map = place < 0 ? hazard.maps.length - 1 : place;
      state.districts = "outline";
    }
  }
  const year = Number(link.get("year"));
  if (link.has("year")) state.year = figures.yearsOf(state.hazard).includes(year) ? year : null;
  const by = radioOf(link.get("by") || "");
  if (by) state.districts = /** @type {Painting} */ (by.value);
  const district = districts.data.id.indexOf(link.get("in") ?? "");
  if (district >= 0) {
    state.district = district;
    districts.choose(district);
  }
  Object.assign(state.filter, filters.read(link));
  if (link.has("hide") || !(ask in PRESETS)) {
    const hide = (link.get("hide") || "").split(",");
    for (const name of STATES) state[name] = !hide.includes(name);
  }
  const from = link.getAll("from");
  const classes = assets
    .tableOf(state)
    .classes.flatMap((entry, code) =>
      entry.value === "exposed" && from.includes(String(entry.low ?? "")) ? [code] : [],
    );
  if (classes.length) state.classes = classes;
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

function fillYears() {
  /** @type {HTMLSelectElement} */
  const select = byId("year");
  const all = figures.yearsOf(state.hazard);
  select.hidden = all.length === 0;
  select.replaceChildren(
    element("option", { value: "", word: "map.year.mapped" }),
    ...all.map((year) => element("option", { value: year, word: "map.year.of", values: { year: String(year) } })),
  );
  select.value = state.year === null ? "" : String(state.year);
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

/** A chip goes away with what it clears, and hands the focus on. @param {string} text @param {() => void} clear */
function chip(text, clear) {
  const button = element("button", { type: "button", class: "chip" }, element("span", { text }));
  button.append(element("span", { "aria-hidden": "true", text: " ×" }));
  button.setAttribute("aria-label", words.say("map.clear", { what: text }));
  button.addEventListener("click", () => {
    clear();
    tabs.chosenTab().focus();
  });
  return button;
}

function labelOnly() {
  const filtered = filters.inWords(state);
  const chips = [
    ...(state.district === null ? [] : [chip(districts.nameOf(state.district), () => chooseDistrict(null))]),
    ...(filtered ? [chip(filtered, clearFilter)] : []),
  ];
  byId("only").hidden = chips.length === 0;
  byId("only").replaceChildren(...chips);
  byId("filter-none").hidden = !assets.isFiltered(state);
}

function emptyFilter() {
  for (const name of Object.keys(state.filter)) delete state.filter[name];
  state.classes = null;
}

function clearFilter() {
  emptyFilter();
  changed();
}

/** The classes of depth or damage that stay. */
function fillClasses() {
  const table = assets.tableOf(state);
  const options = table.classes.flatMap((entry, code) =>
    entry.value === "exposed" ? [{ code, text: classLabel(entry, table), sign: sign(entry) }] : [],
  );
  byId("classes-word").textContent = words.say(
    state.hazard < 0 ? "map.filter.damage" : "map.filter.intensity",
    state.hazard < 0 ? {} : { measure: hazards.all[state.hazard].measure },
  );
  /** @type {HTMLElement} */ (byId("filter-classes").parentElement).hidden = options.length < 2;
  filters.boxes(
    "classes",
    options.length,
    () => options,
    state.classes ?? undefined,
    (codes) => {
      state.classes = codes ?? null;
      changed();
    },
  );
}

function label() {
  const hazard = hazardNow();
  byId("periods").hidden = hazard === undefined;
  byId("period").hidden = hazard === undefined || hazard.maps.length < 2;
  if (hazard) labelPeriod(hazard);
  for (const name of STATES) input(`show-${name}`).checked = state[name];
  for (const name of [...STATES, "unusable"]) byId(`count-${name}`).textContent = words.number(counted[name]);
  byId("unusable").hidden = counted.unusable === 0;
  filters.fill(state.filter, changed);
  fillClasses();
  byId("drawn").hidden = assets.isFiltered(state) || STATES.some((name) => !state[name]);
  for (const button of document.querySelectorAll(/** @type {"button"} */ ("[data-ask]")))
    button.setAttribute("aria-pressed", String(button.dataset.ask === state.ask));
  checkPainting();
  labelOnly();
  /** @type {Painting[]} */
  const painted = page.by === "ead" ? ["ead_per_value", "ead", "score"] : ["score", "assets_exposed"];
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
  byId("hazard").setAttribute("value", String(state.hazard));
  /** @type {HTMLSelectElement} */ (byId("hazard")).value = String(state.hazard);
  fillYears();
  listeners.forEach(({ paint }) => paint(state));
  recounts += 1;
  const mine = recounts;
  // of the whole city as the table of counts has it, at once
  const whole = figures.wholeCounts(state);
  if (whole) count(whole, lead);
  const found = await figures.figuresOf(state);
  if (mine !== recounts) return;
  latest = found;
  if (!whole) count(found.counts, lead);
  answer();
}

function answer() {
  if (!latest) return;
  answers.draw(state, latest);
  tabs.reach();
}

/** @param {Counts} counts @param {string} lead */
function count(counts, lead) {
  counted = counts;
  label();
  listeners.forEach(({ showCounts }) => showCounts(state, counts));
  announce(lead);
}

/** All assets of the city with these codes, and no others. @param {State["filter"]} filter */
export function showOnly(filter) {
  emptyFilter();
  Object.assign(state.filter, filter);
  state.district = null;
  districts.choose(null);
  changed();
}

/** Tiles, lists and counts follow a district; null: the whole city. @param {number | null} row */
export function chooseDistrict(row) {
  if (state.district === row) return;
  state.district = row;
  districts.choose(row);
  changed();
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
  for (const button of document.querySelectorAll(/** @type {"button"} */ ("[data-ask]"))) {
    button.addEventListener("click", () => {
      const ask = /** @type {Ask} */ (button.dataset.ask);
      pose(ask);
      byId("panel").classList.add("asked"); // a phone shows the sentence from now on
      tabs.show(TABS[ask]);
      address.write({ tab: null });
      changed();
    });
  }
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
  const [hazard, period, year] = [input("hazard"), input("period"), input("year")];
  hazard.addEventListener("change", () => {
    state.hazard = Number(hazard.value);
    state.map = Math.max(0, rarest(state.hazard));
    state.year = null;
    state.classes = null;
    if (state.ask === "first" || state.ask === "change") state.ask = "floods";
    paintOneThing(state.hazard >= 0);
    changed();
  });
  period.addEventListener("input", () => {
    state.map = Number(period.value);
    state.year = null;
    changed();
  });
  year.addEventListener("change", () => {
    state.year = year.value === "" ? null : Number(year.value);
    if (state.year !== null) state.ask = "change";
    changed();
  });
  byId("filter-none").addEventListener("click", () => {
    clearFilter();
    document.querySelector(/** @type {"summary"} */ ("#filters summary"))?.focus();
  });
}

export function start() {
  recall();
  if (state.ask && !tabs.linked()) tabs.show(TABS[state.ask]);
  fillHazards();
  filters.start(state.filter);
  byId("layer-hazards").hidden = hazards.all.length === 0;
  wire();
  words.onChange(() => {
    fillHazards();
    fillYears();
    label();
    answer();
  });
}

/**
 * An asset that somebody goes to is seen there: what leaves it out is undone.
 * @param {number} index
 */
export async function reveal(index) {
  const hiding = await assets.hiding(state, index);
  for (const name of hiding.filters) delete state.filter[name];
  if (hiding.state) state[hiding.state] = true;
  if (hiding.classes) state.classes = null;
  if (hiding.filters.length || hiding.state || hiding.classes) changed(words.say("map.revealed"));
}
