// The sign of a class in a legend: its colour, hatched where it is not known.

import { element } from "./words.js";

/** @param {import("./data.js").Class} entry */
export function swatch({ colour, no_data }) {
  const sign = element("span", { class: "swatch", "aria-hidden": "true" });
  if (no_data) sign.style.backgroundImage = `repeating-linear-gradient(135deg, ${colour} 0 1.2px, #f4f5f7 1.2px 5px)`;
  else sign.style.backgroundColor = colour;
  return sign;
}

/**
 * The sign of an asset of a class, the same as on the map.
 * @param {import("./data.js").Class} entry
 */
export function sign(entry) {
  const mark = element("span", { class: `sign sign-${entry.value}`, "aria-hidden": "true" });
  if (entry.value === "exposed") mark.style.background = entry.colour;
  return mark;
}
