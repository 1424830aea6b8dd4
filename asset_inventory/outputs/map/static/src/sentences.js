// Sentences, numbers, dates and amounts of money in one of the languages of a page.
/** @import { Catalogues, Labels, Maybe, Value, Values } from "./data.js" */

/** Formats by what was asked of them: a browser takes longer to make one than to use it. @type {Map<string, any>} */
const formats = new Map();

/**
 * @template Format
 * @template Options
 * @param {new (locale: string, options: Options) => Format} Kind
 * @param {string} locale
 * @param {Options} options
 * @returns {Format}
 */
function formatOf(Kind, locale, options) {
  const key = [Kind.name, locale, JSON.stringify(options)].join(" ");
  if (!formats.has(key)) formats.set(key, new Kind(locale, options));
  return formats.get(key);
}

const isMissing = (/** @type {Maybe<number>} */ value) => value === null || value === undefined || Number.isNaN(value);

/**
 * @param {Catalogues} catalogues
 * @param {Record<string, string>} symbols of the currency, by language
 * @param {() => string} language that is chosen now
 * @param {Labels} [labels]
 */
export function sentencesOf(catalogues, symbols, language, labels = { kinds: {}, labels: {} }) {
  /**
   * What the city calls a hazard, a layer, …; the name without a label. The same rule as `messages.labelled` in Python.
   * @param {string} kind
   * @param {string} name
   */
  function labelled(kind, name) {
    for (const own of labels.kinds[kind] ?? []) {
      const label = labels.labels[own]?.[name];
      if (label) return label[language()];
    }
    return name;
  }

  /** @param {Maybe<number>} value @param {number} [decimals] */
  function number(value, decimals) {
    if (isMissing(value)) return say("number.not_known");
    /** @type {Intl.NumberFormatOptions} */
    const digits =
      decimals === undefined
        ? { maximumFractionDigits: 3 }
        : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return formatOf(Intl.NumberFormat, language(), { ...digits, roundingMode: "halfEven" }).format(Number(value));
  }

  /**
   * The same rule as `messages.percent` in Python: a tenth, never a whole percent that the share does not reach.
   * @param {Maybe<number>} value
   * @returns {string}
   */
  function percent(value) {
    if (isMissing(value)) return say("number.not_known");
    const share = Number(value);
    if (share < 0) return `-${percent(-share)}`;
    const exact = Math.round(1e11 * share) / 1e9;
    const whole = Math.ceil(exact);
    let tenths = Math.floor(10 * exact + 0.5);
    if (exact < whole && whole <= tenths / 10) tenths -= 1;
    if (exact > 0 && tenths === 0) return `<${number(0.1)}%`;
    return `${number(tenths / 10, exact === whole ? 0 : 1)}%`;
  }

  const scaled = (/** @type {number} */ value) =>
    formatOf(Intl.NumberFormat, language(), { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);

  /**
   * The same rule as `messages.money` in Python: scale words in full, at most one decimal.
   * @param {Maybe<number>} value
   */
  function money(value) {
    if (isMissing(value)) return say("number.not_known");
    const amount = Number(value);
    const symbol = symbols[language()];
    const lead = (amount < 0 ? "-" : "") + symbol + (symbol.length > 2 ? "\u00a0" : "");
    const size = Math.abs(amount);
    if (size >= 1e12) return `${lead}${scaled(size / 1e12)} ${say("number.trillion")}`;
    if (size >= 1e9) return `${lead}${scaled(size / 1e9)} ${say("number.billion")}`;
    if (size >= 1e6) return `${lead}${scaled(size / 1e6)} ${say("number.million")}`;
    return lead + number(size, 0);
  }

  /** @param {Maybe<string>} text */
  function date(text) {
    if (!text) return say("number.not_known");
    const locale = language() === "en" ? "en-GB" : language();
    return formatOf(Intl.DateTimeFormat, locale, { dateStyle: "long", timeZone: "UTC" }).format(
      new Date(`${text}T00:00:00Z`),
    );
  }

  /** A hyphen would end a line. @param {number} value @param {(value: number) => string} write */
  const signed = (value, write) => (value > 0 ? "+" : "") + write(value).replace("-", "\u2212");

  /**
   * An argument is text, a number, or its kind: {money: 1.2e9}, {change: 3}, {date: "2024-03-01"}, {word: key, values}.
   * @param {Value} value
   * @returns {string}
   */
  function written(value) {
    if (typeof value === "number") return number(value);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return String(value);
    if ("money" in value) return money(value.money);
    if ("percent" in value) return percent(value.percent);
    if ("change" in value) return signed(value.change, number);
    if ("money_change" in value) return signed(value.money_change, money);
    if ("word" in value) return say(value.word, value.values);
    return date(value.date);
  }

  /**
   * A value by the name of its place: names of hazards, layers, … are written by their labels.
   * @param {string} kind
   * @param {Value} value
   * @returns {string}
   */
  function named(kind, value) {
    if (Array.isArray(value)) return value.map((part) => named(kind, part)).join(", ");
    return typeof value === "string" ? labelled(kind, value) : written(value);
  }

  /**
   * @param {string} key
   * @param {Values} [values]
   * @returns {string}
   */
  function say(key, values = {}) {
    const forms = catalogues[language()][key];
    if (forms === undefined) throw new Error(`no word for ${key}`);
    const many =
      forms.length > 1 &&
      typeof values.count === "number" &&
      formatOf(Intl.PluralRules, language(), {}).select(values.count) !== "one";
    return forms[many ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => named(name, values[name]));
  }

  /**
   * The name of a word of the data, whose key begins with `family`; a word without a name stays as it is.
   * @param {string} family
   * @param {string} text
   */
  function term(family, text) {
    const key = `${family}${text.replaceAll(" ", "_")}`;
    return key in catalogues[language()] ? say(key) : text;
  }

  return { say, term, labelled, number, percent, money, date, written, signed };
}
