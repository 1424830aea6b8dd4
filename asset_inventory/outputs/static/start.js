// Puts the page together: draws, wires the controls, and says when the map is ready.
"use strict";

inventory.start = (map) => {
  const { words, districts, hazards, assets, panel, address, view } = inventory;

  function draw() {
    districts.draw(map);
    hazards.draw(map);
    assets.draw(map, view.openAsset, view.clickBesideAssets);
  }

  function refresh(state) {
    districts.paint(map, state.districts);
    hazards.show(map, state.hazard, state.map);
    assets.show(state);
  }

  const isHidden = (index) => assets.hiding(panel.state, index).then(({ filters, state }) => filters.length > 0 || state !== null);

  view.start(map, draw, () => inventory.legend.draw(panel.state, panel.counts()), { ...inventory.popups, reveal: panel.reveal });
  panel.start();
  inventory.lists.start(view.goToDistrict, view.goToAsset);
  inventory.find.start(view.goToDistrict, view.goToAsset, isHidden);
  panel.onChange(refresh, (state, counts) => inventory.legend.draw(state, counts));
  inventory.takeAway.start(map, panel);
  words.speak(address.language());
  panel.changed();
  view.tellReady();
};
