// The preliminary resilience assessment on the map: the front, and signs of what groups raised, what is done and what was decided.
"use strict";

inventory.preliminary = ((data) => {
  const { element, words, districts, signs, address } = inventory;
  const LAYERS = ["front", "statements", "actions", "decisions"];
  const SHIFTS = { statements: [0, -11], actions: [-11, 12], decisions: [12, 12] }; // pixels, so that three stand beside one another
  const told = inventory.preliminaryTold(data);
  const standing = data.decisions.filter((one) => one.stands && one.choice === "chosen");
  const shown = {};
  const made = {};
  let placed = []; // signs that are on the map: {row, sign}

  // How many signs each layer has, by district.
  const counts = {
    statements: new Map(data.statements.counts.map(([row, ...of]) => [row, of.reduce((sum, one) => sum + one, 0)])),
    actions: data.actions.all.flatMap((one) => one.rows).reduce((sums, row) => sums.set(row, (sums.get(row) || 0) + 1), new Map()),
    decisions: new Map(standing.filter((one) => one.row !== null).map((one) => [one.row, 1])),
  };
  const totals = {
    front: data.standings.on_front.filter(Boolean).length, statements: data.statements.total,
    actions: data.actions.all.length, decisions: data.decisions.length,
  };
  // At first all is shown but what is being done: it may be everywhere
  const first = LAYERS.filter((name) => totals[name] > 0 && name !== "actions");

  function frontLayers(map) {
    const rows = new Set(data.standings.on_front.flatMap((on, row) => (on ? [row] : [])));
    const look = { pane: "front", renderer: new signs.Renderer({ pane: "front", padding: 0.3 }), interactive: false, fill: true };
    map.createPane("front").style.zIndex = 432;
    return inventory.shapes.unpack(districts.data.shapes).filter(({ row }) => rows.has(row)).map(({ at }) => L.polygon(at, look));
  }

  // A sign for each district, the larger the more it counts.
  function signLayers(name, renderer) {
    const most = Math.max(...counts[name].values());
    const against = new Set(standing.filter((one) => one.figures === "against").map((one) => one.row));
    return [...counts[name]].filter(([row]) => data.at[row]).map(([row, count]) => {
      const size = name === "decisions" ? 10 : 8 + 8 * Math.sqrt(count / most) * Math.min(1, most / 4);
      return new signs.Sign(data.at[row], {
        pane: "signs", renderer, interactive: false, radius: size * 1.5 + 3, shift: SHIFTS[name], paint: signs.PAINT[name],
        size, text: String(count), hollow: against.has(row), row,
      });
    });
  }

  function draw(map) {
    map.createPane("signs").style.zIndex = 450;
    const renderer = new signs.Renderer({ pane: "signs", padding: 0.3 });
    made.front = L.layerGroup(frontLayers(map));
    for (const name of LAYERS.slice(1)) made[name] = L.layerGroup(signLayers(name, renderer));
    show(map);
  }

  function show(map) {
    for (const name of LAYERS) made[name][shown[name] ? "addTo" : "removeFrom"](map);
    placed = LAYERS.slice(1).filter((name) => shown[name]).flatMap((name) => made[name].getLayers());
  }

  // The district whose sign lies under the pointer, else null.
  function at(map, place) {
    const point = map.latLngToLayerPoint(place);
    const hit = placed.filter((sign) => sign._point && point.distanceTo(sign._point) <= sign.options.size + 2).pop();
    return hit ? hit.options.row : null;
  }

  function remember() {
    const chosen = LAYERS.filter((name) => shown[name]);
    address.write({ also: chosen.join() === first.join() ? null : chosen.join(",") || "none" });
  }

  function recall() {
    const asked = address.read().get("also");
    const wanted = asked === null ? first : asked.split(",");
    for (const name of LAYERS) shown[name] = wanted.includes(name) && totals[name] > 0;
  }

  function label() {
    for (const name of LAYERS) document.getElementById(`count-${name}`).textContent = words.number(totals[name]);
    const elsewhere = data.statements.said.filter((one) => one.row === null);
    document.getElementById("elsewhere").hidden = elsewhere.length === 0;
    document.getElementById("count-elsewhere").textContent = words.number(elsewhere.length);
    document.getElementById("elsewhere-rows").replaceChildren(...elsewhere.map(told.statement));
  }

  function start(map, changed) {
    for (const name of LAYERS) {
      const box = document.getElementById(`show-${name}`);
      box.checked = shown[name];
      box.closest("label").hidden = totals[name] === 0; // nothing there, nothing claimed
      document.getElementById(`sign-${name}`).replaceWith(name === "front" ? signs.frontBeside() : signs.signBeside(name));
      box.addEventListener("change", () => {
        shown[name] = box.checked;
        show(map);
        remember();
        changed();
      });
    }
    document.getElementById("nothing-yet").hidden = data.compared || data.unread.length > 0 || LAYERS.some((name) => totals[name] > 0);
    label();
    words.onChange(label);
  }

  const line = (sign, text, count) => element("li", {}, sign, element("span", { text }),
    ...(count === undefined ? [] : [element("span", { class: "count", text: words.number(count) })]));
  const note = (word, values) => (values.count > 0 ? [element("p", { class: "note", word, values })] : []);

  const LEGENDS = {
    front: () => [line(signs.frontBeside(), words.say("focus.on_front"), totals.front),
      note("focus.front_unsure", { count: data.standings.front_unsure })],
    statements: () => [
      line(signs.signBeside("statements"), words.say(data.statements.withheld ? "focus.statements" : "focus.statements_in",
        { count: totals.statements, districts: counts.statements.size })),
      element("p", { class: "note", text: told.counted(data.statements.kinds) }),
      note("focus.withheld", { count: data.statements.withheld }),
      note("focus.unplaced", { count: data.statements.unplaced }), note("focus.misplaced", { count: data.statements.misplaced }),
    ],
    actions: () => [
      line(signs.signBeside("actions"), words.say("focus.actions_in", { count: totals.actions, districts: counts.actions.size })),
      note("focus.whole_city", { count: data.actions.whole_city }), note("focus.actions_misplaced", { count: data.actions.misplaced }),
    ],
    decisions: () => {
      const against = standing.filter((one) => one.figures === "against").length;
      const rest = data.decisions.length - standing.length;
      return [line(signs.signBeside("decisions"), words.say("focus.chosen"), standing.length - against),
        line(signs.signBeside("decisions", true), words.say("focus.chosen_against"), against), note("focus.other_decisions", { count: rest })];
    },
  };

  // The legend of what is shown now; what lies in no district is counted in it, so that nothing is lost.
  function legend() {
    return LAYERS.filter((name) => shown[name]).flatMap((name) => {
      const parts = LEGENDS[name]().flat();
      return [element("h2", { word: `focus.head.${name}` }), element("ul", {}, ...parts.filter((one) => one.tagName === "LI")),
        ...parts.filter((one) => one.tagName !== "LI")];
    });
  }

  recall();

  return {
    draw, start, at, legend, share: told.share, compared: data.compared,
    values: { top: data.top, draws: data.draws },
    shareOf: (row) => words.say("focus.share_and_sureness", { share: told.share(districts.data.share[row]), sureness: told.sureness(row) }),
    district: (box, { id }) => told.district(box, districts.data.id.indexOf(id)),
  };
})(inventory.block("preliminary"));
