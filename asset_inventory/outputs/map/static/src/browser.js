// What a browser needs to open the page's data: Chrome or Edge 103, Firefox 113, Safari 16.4.

import { sayIn } from "./words.js";

/**
 * Starts the page where the browser can open its data. An older one keeps the page without scripts, its picture and
 * table, and names in every language the browsers that the map needs.
 * @param {(map: L.Map) => void} start
 * @returns {(map: L.Map) => void}
 */
export function withBrowser(start) {
  return (map) => {
    if (assetsOnMap.canOpen()) {
      start(map);
      return;
    }
    for (const notice of document.querySelectorAll(/** @type {"p"} */ (".open-in"))) {
      notice.setAttribute("role", "alert");
      notice.textContent = sayIn(notice.lang, "map.layer.old_browser");
    }
  };
}
