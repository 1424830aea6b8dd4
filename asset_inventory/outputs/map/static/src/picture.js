// The view as one picture: the map as it is painted, and under it title, legend, sources and what the data are.

import { page } from "./blocks.js";
import { brushOf, canvasOf, hatch, inColumns } from "./canvas.js";
import { covered } from "./tabs.js";
import * as words from "./words.js";

/** @import { Hatched } from "./hazards.js" */
/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {{ size: number, colour: string, weight: number }} Look */
/** @typedef {{ text: string, look: Look, box?: HTMLElement | null, shift?: number }} Line */
/** The legend in its columns. @typedef {{ above: Line[], legend: Line[][], below: Line[] }} Foot */
/** A second map, seen from this pixel of the first on, or next to it (0). @typedef {{ map: L.Map, from: number }} Second */
/** What cuts the parts of two sides, and is painted between them. @typedef {typeof import("./divider.js")} Divider */

const FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
const ROW = 20; // pixels
const COLUMN = 300;
const SHEET = 830; // pixels of a picture as wide as a sheet of A4, with words that can be read there
const NOT_KNOWN = "#7d8692"; // of hatching

/** @param {Element} box @returns {box is Hatched} */
const isHatched = (box) => box.classList.contains("hatched");

/**
 * Every painted part of the map from the lowest pane to the highest.
 * @param {L.Map} map
 * @returns {(HTMLCanvasElement | HTMLImageElement | Hatched)[]}
 */
function painted(map) {
  const height = (/** @type {HTMLElement} */ pane) => Number(getComputedStyle(pane).zIndex) || 0;
  return (
    Object.values(map.getPanes())
      // what came from a server may not be copied into a picture
      .filter((pane) => pane.parentElement === map.getPane("mapPane") && pane !== map.getPane("online"))
      .sort((a, b) => height(a) - height(b))
      .flatMap((pane) => [...pane.querySelectorAll(/** @type {"canvas"} */ ("canvas, img, .hatched"))])
  );
}

