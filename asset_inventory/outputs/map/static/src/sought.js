// What a search must know besides a layer of assets: what its codes of types and districts mean, in every language.

import { page } from "./blocks.js";
import * as words from "./words.js";

/** @import { Filters, Sought } from "./data.js" */
/** @import { FoundAssets } from "./layer/types.js" */
/** @typedef {Pick<ReturnType<typeof import("./districts.js").districtsOf>, "data" | "nameOf">} Areas */

/**
 * A district's own name, and what it is part of; none of what lies outside all districts.
 * @param {Areas} areas
 * @param {number | undefined} row
 */
function textsOf({ data, nameOf }, row) {
  if (row === undefined || data.id[row] === page.outside) return [];
  const parent = data.parent?.[row];
  return parent ? [nameOf(row), parent] : [nameOf(row)];
}

/**
 * @param {Areas} areas
 * @param {Filters} filters the words of the layer's codes
 */
export function soughtIn(areas, { asset_type: types = [], district: places = [] }) {
  const rows = new Map(areas.data.id.map((id, row) => [id, row]));
  const texts = places.map((id) => textsOf(areas, rows.get(id ?? "")));
  // a street of one name is one street in a larger district, else in a district
  const within = places.length ? texts.map((text, code) => text[1] ?? text[0] ?? places[code] ?? "") : [""];
  const names = [...new Set(within)];
  return {
    lists: {
      kinds: types.map((type) => (type === null ? [] : words.labelsOf("asset_type", type))),
      places: texts,
      areas: within.map((name) => names.indexOf(name)),
    },
    /** Codes as words. @param {FoundAssets} found @returns {Sought<number>} */
    inWords: ({ kinds, streets, assets, ...rest }) => ({
      ...rest,
      kinds: kinds.map((kind) => ({
        ...kind,
        type: types[kind.code],
        ids: kind.places?.map((code) => places[code]) ?? null,
      })),
      streets: streets.map((street) => ({ ...street, where: names[street.area] })),
      assets: assets.map((asset) => ({
        ...asset,
        type: types[asset.kind] ?? null,
        district: places[asset.place] ?? null,
      })),
    }),
  };
}
