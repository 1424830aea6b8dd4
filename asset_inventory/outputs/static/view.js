// What any map of ours does: opens popups, flies to places, keeps its view in the address, and speaks the chosen language.
"use strict";

inventory.view = (() => {
  const ROOM = 4000; // metres
  const { words, districts, assets, address } = inventory;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let map = null;
  let tell = null; // what is said of an asset and of a district, and what shows an asset that a filter hides
  let opened = null; // builds the content of the popup that is open, again for another language
  let returnTo = null;
  let asked = 0;

  // Room for a popup beside the legend and the buttons that lie on the map.
  function room() {
    const narrow = inventory.tabs.isNarrow();
    const legend = document.getElementById("legend");
    const left = !narrow && legend.open ? legend.offsetLeft + legend.offsetWidth + 14 : 62;
    const [top, edge, frame] = [58, 10, 44]; // pixels: the box to find in, the map's edge, a popup's own margins and tip
    const { x: width, y: height } = map.getSize();
    // on a phone the folded legend lies below a popup, not on it, where the map is high enough for both
    const foot = narrow && !legend.open && height > 420
      ? map.getContainer().getBoundingClientRect().bottom - legend.getBoundingClientRect().top + edge : edge;
    const maxWidth = Math.min(narrow ? 290 : 460, width - left - edge - frame);
    return {
      maxWidth, minWidth: Math.min(narrow ? 220 : 300, maxWidth),
      maxHeight: Math.round(Math.min(height * 0.72, height - top - foot - frame)),
      autoPanPaddingTopLeft: [left, top], autoPanPaddingBottomRight: [edge, foot],
    };
  }

  function labelPopup(popup) {
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", words.say("map.popup"));
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.say("map.close"));
    // what a keyboard scrolls is what it can reach
    for (const one of box.querySelectorAll(".leaflet-popup-scrolled")) one.tabIndex = 0;
  }

  function openPopup(build, place, from) {
    map.closePopup();
    opened = build;
    returnTo = from || null;
    const popup = L.popup(room()).setLatLng(place).setContent(build()).openOn(map);
    labelPopup(popup);
    if (from) {
      popup.getElement().tabIndex = -1;
      popup.getElement().focus();
    }
  }

  // A click while figures were still being opened comes first.
  function openAsset(index, place, from) {
    asked += 1;
    const mine = asked;
    const show = (build) => { if (mine === asked) openPopup(build, place, from); };
    assets.attributes(index).then((figures) => show(() => tell.asset(figures)),
      () => show(() => inventory.element("p", { word: "map.layer.no_figures" })));
  }

  function openDistrict(row, place, from) {
    asked += 1;
    openPopup(() => tell.district(districts.figures(row)), place, from);
  }

  // What follows the flight waits for Leaflet to end its own work: a popup that pans the map ends a flight from inside
  // itself, and would find itself closed. A later request comes first.
  function flyTo(bounds, most, then) {
    const options = { maxZoom: most, padding: [30, 30] };
    asked += 1;
    const mine = asked;
    inventory.tabs.close();
    map.once("moveend", () => queueMicrotask(() => { if (mine === asked) then(); }));
    if (calm) map.fitBounds(bounds, { ...options, animate: false });
    else map.flyToBounds(bounds, { ...options, duration: 0.6 });
  }

  function goToDistrict(row, from) {
    districts.choose(row);
    flyTo(districts.bounds(row), 16, () => openDistrict(row, districts.bounds(row).getCenter(), from));
  }

  async function goToAsset(index, from) {
    await tell.reveal(index);
    const box = await assets.bounds(index);
    if (box) flyTo(box, 17, () => openAsset(index, box.getCenter(), from));
    else openAsset(index, map.getCenter(), from);
  }

  function clickBesideAssets(place) {
    const row = districts.at(map, place);
    districts.choose(row);
    if (row !== null) openDistrict(row, place);
  }

  function wireMap() {
    map.on("popupclose", () => {
      opened = null;
      // a row in a sheet that is folded by now cannot take the focus: its tab does
      const folded = returnTo && returnTo.offsetParent === null;
      if (returnTo) (folded ? document.querySelector("[role=tab][aria-selected=true]") : returnTo).focus();
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

  function labelZoom(zoom) {
    for (const [name, key] of [["in", "map.zoom_in"], ["out", "map.zoom_out"]]) {
      const button = zoom.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
      button.title = words.say(key);
      button.setAttribute("aria-label", words.say(key));
    }
  }

  function wireLanguage(exercise, zoom, redraw) {
    const buttons = document.querySelectorAll("[data-language]");
    for (const button of buttons) {
      button.addEventListener("click", () => {
        address.write({ lang: button.dataset.language });
        words.speak(button.dataset.language);
      });
    }
    words.onChange(() => {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.language === words.language()));
      }
      if (exercise) exercise.redraw();
      inventory.about.draw();
      redraw();
      labelZoom(zoom);
      refreshPopup();
    });
  }

  function fitCity() {
    const box = L.latLngBounds(inventory.page.bounds);
    map.fitBounds(box, { padding: [12, 12], animate: false });
    map.setMaxBounds(box.pad(1).extend(box.getCenter().toBounds(ROOM))); // so that a popup finds room in a small town too
    map.setMinZoom(Math.max(1, map.getZoom() - 2));
    const view = address.view();
    if (view) map.setView([view.lat, view.lng], view.zoom, { animate: false });
  }

  // Whoever asks for less motion gets every move at once.
  function beCalm() {
    map.options.inertia = false;
    map._zoomAnimated = false;
    map._fadeAnimated = false;
    map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  }

  // Shows the map; `draw` puts the layers on it, `redraw` is called for another language.
  function start(onMap, draw, redraw, telling) {
    map = onMap;
    tell = telling;
    document.documentElement.classList.add("live");
    if (calm) beCalm();
    inventory.tabs.start();
    const zoom = L.control.zoom({ position: "topleft" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.invalidateSize();
    fitCity();
    inventory.context.draw(map);
    draw();
    inventory.hover.start(map);
    const exercise = inventory.page.exercise.length ? inventory.exerciseMark(map) : null;
    wireMap();
    wireLanguage(exercise, zoom, redraw);
  }

  function tellReady() {
    assets.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => {
      performance.mark("map-ready");
      window.__mapReady = true;
    })));
  }

  return { start, tellReady, openAsset, openDistrict, goToDistrict, goToAsset, clickBesideAssets, refreshPopup };
})();