/** @param {Hatched} box @param {number} width @param {number} height */
function hatching({ mask }, width, height) {
  const canvas = canvasOf(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const brush = brushOf(canvas);
  brush.imageSmoothingEnabled = false;
  brush.drawImage(mask, 0, 0, canvas.width, canvas.height);
  brush.globalCompositeOperation = "source-in";
  brush.fillStyle = hatch(brush, NOT_KNOWN);
  brush.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {Brush} brush @param {L.Map} map @param {Divider} [divider] */
function paintMap(brush, map, divider) {
  const frame = map.getContainer().getBoundingClientRect();
  brush.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
  brush.fillRect(0, 0, frame.width, frame.height);
  for (const part of painted(map)) {
    const { left, top, width, height } = part.getBoundingClientRect();
    if (!width || !height || (!isHatched(part) && part.width === 0)) continue;
    const image = isHatched(part) ? hatching(part, width, height) : part;
    brush.save();
    divider?.clipPicture(brush, part);
    const pane = /** @type {HTMLElement} */ (part.closest(".leaflet-pane"));
    brush.globalAlpha = Number(getComputedStyle(part).opacity) * Number(getComputedStyle(pane).opacity);
    brush.imageSmoothingEnabled = part.tagName === "CANVAS";
    brush.drawImage(image, left - frame.left, top - frame.top, width, height);
    brush.restore();
  }
  divider?.paint(brush);
  scale(brush, map, frame);
}

/** @param {Brush} brush @param {L.Map} map @param {DOMRect} frame */
function scale(brush, map, frame) {
  const line = map.getContainer().querySelector(".leaflet-control-scale-line");
  if (!line) return;
  const { left, width } = line.getBoundingClientRect();
  const x = Math.min(left - frame.left, frame.width - covered() - width - 14);
  const y = frame.height - 12;
  brush.fillStyle = "rgba(255, 255, 255, 0.85)";
  brush.fillRect(x - 6, y - 46, width + 12, 54);
  brush.fillStyle = "#1a2230";
  brush.fillRect(x, y, width, 2);
  brush.font = `13px ${FONT}`;
  brush.fillText(String(line.textContent), x, y - 5);
  brush.fillText(`↑ ${words.say("map.north")}`, x, y - 26);
}

const legendRows = () => [...document.querySelectorAll("#legend-body :is(h2, li, p):not([hidden])")];

/** @param {Brush} brush @param {HTMLElement} box @param {number} x @param {number} y */
function sign(brush, box, x, y) {
  if (box instanceof HTMLCanvasElement) {
    brush.drawImage(box, x - 2, y - 15, 26, 20);
    return;
  }
  const look = getComputedStyle(box);
  brush.fillStyle =
    box.className === "swatch" && look.backgroundImage !== "none" ? hatch(brush, NOT_KNOWN) : look.backgroundColor;
  brush.beginPath();
  if (box.className === "swatch") brush.rect(x, y - 12, 22, 14);
  else if (box.classList.contains("sign-no_data")) {
    for (const [dx, dy] of [
      [0, -6],
      [6, 0],
      [0, 6],
      [-6, 0],
    ])
      brush.lineTo(x + 11 + dx, y - 5 + dy);
    brush.closePath();
  } else brush.arc(x + 11, y - 5, 5.5, 0, 2 * Math.PI);
  brush.fill();
  brush.strokeStyle = "#4b5563";
  brush.stroke();
}

const TITLE = { size: 17, colour: "#1a2230", weight: 700 };
const MARK = { size: 13, colour: "#7a1420", weight: 700 };
const HEAD = { size: 13, colour: "#1a2230", weight: 700 };
const PLAIN = { size: 13, colour: "#1a2230", weight: 400 };
const FINE = { size: 11, colour: "#4a5568", weight: 400 };

/** @param {Brush} brush @param {Look} look */
function dip(brush, { size, colour, weight }) {
  brush.font = `${weight} ${size}px ${FONT}`;
  brush.fillStyle = colour;
}

/**
 * A text in lines no wider than their room: a warning cut short would be none.
 * @param {Brush} brush
 * @param {string} text
 * @param {Look} look
 * @param {number} room
 * @returns {Line[]}
 */
function wrapped(brush, text, look, room) {
  dip(brush, look);
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
    if (brush.measureText(longer).width <= room || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => ({ text: line, look }));
}

const rowsOf = (/** @type {Line[][]} */ columns) => Math.max(...columns.map(({ length }) => length));

/**
 * What is below the map: lines over the whole width, the legend in columns, the sources.
 * @param {Brush} brush
 * @param {number} width
 * @param {number} columns
 */
function footLines(brush, width, columns) {
  const textOf = (/** @type {string} */ selector) => document.querySelector(selector)?.textContent ?? "";
  /** @param {string} text @param {Look} look */
  const whole = (text, look) => (text ? wrapped(brush, text, look, width - 24) : []);
  /** @type {Line[][]} */
  const legend = [];
  let headed = false; // a heading stays with what follows it
  for (const row of legendRows()) {
    /** @type {HTMLElement | null} */
    const box = row.querySelector(".swatch, .sign, .drawn");
    const parts = row.tagName === "LI" ? [...row.children].slice(1) : [row];
    const text = parts.map(({ textContent }) => textContent).join("  ");
    const lines = wrapped(brush, text, row.tagName === "H2" ? HEAD : PLAIN, width / columns - 46);
    if (!headed) legend.push([]);
    legend[legend.length - 1].push(
      ...lines.map((line, place) => ({ ...line, box: place === 0 ? box : null, shift: box ? 30 : 0 })),
    );
    headed = row.tagName === "H2";
  }
  return {
    above: [
      ...whole(`${textOf("h1")} · ${textOf(".date")}`, TITLE),
      ...[...document.querySelectorAll("[data-picture]:not([hidden])")].flatMap(({ textContent }) =>
        whole(String(textContent).trim(), PLAIN),
      ),
      ...whole(page.exercise.length ? words.say("map.exercise") : "", MARK),
      ...whole(textOf(".audience"), MARK),
    ],
    legend: inColumns(legend, columns),
    // the first part: what follows is the credit of an online map, which is not in the picture
    below: whole(document.querySelector("#credit")?.firstChild?.textContent ?? "", FINE),
  };
}

/**
 * @param {Brush} brush
 * @param {number} top
 * @param {number} width
 * @param {number} columns
 * @param {Foot} lines
 */
function paintFoot(brush, top, width, columns, { above, legend, below }) {
  /** @param {Line} line @param {number} x @param {number} y */
  const put = ({ text, look, box, shift = 0 }, x, y) => {
    if (box) sign(brush, box, x, y);
    dip(brush, look);
    brush.fillText(text, x + shift, y);
  };
  above.forEach((line, place) => put(line, 12, top + 24 + place * ROW));
  const middle = top + 34 + above.length * ROW;
  legend.forEach((column, at) =>
    column.forEach((line, place) => put(line, 12 + at * (width / columns), middle + place * ROW)),
  );
  below.forEach((line, place) => put(line, 12, middle + 8 + (rowsOf(legend) + place) * ROW));
}

/**
 * Onto a canvas, at once: a browser that prints does not wait.
 * @param {L.Map} map
 * @param {HTMLCanvasElement} canvas
 * @param {Divider} [divider]
 * @param {Second | null} [second]
 */
export function paint(map, canvas, divider, second) {
  const box = map.getContainer().getBoundingClientRect();
  const { height } = box;
  const beside = second?.from === 0 ? box.width : 0; // as much is seen of both
  const width = box.width + beside - covered(); // what lies under the panel is not looked at
  const enlarged = Math.max(1, width / SHEET); // a sheet of paper makes a wide picture small, and its words
  const room = width / enlarged;
  const columns = Math.max(1, Math.floor(room / COLUMN));
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const brush = brushOf(canvas);
  const lines = footLines(brush, room, columns);
  const foot = enlarged * (44 + (lines.above.length + rowsOf(lines.legend) + lines.below.length) * ROW);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round((height + foot) * ratio);
  brush.scale(ratio, ratio);
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, width, height + foot);
  brush.save();
  brush.beginPath();
  brush.rect(0, 0, width, height);
  brush.clip();
  paintMap(brush, map, divider);
  if (second) {
    const { x, y } = second.map.getSize();
    brush.translate(beside, 0);
    brush.beginPath();
    brush.rect(second.from, 0, x - second.from, y);
    brush.clip();
    paintMap(brush, second.map);
    brush.fillStyle = "#1a2230";
    brush.fillRect(second.from, 0, 3, y);
  }
  brush.restore();
  brush.scale(enlarged, enlarged);
  paintFoot(brush, height / enlarged, room, columns, lines);
}

/**
 * Whole once the pictures of the map are.
 * @param {L.Map} map
 */
export const ready = (map) =>
  Promise.all(
    painted(map)
      .filter(isHatched)
      .map(({ mask }) => mask.decode()),
  );
