// Puts the page together: draws, wires the controls, and says when the map is ready.
"use strict";

inventory.start = (map) => {
  const { words, districts, hazards, assets, panel, address, view, popups, preliminary } = inventory;

  // A sign lies above the assets: what is clicked is its district.
  function signFirst(place, otherwise) {
    const row = preliminary ? preliminary.at(map, place) : null;
    if (row === null) {
      otherwise();
      return;
    }
    districts.choose(row);
    view.openDistrict(row, place);
  }

  const district = (one) => (preliminary ? preliminary.district(popups.district(one), one) : popups.district(one));

  function draw() {
    districts.draw(map);
    hazards.draw(map);
    if (preliminary) preliminary.draw(map);
    assets.draw(map, (index, place) => signFirst(place, () => view.openAsset(index, place)),
      (place) => signFirst(place, () => view.clickBesideAssets(place)));
  }

  function refresh(state) {
    districts.paint(map, state.districts);
    hazards.show(map, state.hazard, state.map);
    assets.show(state);
  }

  const isHidden = (index) => assets.hiding(panel.state, index).then(({ filters, state }) => filters.length > 0 || state !== null);

  view.start(map, draw, () => inventory.legend.draw(panel.state, panel.counts()), { ...popups, district, reveal: panel.reveal });
  panel.start();
  if (preliminary) preliminary.start(map, panel.changed);
  const listAssets = inventory.lists.start(view.goToDistrict, view.goToAsset);
  inventory.find.start(view.goToDistrict, view.goToAsset, isHidden);
  panel.onChange(refresh, (state, counts) => inventory.legend.draw(state, counts));
  panel.onChange(listAssets, () => {});
  inventory.takeAway.start(map, panel);
  words.speak(address.language());
  panel.changed();
  view.tellReady();
};
