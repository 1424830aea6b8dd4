// The sign of a class in a legend: its colour, hatched where it is not known.

import { element } from "./words.js";

/** @param {import("./data.js").Class} one */
export function swatch({ colour, unknown }) {
  const sign = element("span", { class: "swatch", "aria-hidden": "true" });
  if (unknown) sign.style.backgroundImage = `repeating-linear-gradient(135deg, ${colour} 0 1.2px, #f4f5f7 1.2px 5px)`;
  else sign.style.backgroundColor = colour;
  return sign;
}
