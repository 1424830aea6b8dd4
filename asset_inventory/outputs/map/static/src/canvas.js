// What Leaflet's canvas lacks: hatching for what is not known, and the word EXERCISE written through the picture.

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

class Exercise extends L.GridLayer {
  createTile() {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const size = this.getTileSize();
    const tile = canvasOf(size.x * ratio, size.y * ratio);
    const brush = brushOf(tile);
    brush.scale(ratio, ratio);
    brush.translate(size.x / 2, size.y / 2);
    brush.rotate(-Math.PI / 7);
    brush.font = "700 21px system-ui, sans-serif";
    brush.textAlign = "center";
    brush.lineWidth = 3;
    brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
    brush.fillStyle = "rgba(122, 20, 32, 0.5)";
    const text = words.say("map.exercise_mark");
    brush.strokeText(text, 0, 0);
    brush.fillText(text, 0, 0);
    return tile;
  }
}

/** @param {L.Map} map */
export function exerciseMark(map) {
  const pane = map.createPane("exercise");
  pane.style.zIndex = "460";
  pane.style.pointerEvents = "none";
  const mark = new Exercise({ pane: "exercise", updateWhenZooming: false, keepBuffer: 1 }).addTo(map);
  let written = words.language();
  words.onChange(() => {
    if (written === words.language()) return;
    written = words.language();
    mark.redraw();
  });
}

// For markers that folium adds: Leaflet looks for their picture in the folder of its styles; here it is a data address.
export function findMarkerPicture() {
  const box = document.body.appendChild(element("div", { class: "leaflet-default-icon-path" }));
  const iconUrl = getComputedStyle(box).backgroundImage.replace(/^url\("(.+)"\)$/, "$1");
  box.remove();
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: "" });
}
