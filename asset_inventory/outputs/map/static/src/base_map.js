// The base map: context layers behind the assets, drawn from blocks by kind, importance and zoom. What is filled lies below
// the districts' colours, water above them, roads and borders above hazard maps too, so that a reader knows where he is.

import { block } from "./blocks.js";
import { PaneCanvas } from "./canvas.js";
import * as decode from "./layer/decode.js";

/** @import { BaseMap, ContextKind, Name, PackedLayer } from "./data.js" */
/** @import { Block } from "./layer/types.js" */
/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {{ kind: ContextKind | null, block: Block, words: Name[], on: boolean }} Layer */
/** Pixels of a step, and of the corner that canvases count from; the zoom. @typedef {{ scale: number, x: number, y: number, zoom: number }} Place */

/** @type {BaseMap} */
export const data = block("context");

/** @param {PackedLayer} layer @returns {Promise<Layer>} */
async function opened({ kind, shapes, words }) {
  return { kind, words, block: decode.block(await assetsOnMap.open(shapes)), on: true };
}

/** Every layer; none where this browser cannot open them. */
export const layers = Promise.all(data.layers.map(opened)).catch(() => /** @type {Layer[]} */ ([]));
/** Roads among the assets, to be named. */
export const roads = data.roads ? opened(data.roads).catch(() => null) : Promise.resolve(null);

/** @param {L.Map} map @param {number} bits @returns {Place} */
export function placeOf(map, bits) {
  const zoom = map.getZoom();
  const { x, y } = map.getPixelOrigin();
  return { scale: 2 ** (zoom + 8 - bits), x, y, zoom };
}

/** @param {Block} block @param {number} i @param {Place} at @param {L.Bounds} bounds */
export function isSeen({ boxes }, i, { scale, x, y }, { min, max }) {
  if (!min || !max) return false;
  const [west, north, east, south] = boxes.subarray(4 * i, 4 * i + 4);
  return (
    west * scale - x <= max.x && east * scale - x >= min.x && north * scale - y <= max.y && south * scale - y >= min.y
  );
}

const LEAST_STEP = 0.8; // pixels; what is nearer to the vertex before is not seen

/**
 * The rings or lines of one shape.
 * @param {Path2D} path
 * @param {Block} block
 * @param {number} i
 * @param {Place} at
 */
function trace(path, { ringOf, starts, xs, ys, kinds }, i, { scale, x: left, y: top }) {
  for (let ring = ringOf[i]; ring < ringOf[i + 1]; ring += 1) {
    const last = starts[ring + 1] - 1;
    let [beforeX, beforeY] = [Number.NaN, Number.NaN];
    for (let v = starts[ring]; v <= last; v += 1) {
      const x = xs[v] * scale - left;
      const y = ys[v] * scale - top;
      if (v === starts[ring]) path.moveTo(x, y);
      else if (v < last && Math.abs(x - beforeX) + Math.abs(y - beforeY) < LEAST_STEP) continue;
      else path.lineTo(x, y);
      [beforeX, beforeY] = [x, y];
    }
    if (kinds[i] === 2) path.closePath();
    else if (kinds[i] === 0) path.arc(beforeX, beforeY, 2, 0, 2 * Math.PI);
  }
}

/** @param {Layer} layer @param {number} i */
export const importanceOf = ({ block }, i) => block.classes[0][i];

/** @param {Layer} layer @param {number} i @returns {Name | null} */
export const wordsOf = ({ block, words }, i) => words[(block.classes[1][i] | (block.classes[2][i] << 8)) - 1] ?? null;

const TOGETHER = 64; // shapes in one path: browsers fill a long one slowly

/**
 * The shapes of one importance that lie within, as paths.
 * @param {Layer} layer
 * @param {number | null} importance
 * @param {Place} at
 * @param {L.Bounds} bounds
 */
function pathsOf(layer, importance, at, bounds) {
  const paths = [];
  let held = TOGETHER;
  for (let i = 0; i < layer.block.count; i += 1) {
    if ((importance !== null && importanceOf(layer, i) !== importance) || !isSeen(layer.block, i, at, bounds)) continue;
    if (held === TOGETHER) {
      paths.push(new Path2D());
      held = 0;
    }
    trace(paths[paths.length - 1], layer.block, i, at);
    held += 1;
  }
  return paths;
}

/** By importance, 1 first: from which zoom it is drawn, and how wide at zoom 12, in pixels. */
const ROADS = { from: [9, 10.5, 12, 13], width: [2.4, 1.8, 1.3, 0.9], growth: 1.32, most: 14 };
const RIVERS = { from: [8, 10, 12.5, 13], width: [2.2, 1.6, 0.9, 0.7], growth: 1.25, most: 9 };
const EDGE = 1.4; // pixels of a road's two edges together

