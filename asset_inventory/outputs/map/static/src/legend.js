// The legend: what is on the map now, from the same class tables as the colours.

import { classCounts, tableOf } from "./assets.js";
import { byId } from "./blocks.js";
import { classes, classLabel } from "./classes.js";
import { districts } from "./districts.js";
import { hazards } from "./hazards.js";
import * as icons from "./icons.js";
import { asMapped, years } from "./popups.js";
import { resilience } from "./resilience.js";
import * as secondMap from "./second_map.js";
import { signOf } from "./signs.js";
import { sign, swatch } from "./swatch.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { State, Values } from "./data.js" */
/** Whether circles count assets by district at this zoom, and whether assets have icons. @typedef {{ circled: boolean, hasIcons: boolean }} Zoomed */

let asked = 0;

/** @param {string} name @param {string} title @param {Values} [values] */
function ranges(name, title, values) {
  const table = classes(name);
  const rows = table.classes.map((entry) =>
    element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table) })),
  );
  return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
}

/** What divides the exposed assets. @param {State} state */
function measure({ hazard }) {
  if (hazard >= 0)
    return element("h2", { word: "map.legend.assets_measure", values: { measure: hazards.all[hazard].measure } });
  const { unit } = tableOf({ hazard });
  return element("h2", { word: unit === "money" ? "map.legend.assets_ead" : "map.assets" });
}

/**
 * The classes of the colouring in front of the reader that any asset has; how many have each comes from the layer.
 * @param {State} state
 * @param {Zoomed} zoomed
 */
function assets(state, { circled, hasIcons }) {
  const table = tableOf(state);
  const cells = table.classes.map(() => element("span", { class: "count" }));
  const rows = table.classes.map((entry, place) =>
    element("li", {}, sign(entry), element("span", { text: classLabel(entry, table) }), cells[place]),
  );
  table.classes.forEach(({ value }, place) => {
    rows[place].hidden = value === "unusable"; // it is not drawn
  });
  asked += 1;
  const mine = asked;
  classCounts(state).then((counted) => {
    if (mine !== asked) return;
    for (const [place, row] of rows.entries()) {
      cells[place].textContent = words.number(counted[place]);
      // a second map may have what this one has not
      if (counted[place] === 0 && !secondMap.chosen()) row.hidden = true;
    }
  });
  const circle = element("li", {}, signOf("exposed"), element("span", { word: "map.legend.assets_exposed" }));
  const types = icons.all().map(({ sign, types }) => {
    const names = types.map((type) => words.labelled("asset_type", type)).join(", ");
    return element("li", {}, sign, element("span", { text: names }));
  });
  return [measure(state), element("ul", {}, ...(circled ? [circle] : []), ...rows, ...(hasIcons ? types : []))];
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

/** @param {State} state @param {Zoomed} zoomed */
export function draw(state, zoomed) {
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
    ...assets(state, zoomed),
  );
}
