// The icon of each asset type, next to words as on the map.

import { data, layer } from "./assets.js";
import { nextToWords } from "./signs.js";

const SIDE = 15; // of an icon

/** The place of a type's icon, -1 without one. @param {string} type */
function placeOf(type) {
  const words = data.filters.asset_type;
  return layer.known.head.icons?.of[words ? words.indexOf(type) : 0] ?? -1;
}

/** @param {number} place */
function signOf(place) {
  const shape = new Path2D(layer.known.head.icons?.paths[place]);
  return nextToWords((brush) => {
    brush.translate(13 - SIDE / 2, 10 - SIDE / 2);
    brush.fillStyle = "#1f2937";
    brush.fill(shape);
  });
}

/** The icon of a type; none where it has no icon. @param {string} type */
export function signsOf(type) {
  const place = placeOf(type);
  return place < 0 ? [] : [signOf(place)];
}

/** Every icon with the types that have it. @returns {{ sign: HTMLCanvasElement, types: string[] }[]} */
export function all() {
  /** @type {Map<number, string[]>} */
  const types = new Map();
  for (const type of data.filters.asset_type ?? []) {
    const place = placeOf(String(type));
    if (type !== null && place >= 0) types.set(place, [...(types.get(place) ?? []), type]);
  }
  return [...types].map(([place, own]) => ({ sign: signOf(place), types: own }));
}
