// «About»: the sources with their licences, and what the figures were computed with.

import { block, byId, page } from "./blocks.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { About, Price, Source } from "./data.js" */

/** @type {About} */
const about = block("about");

const exerciseTag = () => element("em", { class: "tag", word: "map.status.exercise" });

/** @param {Source} one */
function source(one) {
  const title = /^https?:\/\//.test(one.url || "")
    ? element("a", { text: one.title, href: one.url, rel: "noreferrer noopener", target: "_blank" })
    : element("strong", { text: one.title });
  const parts = [one.publisher, one.date ? words.date(one.date) : words.say("map.about.undated"), one.licence];
  const use = words.say(one.use, { name: one.name });
  return element(
    "li",
    {},
    element("span", { class: "use", text: use }),
    title,
    element("small", { text: parts.filter(Boolean).join(" · ") }),
    ...(one.exercise ? [exerciseTag()] : []),
  );
}

/** @param {Price} one */
const stepsOf = (one) => [one.source, ...one.steps[words.language()]];

/** @param {Price} one */
function price(one) {
  const rule = { amount: { money: one.amount }, rule: { word: page.rules[one.per] } };
  return element(
    "li",
    {},
    element("span", { class: "use", text: one.asset_type }),
    element("strong", { word: "map.about.price", values: rule }),
    element("small", { text: stepsOf(one).join("; ") }),
    ...(one.exercise ? [exerciseTag()] : []),
  );
}

/** @param {About["stresses"][number]} one */
function stress(one) {
  return element(
    "li",
    {},
    element("span", { class: "use", text: one.name[words.language()] }),
    element("span", { text: one.says[words.language()] }),
    ...(one.exercise ? [exerciseTag()] : []),
  );
}

/** @param {About["findings"][number]} one */
function finding(one) {
  const [sentence, remedy] = one.says[words.language()];
  return element(
    "li",
    {},
    element("em", { class: `tag ${one.severity}`, word: `map.about.${one.severity}` }),
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
  byId("prices").replaceChildren(...about.prices.map(price), ...about.stresses.map(stress));
  byId("versions").replaceChildren(...pairs(about.versions));
  byId("inputs").replaceChildren(...pairs(about.inputs));
}

/**
 * The price of an asset's type and all that went into it, as one sentence; null without a price.
 * @param {string} type
 */
export function priceOf(type) {
  const named = (/** @type {string} */ name) => about.prices.find((price) => price.asset_type === name);
  const one = named(type) || named("*");
  return one ? [words.money(one.amount), ...stepsOf(one)].join("; ") : null;
}
