// What every map page does: opens popups, flies to places, keeps its view in the address, and changes the language.

import * as about from "./about.js";
import * as address from "./address.js";
import { byId, page } from "./blocks.js";
import { exerciseMark, findMarkerPicture } from "./canvas.js";
import { districts } from "./districts.js";
import { drawContext, hover } from "./surroundings.js";
import * as tabs from "./tabs.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { AssetFacts, District, Sought } from "./data.js" */
/** @import { Lists } from "./layer/types.js" */

/**
 * The assets of a page, each known by its `At`: the place in one layer, or in one of two.
 * @template At
 * @typedef {{
 *   ready: Promise<unknown>, at: (place: L.LatLng) => Promise<At | null>, bounds: (at: At) => Promise<L.LatLngBounds | null>,
 *   attributes: (at: At, whole?: boolean) => Promise<AssetFacts>, find: (text: string, asked: Pick<Lists, "limit" | "listed">) => Promise<Sought<At>>
 * }} AssetsOf
 */

/**
 * The content of popups, and what shows an asset that a filter hides.
 * @template At
 * @typedef {{ asset: (figures: any) => HTMLElement, district: (figures: District) => HTMLElement,
 *   reveal: (at: At) => Promise<void>, shareOf: (row: number) => string,
 *   choose?: (row: number | null) => void }} Content `choose` hears which district is looked at
 */

/**
 * @template At
 * @typedef {ReturnType<typeof viewOf<At>>} View
 */

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

findMarkerPicture(); // before the map's own script adds markers

/**
 * Room for a popup next to the legend and the buttons that lie on the map.
 * @param {L.Map} map
 * @returns {L.PopupOptions}
 */
function room(map) {
  const narrow = tabs.isNarrow();
  /** @type {HTMLDetailsElement} */
  const legend = byId("legend");
  const left = !narrow && legend.open ? legend.offsetLeft + legend.offsetWidth + 14 : 62;
  const [edge, frame] = [10, 44]; // pixels: the map's edge, a popup's own margins and tip
  // below the box to find in, and the titles of a comparison
  const titles = document.getElementById("other-titles");
  const top = Math.max(58, titles ? titles.offsetTop + titles.offsetHeight + 4 : 0);
  const { x: width, y: height } = map.getSize();
  // on a phone the folded legend lies below a popup, not on it, where the map is high enough for both
  const foot =
    narrow && !legend.open && height > 420
      ? map.getContainer().getBoundingClientRect().bottom - legend.getBoundingClientRect().top + edge
      : edge;
  const right = edge + tabs.covered();
  const maxWidth = Math.min(narrow ? 290 : 460, width - left - right - frame);
  return {
    maxWidth,
    minWidth: Math.min(narrow ? 220 : 300, maxWidth),
    maxHeight: Math.round(Math.min(height * 0.72, height - top - foot - frame)),
    autoPanPaddingTopLeft: [left, top],
    autoPanPaddingBottomRight: [right, foot],
  };
}

/** @param {L.Popup} popup */
function labelPopup(popup) {
  const box = /** @type {HTMLElement} */ (popup.getElement());
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", words.say("map.popup"));
  box.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.say("map.close"));
  // a keyboard scrolls only what it can reach
  for (const part of box.querySelectorAll(/** @type {"div"} */ (".leaflet-popup-scrolled"))) part.tabIndex = 0;
  return box;
}

/** @param {L.Control.Zoom} zoom */
function labelZoom(zoom) {
  for (const [name, key] of [
    ["in", "map.zoom_in"],
    ["out", "map.zoom_out"],
  ]) {
    const button = zoom.getContainer()?.querySelector(/** @type {"a"} */ (`.leaflet-control-zoom-${name}`));
    if (!button) continue;
    button.title = words.say(key);
    button.setAttribute("aria-label", words.say(key));
  }
}

/** @param {L.Map} map @param {L.LatLngBoundsExpression | undefined} opening where it opens, else on all of the page */
function fitCity(map, opening) {
  const box = L.latLngBounds(page.bounds);
  /** @type {L.FitBoundsOptions} */
  const room = { paddingTopLeft: [12, 12], paddingBottomRight: [12 + tabs.covered(), 12], animate: false };
  map.fitBounds(box, room);
  map.setMaxBounds(map.getBounds().pad(3)); // so that a popup finds room wherever in the city it opens, at any zoom
  map.setMinZoom(Math.max(1, map.getZoom() - 2));
  const view = address.view();
  if (view) map.setView([view.lat, view.lng], view.zoom, { animate: false });
  else if (opening) map.fitBounds(opening, room);
  map.options.zoomSnap = 1; // a browser moves tiles at their own size several times faster than scaled ones
}

/**
 * Whoever asks for less motion gets every move at once.
 * @param {L.Map} map
 */
function beCalm(map) {
  map.options.inertia = false;
  map._zoomAnimated = false;
  map._fadeAnimated = false;
  map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
}

/**
 * @template At
 * @param {L.Map} map
 * @param {AssetsOf<At>} assets
 * @param {Content<At>} content
 */
