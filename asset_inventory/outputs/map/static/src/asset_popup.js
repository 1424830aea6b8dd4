// What a click on an asset shows: every figure of it, as text only.

import { priceOf } from "./about.js";
import { withoutDamage } from "./assets.js";
import { page } from "./blocks.js";
import * as breakdown from "./breakdown.js";
import { hazardOf, hazards } from "./hazards.js";
import { bounds, boundsOfAll, facts, known, notKnown, rule, shownFacts, status, table, years } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Asset, AssetOnMap, Maybe, Stress } from "./data.js" */
/** @typedef {[string, Maybe<string>][]} Facts */

/**
 * What a price was made of; an own value has none, nor has one that is not known.
 * @param {Asset} one
 * @returns {Facts}
 */
function priceRow(one) {
  const unpriced = ["map.value_rule.field", "number.not_known"].includes(page.rules[one.value_rule]);
  const text = unpriced || one.hidden.includes("value") ? null : priceOf(one.asset_type);
  return text ? [["map.price", text]] : [];
}

/** @param {AssetOnMap} one */
function intensity({ hazard, intensity_mean: mean, intensity_max: greatest }) {
  if (!known(mean)) return notKnown();
  const { unit } = hazardOf(hazard);
  const [usual, highest] = [words.number(mean, 2), words.number(greatest, 2)];
  return usual === highest
    ? `${usual}\u00a0${unit}`
    : words.say("map.mean_and_most", { mean: usual, most: highest, unit });
}

/**
 * A hazard without damage curves is not priced, which is not the same as a damage that is not known.
 * @param {AssetOnMap} one
 * @param {string[]} hidden
 */
function damage(one, hidden) {
  const hazard = hazardOf(one.hazard);
  if (!hazard.priced) return words.say(hazard.by_year ? "map.priced_by_year" : "map.not_priced");
  if (!known(one.damage_ratio)) return notKnown();
  if (hidden.includes("damage")) return words.percent(one.damage_ratio);
  return `${words.percent(one.damage_ratio)} = ${words.money(one.damage)}`;
}

/** @param {AssetOnMap} one @param {string[]} hidden */
function mapLine(one, hidden) {
  const share =
    words.percent(one.exposed_fraction) +
    (one.no_data_fraction > 0
      ? ` + ${words.say("map.unknown_share", { share: { percent: one.no_data_fraction } })}`
      : "");
  const dry = !(one.exposed_fraction > 0);
  const cells = [years(one.return_period), share, dry ? "–" : intensity(one)];
  return withoutDamage ? cells : [...cells, dry ? "–" : damage(one, hidden)];
}

/**
 * What a stress does a year; an asset that it does not reach so often loses no day and nothing.
 * @param {Stress} one
 * @param {string[]} hidden
 * @returns {Facts}
 */
function stressFacts(one, hidden) {
  const days = known(one.disruption_days) ? words.say("map.days", { days: one.disruption_days }) : null;
  return [
    ["map.disruption_days", days],
    ...(hidden.includes("annual_damage")
      ? []
      : [/** @type {[string, string]} */ (["map.annual_damage", words.money(one.annual_damage)])]),
  ];
}

/**
 * One hazard on an asset: its expected annual damage, and a line for each map that touches it or leaves it open.
 * @param {string} name
 * @param {Asset} asset
 */
function hazardPart(name, asset) {
  /** @type {HTMLElement[]} */
  const parts = [element("h3", { text: name })];
  const annual = asset.ead.find((one) => one.hazard === name);
  if (annual && !asset.hidden.includes("ead")) {
    parts.push(
      facts([
        ["map.ead", words.money(annual.ead)],
        ["map.bounds", bounds(annual.ead_low, annual.ead_high)],
        ["map.rule", words.say("map.rule.from_maps", { rule: rule(annual.rule), count: hazardOf(name).rests_on })],
      ]),
    );
  }
  for (const one of asset.stresses.filter((stress) => stress.hazard === name))
    parts.push(facts(stressFacts(one, asset.hidden)));
  const maps = asset.maps.filter((one) => one.hazard === name);
  if (maps.length) {
    const heads = ["map.return_period", "map.exposed_share", "map.intensity", ...(withoutDamage ? [] : ["map.damage"])];
    parts.push(
      table(
        heads,
        maps.map((one) => mapLine(one, asset.hidden)),
      ),
    );
  }
  return parts;
}

/**
 * All hazards together: one figure by how they depend on one another, or the range that it may have.
 * @param {Asset} asset
 */
function jointPart({ joint: one, hidden }) {
  if (!one || hidden.includes("ead")) return [];
  const range = known(one.least) && words.money(one.least) !== words.money(one.most);
  return [
    element("h3", { word: "map.joint" }),
    facts([
      ["map.ead", words.money(one.ead)],
      ...(range ? [/** @type {[string, string]} */ (["map.joint.range", bounds(one.least, one.most)])] : []),
      ["map.bounds", boundsOfAll(one.ead, one.ead_low, one.ead_high)],
      ["map.joint.relation", rule(one.relation)],
    ]),
  ];
}

/** @param {Asset} one */
export function asset(one) {
  const box = element("article", { class: "popup" }, element("h2", { text: one.name || one.id }));
  box.append(
    shownFacts(
      [
        ["map.asset_id", one.id],
        ["map.asset_type", one.asset_type],
        ["map.owner", one.owner],
        ["map.district", one.districtName],
        ["map.value", known(one.value) ? `${words.money(one.value)} (${rule(one.value_rule)})` : null],
        ...priceRow(one),
        ["map.data_status", status(one.data_status)],
      ],
      one.hidden,
    ),
  );
  const touching = hazards.all
    .map((hazard) => hazard.name)
    .filter((name) => one.maps.some((map) => map.hazard === name));
  for (const name of touching) box.append(...hazardPart(name, one));
  box.append(...jointPart(one));
  if (touching.length && withoutDamage) box.append(element("p", { class: "quiet", word: "map.less.popup" }));
  if (!touching.length) box.append(element("p", { word: "map.touched_by_none" }));
  box.append(...breakdown.part(one));
  return box;
}
