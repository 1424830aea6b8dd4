// The tabs of the panel; on a narrow screen they are the handle of a sheet at the bottom.

import { byId } from "./blocks.js";

/** @type {HTMLElement[]} */
const tabs = [...document.querySelectorAll(/** @type {"button"} */ ("[role=tab]"))];
const panel = byId("panel");
const narrow = matchMedia("(max-width: 700px)");
const low = matchMedia("(max-height: 560px)");

export const isNarrow = () => narrow.matches;

/** @param {HTMLElement} tab */
const panelOf = (tab) => byId(String(tab.getAttribute("aria-controls")));
const isChosen = (/** @type {HTMLElement} */ tab) => tab.getAttribute("aria-selected") === "true";
export const chosenTab = () => /** @type {HTMLElement} */ (tabs.find(isChosen));

/** @param {HTMLElement} tab */
function select(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    // on a wide screen the layers are always above the lists
    panelOf(each).hidden = !chosen && !(each.id === "tab-layers" && !narrow.matches);
  }
}

/** @param {boolean} isOpen */
function open(isOpen) {
  panel.classList.toggle("open", isOpen);
  for (const tab of tabs) tab.setAttribute("aria-expanded", String(isOpen));
}

export const close = () => open(false);

/** @param {HTMLElement} tab */
function press(tab) {
  const again = isChosen(tab) && panel.classList.contains("open");
  select(tab);
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
  select(next);
  next.focus();
}

function fit() {
  const chosen = chosenTab();
  const other = tabs.find(({ id }) => id !== "tab-layers");
  select(!narrow.matches && chosen.id === "tab-layers" && other ? other : chosen);
  /** @type {HTMLDetailsElement} */ (byId("legend")).open = !narrow.matches && !low.matches;
}

export function start() {
  // a keyboard scrolls only what it can reach
  for (const tab of tabs) if (tab.id !== "tab-layers") panelOf(tab).tabIndex = 0;
  for (const tab of tabs) {
    tab.addEventListener("click", () => press(tab));
    tab.addEventListener("keydown", step);
  }
  narrow.addEventListener("change", fit);
  close();
  fit();
}
