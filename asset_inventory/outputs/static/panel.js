// The controls: which districts' figure, which hazard map, which assets; and how many of each there are.
"use strict";

inventory.panel = (() => {
  const { element, words, popups, page, filters, address } = inventory;
  const STATES = ["exposed", "unknown", "not_exposed"];
  const state = { districts: page.painting, hazard: -1, map: 0, exposed: true, unknown: true, not_exposed: true, filter: {} };
  const listeners = [];
  let counted = page.counts; // of what the filter lets through, under the map that is chosen
  let recounts = 0;
  let before = page.painting; // how districts were coloured before a hazard map was chosen
  const find = (id) => document.getElementById(id);

  // `lead` is heard before the counts.
  function changed(lead = "") {
    remember();
    listeners.forEach(({ paint }) => paint(state));
    recounts += 1;
    const mine = recounts;
    const tell = (counts) => {
      if (mine !== recounts) return;
      counted = counts;
      label();
      listeners.forEach(({ tellCounts }) => tellCounts(state, counts));
      announce(lead);
    };
    // of the whole city as the ledger has it
    const hazard = inventory.hazards.all[state.hazard];
    const whole = hazard ? hazard.maps[state.map].counts : page.counts;
    if (Object.keys(state.filter).length) inventory.assets.counts(state).then(tell);
    else tell(whole);
  }

  function remember() {
    const hazard = inventory.hazards.all[state.hazard];
    address.write({
      by: state.districts === page.painting ? null : state.districts,
      hazard: hazard ? hazard.name : null,
      period: hazard && popups.known(hazard.maps[state.map].return_period) ? hazard.maps[state.map].return_period : null,
      hide: STATES.filter((name) => !state[name]).join(",") || null,
      ...filters.written(state.filter),
    });
  }

  // What a link asks for; what the page does not know is passed over.
  function recall() {
    const asked = address.read();
    const hazards = inventory.hazards.all;
    state.hazard = hazards.findIndex((one) => one.name === asked.get("hazard"));
    if (state.hazard >= 0) {
      const { maps } = hazards[state.hazard];
      const place = maps.findIndex((one) => String(one.return_period) === asked.get("period"));
      state.map = place < 0 ? maps.length - 1 : place;
      state.districts = "outline";
    }
    const by = document.querySelector(`input[name=districts][value="${CSS.escape(asked.get("by") || "")}"]`);
    if (by) state.districts = by.value;
    for (const name of (asked.get("hide") || "").split(",")) if (STATES.includes(name)) state[name] = false;
    Object.assign(state.filter, filters.read(asked));
    for (const name of STATES) find(`show-${name}`).checked = state[name];
    document.querySelector(`input[name=districts][value=${state.districts}]`).checked = true;
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
    for (const name of [...STATES, "unusable"]) find(`count-${name}`).textContent = words.number(counted[name]);
    find("unusable").hidden = counted.unusable === 0;
    filters.fill(state.filter);
    find("drawn").hidden = Object.keys(state.filter).length > 0;
    const painted = page.by === "ead" ? ["ead", "score"] : ["score", "assets_exposed"];
    for (const name of [...painted, ...(inventory.preliminary ? ["share"] : [])]) {
      find(`count-${name}`).textContent = words.number(inventory.districts.count(name));
      find(`count-${name}`).closest("label").hidden = inventory.districts.count(name) === 0; // no figure, no claim
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
    for (const name of STATES) {
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
    recall();
    fillHazards();
    filters.start(state.filter, changed);
    find("layer-hazards").hidden = inventory.hazards.all.length === 0;
    wire();
    label();
    words.onChange(() => { fillHazards(); label(); });
  }

  // What a screen reader hears after a change.
  function announce(lead) {
    const counts = words.say("map.news", {
      exposed: counted.exposed, unknown: counted.unknown, not_exposed: counted.not_exposed });
    find("news").textContent = [lead, counts].filter(Boolean).join(" ");
  }

  // An asset that somebody goes to is seen there: what leaves it out is undone.
  async function reveal(index) {
    const hiding = await inventory.assets.hiding(state, index);
    for (const name of hiding.filters) delete state.filter[name];
    if (hiding.state) {
      state[hiding.state] = true;
      find(`show-${hiding.state}`).checked = true;
    }
    if (hiding.filters.length || hiding.state) changed(words.say("map.revealed"));
  }

  return { state, start, changed, reveal, counts: () => counted,
    onChange: (paint, tellCounts) => listeners.push({ paint, tellCounts }) };
})();
