// Hazard maps: one hazard and one return period at a time; a picture for a grid, polygons for zones.
"use strict";

// Read when it is first shown, in whichever pane.
inventory.hazardBody = (() => {
  const read = new Map();
  return (name) => {
    if (!read.has(name)) read.set(name, inventory.block(name));
    return read.get(name);
  };
})();

inventory.hazardsOf = (hazards, pane, lead = "") => {
  const made = new Map(); // "hazard/map" -> its Leaflet layers
  let renderer = null;
  let shown = [];

  function zones(hazard, body) {
    const group = L.layerGroup([]);
    for (const { row, kind, at } of inventory.shapes.unpack(body.shapes)) {
      const one = inventory.classes(`${lead}hazard-${hazard}`).classes[body.codes[row]];
      if (!one || kind !== "polygon") continue;
      group.addLayer(L.polygon(at, {
        pane, renderer, interactive: false, weight: 0.5, color: one.colour,
        fill: true, fillColor: one.colour, fillOpacity: 0.85, hatch: one.unknown,
      }));
    }
    return group;
  }

  const address = (png) => `data:image/png;base64,${png}`;

  // The layers of one map, made when first asked for.
  function layersOf(hazard, map) {
    const name = `${hazard}/${map}`;
    if (!made.has(name)) {
      const body = inventory.hazardBody(`${lead}hazard-${hazard}-${map}`);
      made.set(name, body.png ? pictures(body) : [zones(hazard, body)]);
    }
    return made.get(name);
  }

  function pictures(body) {
    const look = { pane, interactive: false };
    const layers = [L.imageOverlay(address(body.png), body.bounds, { ...look, opacity: 0.9, className: "hazard-picture" })];
    if (body.unknown) layers.push(L.svgOverlay(hatched(body.unknown), body.bounds, look));
    if (body.edge) layers.push(edge(body.edge));
    return layers;
  }

  // Hatching that stays as fine on the screen as in the legend: a hatched box, seen through the picture of the unknown.
  function hatched(png) {
    const box = inventory.element("div", { class: "hatched" });
    box.mask = new Image(); // for the picture that is taken away
    box.mask.src = address(png);
    for (const name of ["maskImage", "webkitMaskImage"]) box.style[name] = `url(${address(png)})`;
    return box;
  }

  // Where a grid ends, what lies beyond is not known: the line says so.
  function edge(packed) {
    const [{ at }] = inventory.shapes.unpack(packed);
    return L.polygon(at, {
      pane, renderer, interactive: false, fill: false, color: "#08306b", weight: 1.5, dashArray: "6 5" });
  }

  function draw(map) {
    map.createPane(pane).style.zIndex = 420;
    renderer = new inventory.canvas.Renderer({ pane, padding: 0.3 });
  }

  function show(map, hazard, place) {
    shown.forEach((layer) => layer.remove());
    shown = hazard < 0 ? [] : layersOf(hazard, place);
    shown.forEach((layer) => layer.addTo(map));
  }

  return { all: hazards, draw, show };
};

inventory.hazards = inventory.hazardsOf(inventory.block("hazards"), "hazards");
inventory.isPriced = (name) => (inventory.hazards.all.find((hazard) => hazard.name === name) || { priced: true }).priced;
inventory.isByYear = (name) => inventory.hazards.all.some((hazard) => hazard.name === name && hazard.by_year);
inventory.hazardUnit = (name) => (inventory.hazards.all.find((hazard) => hazard.name === name) || { unit: "" }).unit;
inventory.restsOn = (name) => (inventory.hazards.all.find((hazard) => hazard.name === name) || { rests_on: 0 }).rests_on;
