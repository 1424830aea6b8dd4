// Where single assets would lie too close to be told apart, one circle for each district counts its exposed assets, and the
// assets below are faint; nearer, every asset is drawn for itself.

import { exposedByDistrict } from "./assets.js";
import { data as baseMap } from "./base_map.js";
import { districts } from "./districts.js";
import * as names from "./names.js";
import * as shapes from "./shapes.js";
import * as signs from "./signs.js";
import * as words from "./words.js";

/** @import { LatLng, State } from "./data.js" */

const EVERY_FROM = 15; // zoom: from it every asset is drawn for itself
const ROOM = 24; // pixels: the side of the square that an asset needs to be seen for itself
const FEWEST = 50; // exposed assets: fewer are always drawn one by one
const LARGEST = 30; // pixels: a circle's radius
const SMALLEST = 3;
const FAINT = "0.35";
const PANE = "circles";

/** Pixels that a ring takes at zoom 0. @param {LatLng[]} ring */
function areaOf(ring) {
  const at = ring.map((place) => L.CRS.EPSG3857.latLngToPoint(L.latLng(place), 0));
  const twice = at.reduce((sum, { x, y }, i) => {
    const next = at[(i + 1) % at.length];
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Pixels that each district takes at zoom 0, by its row. @type {Map<number, number> | null} */
let areas = null;

/** Pixels that a district takes at a zoom; none without a shape. @param {number} row @param {number} zoom */
function pixels(row, zoom) {
  if (!areas) {
    areas = new Map();
    for (const { row, at } of shapes.polygons(districts.data.shapes)) {
      const [outer, ...holes] = at.map(areaOf);
      areas.set(row, holes.reduce((left, hole) => left - hole, outer) + (areas.get(row) ?? 0));
    }
  }
  return (areas.get(row) ?? 0) * 4 ** zoom;
}

/**
 * Whether assets are counted by district at a zoom: those of the districts that have any would need more room than there is.
 * @param {[number, number][]} counted rows of districts, and how many assets each has
 * @param {number} zoom
 * @param {(row: number, zoom: number) => number} [room] pixels of a district
 */
export function isCrowded(counted, zoom, room = pixels) {
  if (zoom >= EVERY_FROM || counted.length < 2) return false;
  const assets = counted.reduce((sum, [, count]) => sum + count, 0);
  return assets >= FEWEST && assets * ROOM ** 2 > counted.reduce((sum, [row]) => sum + room(row, zoom), 0);
}

/**
 * The radius of a circle: its area is in proportion to the number.
 * @param {number} count
 * @param {number} greatest
 * @param {number} most
 */
export const radiusOf = (count, greatest, most) => Math.max(SMALLEST, most * Math.sqrt(count / greatest));

/** @param {number} row @returns {LatLng} */
function placeOf(row) {
  const at = baseMap.districts?.places[row];
  if (at) return [at[1], at[0]];
  const { lat, lng } = districts.bounds(row).getCenter();
  return [lat, lng];
}

/**
 * Circles on a map, of what a view of the assets shows.
 * @param {L.Map} map
 * @param {string} assetPane
 * @param {{ isSigned?: (row: number) => boolean, changed?: () => void }} [given] where another sign lies on a district;
 *   what hears that there are circles now, or none
 */
export function circlesOf(map, assetPane, { isSigned = () => false, changed = () => {} } = {}) {
  map.createPane(PANE).style.zIndex = "443";
  const renderer = new signs.Renderer({ pane: PANE, padding: 0.3 });
  const group = L.layerGroup().addTo(map);
  /** @type {[number, number][]} */
  let counted = [];
  let asked = 0;

  function draw() {
    const zoom = map.getZoom();
    const were = group.getLayers().length;
    const circles = isCrowded(counted, zoom) ? [...counted].sort(([, a], [, b]) => b - a) : [];
    group.clearLayers();
    /** @type {Map<number, number>} */
    const taken = new Map();
    const room = circles.map(([row]) => pixels(row, zoom)).sort((a, b) => a - b);
    const most = Math.min(LARGEST, Math.max(9, 0.6 * Math.sqrt(room[room.length >> 1] ?? 0)));
    for (const [row, count] of circles) {
      const size = radiusOf(count, circles[0][1], most);
      const signed = isSigned(row);
      if (!signed) taken.set(row, size + 2);
      /** @type {signs.SignOptions} */
      const options = {
        pane: PANE,
        renderer,
        interactive: false,
        radius: size + 3,
        shift: signed ? [0, -size - 24] : [0, 0],
        paint: signs.PAINT.exposed,
        size,
        text: words.number(count),
        hollow: false,
        row,
      };
      new signs.Sign(placeOf(row), options).addTo(group);
    }
    /** @type {HTMLElement} */ (map.getPane(assetPane)).style.opacity = circles.length ? FAINT : "";
    /** @type {HTMLElement} */ (map.getPane(PANE)).style.display = circles.length ? "" : "none";
    names.keepFree(map, taken);
    if (Boolean(were) !== Boolean(circles.length)) changed();
  }

  /** Counts what is shown now. @param {State} now */
  async function show(now) {
    asked += 1;
    const mine = asked;
    const counts = await exposedByDistrict(now);
    if (mine !== asked) return;
    counted = counts.filter(([row]) => pixels(row, 0) > 0);
    draw();
  }

  map.on("zoomend", draw);
  words.onChange(draw);

  /** The district whose circle lies under the pointer, else null. @param {L.LatLng} place */
  function at(place) {
    const point = map.latLngToLayerPoint(place);
    const hit = /** @type {L.CircleMarker[]} */ (group.getLayers())
      .filter((sign) => sign._point && point.distanceTo(sign._point) <= signs.optionsOf(sign).size + 1)
      .pop();
    return hit ? signs.optionsOf(hit).row : null;
  }

  return { show, at, count: () => group.getLayers().length };
}
