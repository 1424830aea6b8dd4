// The legend: what is on the map now, from the same class tables as the colours.

import { classCounts, tableOf } from "./assets.js";
import { byId } from "./blocks.js";
import { classes, classLabel } from "./classes.js";
import { districts } from "./districts.js";
import { hazards } from "./hazards.js";
import { asMapped, years } from "./popups.js";
import { resilience } from "./resilience.js";
import * as secondMap from "./second_map.js";
import { sign, swatch } from "./swatch.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Counts, State, Values } from "./data.js" */

let asked = 0;

/** @param {string} name @param {string} title @param {Values} [values] */
function ranges(name, title, values) {
  const table = classes(name);
  const rows = table.classes.map((entry) =>
    element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table) })),
  );
  return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
}

/**
 * Every class of the colouring in front of the reader; how many assets each has comes from the layer.
 * @param {State} state
 * @param {Counts} counts
 */
function assets(state, counts) {
  const table = tableOf(state);
  const cells = table.classes.map(({ value }) =>
    element("span", { class: "count", text: value === "exposed" ? "" : words.number(counts[String(value)]) }),
  );
  const rows = table.classes.flatMap((entry, place) =>
    entry.value === "unusable"
      ? []
      : [element("li", {}, sign(entry), element("span", { text: classLabel(entry, table) }), cells[place])],
  );
  asked += 1;
  const mine = asked;
  classCounts(state).then((counted) => {
    if (mine !== asked) return;
    for (const [place, cell] of cells.entries()) cell.textContent = words.number(counted[place]);
  });
  return [element("h2", { word: "map.assets" }), element("ul", {}, ...rows)];
}

/** @param {Pick<State, "hazard" | "map">} state */
function hazardPart({ hazard: place, map }) {
  const hazard = hazards.all[place];
  if (!hazard) return [];
  const { return_period: period, grid } = hazard.maps[map];
  const rows = ranges(`hazard-${place}`, "map.legend.hazard", {
    hazard: hazard.name,
    period: years(period),
    measure: hazard.measure,
  });
  const beyond = element("p", { class: "note", word: grid ? "map.legend.beyond" : "map.legend.between_zones" });
  return [...rows, ...(hazard.outside === "unknown" ? [beyond] : [])];
}

/** @param {State} state @param {Counts} counts */
export function draw(state, counts) {
  const other = secondMap.chosen();
  const paintings = {
    ead: () => {
      if (districts.isOfYear()) return ranges("ead", "map.legend.ead_year", { year: String(state.year) });
      const { word, values } = asMapped("map.legend.ead");
      return ranges("ead", word, values);
    },
    assets_exposed: () => ranges("assets_exposed", "map.legend.assets_exposed"),
    score: () => ranges("score", "map.legend.score"),
    share: () => ranges("share", "focus.legend.share", resilience?.values),
    outline: () => [],
  };
  byId("legend-body").replaceChildren(
    ...paintings[state.districts](),
    ...hazardPart(state),
    ...(other && other.hazard !== state.hazard ? hazardPart(other) : []),
    ...(resilience ? resilience.legend() : []),
    ...assets(state, counts),
  );
}
