// What Leaflet's canvas lacks: hatching for what is not known, a painter of its own, the word EXERCISE written through the
// picture, and the columns of a painted legend.

import * as words from "./words.js";
import { element } from "./words.js";

const HATCH = 7; // pixels between two lines of hatching

/** @param {HTMLCanvasElement} canvas */
export const brushOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** @param {number} width @param {number} height */
export function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {string} colour */
export function hatch(context, colour) {
  const tile = canvasOf(HATCH, HATCH);
  const brush = brushOf(tile);
  brush.fillStyle = "#f4f5f7";
  brush.fillRect(0, 0, HATCH, HATCH);
  brush.strokeStyle = colour;
  brush.lineWidth = 1.2;
  brush.beginPath();
  for (const shift of [-HATCH, 0, HATCH]) {
    brush.moveTo(shift - 1, HATCH + 1);
    brush.lineTo(shift + HATCH + 1, -1);
  }
  brush.stroke();
  return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
}

// Fills with hatching what has the option `hatch`.
export class Renderer extends L.Canvas {
  /** @param {string} colour */
  _hatching(colour) {
    this._patterns ??= {};
    this._patterns[colour] ??= hatch(this._ctx, colour);
    return this._patterns[colour];
  }

  /** @param {CanvasRenderingContext2D} context @param {L.Path} layer */
  _fillStroke(context, layer) {
    const { options } = layer;
    if (options.fill && options.hatch) {
      context.globalAlpha = Number(options.fillOpacity);
      context.fillStyle = this._hatching(String(options.fillColor));
      context.fill("evenodd");
      // Leaflet's options inherit from one another, so a copy would lose some
      super._fillStroke(context, { options: Object.assign(Object.create(options), { fill: false }) });
      return;
    }
    super._fillStroke(context, layer);
  }
}

/** A canvas in a pane of its own, painted anew whenever the map has moved. */
export class PaneCanvas extends L.Canvas {
  /** @param {L.Map} map @param {string} pane @param {string} height @param {(brush: CanvasRenderingContext2D, bounds: L.Bounds) => void} paint */
  constructor(map, pane, height, paint) {
    const box = map.createPane(pane);
    box.style.zIndex = height;
    box.style.pointerEvents = "none";
    super({ pane, padding: 0.2 });
    this._paint = paint;
    this.addTo(map);
    this.again(); // Leaflet listens to itself only now
  }

  _initContainer() {
    this._container = document.createElement("canvas");
    this._ctx = brushOf(this._container);
  }

  _updatePaths() {
    if (this._bounds && this._paint) this._paint(this._ctx, this._bounds);
  }

  again() {
    this._update();
  }
}

const MARK = 256; // pixels from one word EXERCISE to the next

/** @param {CanvasRenderingContext2D} brush @param {L.Bounds} bounds */
function writeExercise(brush, { min, max }) {
  if (!min || !max) return;
  const text = words.say("map.exercise_mark");
  brush.font = "700 21px system-ui, sans-serif";
  brush.textAlign = "center";
  brush.lineWidth = 3;
  brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
  brush.fillStyle = "rgba(122, 20, 32, 0.5)";
  for (let x = Math.floor(min.x / MARK) * MARK; x < max.x; x += MARK) {
    for (let y = Math.floor(min.y / MARK) * MARK; y < max.y; y += MARK) {
      brush.save();
      brush.translate(x + MARK / 2, y + MARK / 2);
      brush.rotate(-Math.PI / 7);
      brush.strokeText(text, 0, 0);
      brush.fillText(text, 0, 0);
      brush.restore();
    }
  }
}

/** @param {L.Map} map */
export function exerciseMark(map) {
  const mark = new PaneCanvas(map, "exercise", "460", writeExercise);
  words.onChange(() => mark.again());
}

// For markers that folium adds: Leaflet looks for their picture in the folder of its styles; here it is a data address.
export function findMarkerPicture() {
  const box = document.body.appendChild(element("div", { class: "leaflet-default-icon-path" }));
  const iconUrl = getComputedStyle(box).backgroundImage.replace(/^url\("(.+)"\)$/, "$1");
  box.remove();
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: "" });
}

/**
 * As low as they can be while what belongs together stays in one column.
 * @template T
 * @param {T[][]} parts
 * @param {number} columns
 * @returns {T[][]}
 */
export function inColumns(parts, columns) {
  for (let rows = Math.ceil(parts.flat().length / columns); ; rows++) {
    /** @type {T[][]} */
    const filled = [[]];
    for (const part of parts) {
      const last = filled[filled.length - 1];
      if (!last.length || last.length + part.length <= rows) last.push(...part);
      else filled.push([...part]);
    }
    if (filled.length <= columns) return filled;
  }
}
