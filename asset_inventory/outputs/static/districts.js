// Districts: coloured by EAD or score, or outlined; found under the pointer by themselves, because the assets'
// canvas lies above and takes the pointer.
"use strict";

inventory.districtsOf = (data, pane) => {
  const { popups } = inventory;
  const layers = []; // per row, its polygons
  let painting = "ead";
  let chosen = null;

  const outline = { weight: 1, color: "#374151", opacity: 1 };

  function style(row) {
    const edge = row === chosen ? { ...outline, weight: 4 } : outline;
    if (painting === "outline") return { ...edge, fill: false };
    const one = inventory.classOf(painting, data[painting][row]);
    return { ...edge, color: one.edge, fill: true, fillColor: one.colour, fillOpacity: 0.82, hatch: one.unknown };
  }

  function repaint() {
    layers.forEach((parts, row) => parts.forEach((part) => part.setStyle(style(row))));
  }

  function figures(row) {
    const one = Object.fromEntries(Object.entries(data)
      .filter(([, column]) => Array.isArray(column)).map(([name, column]) => [name, column[row]]));
    return { ...one, name: nameOf(row), people_rule: popups.wordOf(data.people_rule, row),
      data_status: popups.wordOf(data.data_status, row) };
  }

  function nameOf(row) {
    if (data.id[row] === inventory.page.outside) return inventory.words.say("map.outside_districts");
    return data.name[row] || data.id[row];
  }

  function draw(map) {
    map.createPane(pane).style.zIndex = 400;
    const renderer = new inventory.canvas.Renderer({ pane, padding: 0.3 });
    data.id.forEach(() => layers.push([]));
    for (const { row, at } of inventory.shapes.unpack(data.shapes)) {
      const part = L.polygon(at, { pane, renderer, interactive: false, ...style(row) });
      layers[row].push(part.addTo(map));
    }
  }

  // Borders alone are drawn above a hazard map, colours below it.
  function paint(map, name) {
    painting = name;
    repaint();
    map.getPane(pane).style.zIndex = name === "outline" ? 430 : 400;
  }

  function choose(row) {
    chosen = row;
    repaint();
    if (row !== null) layers[row].forEach((part) => part.bringToFront());
  }

  function at(map, place) {
    const point = map.latLngToLayerPoint(place);
    const row = layers.findIndex((parts) => parts.some((part) => part._pxBounds && part._containsPoint(point)));
    return row < 0 ? null : row;
  }

  function bounds(row) {
    const box = L.latLngBounds([]);
    layers[row].forEach((part) => box.extend(part.getBounds()));
    return box;
  }

  const byId = new Map(data.id.map((id, row) => [id, row]));

  return {
    data, draw, paint, choose, at, bounds, nameOf, figures,
    painting: () => painting,
    nameOfId: (id) => (byId.has(id) ? nameOf(byId.get(id)) : id),
    count: (name) => data[name].filter(popups.known).length,
  };
};

inventory.districts = inventory.districtsOf(inventory.block("districts"), "districts");
