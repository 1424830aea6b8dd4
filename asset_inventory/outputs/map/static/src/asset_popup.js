// What a click on an asset shows: every figure of it, as text only.

import { priceOf } from "./about.js";
import { withoutDamage } from "./assets.js";
import { page } from "./blocks.js";
import * as breakdown from "./breakdown.js";
import * as figures from "./figures.js";
import { hazardOf, hazards } from "./hazards.js";
import * as icons from "./icons.js";
import {
  asMapped,
  bounds,
  boundsOfAll,
  facts,
  known,
  notKnown,
  rule,
  shownFacts,
  statusOfFigures,
  table,
  years,
} from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Asset, AssetOnMap, Maybe, Stress } from "./data.js" */
/** @import { Fact } from "./popups.js" */
/** @typedef {[string, Maybe<string>][]} Facts */

/**
 * The price and its steps; a value of the asset itself has none, nor has a value that is not known.
 * @param {Asset} asset
 * @returns {Facts}
 */
function priceRow({ value_rule, asset_type, hidden }) {
  const unpriced = ["map.value_rule.field", "number.not_known"].includes(page.rules[value_rule]);
  const text = unpriced || hidden.includes("value") ? null : priceOf(asset_type);
  return text ? [["map.price", text]] : [];
}

/** @param {AssetOnMap} onMap */
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
 * @param {AssetOnMap} onMap
 * @param {string[]} hidden
 */
function damage({ hazard: name, damage_ratio: ratio, damage: amount }, hidden) {
  const hazard = hazardOf(name);
  if (!hazard.priced) return words.say(hazard.by_year ? "map.priced_by_year" : "map.not_priced");
  if (!known(ratio)) return notKnown();
  if (hidden.includes("damage")) return words.percent(ratio);
  return `${words.percent(ratio)} = ${words.money(amount)}`;
}

/** @param {AssetOnMap} onMap @param {string[]} hidden */
function mapLine(onMap, hidden) {
  const { exposed_fraction: exposed, no_data_fraction: noData } = onMap;
  const share =
    words.percent(exposed) + (noData > 0 ? ` + ${words.say("map.unknown_share", { share: { percent: noData } })}` : "");
  const dry = !(exposed > 0);
  const cells = [years(onMap.return_period), share, dry ? "–" : intensity(onMap)];
  return withoutDamage ? cells : [...cells, dry ? "–" : damage(onMap, hidden)];
}

/**
 * The days of disruption and the damage of a stress in a year; an asset that it reaches less often has 0 of both.
 * @param {Stress} stress
 * @param {string[]} hidden
 */
function stressFacts({ disruption_days: days, annual_damage: annual }, hidden) {
  /** @type {Facts} */
  const rows = [["map.disruption_days", known(days) ? words.say("map.days", { days }) : null]];
  if (!hidden.includes("annual_damage")) rows.push(["map.annual_damage", words.money(annual)]);
  return rows;
}

/** The EAD in the years to come, which the popup has by its columns. @param {string} name @param {Asset} asset @returns {Fact[]} */
function inYears(name, asset) {
  const place = hazards.all.findIndex((hazard) => hazard.name === name);
  const money = /** @type {Record<string, any>} */ (/** @type {unknown} */ (asset));
  return Object.entries(figures.data.years[place] ?? {}).map(([year, { at_least: atLeast }]) => [
    { word: "map.year.of", values: { year } },
    figures.amount({ money: money[`${place}.y${year}.ead`] ?? null, atLeast }),
  ]);
}

/**
 * One hazard on an asset: its expected annual damage, and a line for each map that touches it or leaves it open.
 * @param {string} name
 * @param {Asset} asset
 */
function hazardPart(name, asset) {
  /** @type {HTMLElement[]} */
  const parts = [element("h3", { text: words.labelled("hazard", name) })];
  const annual = asset.ead.find(({ hazard }) => hazard === name);
  if (annual && !asset.hidden.includes("ead")) {
    parts.push(
      facts([
        [asMapped("map.ead", hazardOf(name).terrain), words.money(annual.ead)],
        ["map.bounds", bounds(annual.ead_low, annual.ead_high)],
        ["map.rule", words.say("map.rule.from_maps", { rule: rule(annual.rule), count: hazardOf(name).rests_on })],
        ...inYears(name, asset),
      ]),
    );
  }
  for (const stress of asset.stresses.filter(({ hazard }) => hazard === name))
    parts.push(facts(stressFacts(stress, asset.hidden)));
  const maps = asset.maps.filter(({ hazard }) => hazard === name);
  if (maps.length) {
    const heads = ["map.return_period", "map.exposed_share", "map.intensity", ...(withoutDamage ? [] : ["map.damage"])];
    parts.push(
      table(
        heads,
        maps.map((onMap) => mapLine(onMap, asset.hidden)),
      ),
    );
  }
  return parts;
}

/**
 * All hazards together: one figure by how they depend on one another, or the range that it may have.
 * @param {Asset} asset
 */
function jointPart({ joint, hidden }) {
  if (!joint || hidden.includes("ead")) return [];
  const { relation, ead, lower, upper, ead_low, ead_high } = joint;
  /** @type {Fact[]} */
  const rows = [[asMapped("map.ead"), words.money(ead)]];
  if (known(lower) && words.money(lower) !== words.money(upper)) rows.push(["map.joint.range", bounds(lower, upper)]);
  rows.push(["map.bounds", boundsOfAll(ead, ead_low, ead_high)], ["map.joint.relation", rule(relation)]);
  return [element("h3", { word: "map.joint" }), facts(rows)];
}

/** @param {Asset} asset */
export function assetPopup(asset) {
  const box = element(
    "article",
    { class: "popup" },
    element("h2", {}, ...icons.signsOf(asset.asset_type), asset.name || asset.id),
  );
  box.append(
    shownFacts(
      [
        ["map.asset_id", asset.id],
        ["map.asset_type", words.labelled("asset_type", asset.asset_type)],
        ["map.owner", asset.owner],
        ["map.district", asset.districtName],
        ["map.value", known(asset.value) ? `${words.money(asset.value)} (${rule(asset.value_rule)})` : null],
        ...priceRow(asset),
        ["map.data_status", statusOfFigures(asset.data_status)],
      ],
      asset.hidden,
    ),
  );
  const touching = hazards.all
    .map((hazard) => hazard.name)
    .filter((name) => asset.maps.some((map) => map.hazard === name));
  for (const name of touching) box.append(...hazardPart(name, asset));
  box.append(...jointPart(asset));
  if (touching.length && withoutDamage) box.append(element("p", { class: "quiet", word: "map.less.popup" }));
  if (!touching.length) box.append(element("p", { word: "map.touched_by_none" }));
  box.append(...breakdown.part(asset));
  return box;
}
