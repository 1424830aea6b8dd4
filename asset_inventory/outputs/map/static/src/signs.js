// Signs on a district, each with its own form, so that none depends on its colour, on the map and in the legend.

import { brushOf, canvasOf } from "./canvas.js";
import { element } from "./words.js";

/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {{ size: number, text: string, hollow: boolean }} Form */
/** @typedef {(brush: Brush, x: number, y: number, form: Form) => void} Paint */
/** @typedef {L.CircleMarkerOptions & Form & { shift: [number, number], paint: Paint, row: number }} SignOptions */

const [INK, PAPER] = ["#1a2230", "#ffffff"];
const FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";

/** @param {Brush} brush @param {string} fill */
function outlined(brush, fill) {
  brush.lineJoin = "round";
  brush.lineWidth = 4;
  brush.strokeStyle = PAPER;
  brush.stroke();
  brush.lineWidth = 1.4;
  brush.strokeStyle = INK;
  brush.stroke();
  brush.fillStyle = fill;
  brush.fill();
}

/** In whole pixels: the browser makes a font for every size. @param {number} size */
const fontOf = (size) => `700 ${Math.min(13, Math.max(10, Math.round(size)))}px ${FONT}`;

/** @param {Brush} brush @param {string} text @param {number} x @param {number} y @param {number} size */
function number(brush, text, x, y, size) {
  brush.font = fontOf(size);
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  brush.fillStyle = PAPER;
  brush.fillText(text, x, y + 0.5);
}

/**
 * Exposed assets: a circle, with their number where it has room. Statements: a bubble with its tail, and how many there are. Programmes: a square. Decisions: a star, hollow where people
 * decided against the figures.
 * @type {Record<"exposed" | "statements" | "actions" | "decisions", Paint>}
 */
export const PAINT = {
  exposed(brush, x, y, { size, text }) {
    brush.beginPath();
    brush.arc(x, y, size, 0, 2 * Math.PI);
    outlined(brush, "#26344a");
    brush.font = fontOf(size);
    if (brush.measureText(text).width + 2 < 2 * size) number(brush, text, x, y, size);
  },

  statements(brush, x, y, { size, text }) {
    brush.beginPath();
    brush.arc(x, y, size, Math.PI * 0.72, Math.PI * 2.5);
    brush.lineTo(x - size * 0.75, y + size * 1.4);
    brush.closePath();
    outlined(brush, "#3b2f8f");
    number(brush, text, x, y, size);
  },

  actions(brush, x, y, { size, text }) {
    brush.beginPath();
    brush.rect(x - size, y - size, 2 * size, 2 * size);
    outlined(brush, "#14532d");
    number(brush, text, x, y, size);
  },

  decisions(brush, x, y, { size, hollow }) {
    brush.beginPath();
    for (let point = 0; point < 10; point += 1) {
      const [reach, turn] = [point % 2 ? size * 0.48 : size * 1.2, Math.PI * (point / 5 - 0.5)];
      brush.lineTo(x + reach * Math.cos(turn), y + reach * Math.sin(turn));
    }
    brush.closePath();
    outlined(brush, hollow ? PAPER : "#f5b301");
  },
};

/**
 * The Pareto set: level lines through the district and a double border.
 * @param {Brush} brush
 */
function stripes(brush) {
  const tile = canvasOf(8, 8);
  const line = brushOf(tile);
  line.fillStyle = INK;
  line.globalAlpha = 0.75;
  line.fillRect(0, 3, 8, 1.3);
  return /** @type {CanvasPattern} */ (brush.createPattern(tile, "repeat"));
}

/** @param {Brush} brush @param {CanvasPattern} pattern */
function front(brush, pattern) {
  brush.fillStyle = pattern;
  brush.fill("evenodd");
  brush.lineJoin = "round";
  for (const [width, colour] of /** @type {[number, string][]} */ ([
    [5.5, PAPER],
    [2.6, INK],
  ])) {
    brush.lineWidth = width;
    brush.strokeStyle = colour;
    brush.stroke();
  }
}

/** @param {L.CircleMarker} sign */
export const optionsOf = (sign) => /** @type {SignOptions} */ (sign.options);

export class Renderer extends L.Canvas {
  /** @param {Brush} brush */
  _fillStroke(brush) {
    this._stripes ??= stripes(brush);
    brush.globalAlpha = 1;
    front(brush, this._stripes);
  }

  /** @param {Sign} sign */
  _drawSign(sign) {
    if (!this._drawing || sign._empty() || !sign._point) return;
    const { paint, ...form } = optionsOf(sign);
    this._ctx.save();
    paint(this._ctx, sign._point.x, sign._point.y, form);
    this._ctx.restore();
  }
}

// A sign off the middle of a district, by `shift` pixels.
export class Sign extends L.CircleMarker {
  _project() {
    this._point = this._map.latLngToLayerPoint(this._latlng).add(optionsOf(this).shift);
    this._updateBounds();
  }

  _updatePath() {
    /** @type {Renderer} */ (this._renderer)._drawSign(this);
  }
}

/**
 * The same sign next to its words.
 * @param {(brush: Brush) => void} paint
 */
export function nextToWords(paint) {
  const canvas = element("canvas", { class: "drawn", width: 52, height: 40, "aria-hidden": "true" });
  const brush = brushOf(canvas);
  brush.scale(2, 2);
  paint(brush);
  return canvas;
}

export const frontSign = () =>
  nextToWords((brush) => {
    brush.beginPath();
    brush.rect(4, 4, 18, 12);
    front(brush, stripes(brush));
  });

/** @param {keyof typeof PAINT} name @param {boolean} [hollow] */
export const signOf = (name, hollow = false) =>
  nextToWords((brush) => PAINT[name](brush, 13, 9.5, { size: 7, text: "", hollow }));
