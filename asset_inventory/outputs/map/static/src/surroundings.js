// What lies around the figures: the base map behind, names above, and the name of what is under the pointer.

import * as baseMap from "./base_map.js";
import { byId } from "./blocks.js";
import { districts } from "./districts.js";
import * as names from "./names.js";
import { notKnown, scoreText } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @param {string} id @param {(on: boolean) => void} turn */
function wire(id, turn) {
  /** @type {HTMLInputElement} */
  const box = byId(id);
  box.addEventListener("change", () => turn(box.checked));
}

let named = true;
/** What paints the surroundings of every map anew. @type {(() => void)[]} */
const repaints = [];

/**
 * Puts the base map and the names on a map; done when they are drawn.
 * @param {L.Map} map
 */
export async function surround(map) {
  const [layers, roads] = await Promise.all([baseMap.layers, baseMap.roads]);
  const rename = names.draw(map, layers, roads, () => named);
  repaints.push(baseMap.draw(map, layers), rename);
  words.onChange(rename);
  return layers;
}

/**
 * The surroundings of the page's own map, and what turns those of every map on and off.
 * @param {L.Map} map
 */
export async function drawContext(map) {
  const layers = await surround(map);
  const repaint = () => repaints.forEach((again) => again());
  layers.forEach((layer, place) =>
    wire(`show-context-${place}`, (on) => {
      layer.on = on;
      repaint();
    }),
  );
  wire("show-names", (on) => {
    named = on;
    repaint();
  });
  if (baseMap.data.online) drawOnline(map, baseMap.data.online);
}

/**
 * The map of a server, below everything else: off until a reader turns it on, and again in every page that is opened.
 * @param {L.Map} map
 * @param {import("./data.js").OnlineMap} online
 */
function drawOnline(map, { tiles, attribution, max_zoom: maxNativeZoom }) {
  map.createPane("online").style.zIndex = "150";
  const layer = L.tileLayer(tiles, { pane: "online", maxNativeZoom, maxZoom: 22 });
  const credit = element("span", { text: ` · ${attribution}` });
  wire("show-online", (on) => {
    if (on) {
      layer.addTo(map);
      byId("credit").append(credit);
    } else {
      layer.remove();
      credit.remove();
    }
  });
}

/**
 * The name of what is under the pointer, where there is a pointer.
 * @template At
 * @param {L.Map} map
 * @param {import("./view.js").AssetsOf<At>} assets
 * @param {(row: number) => string} shareOf the text of a district's share
 */
export function hover(map, assets, shareOf) {
  if (!matchMedia("(hover: hover)").matches) return;
  const tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1 });
  /** @type {L.LeafletMouseEvent | null} */
  let latest = null; // where the pointer is
  let busy = false;

  /** @param {string} text @param {L.LatLng} place */
  function show(text, place) {
    tip.setContent(element("span", { text })).setLatLng(place);
    if (!map.hasLayer(tip)) map.openTooltip(tip);
  }

  function none() {
    latest = null;
    map.closeTooltip(tip);
  }

  /** @param {L.LatLng} place */
  function district(place) {
    const row = districts.at(map, place);
    if (row === null) {
      map.closeTooltip(tip);
      return;
    }
    const { data } = districts;
    const figures = {
      ead: () => words.money(districts.ead(row)),
      ead_per_value: () => words.percent(data.ead_per_value[row]),
      score: () => scoreText(data.score[row], data.score_low[row], data.score_high[row]) ?? notKnown(),
      share: () => shareOf(row),
      assets_exposed: () => words.number(data.assets_exposed[row]),
      outline: () => data.parent[row] || "",
    };
    show([districts.nameOf(row), figures[districts.painting()]()].filter(Boolean).join(" · "), place);
  }

  /**
   * One question at a time: the answer to an older place is dropped, and the newest is asked next.
   * @param {L.LeafletMouseEvent} event
   */
  async function look(event) {
    latest = event;
    if (busy) return;
    busy = true;
    while (latest) {
      /** @type {L.LeafletMouseEvent} */
      const now = latest;
      const { latlng } = now;
      const index = await assets.at(latlng);
      const asset = index === null ? null : await assets.attributes(index, false).catch(() => null);
      if (now !== latest) continue;
      if (asset) show(asset.name || asset.id, latlng);
      else district(latlng);
      latest = null;
    }
    busy = false;
  }

  map.on("mousemove", look);
  map.on("mouseout movestart", none);
}
