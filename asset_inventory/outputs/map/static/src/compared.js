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
  const buttons = [...document.querySelectorAll("#sides .go")];
  const go = (/** @type {number} */ side) => view.goToBox(boxes[side], String(buttons[side].textContent));
  buttons.forEach((button, side) => button.addEventListener("click", () => go(side)));
  // assets of the other city alone would leave this one empty
  comparison.onChange(() => {
    const [chosen] = comparison.pairNow().moves[comparison.state.move];
    const side = ["_left", "_right"].findIndex((end) => chosen.endsWith(end));
    if (side < 0 || side === shown) return;
    map.closePopup(); // opened once more, it would hold the map where it is
    go(side);
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
