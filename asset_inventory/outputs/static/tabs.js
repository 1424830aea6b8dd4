// The tabs of the panel; on a narrow screen they are the handle of a sheet at the bottom.
"use strict";

inventory.tabs = (() => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panel = document.getElementById("panel");
  const narrow = matchMedia("(max-width: 700px)");
  const low = matchMedia("(max-height: 560px)");

  function panelOf(tab) {
    return document.getElementById(tab.getAttribute("aria-controls"));
  }

  function select(tab) {
    for (const one of tabs) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      // where the screen is wide the layers stand above the lists at all times
      panelOf(one).hidden = !chosen && !(one.id === "tab-layers" && !narrow.matches);
    }
  }

  function open(isOpen) {
    panel.classList.toggle("open", isOpen);
    for (const tab of tabs) tab.setAttribute("aria-expanded", String(isOpen));
  }

  function press(tab) {
    const again = tab.getAttribute("aria-selected") === "true" && panel.classList.contains("open");
    select(tab);
    open(!again);
  }

  function step(event) {
    const seen = tabs.filter((tab) => tab.offsetParent !== null);
    const place = seen.indexOf(event.target);
    const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: seen.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const next = seen[(moves[event.key] + seen.length) % seen.length];
    select(next);
    next.focus();
  }

  function fit() {
    const chosen = tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
    select(!narrow.matches && chosen.id === "tab-layers" ? tabs.find((one) => one.id !== "tab-layers") : chosen);
    document.getElementById("legend").open = !narrow.matches && !low.matches;
  }

  function start() {
    // what a keyboard scrolls is what it can reach
    for (const tab of tabs) if (tab.id !== "tab-layers") panelOf(tab).tabIndex = 0;
    for (const tab of tabs) {
      tab.addEventListener("click", () => press(tab));
      tab.addEventListener("keydown", step);
    }
    narrow.addEventListener("change", fit);
    open(false);
    fit();
  }

  return { start, close: () => open(false), isNarrow: () => narrow.matches };
})();
