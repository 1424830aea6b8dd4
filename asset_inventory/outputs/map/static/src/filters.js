// Which assets are looked at: of one type, one owner, one district; the words are the city's own.

import { data } from "./assets.js";
import { byId } from "./blocks.js";
import { districts } from "./districts.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { State } from "./data.js" */
/** @typedef {State["filter"]} Filter */

const all = data.filters;
/** @type {HTMLSelectElement[]} */
const selects = [...document.querySelectorAll(/** @type {"select"} */ ("[data-filter]"))];
const nameOf = (/** @type {HTMLSelectElement} */ select) => String(select.dataset.filter);

/** @param {string} name @param {string | null} word */
function wordOf(name, word) {
  if (word === null) return words.say("number.not_known");
  return name === "district" ? districts.nameOfId(word) : words.labelled(name, word);
}

/** @param {Filter} filter */
export function fill(filter) {
  for (const select of selects) {
    const name = nameOf(select);
    const order = new Intl.Collator(words.language(), { numeric: true });
    const options = all[name]
      .map((word, code) => ({ code, text: wordOf(name, word) }))
      .sort((a, b) => order.compare(a.text, b.text))
      .map(({ code, text }) => element("option", { value: code, text }));
    select.replaceChildren(element("option", { value: "", word: "map.filter_all" }), ...options);
    select.value = name in filter ? String(filter[name]) : "";
  }
  const text = document.getElementById("filter-text");
  if (text)
    text.textContent = Object.entries(filter)
      .map(([name, code]) => wordOf(name, all[name][code]))
      .join(", ");
}

/** @param {Filter} filter @param {() => void} changed */
export function start(filter, changed) {
  for (const select of selects) {
    select.addEventListener("change", () => {
      if (select.value === "") delete filter[nameOf(select)];
      else filter[nameOf(select)] = Number(select.value);
      changed();
    });
  }
  document.getElementById("filter-none")?.addEventListener("click", () => {
    for (const name of Object.keys(filter)) delete filter[name];
    changed();
  });
  /** @type {HTMLDetailsElement} */
  const box = byId("filters");
  if (Object.keys(filter).length) box.open = true;
}

/**
 * For the address: words, because codes change with the next delivery.
 * @param {Filter} filter
 */
export const written = (filter) =>
  Object.fromEntries(Object.keys(all).map((name) => [name, name in filter ? (all[name][filter[name]] ?? "") : null]));

/** @param {URLSearchParams} address */
export function read(address) {
  /** @type {Filter} */
  const filter = {};
  for (const name of Object.keys(all)) {
    if (!address.has(name)) continue;
    const code = all[name].indexOf(address.get(name) || null);
    if (code >= 0) filter[name] = code;
  }
  return filter;
}
