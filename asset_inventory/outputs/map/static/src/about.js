// «About»: the sources with their licences, and what the figures were computed with.

import { block, byId, page } from "./blocks.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { About, Price, Source } from "./data.js" */

/** @type {About} */
const about = block("about");

const exerciseTag = (/** @type {boolean} */ exercise) =>
  exercise ? [element("em", { class: "tag", word: "map.status.exercise" })] : [];

/** @param {string} name @param {string} [side] of a comparison that alone has it */
const ofSide = (name, side) => (side ? `${name} (${side})` : name);

/** @param {Source} source */
function source({ use, kind, name, side, title, publisher, licence, url, date, exercise }) {
  const label = words.labelled("source", title);
  const heading = /^https?:\/\//.test(url || "")
    ? element("a", { text: label, href: url, rel: "noreferrer noopener", target: "_blank" })
    : element("strong", { text: label });
  const parts = [
    publisher,
    date ? words.date(date) : words.say("map.about.undated"),
    licence ?? words.say("map.about.unlicensed"),
  ];
  return element(
    "li",
    {},
    element("span", { class: "use", text: words.say(use, { name: ofSide(words.labelled(kind, name), side) }) }),
    heading,
    element("small", { text: parts.filter(Boolean).join(" · ") }),
    ...exerciseTag(exercise),
  );
}

/** @param {Price} price */
const stepsOf = ({ source, steps }) => [words.labelled("source", source), ...steps[words.language()]];

/** @param {Price} price */
function priceEntry(price) {
  const rule = { amount: { money: price.amount }, rule: { word: page.rules[price.per] } };
  return element(
    "li",
    {},
    element("span", { class: "use", text: ofSide(words.labelled("asset_type", price.asset_type), price.side) }),
    element("strong", { text: words.inCurrency(price.symbols ?? page.symbols).say("map.about.price", rule) }),
    element("small", { text: stepsOf(price).join("; ") }),
    ...exerciseTag(price.exercise),
  );
}

/** @param {About["stresses"][number]} stress */
function stress({ name, sentence, exercise }) {
  return element(
    "li",
    {},
    element("span", { class: "use", text: name[words.language()] }),
    element("span", { text: sentence[words.language()] }),
    ...exerciseTag(exercise),
  );
}

/** @param {About["findings"][number]} finding */
function finding({ severity, texts }) {
  const [sentence, remedy] = texts[words.language()];
  return element(
    "li",
    {},
    element("em", { class: `tag ${severity}`, word: `map.about.${severity}` }),
    element("span", { text: ` ${sentence}` }),
    element("small", { text: remedy }),
  );
}

/** @param {[string, string][]} rows */
const pairs = (rows) =>
  rows.flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]);

export function draw() {
  byId("findings").replaceChildren(...about.findings.map(finding));
  byId("sources").replaceChildren(...about.sources.map(source));
  byId("prices").replaceChildren(...about.prices.map(priceEntry), ...about.stresses.map(stress));
  byId("versions").replaceChildren(...pairs(about.versions));
  byId("inputs").replaceChildren(...pairs(about.inputs));
}

/**
 * The price of an asset's type and all that went into it, as one sentence; null without a price.
 * @param {string} type
 */
export function priceOf(type) {
  const named = (/** @type {string} */ name) => about.prices.find((price) => price.asset_type === name);
  const price = named(type) || named("*");
  return price ? [words.money(price.amount), ...stepsOf(price)].join("; ") : null;
}
