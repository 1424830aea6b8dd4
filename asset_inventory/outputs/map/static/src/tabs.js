// The tabs of the panel; on a narrow screen they are the handle of a sheet at the bottom.

import * as address from "./address.js";
import { byId } from "./blocks.js";

/** @type {HTMLElement[]} */
const tabs = [...document.querySelectorAll(/** @type {"button"} */ ("[role=tab]"))];
const panel = byId("panel");
const narrow = matchMedia("(max-width: 700px)");
const low = matchMedia("(max-height: 560px)");
const tall = matchMedia("(min-height: 800px)");
const docked = !panel.classList.contains("answers"); // the layers stay above the lists

export const isNarrow = () => narrow.matches;
/** Whether a second map lies next to the first, which has half of the room. */
const isBeside = () => byId("map-box").classList.contains("beside");

/** @param {HTMLElement} tab */
const panelOf = (tab) => byId(String(tab.getAttribute("aria-controls")));
const isChosen = (/** @type {HTMLElement} */ tab) => tab.getAttribute("aria-selected") === "true";
export const chosenTab = () => /** @type {HTMLElement} */ (tabs.find(isChosen));

let list = "panel-focus"; // the list that was shown last

/** The panel with the list that is shown, or was before another tab. */
export const listShown = () => byId(list);

/** @param {HTMLElement} tab */
function select(tab) {
  const { id } = panelOf(tab);
  if (id === "panel-focus" || id === "panel-assets") list = id;
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    panelOf(each).hidden = !chosen && !(docked && each.id === "tab-layers" && !narrow.matches);
  }
}

let isAsked = false;

/**
 * A keyboard scrolls only what it can reach: the sentence and the figures, where they are longer than their room. Measured
 * once before the next frame, which lays the page out anyway.
 */
export function reach() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(measure);
}

function measure() {
  isAsked = false;
  for (const box of document.querySelectorAll(/** @type {"p"} */ ("#answer, #tiles"))) {
    if (box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/** @param {boolean} isOpen */
function open(isOpen) {
  panel.classList.toggle("open", isOpen);
  for (const tab of tabs) tab.setAttribute("aria-expanded", String(isOpen));
  const fold = document.getElementById("fold");
  fold?.setAttribute("aria-expanded", String(isOpen));
  reach();
}

/** Folds what would cover the place that the map flies to. */
export function close() {
  if (docked || narrow.matches) open(false);
}

/** How much of the map's right side the panel covers, in pixels. */
export const covered = () => (docked || narrow.matches || isBeside() ? 0 : panel.offsetWidth + 14);

/** Chooses a tab by the end of its id, without opening the sheet. @param {string} name */
export const show = (name) => select(byId(`tab-${name}`));

/** The tab that the address names. */
export const linked = () => tabs.find(({ id }) => id === `tab-${address.read().get("tab")}`);

/** A tab that a reader chooses is in the address. @param {HTMLElement} tab */
function choose(tab) {
  select(tab);
  address.write({ tab: tab.id.replace("tab-", "") });
}

/** @param {HTMLElement} tab */
function press(tab) {
  const again = isChosen(tab) && panel.classList.contains("open");
  choose(tab);
  open(!again);
}

/** @param {KeyboardEvent} event */
function step(event) {
  const seen = tabs.filter((tab) => tab.offsetParent !== null);
  const place = seen.indexOf(/** @type {HTMLElement} */ (event.target));
  /** @type {Record<string, number>} */
  const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: seen.length - 1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  const next = seen[(moves[event.key] + seen.length) % seen.length];
  choose(next);
  next.focus();
}

function fit() {
  const chosen = chosenTab();
  const other = tabs.find(({ id }) => id !== "tab-layers");
  select(docked && !narrow.matches && chosen.id === "tab-layers" && other ? other : chosen);
  if (!docked) open(!narrow.matches && tall.matches);
  foldLegend();
}

/** A legend is open where it leaves room for the map. */
export function foldLegend() {
  /** @type {HTMLDetailsElement} */ (byId("legend")).open = !narrow.matches && !low.matches && !isBeside();
}

export function start() {
  // a keyboard scrolls only what it can reach
  for (const tab of tabs) if (tab.id !== "tab-layers") panelOf(tab).tabIndex = 0;
  for (const tab of tabs) {
    tab.addEventListener("click", () => press(tab));
    tab.addEventListener("keydown", step);
  }
  document.getElementById("fold")?.addEventListener("click", () => open(!panel.classList.contains("open")));
  narrow.addEventListener("change", fit);
  open(false);
  select(linked() ?? chosenTab());
  fit();
}
