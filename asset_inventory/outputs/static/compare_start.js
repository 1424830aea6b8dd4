// Puts the page of two sides together: draws both, wires the divider and the choices, and says when the map is ready.
"use strict";

inventory.start = (map) => {
  const { words, sides, compared, comparedLegend, comparedPopups, divider, address, view } = inventory;

  function refresh() {
    sides.show(map, compared.state.pair, compared.move(), compared.painting());
    comparedLegend.draw();
    view.refreshPopup();
  }

  view.start(map, () => sides.draw(map, view.openAsset, view.clickBesideAssets), comparedLegend.draw, { ...comparedPopups, reveal: compared.reveal });
  divider.start(map, sides.panes());
  inventory.find.start(view.goToDistrict, view.goToAsset, compared.isHidden);
  inventory.takeAway.start(map);
  compared.start();
  compared.onChange(refresh);
  words.speak(address.language());
  compared.changed();
  view.tellReady();
};
