// The controls: which districts' figure, which hazard map, which assets; and how many of each there are.
"use strict";

inventory.panel = (() => {
  const { element, words, popups, page } = inventory;
  const state = { districts: page.painting, hazard: -1, map: 0, exposed: true, unknown: true, not_exposed: true };
  const listeners = [];
  let before = page.painting; // how districts were coloured before a hazard map was chosen
  const find = (id) => document.getElementById(id);

  function changed() {
    label();
    listeners.forEach((listener) => listener(state));
  }

  // How the assets of the whole city are counted under the map that is chosen.
  function counts() {
    const hazard = inventory.hazards.all[state.hazard];
    return hazard ? hazard.maps[state.map].counts : page.counts;
  }

  function hazardName(hazard) {
    return words.say(hazard.kind === "stress" ? "map.kind.stress" : "map.kind.shock",
      { hazard: hazard.name, maps: words.say("map.maps", { count: hazard.maps.length }) });
  }

  function fillHazards() {
    const select = find("hazard");
    const options = [element("option", { value: "-1", word: "map.no_hazard" })];
    inventory.hazards.all.forEach((hazard, place) => options.push(
      element("option", { value: place, text: hazardName(hazard) })));
    select.replaceChildren(...options);
    select.value = String(state.hazard);
  }

  function label() {
    const hazard = inventory.hazards.all[state.hazard];
    const several = hazard !== undefined && hazard.maps.length > 1;
    find("periods").hidden = hazard === undefined;
    find("period").hidden = !several;
    if (hazard) {
      const period = hazard.maps[state.map].return_period;
      const text = popups.years(period);
      find("period-word").hidden = !popups.known(period);
      find("period").max = hazard.maps.length - 1;
      find("period").value = state.map;
      find("period").setAttribute("aria-valuetext", text);
      find("period-text").textContent = text;
    }
    const now = counts();
    for (const name of ["exposed", "unknown", "not_exposed", "unusable"]) {
      find(`count-${name}`).textContent = words.number(now[name]);
    }
    find("unusable").hidden = now.unusable === 0;
    for (const name of ["ead", "score"]) {
      find(`count-${name}`).textContent = words.number(inventory.districts.count(name));
    }
  }

  // Two colourings above one another are read by nobody: beside a hazard map districts have borders only, until asked for.
  function paintOneThing(hazard) {
    if (hazard && state.districts !== "outline") {
      before = state.districts;
      state.districts = "outline";
    } else if (!hazard && state.districts === "outline") state.districts = before;
    document.querySelector(`input[name=districts][value=${state.districts}]`).checked = true;
  }

  function wire() {
    for (const radio of document.querySelectorAll("input[name=districts]")) {
      radio.addEventListener("change", () => { state.districts = radio.value; changed(); });
    }
    for (const name of ["exposed", "unknown", "not_exposed"]) {
      find(`show-${name}`).addEventListener("change", (event) => { state[name] = event.target.checked; changed(); });
    }
    find("hazard").addEventListener("change", (event) => {
      state.hazard = Number(event.target.value);
      // the rarest map reaches farthest: begin there
      state.map = state.hazard < 0 ? 0 : inventory.hazards.all[state.hazard].maps.length - 1;
      paintOneThing(state.hazard >= 0);
      changed();
    });
    find("period").addEventListener("input", (event) => { state.map = Number(event.target.value); changed(); });
  }

  function start() {
    fillHazards();
    find("layer-hazards").hidden = inventory.hazards.all.length === 0;
    wire();
    label();
    words.onChange(() => { fillHazards(); label(); });
  }

  // What a screen reader hears after a change.
  function announce() {
    const now = counts();
    find("news").textContent = words.say("map.news", {
      exposed: now.exposed, unknown: now.unknown, not_exposed: now.not_exposed });
  }

  return { state, start, counts, changed, announce, onChange: (listener) => listeners.push(listener) };
})();
