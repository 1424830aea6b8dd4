// What the card of a district adds to its figures: what they rest on, its worst assets, and what is not known.

import { data as assetData, brief, ranked, withoutSelection } from "./assets.js";
import { page } from "./blocks.js";
import { districts } from "./districts.js";
import * as figures from "./figures.js";
import { hazards } from "./hazards.js";
import { damageText } from "./lists.js";
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

/** The EAD of the year that is chosen; all else in the card is as mapped. @param {number} row @param {State} state */
function inYear(row, state) {
  const sums = figures.ofYear(state);
  if (!sums) return [];
  const money = figures.amount({ money: sums.sum[row], atLeast: sums.at_least });
  return [facts([[figures.yearWord(state), money]]), element("p", { class: "quiet", word: "map.card.mapped" })];
}

/** @param {District} area @param {string[]} criteria without a value */
function gaps({ assets, assets_without_figure: without, people_exposed: people }, criteria) {
  const lines = [
    ...(assets === 0 ? [words.say("map.card.no_assets")] : []),
    ...(without > 0 ? [words.say("map.card.without_figure", { count: without })] : []),
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
  const head = element("h3", { word: page.by === "ead" ? "map.card.worst" : "map.card.most_exposed" });
  const box = element("div", { class: "worst" }, head, list);
  const { worst: all } = assetData;
  ranked({ ...withoutSelection(state), district: row, not_exposed: false }, [...all.index, ...all.next])
    .then((order) => Promise.all((order ?? []).slice(0, WORST).map(brief)))
    .then((found) => {
      box.hidden = found.length === 0;
      list.replaceChildren(
        ...found.map((asset) => {
          const go = element("button", { type: "button", class: "go", text: asset.name || asset.id });
          go.addEventListener("click", () => open(asset.index));
          const figure =
            page.by === "ead"
              ? damageText([asset.ead, asset.ead_low, asset.ead_high])
              : words.percent(asset.exposed_share);
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
  box.querySelector("h2")?.after(basis(area), ...inYear(row, state));
  box.append(worst(row, state, open, grown), ...gaps(area, missing(row)));
  return box;
}
