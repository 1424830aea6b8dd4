// The divider: what lies left of it shows one side's panes, what lies right of it the other's.

import * as address from "./address.js";
import { byId } from "./blocks.js";
import * as words from "./words.js";

const GRIP = 44; // pixels; the grip's middle is where the sides meet
/** @type {HTMLInputElement} */
const range = byId("divider");
const line = byId("divider-line");
const box = byId("divider-box");
/** Of the left side, of the right. @type {HTMLElement[][]} */
const panes = [[], []];
/** @type {L.Map} */
let map;

const place = () => GRIP / 2 + (map.getSize().x - GRIP) * (Number(range.value) / 100);

/**
 * From where to where a side is seen, in pixels of the map.
 * @param {number} side
 */
const reach = (side) => (side === 0 ? [0, place()] : [place(), map.getSize().x]);

function clip() {
  const { x: left, y: top } = map.containerPointToLayerPoint([0, 0]);
  panes.forEach((list, side) => {
    const [from, to] = reach(side);
    // a pane has no size of its own, so its far edges are given as negative insets
    const shape = `inset(${top}px ${-(left + to)}px ${-(top + map.getSize().y)}px ${left + from}px)`;
    for (const pane of list) pane.style.clipPath = shape;
  });
  line.style.left = `${place()}px`;
  box.style.transform = `translate(${left}px, ${top}px)`;
  box.style.width = `${map.getSize().x}px`;
  box.style.height = `${map.getSize().y}px`;
}

function label() {
  range.setAttribute(
    "aria-valuetext",
    words.say("compare.divider_at", { left: { percent: Number(range.value) / 100 } }),
  );
}

// Above what is painted, below popups; what happens on the grip does not reach the map.
function lieOnMap() {
  const pane = map.createPane("divider");
  pane.style.zIndex = "620";
  pane.append(box);
  L.DomEvent.disableClickPropagation(range);
}

/** @param {L.Map} onMap @param {string[][]} names of the panes of each side */
export function start(onMap, names) {
  map = onMap;
  lieOnMap();
  names.forEach((list, side) =>
    list.forEach((name) => {
      const pane = /** @type {HTMLElement} */ (map.getPane(name));
      pane.dataset.side = String(side);
      panes[side].push(pane);
    }),
  );
  range.value = address.read().get("at") ?? "50";
  range.addEventListener("input", () => {
    clip();
    label();
  });
  range.addEventListener("change", () => address.write({ at: range.value }));
  map.on("move resize viewreset zoomend", clip);
  words.onChange(label);
  clip();
  label();
}

/** Shows one side in all of the map. @param {number} side */
export function showAll(side) {
  range.value = side === 0 ? "100" : "0";
  clip();
  label();
}

/** @param {L.LatLng} latlng */
export const sideAt = (latlng) => (map.latLngToContainerPoint(latlng).x < place() ? 0 : 1);

/**
 * The same cut in a picture of the map.
 * @param {CanvasRenderingContext2D} brush
 * @param {Element} part
 */
export function clipPicture(brush, part) {
  /** @type {HTMLElement | null} */
  const pane = part.closest("[data-side]");
  if (!pane) return;
  const [from, to] = reach(Number(pane.dataset.side));
  brush.beginPath();
  brush.rect(from, 0, to - from, map.getSize().y);
  brush.clip();
}

/** @param {CanvasRenderingContext2D} brush */
export function paint(brush) {
  brush.fillStyle = "#ffffff";
  brush.fillRect(place() - 2.5, 0, 5, map.getSize().y);
  brush.fillStyle = "#1a2230";
  brush.fillRect(place() - 1, 0, 2, map.getSize().y);
}