/** @param {typeof ROADS} look @param {number} importance @param {number} zoom pixels; 0 where it is not drawn */
export function widthOf(look, importance, zoom) {
  const place = Math.min(importance, look.from.length) - 1;
  if (zoom < look.from[place]) return 0;
  return Math.min(look.most, Math.max(0.7, look.width[place] * look.growth ** (zoom - 12)));
}

/** @param {Brush} brush @param {Path2D[]} paths @param {string} colour @param {number} width */
function line(brush, paths, colour, width) {
  brush.strokeStyle = colour;
  brush.lineWidth = width;
  for (const path of paths) brush.stroke(path);
}

/** @param {Brush} brush @param {Path2D[]} paths @param {string} colour */
function fill(brush, paths, colour) {
  brush.fillStyle = colour;
  for (const path of paths) brush.fill(path);
}

/** @typedef {(brush: Brush, layer: Layer, at: Place, bounds: L.Bounds) => void} Painter */

/** @type {Painter} */
function paintRoads(brush, layer, at, bounds) {
  const ranks = [4, 3, 2, 1]
    .map((rank) => ({ rank, width: widthOf(ROADS, rank, at.zoom) }))
    .filter(({ width }) => width)
    .map(({ rank, width }) => ({ width, paths: pathsOf(layer, rank, at, bounds) }));
  for (const { paths, width } of ranks) line(brush, paths, "#7f8a99", width + EDGE);
  for (const { paths, width } of ranks) line(brush, paths, "#ffffff", width);
}

/** @type {Painter} */
function paintRivers(brush, layer, at, bounds) {
  for (const rank of [4, 3, 2, 1]) {
    const width = widthOf(RIVERS, rank, at.zoom);
    if (width) line(brush, pathsOf(layer, rank, at, bounds), "#9cc6e3", width);
  }
}

/** @param {string} colour @returns {Painter} */
const filled = (colour) => (brush, layer, at, bounds) => fill(brush, pathsOf(layer, null, at, bounds), colour);

/** @type {Painter} */
function paintCoast(brush, layer, at, bounds) {
  line(brush, pathsOf(layer, null, at, bounds), "#4f86ad", 1.3);
}

/** @type {Painter} */
function paintBorder(brush, layer, at, bounds) {
  brush.setLineDash([7, 4]);
  line(brush, pathsOf(layer, null, at, bounds), "#56627a", 1.5);
  brush.setLineDash([]);
}

/** @type {Painter} */
function paintPlain(brush, layer, at, bounds) {
  const paths = pathsOf(layer, null, at, bounds);
  if (layer.block.kinds.includes(2)) fill(brush, paths, "rgba(203, 213, 225, 0.5)");
  line(brush, paths, "#64748b", 1.2);
}

/** From the lowest pane to the highest: its height among the panes, and the kinds that it shows. */
const PANES = /** @type {const} */ ([
  ["context", "380", ["built_up", null]],
  ["context-water", "405", ["river", "water", "coast"]],
  ["context-lines", "425", ["road", "boundary"]],
]);

/** @type {Record<string, Painter>} */
const PAINTERS = {
  built_up: filled("#e5ded2"),
  water: filled("#aed1e9"),
  river: paintRivers,
  coast: paintCoast,
  road: paintRoads,
  boundary: paintBorder,
  null: paintPlain,
};

/**
 * Puts the layers on the map; gives what paints them anew.
 * @param {L.Map} map
 * @param {Layer[]} all
 */
export function draw(map, all) {
  const canvases = PANES.flatMap(([pane, height, kinds]) => {
    const shown = kinds.flatMap((kind) => all.filter((layer) => layer.kind === kind));
    if (!shown.length) return [];
    return new PaneCanvas(map, pane, height, (brush, bounds) => {
      brush.lineJoin = "round";
      brush.lineCap = "butt";
      for (const layer of shown) {
        if (layer.on) PAINTERS[String(layer.kind)](brush, layer, placeOf(map, layer.block.bits), bounds);
      }
    });
  });
  return () => canvases.forEach((canvas) => canvas.again());
}

/** @param {number} x @param {number} y as shares of the world */
const latLng = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(256 * x, 256 * y), 0);

/** What the base map names, each name once with its bounds: the parts of a road are one road. */
export async function named() {
  /** @type {Map<string, { name: Name, bounds: L.LatLngBounds }>} */
  const found = new Map();
  for (const layer of await layers) {
    const { boxes, bits, count } = layer.block;
    for (let i = 0; i < count; i += 1) {
      const name = wordsOf(layer, i);
      if (name === null) continue;
      const key = `${layer.kind} ${name}`;
      if (!found.has(key)) found.set(key, { name, bounds: L.latLngBounds([]) });
      const [west, north, east, south] = [...boxes.subarray(4 * i, 4 * i + 4)].map((end) => end / 2 ** bits);
      found.get(key)?.bounds.extend(latLng(west, south)).extend(latLng(east, north));
    }
  }
  return [...found.values()];
}
