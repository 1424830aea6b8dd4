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

/** @param {L.Map} map */
function start(map) {
  const content = { asset: popups.assetPopup, district: popups.district, reveal: comparison.reveal, shareOf: () => "" };
  const view = viewOf(map, sides.assets, content);
  view.start(() => sides.draw(map, view.openAsset, view.clickOutsideAssets), legend.draw);
  divider.start(map, sides.panes());
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
