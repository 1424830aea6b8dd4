// The legend: what is on the map now, from the same class tables as the colours.

import { byId } from "./blocks.js";
import { classes, classLabel } from "./classes.js";
import { hazards } from "./hazards.js";
import { asMapped, years } from "./popups.js";
import { resilience } from "./resilience.js";
import { swatch } from "./swatch.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Counts, State, Values } from "./data.js" */

/** @param {string} name @param {string} title @param {Values} [values] */
function ranges(name, title, values) {
  const table = classes(name);
  const rows = table.classes.map((entry) =>
    element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table) })),
  );
  return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
}

/** @param {Counts} counts */
function assets(counts) {
  const rows = classes("exposure")
    .classes.filter(({ value }) => value !== "unusable")
    .map((entry) =>
      element(
        "li",
        {},
        element("span", { class: `sign sign-${entry.value}`, "aria-hidden": "true" }),
        element("span", { text: classLabel(entry, { unit: "" }) }),
        element("span", { class: "count", text: words.number(counts[String(entry.value)]) }),
      ),
    );
  return [element("h2", { word: "map.assets" }), element("ul", {}, ...rows)];
}

/** @param {State} state */
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
  const districts = {
    ead: () => {
      const { word, values } = asMapped("map.legend.ead");
      return ranges("ead", word, values);
    },
    assets_exposed: () => ranges("assets_exposed", "map.legend.assets_exposed"),
    score: () => ranges("score", "map.legend.score"),
    share: () => ranges("share", "focus.legend.share", resilience?.values),
    outline: () => [],
  };
  byId("legend-body").replaceChildren(
    ...districts[state.districts](),
    ...hazardPart(state),
    ...(resilience ? resilience.legend() : []),
    ...assets(counts),
  );
}
