// The words of the page in the chosen language, and elements that contain them.

import { block, page } from "./blocks.js";
import { sentencesOf } from "./sentences.js";

/** @import { ByLanguage, Catalogues, Labels, Values } from "./data.js" */

/** @type {Catalogues} */
const catalogues = block("words");
/** @type {Labels} */
const labels = block("labels");
/** @type {(() => void)[]} */
const listeners = [];
let chosen = page.language;

export const language = () => chosen;
export const languages = Object.keys(catalogues);
/** The same words for amounts of another currency. @param {ByLanguage<string>} symbols */
export const inCurrency = (symbols) => sentencesOf(catalogues, symbols, language, labels);
const spoken = inCurrency(page.symbols);
export const { say, term, labelled, number, percent, money, date, written, signed } = spoken;

/** @param {string} language @param {string} key */
export const sayIn = (language, key) => sentencesOf(catalogues, page.symbols, () => language).say(key);

/** What the city calls a thing in any of its languages, and the name that its data have. @param {string} kind @param {string} name */
export const labelsOf = (kind, name) => [
  ...new Set([
    name,
    ...languages.map((one) => sentencesOf(catalogues, page.symbols, () => one, labels).labelled(kind, name)),
  ]),
];

/** @param {() => void} listener */
export function onChange(listener) {
  listeners.push(listener);
}

/** @param {string} selector @returns {NodeListOf<HTMLElement>} */
const all = (selector) => document.querySelectorAll(selector);

// Fill every element that names its sentence: data-word for its text, data-word-label for its accessible name; and every
// element that lists names of one kind: data-names.
function relabel() {
  for (const box of all("[data-word]")) {
    box.textContent = say(String(box.dataset.word), JSON.parse(box.dataset.values || "{}"));
  }
  for (const box of all("[data-names]")) {
    const names = /** @type {string[]} */ (JSON.parse(String(box.dataset.names)));
    box.textContent = [...new Set(names.map((name) => labelled(String(box.dataset.kind), name)))].join(", ");
  }
  for (const box of all("[data-word-label]")) box.setAttribute("aria-label", say(String(box.dataset.wordLabel)));
  for (const box of all("[data-word-hint]")) box.setAttribute("placeholder", say(String(box.dataset.wordHint)));
}

/** @param {string} language */
export function speak(language) {
  chosen = language;
  document.documentElement.lang = language;
  document.title = written(page.title);
  relabel();
  listeners.forEach((listener) => listener());
}

/**
 * A new element with text; text from data can therefore never become markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {{ text?: string | null, word?: string, values?: Values } & Record<string, unknown>} [options]
 * @param {(Node | string)[]} children
 */
export function element(tag, options = {}, ...children) {
  const box = document.createElement(tag);
  const { text, word, values, ...attributes } = options;
  if (text !== undefined) box.textContent = text;
  if (word !== undefined) {
    box.dataset.word = word;
    if (values !== undefined) box.dataset.values = JSON.stringify(values);
    box.textContent = say(word, values);
  }
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, String(value));
  box.append(...children);
  return box;
}
