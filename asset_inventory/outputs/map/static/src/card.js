// What the card of a district adds to its figures: what they rest on, its worst assets, and what is not known.

import { data as assetData, layer as assetLayer, brief, ranked, withoutSelection } from "./assets.js";
import { page } from "./blocks.js";
import { districts } from "./districts.js";
import * as figures from "./figures.js";
import { hazards } from "./hazards.js";
import { damageText, highest } from "./lists.js";
import { facts, known } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { District, State } from "./data.js" */

const WORST = 5;

/** How many assets and hazard maps the figures of a district rest on. @param {District} area */
function basis({ assets }) {
  const maps = hazards.all.reduce((sum, hazard) => sum + hazard.maps.length, 0);
  return element("p", {
    class: "quiet",
    text: words.say("map.card.rests_on", {
      assets: words.say("map.assets_of", { count: assets }),
      maps: words.say("map.maps", { count: maps }),
    }),
  });
}

/** The figure of the year, hazard or map that is chosen; all else in the card is not of it. @param {number} row @param {State} state */
function ofChoice(row, state) {
  const { district, head, money, atLeast = false } = figures.listingOf(state);
  if (!district) return [];
  const text = money ? figures.amount({ money: district[row], atLeast }) : words.number(district[row]);
  const term = head({ word: money ? "map.ead_short" : "map.assets_exposed" });
  const note = state.year !== null && figures.ofYear(state) ? "map.card.mapped" : "map.card.all_hazards";
  return [facts([[term, text]]), element("p", { class: "quiet", word: note })];
}

/** @param {District} area @param {State} state @param {string[]} criteria without a value */
function gaps({ id, assets, assets_without_figure: without, people_exposed: people }, state, criteria) {
  const lines = [
    ...(assets === 0 ? [words.say("map.card.no_assets")] : []),
    ...figures.gapsOfDamage({ ...state, district: districts.data.id.indexOf(id) }),
    ...(without > 0 ? [words.say("map.card.without_ead", { count: without })] : []),
    ...(known(people) ? [] : [words.say("map.card.no_people")]),
    ...(criteria.length ? [words.say("map.card.no_value", { criteria: criteria.join(", ") })] : []),
    ...page.not_assessed.slice(1).map((sentence) => words.written(sentence)),
  ];
  return [
    element("h3", { word: "map.card.unknown" }),
    element("ul", { class: "entries" }, ...lines.map((text) => element("li", { text }))),
    element("p", { class: "quiet", word: "map.answer.not_safe" }),
  ];
}

/**
 * The assets with the highest damage, filled in once they are read.
 * @param {number} row
 * @param {State} state
 * @param {(index: number) => void} open
 * @param {() => void} grown is called once the list has made the card higher
 */
function worst(row, state, open, grown) {
  const list = element("ul", { class: "entries" });
  const { money, asset: column, head: headOf } = figures.listingOf(state);
  const ofMap = page.by === "ead" ? null : column; // EAD of all hazards is listed as mapped
  const title = { word: money ? "map.card.worst" : "map.card.most_exposed" };
  const head = element("h3", { ...(ofMap && !money ? headOf(title) : title) });
  const box = element("div", { class: "worst" }, head, list);
  const { worst: all } = assetData;
  const { hazard, map } = ofMap ? state : { hazard: -1, map: 0 };
  const within = { ...withoutSelection(state), hazard, map, district: row, not_exposed: false };
  Promise.all([ranked(within, [...all.index, ...all.next]), ofMap ? assetLayer.column(ofMap) : null])
    .then(([order, values]) => {
      const first = values
        ? highest(order ?? [], values, WORST).filter((at) => !Number.isNaN(values[at]))
        : (order ?? []).slice(0, WORST);
      return Promise.all(first.map(async (at) => ({ ...(await brief(at)), ofMap: values?.[at] ?? null })));
    })
    .then((found) => {
      box.hidden = found.length === 0;
      list.replaceChildren(
        ...found.map((asset) => {
          const go = element("button", { type: "button", class: "go", text: asset.name || asset.id });
          go.addEventListener("click", () => open(asset.index));
          const figure = money
            ? damageText(ofMap ? [asset.ofMap, null, null] : [asset.ead, asset.ead_low, asset.ead_high])
            : words.percent(ofMap ? asset.ofMap : asset.exposed_share);
          const note = [words.labelled("asset_type", asset.asset_type), figure].join(" · ");
          return element("li", {}, go, element("small", { text: note }));
        }),
      );
      grown();
    });
  return box;
}

/**
 * @param {HTMLElement} box
 * @param {District} area
 * @param {{ state: State, open: (index: number) => void, grown: () => void, missing: (row: number) => string[] }} given
 */
export function complete(box, area, { state, open, grown, missing }) {
  const row = districts.data.id.indexOf(area.id);
  box.querySelector("h2")?.after(basis(area), ...ofChoice(row, state));
  box.append(worst(row, state, open, grown), ...gaps(area, state, missing(row)));
  return box;
}
