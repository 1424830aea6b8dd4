// The two sides: hazard maps, districts and assets of each in panes of its own. Two maps of one city share one layer of
// assets; two assessments have a layer each, and an asset knows its place in the other.
"use strict";

inventory.sides = ((data) => {
  const PANES = [["districts", "hazards", "assets"], ["districts-right", "hazards-right", "assets-right"]];
  const { twins, pairs } = data;
  const layers = twins
    ? [assetsOnMap.layer(data.layers[0]), assetsOnMap.view(data.layers[0], PANES[1][2])]
    : data.layers.map((name) => assetsOnMap.layer(name));
  const hazards = [inventory.hazards, twins
    ? inventory.hazardsOf(inventory.hazards.all, PANES[1][1])
    : inventory.hazardsOf(inventory.block("right-hazards"), PANES[1][1], "right-")];
  const districts = twins ? [inventory.districts]
    : [inventory.districts, inventory.districtsOf(inventory.block("right-districts"), PANES[1][0])];

  const choiceOf = (pair, side) => data.sides[side].choices[pairs[pair].choices[side]];
  const colourOf = ({ hazard, map }) => (hazard < 0 ? "any" : `map-${hazard}-${map}`);

  // Which assets stay, by how they are counted on both sides.
  function filterOf(pair, [, , ...codes], side) {
    const own = colourOf(choiceOf(pair, side));
    const other = twins ? colourOf(choiceOf(pair, 1 - side)) : `other-${pair}`;
    if (own === other) return { [own]: codes[0].filter((code) => codes[1].includes(code)) };
    return { [own]: codes[side], [other]: codes[1 - side] };
  }

  function show(map, pair, move, painting) {
    layers.forEach((layer, side) => {
      const choice = choiceOf(pair, side);
      hazards[side].show(map, choice.hazard, choice.map);
      layer.setColour(colourOf(choice));
      layer.setFilter(filterOf(pair, move, side));
    });
    districts.forEach((one) => one.paint(map, painting));
  }

  function draw(map, open, miss) {
    districts.forEach((one) => one.draw(map));
    hazards.forEach((one) => one.draw(map));
    if (twins) layers[1].addTo(map);
    layers.forEach((layer, side) => {
      map.getPane(PANES[side][2]).style.zIndex = 440;
      const here = (event) => inventory.divider.sideAt(event.latlng) === side;
      layer.on("assetclick", (event) => { if (here(event)) open({ side, index: event.index }, event.latlng); });
      layer.on("assetmiss", (event) => { if (here(event)) miss(event.latlng); });
    });
  }

  // Borders that both sides share are not cut.
  const panes = () => PANES.map((names) => (twins ? names.slice(1) : names));

  // What is known of an asset on each side: null where it is not there.
  async function figures({ side, index }) {
    const own = await layers[side].attributes(index);
    if (twins) return [own, own];
    const beside = own.partner === null ? null : await layers[1 - side].attributes(own.partner);
    return side === 0 ? [own, beside] : [beside, own];
  }

  async function attributes(place) {
    const both = await figures(place);
    const one = both[0] || both[1];
    const usable = await Promise.all(both.map((values, side) => (values ? hasShape(place, both, side) : false)));
    return { ...one, id: one.asset_id, both, usable, side: both[0] ? 0 : 1,
      districtName: (both[0] ? districts[0] : districts[districts.length - 1]).nameOfId(one.district) };
  }

  // An asset that cannot be measured has no shape in the layer.
  function hasShape({ side: asked, index }, both, side) {
    const place = twins || side === asked ? index : both[asked].partner;
    return layers[side].bounds(place).then((box) => box !== null);
  }

  // How it is counted on both sides, as the choice of assets has it.
  async function isHidden(pair, move, { side, index }) {
    const codes = await layers[side].classes(index);
    return Object.entries(filterOf(pair, move, side)).some(([name, allowed]) => !allowed.includes(codes[name]));
  }

  async function search(text, most) {
    const hits = (await layers[0].search(text, most)).map((hit) => ({ ...hit, index: { side: 0, index: hit.index } }));
    if (twins || hits.length >= most) return hits;
    for (const hit of await layers[1].search(text, most)) {
      const { partner } = await layers[1].attributes(hit.index);
      if (partner === null && hits.length < most) hits.push({ ...hit, index: { side: 1, index: hit.index } });
    }
    return hits;
  }

  inventory.assets = {
    attributes, search,
    ready: Promise.all(layers.map((layer) => layer.ready)),
    at: async (latlng) => {
      const side = inventory.divider.sideAt(latlng);
      const index = await layers[side].at(latlng);
      return index === null ? null : { side, index };
    },
    bounds: ({ side, index }) => layers[side].bounds(index),
  };

  return { data, hazards, districts, choiceOf, isHidden, show, draw, panes };
})(inventory.block("comparison"));
