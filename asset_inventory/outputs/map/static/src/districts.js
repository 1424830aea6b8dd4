// Districts: coloured by EAD or score, or outlined; the script looks for the district under the pointer, because the assets'
// canvas lies above and takes the pointer.

import { block, page } from "./blocks.js";
import { Renderer } from "./canvas.js";
import { classOf } from "./classes.js";
import { known, wordOf } from "./popups.js";
import * as shapes from "./shapes.js";
import * as words from "./words.js";

/** @import { Class, Column, District, Districts, Painting } from "./data.js" */

const OUTLINE = { weight: 1, color: "#374151", opacity: 1 };

/** @param {Districts} data @param {string} pane */
export function districtsOf(data, pane) {
  /** @type {L.Polygon[][]} */
  const layers = data.id.map(() => []); // per row, its polygons
  const byId = new Map(data.id.map((id, row) => [id, row]));
  /** @type {Painting} */
  let painting = "ead";
  /** @type {number | null} */
  let chosen = null;

  /** @type {Column | null} */
  let ofYear = null; // EAD of a year to come or of one hazard, in place of that of all as mapped

  /** @type {any} */
  const byName = data;

  /** @type {Column | null} */
  let perValue = null; // as with scores, a district that is not ranked is not coloured by its few assets

  /** @param {Painting} name @returns {Column} */
  function column(name) {
    if (name !== "ead_per_value") return name === "ead" && ofYear ? ofYear : byName[name];
    perValue ??= data.ead_per_value.map((value, row) => (known(data.rank[row]) ? value : null));
    return perValue;
  }

  /** @param {number} row @returns {L.PathOptions} */
  function style(row) {
    const edge = row === chosen ? { ...OUTLINE, weight: 4 } : OUTLINE;
    if (painting === "outline") return { ...edge, fill: false };
    const { edge: color, colour, no_data } = /** @type {Class} */ (classOf(painting, column(painting)[row]));
    return { ...edge, color, fill: true, fillColor: colour, fillOpacity: 0.82, hatch: no_data };
  }

  function repaint() {
    layers.forEach((parts, row) => parts.forEach((part) => part.setStyle(style(row))));
  }

  const seen = new Set();
  const shared = new Set(data.name.filter((name) => seen.size === seen.add(name).size));

  /** Two districts of one name differ by what they are part of. @param {number} row */
  function nameOf(row) {
    if (data.id[row] === page.outside) return words.say("map.outside_districts");
    const name = data.name[row] || data.id[row];
    const parent = shared.has(data.name[row]) && data.parent?.[row];
    return parent ? `${name} (${parent})` : name;
  }

  /** @param {number} row @returns {District} */
  function figures(row) {
    /** @type {any} */
    const district = Object.fromEntries(
      Object.entries(data)
        .filter(([, column]) => Array.isArray(column))
        .map(([name, column]) => [name, column[row]]),
    );
    return {
      ...district,
      name: nameOf(row),
      people_rule: wordOf(data.people_rule, row),
      not_ranked: wordOf(data.not_ranked, row),
      data_status: wordOf(data.data_status, row),
    };
  }

  /** @param {L.Map} map */
  function draw(map) {
    map.createPane(pane).style.zIndex = "400";
    const renderer = new Renderer({ pane, padding: 0.3 });
    for (const { row, at } of shapes.polygons(data.shapes)) {
      layers[row].push(L.polygon(at, { pane, renderer, interactive: false, ...style(row) }).addTo(map));
    }
  }

  /**
   * Borders alone are drawn above a hazard map, colours below it.
   * @param {L.Map} map
   * @param {Painting} name
   * @param {Column | null} [ead] of a year to come, or of one hazard
   */
  function paint(map, name, ead = null) {
    painting = name;
    ofYear = ead;
    repaint();
    /** @type {HTMLElement} */ (map.getPane(pane)).style.zIndex = name === "outline" ? "430" : "400";
  }

  /** @param {number | null} row */
  function choose(row) {
    chosen = row;
    repaint();
    if (row !== null) layers[row].forEach((part) => part.bringToFront());
  }

  /** @param {L.Map} map @param {L.LatLng} place */
  function at(map, place) {
    const point = map.latLngToLayerPoint(place);
    const row = layers.findIndex((parts) => parts.some((part) => part._pxBounds && part._containsPoint(point)));
    return row < 0 ? null : row;
  }

  /** @param {number} row */
  function bounds(row) {
    const box = L.latLngBounds([]);
    layers[row].forEach((part) => box.extend(part.getBounds()));
    return box;
  }

  /** @param {string} id */
  function nameOfId(id) {
    const row = byId.get(id);
    return row === undefined ? id : nameOf(row);
  }

  /** @param {Painting} name */
  const count = (name) => column(name).filter((figure, row) => known(figure) && data.id[row] !== page.outside).length;

  /** The EAD by which a district is coloured. @param {number} row */
  const ead = (row) => column("ead")[row];

  return {
    data,
    draw,
    paint,
    choose,
    at,
    bounds,
    nameOf,
    nameOfId,
    figures,
    painting: () => painting,
    count,
    ead,
  };
}

export const districts = districtsOf(block("districts"), "districts");
