// What readers see of a layer, as text only: its faults, and the figures of a popup of its own.

import { canOpen } from "./packing.js";

/** @import { Known, Row } from "./types.js" */

/** @param {Known} known @param {string} key @param {Record<string, number>} [values] */
export function say(known, key, values = {}) {
  const words = known.head.words[known.language || known.head.language];
  return words[key].replace(/\{(\w+)\}/g, (_, name) => written(known, values[name]));
}

/** @param {Known} known @param {unknown} value */
const written = (known, value) =>
  typeof value === "number"
    ? new Intl.NumberFormat(known.language || known.head.language, { maximumFractionDigits: 6 }).format(value)
    : String(value);

/**
 * One notice on the map: what of the file is damaged, or which browsers can open it.
 * @param {Known} known
 */
export function showFault(known) {
  const total = known.head.count;
  const missing = known.state ? known.state.missing : total;
  const map = known.layer?.map;
  const damaged = canOpen();
  if (!damaged && known.layer && !map) return; // an old browser needs one notice, on the map that it cannot show
  const box = known.notice ?? document.createElement("p");
  known.notice = box;
  box.setAttribute("role", "alert");
  box.className = "assets-on-map-fault";
  box.style.cssText =
    "position:absolute;z-index:1000;top:10px;left:50%;transform:translateX(-50%);margin:0;padding:8px 14px;" +
    "max-width:80%;background:#fff;color:#7a1420;border:2px solid #7a1420;border-radius:4px;font:14px/1.4 system-ui,sans-serif";
  box.textContent = say(known, damaged ? "map.layer.damaged" : "map.layer.old_browser", { missing, total });
  (map?.getContainer() ?? document.body).append(box);
  known.layer?.fire("fault", { missing, total });
}

/** @param {Known} known @param {Row} values */
export function figures(known, values) {
  const box = document.createElement("div");
  const list = document.createElement("dl");
  list.style.cssText = "margin:0;display:grid;grid-template-columns:auto 1fr;gap:2px 10px;overflow-wrap:anywhere";
  for (const name of known.head.popup) {
    const term = document.createElement("dt");
    const figure = document.createElement("dd");
    term.textContent = name;
    term.style.cssText = "color:#4b5563";
    figure.style.cssText = "margin:0;font-weight:600";
    figure.textContent = values[name] === null ? say(known, "number.not_known") : written(known, values[name]);
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
