// Hazard maps: one hazard and one return period at a time; a picture for a grid, polygons for zones.

import { block } from "./blocks.js";
import { Renderer } from "./canvas.js";
import { classes } from "./classes.js";
import * as shapes from "./shapes.js";
import { element } from "./words.js";

/** @import { Hazard, Packed, Picture, Zones } from "./data.js" */

/** @type {Map<string, Picture | Zones>} */
const bodies = new Map();

/**
 * The body of a map, read when it is first shown, in whichever pane.
 * @param {string} name
 */
function bodyOf(name) {
  /** @type {Picture | Zones} */
  const body = bodies.get(name) ?? block(name);
  bodies.set(name, body);
  return body;
}

const address = (/** @type {string} */ png) => `data:image/png;base64,${png}`;

/** A hatched box, seen through the picture of no data. @typedef {HTMLElement & { mask: HTMLImageElement }} Hatched */

/**
 * Hatching that stays as fine on the screen as in the legend.
 * @param {string} png
 */
function hatched(png) {
  const mask = new Image(); // for the picture that is taken away
  const box = Object.assign(element("div", { class: "hatched" }), { mask });
  mask.src = address(png);
  box.style.maskImage = `url(${address(png)})`;
  box.style.webkitMaskImage = box.style.maskImage;
  return box;
}

/** @param {Hazard[]} all @param {string} pane @param {string} [lead] */
export function hazardsOf(all, pane, lead = "") {
  /** @type {Map<string, L.Layer[]>} */
  const byMap = new Map(); // "hazard/map" -> its Leaflet layers
  /** @type {Renderer} */
  let renderer;
  /** @type {L.Layer[]} */
  let shown = [];

  /** @param {number} hazard @param {Zones} body */
  function zones(hazard, body) {
    const table = classes(`${lead}hazard-${hazard}`).classes;
    return L.layerGroup(
      shapes
        .polygons(body.shapes)
        .filter(({ row }) => table[body.codes[row]])
        .map(({ row, at }) => {
          const { colour, no_data } = table[body.codes[row]];
          return L.polygon(at, {
            pane,
            renderer,
            interactive: false,
            weight: 0.5,
            color: colour,
            fill: true,
            fillColor: colour,
            fillOpacity: 0.85,
            hatch: no_data,
          });
        }),
    );
  }

  /** @param {Picture} body */
  function pictures(body) {
    const look = { pane, interactive: false };
    /** @type {L.Layer[]} */
    const layers = [
      L.imageOverlay(address(body.png), body.bounds, { ...look, opacity: 0.9, className: "hazard-picture" }),
    ];
    // Leaflet lays any element over the map as it lays an SVG
    if (body.no_data) layers.push(L.svgOverlay(/** @type {any} */ (hatched(body.no_data)), body.bounds, look));
    if (body.edge) layers.push(edge(body.edge));
    return layers;
  }

  /**
   * Where a grid ends, what lies beyond is not known: the line shows it.
   * @param {Packed} packed
   */
  function edge(packed) {
    const [{ at }] = shapes.polygons(packed);
    return L.polygon(at, {
      pane,
      renderer,
      interactive: false,
      fill: false,
      color: "#08306b",
      weight: 1.5,
      dashArray: "6 5",
    });
  }

  /**
   * The layers of a map, created when the page first shows it.
   * @param {number} hazard
   * @param {number} map
   */
  function layersOf(hazard, map) {
    const name = `${hazard}/${map}`;
    let layers = byMap.get(name);
    if (!layers) {
      const body = bodyOf(`${lead}hazard-${name.replace("/", "-")}`);
      layers = body.png === undefined ? [zones(hazard, body)] : pictures(body);
      byMap.set(name, layers);
    }
    return layers;
  }

  /** @param {L.Map} map */
  function draw(map) {
    map.createPane(pane).style.zIndex = "420";
    renderer = new Renderer({ pane, padding: 0.3 });
  }

  /** @param {L.Map} map @param {number} hazard @param {number} place */
  function show(map, hazard, place) {
    shown.forEach((layer) => layer.remove());
    shown = hazard < 0 ? [] : layersOf(hazard, place);
    shown.forEach((layer) => layer.addTo(map));
  }

  return { all, draw, show };
}

export const hazards = hazardsOf(block("hazards"), "hazards");

/** @param {string} name */
export const hazardOf = (name) => /** @type {Hazard} */ (hazards.all.find((hazard) => hazard.name === name));
