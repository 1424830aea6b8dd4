// What readers see of a layer, as text only: its faults, and the figures of a popup of its own.

import { canOpen } from "./packing.js";

/** @import { Known, Row } from "./types.js" */

/** @param {Known} one @param {string} key @param {Record<string, number>} [values] */
export function say(one, key, values = {}) {
  const words = one.head.words[one.language || one.head.language];
  return words[key].replace(/\{(\w+)\}/g, (_, name) => written(one, values[name]));
}

/** @param {Known} one @param {unknown} value */
const written = (one, value) =>
  typeof value === "number"
    ? new Intl.NumberFormat(one.language || one.head.language, { maximumFractionDigits: 6 }).format(value)
    : String(value);

/**
 * One notice on the map: what of the file is damaged, or which browsers can open it.
 * @param {Known} one
 */
export function showFault(one) {
  const total = one.head.count;
  const missing = one.state ? one.state.missing : total;
  const map = one.layer?.map;
  const damaged = canOpen();
  if (!damaged && one.layer && !map) return; // an old browser needs one notice, on the map that it cannot show
  const box = one.notice ?? document.createElement("p");
  one.notice = box;
  box.setAttribute("role", "alert");
  box.className = "assets-on-map-fault";
  box.style.cssText =
    "position:absolute;z-index:1000;top:10px;left:50%;transform:translateX(-50%);margin:0;padding:8px 14px;" +
    "max-width:80%;background:#fff;color:#7a1420;border:2px solid #7a1420;border-radius:4px;font:14px/1.4 system-ui,sans-serif";
  box.textContent = say(one, damaged ? "map.layer.damaged" : "map.layer.old_browser", { missing, total });
  (map?.getContainer() ?? document.body).append(box);
  one.layer?.fire("fault", { missing, total });
}

/** @param {Known} one @param {Row} values */
export function figures(one, values) {
  const box = document.createElement("div");
  const list = document.createElement("dl");
  list.style.cssText = "margin:0;display:grid;grid-template-columns:auto 1fr;gap:2px 10px;overflow-wrap:anywhere";
  for (const name of one.head.popup) {
    const term = document.createElement("dt");
    const figure = document.createElement("dd");
    term.textContent = name;
    term.style.cssText = "color:#4b5563";
    figure.style.cssText = "margin:0;font-weight:600";
    figure.textContent = values[name] === null ? say(one, "number.not_known") : written(one, values[name]);
    list.append(term, figure);
  }
  box.append(list);
  return box;
}

/** @param {string} text */
export function note(text) {
  const box = document.createElement("p");
  box.textContent = text;
  return box;
}
