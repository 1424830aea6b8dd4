// Hazard maps: one hazard and one return period at a time; a picture for a grid, polygons for zones.
"use strict";

inventory.hazards = ((hazards) => {
  const pictures = new Map(); // "hazard/map" -> a Leaflet layer, made when first asked for
  const edges = new Map();
  let renderer = null;
  let shown = [];

  function key(hazard, map) {
    return `${hazard}/${map}`;
  }

  function zones(hazard, body) {
    const group = L.layerGroup([]);
    for (const { row, kind, at } of inventory.shapes.unpack(body.shapes)) {
      const one = inventory.classes(`hazard-${hazard}`).classes[body.codes[row]];
      if (!one || kind !== "polygon") continue;
      group.addLayer(L.polygon(at, {
        pane: "hazards", renderer, interactive: false, weight: 0.5, color: one.colour,
        fill: true, fillColor: one.colour, fillOpacity: 0.85, hatch: one.unknown,
      }));
    }
    return group;
  }

  function picture(hazard, map) {
    const name = key(hazard, map);
    if (!pictures.has(name)) {
      const body = inventory.block(`hazard-${hazard}-${map}`);
      const layer = body.png
        ? L.imageOverlay(`data:image/png;base64,${body.png}`, body.bounds, {
          pane: "hazards", opacity: 0.85, interactive: false, className: "hazard-picture" })
        : zones(hazard, body);
      pictures.set(name, layer);
      if (body.edge) edges.set(name, edge(body.edge));
    }
    return [pictures.get(name), edges.get(name)].filter(Boolean);
  }

  // Where a grid ends, what lies beyond is not known: the line says so.
  function edge(packed) {
    const [{ at }] = inventory.shapes.unpack(packed);
    return L.polygon(at, {
      pane: "hazards", renderer, interactive: false, fill: false, color: "#08306b", weight: 1.5, dashArray: "6 5" });
  }

  function draw(map) {
    map.createPane("hazards").style.zIndex = 420;
    renderer = new inventory.canvas.Renderer({ pane: "hazards", padding: 0.3 });
  }

  function show(map, hazard, place) {
    shown.forEach((layer) => layer.remove());
    shown = hazard < 0 ? [] : picture(hazard, place);
    shown.forEach((layer) => layer.addTo(map));
  }

  const byName = new Map(hazards.map((hazard) => [hazard.name, hazard]));
  inventory.hazardUnit = (name) => (byName.get(name) || { unit: "" }).unit;

  return { all: hazards, draw, show };
})(inventory.block("hazards"));
