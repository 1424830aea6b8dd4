// The page of a map: draws, wires the controls, and marks when the map is ready.

import * as address from "./address.js";
import { assetPopup } from "./asset_popup.js";
import { table } from "./asset_table.js";
import * as assetLayer from "./assets.js";
import { assets } from "./assets.js";
import { withBrowser } from "./browser.js";
import * as card from "./card.js";
import { circlesOf } from "./circles.js";
import { districts } from "./districts.js";
import * as downloads from "./downloads.js";
import * as figures from "./figures.js";
import * as find from "./find.js";
import { hazards } from "./hazards.js";
import { ICONS_FROM } from "./layer/tiles.js";
import * as legend from "./legend.js";
import * as lists from "./lists.js";
import * as panel from "./panel.js";
import * as popups from "./popups.js";
import { resilience } from "./resilience.js";
import * as secondMap from "./second_map.js";
import * as tableView from "./table_view.js";
import * as tabs from "./tabs.js";
import { viewOf } from "./view.js";
import * as words from "./words.js";

/** @import { District, State } from "./data.js" */

/** @param {L.Map} map */
function start(map) {
  const view = viewOf(map, assets, {
    asset: assetPopup,
    district: (/** @type {District} */ figures) => {
      const box = popups.district(figures);
      const given = { state: panel.state, open: goTo, grown, missing: resilience?.missing ?? (() => []) };
      return card.complete(resilience ? resilience.district(box, figures) : box, figures, given);
    },
    reveal: panel.reveal,
    shareOf: (row) => resilience?.shareOf(row) ?? "",
    choose: panel.chooseDistrict,
  });

  /** A card that has grown finds its place once more. */
  function grown() {
    map._popup?.update();
  }

  /** @param {number} index */
  function goTo(index) {
    view.goToAsset(index);
  }

  /**
   * A sign lies above the assets: a click on it is a click on its district.
   * @param {L.LatLng} place
   * @param {() => void} otherwise
   */
  function signFirst(place, otherwise) {
    const row = resilience?.at(map, place) ?? circles?.at(place) ?? null;
    if (row === null) {
      otherwise();
      return;
    }
    districts.choose(row);
    view.openDistrict(row, place);
  }

  /** @type {ReturnType<typeof circlesOf> | null} */
  let circles = null;

  function draw() {
    districts.draw(map);
    hazards.draw(map);
    resilience?.draw(map);
    assetLayer.draw(
      map,
      (index, place) => signFirst(place, () => view.openAsset(index, place)),
      (place) => signFirst(place, () => view.clickOutsideAssets(place)),
    );
    circles = circlesOf(map, "assets", { isSigned: resilience?.isSigned, changed: drawLegend });
  }

  function drawLegend() {
    const hasIcons = map.getZoom() >= ICONS_FROM;
    legend.draw(panel.state, { circled: Boolean(circles?.count()), hasIcons });
  }

  /** @param {State} state */
  function refresh(state) {
    const ead = figures.eadByDistrict(figures.comparedWith(state, secondMap.stateOf(state)));
    districts.paint(map, state.districts, ead);
    hazards.show(map, state.hazard, state.map);
    assetLayer.show(state);
    circles?.show(state);
  }

  let before = map.getZoom();
  map.on("zoomend", () => {
    const now = map.getZoom();
    if (before >= ICONS_FROM !== now >= ICONS_FROM) drawLegend();
    before = now;
  });
  view.start(draw, drawLegend);
  panel.start();
  resilience?.start(map, panel.changed);
  const listAssets = lists.start(view);
  find.start(
    assets,
    view,
    async (index) => {
      const { filters, state, classes } = await assetLayer.hiding(panel.state, index);
      return filters.length > 0 || state !== null || classes;
    },
    (codes) => {
      map.closePopup(); // of a district that is given up
      panel.showOnly(codes);
    },
  );
  panel.onChange(refresh, drawLegend);
  panel.onChange(
    (state) => listAssets(state),
    () => {},
  );
  const compared = () => {
    refresh(panel.state);
    drawLegend();
  };
  panel.onChange(secondMap.start(map, panel.state, panel.chooseDistrict, compared), () => {});
  panel.onChange(tableView.start(panel.state, view.goToAsset), () => {});
  downloads.start(map, {
    table: () => table(panel.state),
    list: (most) => lists.forPaper(tabs.listShown(), most),
    lengthen: (whole) => listAssets(panel.state, whole ? lists.MOST_ON_PAPER : null),
    second: secondMap.forPicture,
  });
  words.speak(address.language());
  panel.changed();
  view.markReady();
}

globalThis.inventory = { start: withBrowser(start) };
