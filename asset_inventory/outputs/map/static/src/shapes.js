// Packed shapes become Leaflet's coordinates: [latitude, longitude].
/** @import { Kind, LatLng, Packed } from "./data.js" */

const STEPS_PER_DEGREE = 1e6;

/** @param {number[]} xy */
function coordinates(xy) {
  /** @type {LatLng[]} */
  const points = new Array(xy.length / 2);
  let x = 0;
  let y = 0;
  for (let i = 0; i < points.length; i += 1) {
    x += xy[2 * i];
    y += xy[2 * i + 1];
    points[i] = [y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE];
  }
  return points;
}

/**
 * A list cut into pieces of these lengths; the whole list where there are none.
 * @template T
 * @param {T[]} list
 * @param {number[]} [lengths]
 */
function cut(list, lengths) {
  let start = 0;
  return lengths?.map((length) => {
    start += length;
    return list.slice(start - length, start);
  });
}

/**
 * @typedef {{ row: number, kind: "point", at: LatLng } | { row: number, kind: "line", at: LatLng[] }
 *   | { row: number, kind: "polygon", at: LatLng[][] }} Part
 */

/**
 * Every part with its row; `at` is a point, a line, or the rings of a polygon.
 * @param {Packed} packed
 */
export function unpack(packed) {
  /** @type {Part[]} */
  const parts = [];
  for (const [kind, shapes] of Object.entries(packed)) {
    const points = coordinates(shapes.xy);
    const lines = cut(points, shapes.rings);
    const at = (lines && cut(lines, shapes.parts)) ?? lines ?? points;
    shapes.rows.forEach((row, place) => {
      parts.push(/** @type {Part} */ ({ row, kind: /** @type {Kind} */ (kind), at: at[place] }));
    });
  }
  return parts;
}

/** Every polygon of packed shapes, with its row. @param {Packed} packed */
export const polygons = (packed) => unpack(packed).filter((part) => part.kind === "polygon");
