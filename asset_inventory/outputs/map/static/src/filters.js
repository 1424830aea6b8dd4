// Which assets are looked at: of which types, layers, owners, districts, and classes of depth or damage.

import { data, tableOf } from "./assets.js";
import { byId } from "./blocks.js";
import { classLabel } from "./classes.js";
import { districts } from "./districts.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { State } from "./data.js" */
/** @typedef {State["filter"]} Filter */

const all = data.filters;

/** @param {string} name @param {string | null} word */
function wordOf(name, word) {
  if (word === null) return words.say("number.not_known");
  return name === "district" ? districts.nameOfId(word) : words.labelled(name, word);
}

/** @param {string} name @returns {HTMLDetailsElement | null} */
const foldOf = (name) => document.querySelector(`#filters [data-filter="${name}"]`);

/** @typedef {{ code: number, text: string, sign?: HTMLElement | null }} Option */

/** What fills the boxes of each filter once it is opened. @type {Map<string, () => void>} */
const fillers = new Map();

/**
 * A list of boxes to check, made when its filter is open: a city may have thousands of districts. `chosen` are those that
 * stay, none where all do.
 * @param {string} name
 * @param {number} whole how many there are
 * @param {() => Option[]} options
 * @param {number[] | undefined} chosen
 * @param {(codes: number[] | undefined) => void} change
 */
export function boxes(name, whole, options, chosen, change) {
  const body = byId(`filter-${name}`);
  const fold = /** @type {HTMLDetailsElement} */ (foldOf(name));
  const make = () =>
    body.replaceChildren(
      ...options().map(({ code, text, sign }) => {
        const box = element("input", { type: "checkbox", value: code });
        box.checked = chosen?.includes(code) ?? false;
        box.addEventListener("change", () => {
          const checked = [...body.querySelectorAll("input")].filter((one) => one.checked);
          change(checked.length ? checked.map((one) => Number(one.value)) : undefined);
        });
        return element("label", {}, box, ...(sign ? [sign] : []), element("span", { text }));
      }),
    );
  if (!fillers.has(name)) fold.addEventListener("toggle", () => fold.open && fillers.get(name)?.());
  fillers.set(name, make);
  // a box that was just checked keeps the focus
  if (fold.open && !body.contains(document.activeElement)) make();
  const count = fold.querySelector(".count");
  if (count) count.textContent = chosen ? words.say("map.of", { part: chosen.length, whole }) : "";
}

/**
 * Fills the boxes of every filter once more.
 * @param {Filter} filter
 * @param {() => void} changed
 */
export function fill(filter, changed) {
  const order = new Intl.Collator(words.language(), { numeric: true });
  for (const name of Object.keys(all)) {
    const options = () =>
      all[name].map((word, code) => ({ code, text: wordOf(name, word) })).sort((a, b) => order.compare(a.text, b.text));
    boxes(name, all[name].length, options, filter[name], (codes) => {
      if (codes) filter[name] = codes;
      else delete filter[name];
      changed();
    });
  }
}

/**
 * What is chosen, in words: «Hospital, School».
 * @param {State} state
 */
export function inWords(state) {
  const table = tableOf(state);
  return [
    ...Object.entries(state.filter).flatMap(([name, codes]) => codes.map((code) => wordOf(name, all[name][code]))),
    ...(state.classes ?? []).map((code) => classLabel(table.classes[code], table)),
  ].join(", ");
}

/** Opens the filters that a link chooses. @param {Filter} filter */
export function start(filter) {
  for (const name of Object.keys(filter)) {
    const fold = foldOf(name);
    if (fold) fold.open = true;
  }
}

/**
 * For the address: words, because codes change with the next delivery.
 * @param {Filter} filter
 */
export const written = (filter) =>
  Object.fromEntries(
    Object.keys(all).map((name) => [name, filter[name]?.map((code) => all[name][code] ?? "") ?? null]),
  );

/** @param {URLSearchParams} address */
export function read(address) {
  /** @type {Filter} */
  const filter = {};
  for (const name of Object.keys(all)) {
    const codes = address
      .getAll(name)
      .map((word) => all[name].indexOf(word || null))
      .filter((code) => code >= 0);
    if (codes.length) filter[name] = codes;
  }
  return filter;
}
