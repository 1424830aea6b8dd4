// The table of the assets that the filter leaves, as the text of a CSV file.

import { layer, states as statesOf } from "./assets.js";
import { page } from "./blocks.js";
import { cell } from "./cells.js";
import { hazards } from "./hazards.js";

/** @import { Hazard, State } from "./data.js" */

const GROUP = 4096; // assets that are opened together

/**
 * `0.2.damage` is the damage under the third map of the first hazard, `0.y2050.ead` its expected annual damage in 2050.
 * @param {string} name
 * @param {Hazard[]} hazards
 */
export function heading(name, hazards) {
  const [place, ...rest] = name.split(".");
  const hazard = hazards[Number(place)];
  const figure = rest.pop();
  if (!hazard || !figure) return name;
  const parts = rest.map((part) => (part.startsWith("y") ? part.slice(1) : hazard.maps[Number(part)].return_period));
  return [hazard.name, ...parts, figure].filter((part) => part !== null).join(" ");
}

/** @param {State} state */
export async function table(state) {
  const states = await statesOf(state);
  const lines = [];
  for (let number = 0; number * GROUP < states.length; number += 1) {
    const first = number * GROUP;
    const group = await layer.group(number);
    const names = Object.keys(group);
    if (!lines.length) lines.push([...names.map((name) => heading(name, hazards.all)), "state"].map(cell).join(","));
    // what rests on an exercise is an exercise
    if (page.exercise.length && group.data_status) group.data_status = group.data_status.map(() => "exercise");
    const size = names.length ? group[names[0]].length : 0;
    for (let i = 0; i < size; i += 1) {
      if (states[first + i] === undefined) continue;
      lines.push([...names.map((name) => group[name][i]), states[first + i]].map(cell).join(","));
    }
  }
  return `\ufeff${lines.join("\r\n")}\r\n`;
}
