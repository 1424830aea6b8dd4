// Assets: drawn by how they are counted under the hazard map that is shown, or under any map.
"use strict";

inventory.assets = ((data) => {
  const { popups } = inventory;
  const layers = data.id.map(() => []);
  const records = join();
  let visible = { exposed: true, unknown: true, not_exposed: true };
  let under = null; // {hazard, return_period}, or null for any map

  // Look and size of each class: black on both palettes, white where nothing reaches, a yellow diamond for unknown.
  const looks = {
    exposed: { markColour: "#111827", edge: "#ffffff", markRadius: 5.5, form: "circle",
      color: "#111827", fillColor: "#111827", fillOpacity: 0.9, opacity: 1, weight: 3, dashArray: null, hatch: false },
    unknown: { markColour: "#ffd400", edge: "#111827", markRadius: 5, form: "diamond",
      color: "#8a6d00", fillColor: "#8a6d00", fillOpacity: 0.9, opacity: 1, weight: 3, dashArray: "5 4", hatch: true },
    not_exposed: { markColour: "#ffffff", edge: "#4b5563", markRadius: 3.5, form: "circle",
      color: "#6b7280", fillColor: "#ffffff", fillOpacity: 0.85, opacity: 1, weight: 1.5, dashArray: null, hatch: false },
  };

  // The long tables, joined to their assets once.
  function join() {
    const joined = data.id.map(() => ({ maps: [], ead: [] }));
    const found = new Map();
    data.exposure.row.forEach((row, i) => {
      const record = {
        hazard: popups.wordOf(data.exposure.hazard, i),
        return_period: data.exposure.return_period[i],
        exposed_fraction: data.exposure.exposed_fraction[i],
        unknown_fraction: data.exposure.unknown_fraction[i],
        intensity_mean: data.exposure.intensity_mean[i],
        intensity_max: data.exposure.intensity_max[i],
        damage_fraction: null,
        damage: null,
      };
      joined[row].maps.push(record);
      found.set(`${row}|${record.hazard}|${record.return_period}`, record);
    });
    data.damage.row.forEach((row, i) => {
      const name = `${row}|${popups.wordOf(data.damage.hazard, i)}|${data.damage.return_period[i]}`;
      if (!found.has(name)) return;
      found.get(name).damage_fraction = data.damage.damage_fraction[i];
      found.get(name).damage = data.damage.damage[i];
    });
    data.ead.row.forEach((row, i) => joined[row].ead.push({
      hazard: popups.wordOf(data.ead.hazard, i),
      ead: data.ead.ead[i],
      ead_low: data.ead.ead_low[i],
      ead_high: data.ead.ead_high[i],
      rule: popups.wordOf(data.ead.rule, i),
    }));
    return joined;
  }

  // As the ledger counts: exposed, else unknown, else not exposed.
  function counted(row) {
    const maps = records[row].maps.filter((one) => under === null
      || (one.hazard === under.hazard && one.return_period === under.return_period));
    if (maps.some((one) => one.exposed_fraction > 0)) return "exposed";
    return maps.some((one) => one.unknown_fraction > 0) ? "unknown" : "not_exposed";
  }

  // Exposed above unknown above the others; within a class the worst comes last, so it lies on top.
  function repaint(map) {
    const names = data.id.map((_, row) => counted(row));
    for (const name of ["not_exposed", "unknown", "exposed"]) {
      for (let row = names.length - 1; row >= 0; row -= 1) {
        if (names[row] === name) layers[row].forEach((part) => show(part, name, map));
      }
    }
  }

  function show(part, name, map) {
    L.setOptions(part, looks[name]);
    if (!visible[name]) part.remove();
    else if (map.hasLayer(part)) part.setStyle(looks[name]).bringToFront();
    else part.addTo(map);
  }

  function figures(row) {
    const id = data.id[row];
    return {
      id,
      name: data.name[row],
      asset_type: popups.wordOf(data.asset_type, row),
      owner: popups.wordOf(data.owner, row),
      districtName: inventory.districts.nameOfId(popups.wordOf(data.district, row)),
      value: data.value[row],
      value_rule: popups.wordOf(data.value_rule, row),
      data_status: popups.wordOf(data.data_status, row),
      explain: data.explain[row],
      ...records[row],
    };
  }

  function draw(map, open) {
    map.createPane("assets").style.zIndex = 440;
    const renderer = new inventory.canvas.Renderer({ pane: "assets", padding: 0.3 });
    const { Area, Line, Mark } = inventory.canvas;
    const shared = { pane: "assets", renderer, bubblingMouseEvents: false };
    for (const { row, kind, at } of inventory.shapes.unpack(data.shapes)) {
      const Kind = { polygon: Area, line: Line, point: Mark }[kind];
      const part = new Kind(at, { ...shared, ...looks[counted(row)], fill: kind !== "line" });
      part.on("click", (event) => open(row, event.latlng));
      part.on("mouseover", (event) => inventory.hover.asset(row, event));
      part.on("mouseout", () => inventory.hover.none());
      layers[row].push(part);
    }
    repaint(map);
  }

  function bounds(row) {
    const box = L.latLngBounds([]);
    layers[row].forEach((part) => (part.getBounds ? box.extend(part.getBounds()) : box.extend(part.getLatLng())));
    return box;
  }

  return {
    data, draw, repaint, figures, bounds, counted,
    setUnder: (one) => { under = one; },
    setVisible: (names) => { visible = names; },
  };
})(inventory.block("assets"));
