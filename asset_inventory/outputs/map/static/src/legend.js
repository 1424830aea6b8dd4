// The legend: what is on the map now, from the same class tables as the colours.

import { classCounts, isDrawn, tableOf } from "./assets.js";
import { byId } from "./blocks.js";
import { classes, classLabel } from "./classes.js";
import * as figures from "./figures.js";
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

/** @param {string} name @param {string} title @param {Values} [values] @param {boolean} [gaps] whether there is an area without data */
function ranges(name, title, values, gaps = true) {
  const table = classes(name);
  const rows = table.classes
    .filter(({ no_data }) => gaps || !no_data)
    .map((entry) => element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table) })));
  return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
}

/** What divides the exposed assets. @param {State} state */
function measure({ hazard }) {
  if (hazard >= 0) return words.say("map.legend.assets_measure", { measure: hazards.all[hazard].measure });
  return words.say(tableOf({ hazard }).unit === "money" ? "map.legend.assets_ead" : "map.assets");
}

/**
 * The classes of a colouring that any asset has on one of the maps in front of the reader; of a single map how many have
 * each, too. Two maps of one hazard have one colouring.
 * @param {State[]} states
 * @param {{ compared: boolean, circled: boolean }} how
 */
function assets(states, { compared, circled }) {
  const table = tableOf(states[0]);
  const cells = table.classes.map(() => element("span", { class: "count" }));
  const rows = table.classes.map((entry, place) =>
    element("li", {}, sign(entry), element("span", { text: classLabel(entry, table) }), cells[place]),
  );
  for (const [place, row] of rows.entries()) row.hidden = !states.some((state) => isDrawn(state, place));
  const mine = asked;
  Promise.all(states.map(classCounts)).then((counted) => {
    if (mine !== asked) return;
    for (const [place, row] of rows.entries()) {
      if (!compared) cells[place].textContent = words.number(counted[0][place]);
      if (counted.every((counts) => counts[place] === 0)) row.hidden = true;
    }
    heading.hidden = !circled && rows.every((row) => row.hidden);
  });
  const circle = element("li", {}, signOf("exposed"), element("span", { word: "map.legend.assets_exposed" }));
  const hazard = compared ? hazards.all[states[0].hazard] : null;
  const name = hazard ? words.labelled("hazard", hazard.name) : "";
  const heading = element("h2", { text: [measure(states[0]), name].filter(Boolean).join(" · ") });
  return [heading, element("ul", {}, ...(circled ? [circle] : []), ...rows)];
}

/** The types of assets by their icons. */
function types() {
  const rows = icons.all().map(({ sign, types }) => {
    const names = types.map((type) => words.labelled("asset_type", type)).join(", ");
    return element("li", {}, sign, element("span", { text: names }));
  });
  return rows.length ? [element("ul", {}, ...rows)] : [];
}

/** @param {Pick<State, "hazard" | "map">} state */
function hazardPart({ hazard: place, map }) {
  const hazard = hazards.all[place];
  if (!hazard) return [];
  const { return_period: period, grid, no_data: gaps } = hazard.maps[map];
  const values = { hazard: hazard.name, period: years(period), measure: hazard.measure };
  const rows = ranges(`hazard-${place}`, "map.legend.hazard", values, gaps);
  const beyond = element("p", { class: "note", word: grid ? "map.legend.beyond" : "map.legend.between_zones" });
  return [...rows, ...(hazard.outside === "unknown" ? [beyond] : [])];
}

/** @param {State} state @param {Zoomed} zoomed */
export function draw(state, { circled, hasIcons }) {
  const other = secondMap.stateOf(state);
  const colourings = !other ? [[state]] : other.hazard === state.hazard ? [[state, other]] : [[state], [other]];
  asked += 1;
  const byEad = [...(state.districts === "ead" ? [state] : []), ...(other && other.hazard < 0 ? [other] : [])];
  const paintings = {
    ead: () => {
      const ofYear = byEad.find(({ year }) => year !== null);
      if (!ofYear) {
        const { word, values } = asMapped("map.legend.ead");
        return ranges("ead", word, values);
      }
      const { values } = figures.yearWord(ofYear);
      return ranges("ead", byEad.length > 1 ? "map.legend.ead_of" : "map.legend.ead_year", values);
    },
    ead_per_value: () => ranges("ead_per_value", "map.legend.ead_per_value"),
    assets_exposed: () => ranges("assets_exposed", "map.legend.assets_exposed"),
    score: () => ranges("score", "map.legend.score"),
    share: () => ranges("share", "focus.legend.share", resilience?.values),
    outline: () => [],
  };
  byId("legend-body").replaceChildren(
    ...paintings[state.districts](),
    ...(byEad.length && state.districts !== "ead" ? paintings.ead() : []),
    ...hazardPart(state),
    ...(other && other.hazard !== state.hazard ? hazardPart(other) : []),
    ...(resilience ? resilience.legend() : []),
    ...colourings.flatMap((states, place) =>
      assets(states, { compared: other !== null, circled: circled && place === 0 }),
    ),
    ...(hasIcons ? types() : []),
  );
}
