// Every sentence, number and amount of money, in the language that is chosen now.
"use strict";

const inventory = {};

// A block of data in the page; its text is let go once it is read.
inventory.block = (name) => {
  const element = document.getElementById(`data-${name}`);
  const value = JSON.parse(element.textContent);
  element.remove();
  return value;
};

inventory.page = inventory.block("page");

inventory.words = (() => {
  const catalogues = inventory.block("words");
  const listeners = [];
  let language = inventory.page.language;

  const missing = (value) => value === null || value === undefined || Number.isNaN(value);

  function number(value, decimals) {
    if (missing(value)) return say("number.not_known");
    const digits = decimals === undefined
      ? { maximumFractionDigits: 3 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(language, { ...digits, roundingMode: "halfEven" }).format(value);
  }

  function percent(value) {
    if (missing(value)) return say("number.not_known");
    return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(value);
  }

  function scaled(value) {
    return new Intl.NumberFormat(language, { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);
  }

  // The same rule as `words.money` in Python: scale words in full, at most one decimal.
  function money(value) {
    if (missing(value)) return say("number.not_known");
    const symbol = inventory.page.symbols[language];
    const lead = (value < 0 ? "-" : "") + symbol + (symbol.length > 2 ? "\u00a0" : "");
    const size = Math.abs(value);
    if (size >= 1e12) return `${lead}${scaled(size / 1e12)} ${say("number.trillion")}`;
    if (size >= 1e9) return `${lead}${scaled(size / 1e9)} ${say("number.billion")}`;
    if (size >= 1e6) return `${lead}${scaled(size / 1e6)} ${say("number.million")}`;
    return lead + number(size, 0);
  }

  function date(text) {
    if (!text) return say("number.not_known");
    const options = { dateStyle: "long", timeZone: "UTC" };
    return new Intl.DateTimeFormat(language, options).format(new Date(`${text}T00:00:00Z`));
  }

  const signed = (value, write) => (value > 0 ? "+" : "") + write(value);

  // An argument is text, a number, or its kind: {money: 1.2e9}, {change: 3}, {date: "2024-03-01"}, {word: key, values}.
  function written(value) {
    if (typeof value === "number") return number(value);
    if (value === null || typeof value !== "object") return String(value);
    if ("money" in value) return money(value.money);
    if ("percent" in value) return percent(value.percent);
    if ("change" in value) return signed(value.change, number);
    if ("money_change" in value) return signed(value.money_change, money).replace("-", "\u2212"); // a hyphen ends a line
    if ("word" in value) return say(value.word, value.values);
    return date(value.date);
  }

  function say(key, values = {}) {
    const forms = catalogues[language][key];
    if (forms === undefined) throw new Error(`no word for ${key}`);
    const many = forms.length > 1 && typeof values.count === "number"
      && new Intl.PluralRules(language).select(values.count) !== "one";
    return forms[many ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
  }

  // What a word of the data is called (its key begins with `family`); a word that has no name stands as it is, and closes nothing.
  function term(family, text) {
    const key = `${family}${text.replaceAll(" ", "_")}`;
    return key in catalogues[language] ? say(key) : text;
  }

  // Fill every element that names its sentence: data-word for its text, data-word-label for its accessible name.
  function relabel(root = document) {
    for (const element of root.querySelectorAll("[data-word]")) {
      element.textContent = say(element.dataset.word, JSON.parse(element.dataset.values || "{}"));
    }
    for (const element of root.querySelectorAll("[data-word-label]")) {
      element.setAttribute("aria-label", say(element.dataset.wordLabel));
    }
    for (const element of root.querySelectorAll("[data-word-hint]")) element.placeholder = say(element.dataset.wordHint);
  }

  function speak(chosen) {
    language = chosen;
    document.documentElement.lang = chosen;
    document.title = written(inventory.page.title);
    relabel();
    listeners.forEach((listener) => listener());
  }

  return {
    say, term, number, percent, money, date, written, relabel, speak,
    language: () => language,
    languages: Object.keys(catalogues),
    onChange: (listener) => listeners.push(listener),
  };
})();

// A new element with text; text from data can therefore never become markup.
inventory.element = (tag, options = {}, ...children) => {
  const element = document.createElement(tag);
  const { text, word, values, ...attributes } = options;
  if (text !== undefined) element.textContent = text;
  if (word !== undefined) {
    element.dataset.word = word;
    if (values !== undefined) element.dataset.values = JSON.stringify(values);
    element.textContent = inventory.words.say(word, values);
  }
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
