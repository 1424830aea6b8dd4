// Names on the map: larger districts, districts, places, water and roads, as many as find room without touching one another.

import * as baseMap from "./base_map.js";
import { PaneCanvas } from "./canvas.js";
import { districts } from "./districts.js";
import * as words from "./words.js";

/** @import { Name } from "./data.js" */
/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */
/** @typedef {{ font: string, colour: string, height: number }} Look */
/** A text in its place; `angle` in radians. @typedef {{ text: string, look: Look, x: number, y: number, angle: number }} Label */

const FAMILY = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
/** @param {string} style @param {number} size @param {string} colour @returns {Look} */
const lookOf = (style, size, colour) => ({ font: `${style} ${size}px ${FAMILY}`, colour, height: size });
const LOOKS = {
  parent: lookOf("700", 12, "#28324a"),
  district: lookOf("600", 11.5, "#111827"),
  town: lookOf("700", 13, "#28324a"),
  place: lookOf("600", 11.5, "#374151"),
  water: lookOf("italic 500", 11.5, "#174a78"),
  road: lookOf("500", 11, "#3a4150"),
};
const HALO = 3.6; // pixels
const ROOM = 3; // pixels between two names
const APART = 380; // pixels between two names of one road
const BEND = 0.32; // radians; a name is written along what is straighter
const MOST = 220; // names at a time

/** @param {Name} name */
export const said = (name) => (typeof name === "string" ? name : name[words.language() === "id" ? 0 : 1]);

/** @param {Box} a @param {Box} b */
export const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * The boxes that a text covers; one that is turned is covered by small ones along it.
 * @param {Point & { angle: number }} at
 * @param {number} width
 * @param {number} height
 * @returns {Box[]}
 */
export function boxesOf({ x, y, angle }, width, height) {
  const around = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ half) => ({
    left: x - half - ROOM,
    right: x + half + ROOM,
    top: y - height / 2 - ROOM,
    bottom: y + height / 2 + ROOM,
  });
  if (Math.abs(angle) < 0.02) return [around(x, y, width / 2)];
  const count = Math.max(1, Math.ceil(width / height));
  return Array.from({ length: count }, (_, place) => {
    const along = ((place + 0.5) / count - 0.5) * width;
    return around(x + along * Math.cos(angle), y + along * Math.sin(angle), height / 2);
  });
}

/**
 * The longest straight part of a line that has room for a text: its middle, and the angle at which it is read upright.
 * @param {Point[]} line
 * @param {number} width
 * @returns {(Point & { angle: number }) | null}
 */
export function straight(line, width) {
  let best = null;
  let longest = width;
  for (let from = 0; from < line.length - 1; from += 1) {
    const first = Math.atan2(line[from + 1].y - line[from].y, line[from + 1].x - line[from].x);
    let to = from + 1;
    for (; to < line.length - 1; to += 1) {
      const next = Math.atan2(line[to + 1].y - line[to].y, line[to + 1].x - line[to].x);
      const turn = Math.abs(Math.atan2(Math.sin(next - first), Math.cos(next - first)));
      if (turn > BEND) break;
    }
    const [dx, dy] = [line[to].x - line[from].x, line[to].y - line[from].y];
    const length = Math.hypot(dx, dy);
    if (length < longest) continue;
    longest = length;
    const angle = Math.atan2(dy, dx);
    const upright = Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle;
    best = { x: line[from].x + dx / 2, y: line[from].y + dy / 2, angle: upright };
  }
  return best;
}

/**
 * Names in their order of importance, each only where it finds room.
 * @param {(text: string, look: Look) => number} measure
 * @param {Box} frame
 */
export function roomFor(measure, frame) {
  /** @type {Box[]} */
  const taken = [];
  /** @type {Map<string, Point[]>} */
  const written = new Map();
  /** @type {Label[]} */
  const labels = [];

  /** @param {Label} label @param {number} [apart] pixels to the same name */
  function place(label, apart = Number.POSITIVE_INFINITY) {
    const { text, look, x, y } = label;
    const near = written.get(text) ?? [];
    if (labels.length >= MOST || near.some((other) => Math.hypot(other.x - x, other.y - y) < apart)) return false;
    const boxes = boxesOf(label, measure(text, look), look.height);
    const within = boxes.every(
      (box) => box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom,
    );
    if (!within || boxes.some((box) => taken.some((other) => touch(box, other)))) return false;
    taken.push(...boxes);
    written.set(text, [...near, { x, y }]);
    labels.push(label);
    return true;
  }

  /** @param {Point} at @param {number} radius pixels in which nothing is written */
  function keep({ x, y }, radius) {
    taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
  }

  return { labels, place, keep, measure, isFull: () => labels.length >= MOST };
}

