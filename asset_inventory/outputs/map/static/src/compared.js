// The page of two sides: draws both, wires the divider and the choices, and marks when the map is ready.

import * as address from "./address.js";
import { withBrowser } from "./browser.js";
import * as legend from "./compared_legend.js";
import * as popups from "./compared_popups.js";
import * as comparison from "./comparison.js";
import * as divider from "./divider.js";
import * as downloads from "./downloads.js";
import * as find from "./find.js";
import * as sides from "./sides.js";
import { viewOf } from "./view.js";
import * as words from "./words.js";

/**
 * No view shows two cities far apart: the one in the middle of the map takes all of it, whichever way the reader came.
 * @param {L.Map} map
 * @param {Pick<import("./view.js").View<unknown>, "goToBox">} view
 * @param {L.LatLngBounds[]} boxes
 */
function oneByOne(map, view, boxes) {
  let shown = -1;
  function follow() {
    const side = boxes.findIndex((box) => box.contains(map.getCenter()));
    if (side < 0 || side === shown) return;
    shown = side;
    divider.showAll(side);
  }
  map.on("moveend", follow);
  follow();
  document.querySelectorAll("#sides .go").forEach((button, side) => {
    button.addEventListener("click", () => view.goToBox(boxes[side], String(button.textContent)));
  });
}

/** @param {L.Map} map */
function start(map) {
  const content = { asset: popups.assetPopup, district: popups.district, reveal: comparison.reveal, shareOf: () => "" };
  const view = viewOf(map, sides.assets, content);
  const boxes = sides.data.apart.map((box) => L.latLngBounds(box));
  view.start(() => sides.draw(map, view.openAsset, view.clickOutsideAssets), legend.draw, boxes[0]);
  divider.start(map, sides.panes());
  if (boxes.length) oneByOne(map, view, boxes);
  find.start(sides.assets, view, comparison.isHidden);
  downloads.start(map, { divider });
  comparison.start();
  comparison.onChange(() => {
    sides.show(map, comparison.state.pair, comparison.move(), comparison.painting());
    legend.draw();
    view.refreshPopup();
  });
  words.speak(address.language());
  comparison.changed();
  view.markReady();
}

globalThis.inventory = { start: withBrowser(start) };
