// Assets: all of the city in one layer, coloured by how they are counted under the hazard map that is shown, or under any.
"use strict";

inventory.assets = ((data) => {
  const { popups, hazards } = inventory;
  const STATES = ["exposed", "unknown", "not_exposed", "unusable"]; // in the order of the class table
  const layer = assetsOnMap.layer(data.layer);
  let colour = "any";

  // The columns of an asset as its popup reads them; a map that neither touches it nor leaves it open has no line.
  function figures(values) {
    const maps = [];
    const ead = [];
    hazards.all.forEach((hazard, place) => {
      hazard.maps.forEach(({ return_period: period }, number) => {
        const of = (name) => values[`${place}.${number}.${name}`];
        if (!popups.known(of("exposed_fraction"))) return;
        maps.push({
          hazard: hazard.name, return_period: period,
          exposed_fraction: of("exposed_fraction"), unknown_fraction: of("unknown_fraction"),
          intensity_mean: of("intensity_mean"), intensity_max: of("intensity_max"),
          damage_fraction: of("damage_fraction"), damage: of("damage"),
        });
      });
      if (popups.known(values[`${place}.rule`])) {
        const [annual, low, high, rule] = ["ead", "ead_low", "ead_high", "rule"].map((name) => values[`${place}.${name}`]);
        ead.push({ hazard: hazard.name, ead: annual, ead_low: low, ead_high: high, rule });
      }
    });
    return { ...values, maps, ead, id: values.asset_id, districtName: inventory.districts.nameOfId(values.district),
      explain: `asset-inventory explain ${quoted(data.folder)} ${quoted(values.asset_id)}` };
  }

  // As a shell reads it back.
  const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'"'"'`)}'`);

  // What is painted: the map that colours, and the states that stay.
  function show(hazard, map, visible) {
    const wanted = hazard < 0 ? "any" : `map-${hazard}-${map}`;
    const filter = { [wanted]: STATES.flatMap((name, code) => (visible[name] ? [code] : [])) };
    if (wanted !== colour) layer.setColour(wanted);
    colour = wanted;
    return layer.setFilter(filter);
  }

  function draw(map, open, miss) {
    map.getPane("assets").style.zIndex = 440;
    layer.on("assetclick", (event) => open(event.index, event.latlng));
    layer.on("assetmiss", (event) => miss(event.latlng));
  }

  return {
    data, draw, show, figures, layer,
    ready: layer.ready,
    at: (place) => layer.at(place),
    bounds: (index) => layer.bounds(index),
    attributes: (index) => layer.attributes(index).then(figures),
  };
})(inventory.block("assets"));
