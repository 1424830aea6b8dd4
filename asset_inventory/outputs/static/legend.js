// The legend: what is on the map now, from the same class tables as the colours.
"use strict";

inventory.legend = (() => {
  const { element, words } = inventory;
  const box = document.getElementById("legend-body");

  const hatching = (colour) => `repeating-linear-gradient(135deg, ${colour} 0 1.2px, #f4f5f7 1.2px 5px)`;

  function swatch(one) {
    const sign = element("span", { class: "swatch", "aria-hidden": "true" });
    if (one.unknown) sign.style.backgroundImage = hatching(one.colour);
    else sign.style.backgroundColor = one.colour;
    return sign;
  }

  function ranges(name, title, values) {
    const table = inventory.classes(name);
    const rows = table.classes.map((one) => element("li", {}, swatch(one),
      element("span", { text: inventory.classLabel(one, table) })));
    return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
  }

  function assets(counts) {
    const rows = inventory.classes("exposure").classes.filter((one) => one.value !== "unusable").map((one) => element(
      "li", {}, element("span", { class: `sign sign-${one.value}`, "aria-hidden": "true" }),
      element("span", { text: inventory.classLabel(one, { unit: "" }) }),
      element("span", { class: "count", text: words.number(counts[one.value]) })));
    return [element("h2", { word: "map.assets" }), element("ul", {}, ...rows)];
  }

  function draw(state, counts) {
    const parts = [];
    if (state.districts === "ead") parts.push(...ranges("ead", "map.legend.ead"));
    if (state.districts === "assets_exposed") parts.push(...ranges("assets_exposed", "map.legend.assets_exposed"));
    if (state.districts === "score") parts.push(...ranges("score", "map.legend.score"));
    if (state.districts === "share") parts.push(...ranges("share", "focus.legend.share", inventory.preliminary.values));
    const hazard = inventory.hazards.all[state.hazard];
    if (hazard) {
      const { return_period: period, grid } = hazard.maps[state.map];
      parts.push(...ranges(`hazard-${state.hazard}`, "map.legend.hazard", {
        hazard: hazard.name, period: inventory.popups.years(period), measure: hazard.measure }));
      if (hazard.outside === "unknown") {
        parts.push(element("p", { class: "note", word: grid ? "map.legend.beyond" : "map.legend.between_zones" }));
      }
    }
    if (inventory.preliminary) parts.push(...inventory.preliminary.legend());
    parts.push(...assets(counts));
    box.replaceChildren(...parts);
  }

  return { draw };
})();