/** @typedef {ReturnType<typeof roomFor>} Room */

/** @param {L.Map} map @param {number} radius metres @param {number} latitude */
function pixels(map, radius, latitude) {
  const metres = (40075016.686 * Math.cos((latitude * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  return radius / metres;
}

/** What lies on a map's districts, in pixels around their places; names go below. @type {WeakMap<L.Map, Map<number, number>>} */
const kept = new WeakMap();
/** @type {WeakMap<L.Map, () => void>} */
const writers = new WeakMap();

/**
 * Keeps names off circles on districts.
 * @param {L.Map} map
 * @param {Map<number, number>} radii by row, in pixels
 */
export function keepFree(map, radii) {
  kept.set(map, radii);
  writers.get(map)?.();
}

/**
 * Larger districts while districts have no room, then districts.
 * @param {L.Map} map
 * @param {Room} room
 */
function nameDistricts(map, room) {
  const { districts: own } = baseMap.data;
  if (!own) return;
  const zoom = map.getZoom();
  const circles = kept.get(map) ?? new Map();
  /** @param {string} text @param {number[]} at @param {Look} look @param {number} share of the width that must fit @param {number} [below] pixels */
  function put(text, [lng, lat, radius], look, share, below = 0) {
    const { x, y } = map.latLngToLayerPoint([lat, lng]);
    const fits = 2 * pixels(map, radius, lat) >= share * room.measure(text, look);
    if (fits) room.place({ text, look, x, y: y + below, angle: 0 });
  }
  for (const [row, radius] of circles) {
    const at = own.places[row];
    if (at) room.keep(map.latLngToLayerPoint([at[1], at[0]]), radius);
  }
  if (zoom < 13.5) {
    const largest = [...own.parents].sort((a, b) => b[3] - a[3]);
    for (const [name, ...at] of largest) put(name.toUpperCase(), at, LOOKS.parent, 0.4);
  }
  const share = zoom < 12.5 ? 1 : zoom < 15 ? 0.7 : 0;
  const rows = own.places.map((at, row) => ({ at, row })).sort((a, b) => (b.at?.[2] ?? 0) - (a.at?.[2] ?? 0));
  for (const { at, row } of rows) {
    const circle = circles.get(row);
    const below = circle ? circle + LOOKS.district.height / 2 + ROOM + 1 : 0;
    if (at) put(districts.nameOf(row), at, LOOKS.district, share, below);
  }
}

/**
 * The places of a ring or line in the pane's pixels, those next to the frame's edge as well.
 * @param {import("./base_map.js").Layer} layer
 * @param {number} ring
 * @param {import("./base_map.js").Place} at
 * @param {Box} frame
 */
function runs({ block }, ring, { scale, x, y }, frame) {
  /** @type {Point[][]} */
  const lines = [[]];
  for (let v = block.starts[ring]; v < block.starts[ring + 1]; v += 1) {
    const point = { x: block.xs[v] * scale - x, y: block.ys[v] * scale - y };
    const inside = point.x >= frame.left && point.x <= frame.right && point.y >= frame.top && point.y <= frame.bottom;
    const now = lines[lines.length - 1];
    const last = now[now.length - 1];
    if (inside && last && Math.hypot(point.x - last.x, point.y - last.y) < 3 && v + 1 < block.starts[ring + 1])
      continue;
    if (inside) now.push(point);
    else if (now.length) lines.push([]);
  }
  return lines.filter((line) => line.length > 1);
}

/**
 * @param {L.Map} map
 * @param {Room} room
 * @param {import("./base_map.js").Layer} layer
 * @param {Look} look
 * @param {number[]} from the zoom from which each importance is named
 * @param {Box} frame
 * @param {L.Bounds} bounds
 */
function nameLines(map, room, layer, look, from, frame, bounds) {
  const at = baseMap.placeOf(map, layer.block.bits);
  for (const [place, zoom] of from.entries()) {
    if (at.zoom < zoom) continue;
    for (let i = 0; i < layer.block.count; i += 1) {
      const name = baseMap.importanceOf(layer, i) === place + 1 ? baseMap.wordsOf(layer, i) : null;
      if (name === null || room.isFull() || !baseMap.isSeen(layer.block, i, at, bounds)) continue;
      const text = said(name);
      const width = room.measure(text, look);
      const [west, north, east, south] = layer.block.boxes.subarray(4 * i, 4 * i + 4);
      if (Math.hypot(east - west, south - north) * at.scale < width) continue;
      for (let ring = layer.block.ringOf[i]; ring < layer.block.ringOf[i + 1]; ring += 1) {
        for (const line of runs(layer, ring, at, frame)) {
          const spot = straight(line, width * 1.05);
          if (spot) room.place({ text, look, ...spot }, APART);
        }
      }
    }
  }
}

/**
 * @param {L.Map} map
 * @param {Room} room
 * @param {import("./base_map.js").Layer} layer
 * @param {L.Bounds} bounds
 */
function nameWater(map, room, layer, bounds) {
  const at = baseMap.placeOf(map, layer.block.bits);
  for (let i = 0; i < layer.block.count; i += 1) {
    const name = baseMap.wordsOf(layer, i);
    if (name === null || !baseMap.isSeen(layer.block, i, at, bounds)) continue;
    const text = said(name);
    const [west, north, east, south] = layer.block.boxes.subarray(4 * i, 4 * i + 4);
    const [width, height] = [(east - west) * at.scale, (south - north) * at.scale];
    if (width < 0.8 * room.measure(text, LOOKS.water) || height < 0.8 * LOOKS.water.height) continue;
    const spot = { x: ((west + east) / 2) * at.scale - at.x, y: ((north + south) / 2) * at.scale - at.y };
    room.place({ text, look: LOOKS.water, ...spot, angle: 0 }, APART);
  }
}

/**
 * @param {L.Map} map
 * @param {Room} room
 * @param {import("./base_map.js").Layer} layer
 * @param {L.Bounds} bounds
 * @param {boolean} towns
 */
function namePlaces(map, room, layer, bounds, towns) {
  const at = baseMap.placeOf(map, layer.block.bits);
  for (const [importance, zoom] of /** @type {[number, number][]} */ (
    towns
      ? [[1, 8]]
      : [
          [2, 11],
          [3, 13],
        ]
  )) {
    if (at.zoom < zoom) continue;
    for (let i = 0; i < layer.block.count; i += 1) {
      const name = baseMap.wordsOf(layer, i);
      if (name === null || baseMap.importanceOf(layer, i) !== importance) continue;
      if (!baseMap.isSeen(layer.block, i, at, bounds)) continue;
      const [west, north] = layer.block.boxes.subarray(4 * i, 4 * i + 2);
      const spot = { x: west * at.scale - at.x, y: north * at.scale - at.y };
      room.place({ text: said(name), look: towns ? LOOKS.town : LOOKS.place, ...spot, angle: 0 });
    }
  }
}

/** @param {Brush} brush @param {Label} label */
function write(brush, { text, look, x, y, angle }) {
  brush.save();
  brush.translate(x, y);
  brush.rotate(angle);
  brush.font = look.font;
  brush.strokeText(text, 0, 0);
  brush.fillStyle = look.colour;
  brush.fillText(text, 0, 0);
  brush.restore();
}

/**
 * Puts the names on the map, above the assets; gives what writes them anew.
 * @param {L.Map} map
 * @param {import("./base_map.js").Layer[]} layers
 * @param {import("./base_map.js").Layer | null} roads
 * @param {() => boolean} isOn
 */
export function draw(map, layers, roads, isOn) {
  /** @type {Map<string, number>} */
  const widths = new Map();
  const ofKind = (/** @type {string} */ kind) => layers.filter((layer) => layer.kind === kind && layer.on);

  /** @param {Brush} brush @param {L.Bounds} bounds */
  function paint(brush, bounds) {
    if (!isOn() || !bounds.min || !bounds.max) return;
    const measure = (/** @type {string} */ text, /** @type {Look} */ { font }) => {
      const key = `${font}/${text}`;
      let width = widths.get(key);
      if (width === undefined) {
        brush.font = font;
        width = brush.measureText(text).width;
        widths.set(key, width);
      }
      return width;
    };
    const frame = { left: bounds.min.x, top: bounds.min.y, right: bounds.max.x, bottom: bounds.max.y };
    const room = roomFor(measure, frame);
    for (const layer of ofKind("place")) namePlaces(map, room, layer, bounds, true);
    nameDistricts(map, room);
    for (const layer of ofKind("water")) nameWater(map, room, layer, bounds);
    for (const layer of ofKind("river")) nameLines(map, room, layer, LOOKS.water, [10, 12, 13.5, 14], frame, bounds);
    for (const layer of ofKind("place")) namePlaces(map, room, layer, bounds, false);
    for (const layer of roads ? [...ofKind("road"), roads] : ofKind("road")) {
      nameLines(map, room, layer, LOOKS.road, [11, 12, 13, 14], frame, bounds);
    }
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.lineJoin = "round";
    brush.lineWidth = HALO;
    brush.strokeStyle = "rgba(255, 255, 255, 0.9)";
    for (const label of room.labels) write(brush, label);
  }

  const canvas = new PaneCanvas(map, "names", "445", paint);
  writers.set(map, () => canvas.again());
  return () => canvas.again();
}
