// How a figure was reckoned: the pieces of an asset under each map, opened when a popup first asks for them.
"use strict";

inventory.reckoning = ((block) => {
  const { element, words } = inventory;
  const shipped = new Set(block.assets);
  const curves = new Map(block.curves.map(([hazard, kind, curve]) => [JSON.stringify([hazard, kind]), curve]));
  let opened = null;

  async function unpack() {
    const columns = JSON.parse(new TextDecoder().decode(await assetsOnMap.inflate.open(block.pieces)));
    const byAsset = new Map();
    columns.index.forEach((index, row) => {
      if (!byAsset.has(index)) byAsset.set(index, []);
      byAsset.get(index).push(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])));
    });
    return byAsset;
  }

  // The pieces of an asset; null where the file has none of it.
  async function of(index) {
    if (!shipped.has(index)) return null;
    opened = opened || unpack();
    return (await opened).get(index) || [];
  }

  const shown = (value, decimals) => (inventory.popups.known(value) ? words.number(value, decimals) : words.say("number.not_known"));

  function underMap(hazard, pieces) {
    const { name, unit, maps } = inventory.hazards.all[hazard];
    const rows = pieces.map((one) => [words.percent(one.share),
      inventory.popups.known(one.intensity) ? `${shown(one.intensity, 2)}\u00a0${unit}` : words.say("number.not_known"),
      inventory.isPriced(name) ? shown(one.curve, 3) : words.say("map.not_priced")]);
    const box = element("div", {}, element("h4", { text: inventory.popups.years(maps[pieces[0].map].return_period) }),
      inventory.popups.table(["map.reckoned.share", "map.intensity", "map.reckoned.fraction"], rows));
    const more = pieces[0].of - pieces.length;
    if (more) box.append(element("p", { class: "quiet", word: "map.reckoned.more", values: { count: more } }));
    return box;
  }

  // Pieces, curve and rule of one asset under one hazard, folded.
  function underHazard(hazard, pieces, kind) {
    const { name } = inventory.hazards.all[hazard];
    const parts = [element("h3", { text: name })];
    const curve = curves.get(JSON.stringify([name, kind]));
    if (curve) parts.push(element("p", { word: "map.reckoned.curve", values: { curve } }));
    for (const map of new Set(pieces.map((one) => one.map))) parts.push(underMap(hazard, pieces.filter((one) => one.map === map)));
    return parts;
  }

  // What a popup appends: the fold, or why there is none.
  function part(one) {
    const parts = [];
    if (one.pieces && one.pieces.length) {
      const fold = element("details", { class: "reckoned" }, element("summary", { word: "map.reckoned.title" }),
        element("p", { word: "map.reckoned.rule" }), ...block.convention.map((said) => element("p", said)));
      for (const hazard of new Set(one.pieces.map((piece) => piece.hazard))) {
        fold.append(...underHazard(hazard, one.pieces.filter((piece) => piece.hazard === hazard), one.asset_type));
      }
      parts.push(fold);
    }
    if (!one.pieces) parts.push(element("p", { class: "quiet", word: "map.reckoned.not_here", values: { most: block.most } }));
    return parts;
  }

  return { of, part };
})(inventory.block("reckoning"));
