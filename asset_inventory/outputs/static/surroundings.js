// What lies around the figures: context layers behind, names under the pointer, the mark of exercise data.
"use strict";

inventory.context = ((layers) => {
  const groups = [];

  function draw(map) {
    map.createPane("context").style.zIndex = 380;
    const renderer = new inventory.canvas.Renderer({ pane: "context", padding: 0.3 });
    const look = { pane: "context", renderer, interactive: false, color: "#64748b", weight: 1.2, fillColor: "#cbd5e1", fillOpacity: 0.5 };
    layers.forEach((layer, place) => {
      const group = L.layerGroup([]);
      for (const { kind, at } of inventory.shapes.unpack(layer.shapes)) {
        if (kind === "polygon") group.addLayer(L.polygon(at, look));
        else if (kind === "line") group.addLayer(L.polyline(at, look));
        else group.addLayer(L.circleMarker(at, { ...look, radius: 2 }));
      }
      groups.push(group.addTo(map));
      const box = document.getElementById(`show-context-${place}`);
      box.addEventListener("change", () => (box.checked ? group.addTo(map) : group.remove()));
    });
  }

  return { draw };
})(inventory.block("context"));

// The name of what is under the pointer, where there is a pointer.
inventory.hover = (() => {
  const { words, popups } = inventory;
  let tip = null;
  let map = null;
  let latest = null; // where the pointer is
  let busy = false;

  function show(text, place) {
    tip.setContent(inventory.element("span", { text })).setLatLng(place);
    if (!map.hasLayer(tip)) map.openTooltip(tip);
  }

  function none() {
    latest = null;
    map.closeTooltip(tip);
  }

  // One question at a time: the answer to an older place is passed over, and the newest is asked next.
  async function look(event) {
    latest = event;
    if (busy) return;
    busy = true;
    while (latest) {
      const now = latest;
      const index = await inventory.assets.at(now.latlng);
      const one = index === null ? null : await inventory.assets.attributes(index).catch(() => null);
      if (now !== latest) continue;
      if (one) show(one.name || one.id, now.latlng);
      else district(now);
      latest = null;
    }
    busy = false;
  }

  function district(event) {
    const row = inventory.districts.at(map, event.latlng);
    if (row === null) { map.closeTooltip(tip); return; }
    const { data } = inventory.districts;
    const figures = {
      ead: () => popups.amount(data.ead[row]),
      score: () => (popups.known(data.score[row]) ? words.number(data.score[row], 2) : words.say("number.not_known")),
      share: () => inventory.preliminary.shareOf(row),
      outline: () => data.parent[row] || "",
    };
    const figure = figures[inventory.districts.painting()]();
    show([inventory.districts.nameOf(row), figure].filter(Boolean).join(" · "), event.latlng);
  }

  function start(onMap) {
    if (!matchMedia("(hover: hover)").matches) return;
    map = onMap;
    tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1 });
    map.on("mousemove", look);
    map.on("mouseout movestart", none);
  }

  return { start };
})();

inventory.exerciseMark = (map) => {
  const pane = map.createPane("exercise");
  pane.style.zIndex = 460;
  pane.style.pointerEvents = "none";
  return new inventory.canvas.Exercise({ pane: "exercise", updateWhenZooming: false, keepBuffer: 1 }).addTo(map);
};
