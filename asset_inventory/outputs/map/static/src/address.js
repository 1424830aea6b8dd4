// What the address remembers after its #: the language, the place and what is chosen, so that a link opens the same view.

import { block, hasBlock, page } from "./blocks.js";
import * as words from "./words.js";

/** @type {string} */
let opens = hasBlock("opens") ? block("opens") : ""; // the view to begin with, until the address has one

// Another link in the address of this page: the page begins anew with it. What the page itself writes is no such event.
globalThis.addEventListener?.("hashchange", () => location.reload());

export const read = () => new URLSearchParams(location.hash.slice(1) || opens);

/** A list is written as one entry for each of its words. @param {Record<string, string | number | string[] | null>} changes */
export function write(changes) {
  const parts = read();
  for (const [name, value] of Object.entries(changes)) {
    parts.delete(name);
    for (const one of Array.isArray(value) ? value : value === null ? [] : [value]) parts.append(name, String(one));
  }
  try {
    history.replaceState(null, "", `#${parts}`);
    opens = "";
  } catch {
    // a page inside a notebook has no address of its own to remember things in
  }
}

export function language() {
  const wanted = read().get("lang");
  return wanted !== null && words.languages.includes(wanted) ? wanted : page.language;
}

// A view is "latitude,longitude,zoom"; anything else is no view.
export function view() {
  const [lat, lng, zoom] = (read().get("view") || "").split(",").map(Number);
  return [lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && zoom >= 1 && zoom <= 22
    ? { lat, lng, zoom }
    : null;
}
