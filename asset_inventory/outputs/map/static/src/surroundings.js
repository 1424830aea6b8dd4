// What lies around the figures: context layers behind, and names under the pointer.

import { block, byId } from "./blocks.js";
import { Renderer } from "./canvas.js";
import { districts } from "./districts.js";
import * as shapes from "./shapes.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Packed } from "./data.js" */

/** @type {{ shapes: Packed }[]} */
const layers = block("context");

/** @param {L.Map} map */
export function drawContext(map) {
  map.createPane("context").style.zIndex = "380";
  const renderer = new Renderer({ pane: "context", padding: 0.3 });
  const look = {
    pane: "context",
    renderer,
    interactive: false,
    color: "#64748b",
    weight: 1.2,
    fillColor: "#cbd5e1",
    fillOpacity: 0.5,
  };
  layers.forEach((layer, place) => {
    const group = L.layerGroup(
      shapes.unpack(layer.shapes).map((part) => {
        if (part.kind === "polygon") return L.polygon(part.at, look);
        return part.kind === "line" ? L.polyline(part.at, look) : L.circleMarker(part.at, { ...look, radius: 2 });
      }),
    ).addTo(map);
    /** @type {HTMLInputElement} */
    const box = byId(`show-context-${place}`);
    box.addEventListener("change", () => (box.checked ? group.addTo(map) : group.remove()));
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
      score: () => words.number(data.score[row], 2),
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
      const asset = index === null ? null : await assets.attributes(index).catch(() => null);
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