export function viewOf(map, assets, content) {
  /** @type {(() => HTMLElement) | null} */
  let opened = null; // builds the content of the popup that is open, once more for another language
  /** @type {HTMLElement | null} */
  let returnTo = null;
  let asked = 0;
  /** @type {Promise<void>} */
  let surrounded = Promise.resolve();

  /** @param {() => HTMLElement} build @param {L.LatLng} place @param {HTMLElement} [from] */
  function openPopup(build, place, from) {
    map.closePopup();
    opened = build;
    returnTo = from || null;
    const box = labelPopup(L.popup(room(map)).setLatLng(place).setContent(build()).openOn(map));
    if (from) {
      box.tabIndex = -1;
      box.focus();
    }
  }

  /**
   * A click while figures were still being opened comes first.
   * @param {At} index
   * @param {L.LatLng} place
   * @param {HTMLElement} [from]
   */
  function openAsset(index, place, from) {
    asked += 1;
    const mine = asked;
    const show = (/** @type {() => HTMLElement} */ build) => {
      if (mine === asked) openPopup(build, place, from);
    };
    assets.attributes(index).then(
      (figures) => show(() => content.asset(figures)),
      () => show(() => element("p", { word: "map.layer.no_figures" })),
    );
  }

  /** @param {number | null} row */
  function choose(row) {
    districts.choose(row);
    content.choose?.(row);
  }

  /** @param {number} row @param {L.LatLng} place @param {HTMLElement} [from] */
  function openDistrict(row, place, from) {
    asked += 1;
    content.choose?.(row);
    openPopup(() => content.district(districts.figures(row)), place, from);
  }

  /**
   * What follows the flight waits for Leaflet to end its own work: a popup that pans the map ends a flight from inside
   * itself, and would find itself closed. A later request comes first.
   * @param {L.LatLngBounds} bounds
   * @param {number} maxZoom
   * @param {() => void} then
   */
  function flyTo(bounds, maxZoom, then) {
    /** @type {L.FitBoundsOptions} */
    const options = {
      maxZoom: Math.max(maxZoom, map.getMinZoom()),
      paddingTopLeft: [30, 30],
      paddingBottomRight: [30 + tabs.covered(), 30],
    };
    asked += 1;
    const mine = asked;
    tabs.close();
    map.invalidateSize({ pan: false, animate: false }); // a sheet that closes gives the map its room back
    // a change of the map's size ends a move too, but no flight; a reader who drags the map leaves it
    const end = calm ? "moveend" : "zoomend";
    const leave = () => map.off(end, arrive);
    const arrive = () => {
      map.off("dragstart", leave);
      queueMicrotask(() => {
        if (mine === asked) then();
      });
    };
    map.once(end, arrive);
    map.once("dragstart", leave);
    if (calm) map.fitBounds(bounds, { ...options, animate: false });
    else map.flyToBounds(bounds, { ...options, duration: 0.6 });
  }

  /** @param {number} row @param {HTMLElement} [from] */
  function goToDistrict(row, from) {
    const bounds = districts.bounds(row);
    choose(row);
    flyTo(bounds, 16, () => openDistrict(row, bounds.getCenter(), from));
  }

  /** @param {At} index @param {HTMLElement} [from] */
  async function goToAsset(index, from) {
    await content.reveal(index);
    const box = await assets.bounds(index);
    if (box) flyTo(box, 17, () => openAsset(index, box.getCenter(), from));
    else openAsset(index, map.getCenter(), from);
  }

  /** @param {L.LatLngBounds} bounds @param {string} news what is there */
  function goToBox(bounds, news) {
    flyTo(bounds, 17, () => {
      byId("news").textContent = news;
    });
  }

  /** @param {At} index of one of its assets @param {L.LatLngBounds} bounds @param {string} news */
  async function goToStreet(index, bounds, news) {
    await content.reveal(index);
    goToBox(bounds, news);
  }

  /** @param {L.LatLng} place where no asset is */
  function clickOutsideAssets(place) {
    const row = districts.at(map, place);
    choose(row);
    if (row !== null) openDistrict(row, place);
  }

  function wireMap() {
    map.on("popupclose", () => {
      opened = null;
      // a row in a sheet that is folded by now cannot take the focus: its tab does
      if (returnTo) (returnTo.offsetParent === null ? tabs.chosenTab() : returnTo).focus();
      returnTo = null;
    });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      address.write({ view: [lat.toFixed(5), lng.toFixed(5), map.getZoom()].join(",") });
    });
  }

  function refreshPopup() {
    const popup = map._popup;
    if (!opened || !popup) return;
    popup.setContent(opened());
    labelPopup(popup);
  }

  /** @param {L.Control.Zoom} zoom @param {() => void} redraw */
  function wireLanguage(zoom, redraw) {
    const buttons = document.querySelectorAll(/** @type {"button"} */ ("[data-language]"));
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const lang = String(button.dataset.language);
        address.write({ lang });
        words.speak(lang);
      });
    }
    words.onChange(() => {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.language === words.language()));
      }
      about.draw();
      redraw();
      labelZoom(zoom);
      refreshPopup();
    });
  }

  /**
   * Shows the map; `draw` puts the layers on it, `redraw` is called for another language.
   * @param {() => void} draw
   * @param {() => void} redraw
   * @param {L.LatLngBoundsExpression} [opening]
   */
  function start(draw, redraw, opening) {
    document.documentElement.classList.add("live");
    if (calm) beCalm(map);
    tabs.start();
    const zoom = L.control.zoom({ position: "topleft" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.invalidateSize();
    fitCity(map, opening);
    surrounded = drawContext(map);
    draw();
    hover(map, assets, content.shareOf);
    if (page.exercise.length) exerciseMark(map);
    // a sheet that opens on a phone takes its room from the map
    new ResizeObserver(() => map.invalidateSize({ pan: false, animate: false })).observe(map.getContainer());
    wireMap();
    wireLanguage(zoom, redraw);
  }

  function markReady() {
    Promise.all([assets.ready, surrounded]).then(() =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          performance.mark("map-ready");
          window.__mapReady = true;
        }),
      ),
    );
  }

  return {
    start,
    markReady,
    openAsset,
    openDistrict,
    goToDistrict,
    goToAsset,
    goToBox,
    goToStreet,
    clickOutsideAssets,
    refreshPopup,
  };
}
