// The resilience assessment on the map: the Pareto set, and signs of statements, programmes and decisions.

import * as address from "./address.js";
import { block, byId, hasBlock } from "./blocks.js";
import { districts } from "./districts.js";
import { counted, resiliencePopups, share, statement } from "./resilience_popups.js";
import * as shapes from "./shapes.js";
import * as signs from "./signs.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Decision, District, Resilience, Values } from "./data.js" */
/** @typedef {"statements" | "actions" | "decisions"} Signed */
/** @typedef {"front" | Signed} Layer */

/** @type {Signed[]} */
const SIGNED = ["statements", "actions", "decisions"];
/** As stored addresses and the sentences name them: the Pareto set is «front», programmes are «actions». @type {Layer[]} */
const LAYERS = ["front", ...SIGNED];
/** Pixels, so that three signs are next to each other. @type {Record<Signed, [number, number]>} */
const SHIFTS = { statements: [0, -11], actions: [-11, 12], decisions: [12, 12] };

/** @param {HTMLElement} sign @param {string} text @param {number} [count] */
const line = (sign, text, count) =>
  element(
    "li",
    {},
    sign,
    element("span", { text }),
    ...(count === undefined ? [] : [element("span", { class: "count", text: words.number(count) })]),
  );
/** @param {string} word @param {{ count: number }} values */
const note = (word, values) => (values.count > 0 ? [element("p", { class: "note", word, values })] : []);

/** @param {Resilience} data */
function resilienceOf(data) {
  const popups = resiliencePopups(data);
  const inForce = data.decisions.filter(({ stands, choice }) => stands && choice === "chosen");
  const isAgainst = (/** @type {Decision} */ { figures }) => figures === "against";
  /** @type {Record<Layer, boolean>} */
  const shown = { front: false, statements: false, actions: false, decisions: false };
  /** @type {Partial<Record<Layer, L.LayerGroup>>} */
  const groups = {};
  /** @type {L.CircleMarker[]} */
  let placed = []; // signs that are on the map

  /** @type {Map<number, number>} */
  const actions = new Map();
  for (const row of data.programmes.all.flatMap(({ rows }) => rows)) actions.set(row, (actions.get(row) || 0) + 1);
  /** How many signs each layer has, by district. @type {Record<Signed, Map<number, number>>} */
  const counts = {
    statements: new Map(data.statements.counts.map(([row, ...of]) => [row, of.reduce((sum, count) => sum + count, 0)])),
    actions,
    decisions: new Map(inForce.flatMap(({ row }) => (row === null ? [] : [[row, 1]]))),
  };
  const totals = {
    front: data.ranking.non_dominated.filter(Boolean).length,
    statements: data.statements.total,
    actions: data.programmes.all.length,
    decisions: data.decisions.length,
  };
  // At first everything is shown but the programmes: they may be everywhere
  /** @type {string[]} */
  const first = LAYERS.filter((name) => totals[name] > 0 && name !== "actions");

  /** @param {L.Map} map */
  function frontLayers(map) {
    map.createPane("front").style.zIndex = "432";
    const look = {
      pane: "front",
      renderer: new signs.Renderer({ pane: "front", padding: 0.3 }),
      interactive: false,
      fill: true,
    };
    return shapes
      .polygons(districts.data.shapes)
      .filter(({ row }) => data.ranking.non_dominated[row])
      .map(({ at }) => L.polygon(at, look));
  }

  /**
   * A sign for each district, the larger the more it counts.
   * @param {Signed} name
   * @param {signs.Renderer} renderer
   */
  function signLayers(name, renderer) {
    const greatest = Math.max(...counts[name].values());
    const against = new Set(inForce.filter(isAgainst).map(({ row }) => row));
    return [...counts[name]].flatMap(([row, count]) => {
      const at = data.at[row];
      if (!at) return [];
      const size = name === "decisions" ? 10 : 8 + 8 * Math.sqrt(count / greatest) * Math.min(1, greatest / 4);
      /** @type {signs.SignOptions} */
      const options = {
        pane: "signs",
        renderer,
        interactive: false,
        radius: size * 1.5 + 3,
        shift: SHIFTS[name],
        paint: signs.PAINT[name],
        size,
        text: String(count),
        hollow: against.has(row),
        row,
      };
      return [new signs.Sign(at, options)];
    });
  }

  /** @param {L.Map} map */
  function draw(map) {
    map.createPane("signs").style.zIndex = "450";
    const renderer = new signs.Renderer({ pane: "signs", padding: 0.3 });
    groups.front = L.layerGroup(frontLayers(map));
    for (const name of SIGNED) groups[name] = L.layerGroup(signLayers(name, renderer));
    show(map);
  }

  /** @param {L.Map} map */
  function show(map) {
    for (const name of LAYERS) groups[name]?.[shown[name] ? "addTo" : "removeFrom"](map);
    placed = SIGNED.filter((name) => shown[name]).flatMap(
      (name) => /** @type {L.CircleMarker[]} */ (groups[name]?.getLayers() ?? []),
    );
  }

  /**
   * The district whose sign lies under the pointer, else null.
   * @param {L.Map} map
   * @param {L.LatLng} place
   */
  function at(map, place) {
    const point = map.latLngToLayerPoint(place);
    const hit = placed
      .filter((sign) => sign._point && point.distanceTo(sign._point) <= signs.optionsOf(sign).size + 2)
      .pop();
    return hit ? signs.optionsOf(hit).row : null;
  }

  /** Whether a sign lies on a district. @param {number} row */
  const isSigned = (row) => placed.some((sign) => signs.optionsOf(sign).row === row);

  function remember() {
    const chosen = LAYERS.filter((name) => shown[name]);
    address.write({ also: chosen.join() === first.join() ? null : chosen.join(",") || "none" });
  }

  function recall() {
    const stored = address.read().get("also");
    const wanted = stored === null ? first : stored.split(",");
    for (const name of LAYERS) shown[name] = wanted.includes(name) && totals[name] > 0;
  }

  function label() {
    for (const name of LAYERS) byId(`count-${name}`).textContent = words.number(totals[name]);
    const elsewhere = data.statements.all.filter(({ row }) => row === null);
    byId("elsewhere").hidden = elsewhere.length === 0;
    byId("count-elsewhere").textContent = words.number(elsewhere.length);
    byId("elsewhere-rows").replaceChildren(...elsewhere.map(statement));
  }

  /** @param {L.Map} map @param {() => void} changed */
  function start(map, changed) {
    for (const name of LAYERS) {
      /** @type {HTMLInputElement} */
      const box = byId(`show-${name}`);
      box.checked = shown[name];
      /** @type {HTMLElement} */ (box.closest("label")).hidden = totals[name] === 0; // nothing there, no claim
      byId(`sign-${name}`).replaceWith(name === "front" ? signs.frontSign() : signs.signOf(name));
      box.addEventListener("change", () => {
        shown[name] = box.checked;
        show(map);
        remember();
        changed();
      });
    }
    byId("nothing-yet").hidden = data.compared || data.unread.length > 0 || LAYERS.some((name) => totals[name] > 0);
    label();
    words.onChange(label);
  }

  /** @type {Record<Layer, () => HTMLElement[]>} */
  const legends = {
    front: () => [
      line(signs.frontSign(), words.say("focus.non_dominated"), totals.front),
      ...note("focus.front_unsure", { count: data.ranking.not_judged }),
    ],
    statements: () => [
      line(
        signs.signOf("statements"),
        words.say(data.statements.withheld ? "focus.statements" : "focus.statements_in", {
          count: totals.statements,
          districts: counts.statements.size,
        }),
      ),
      element("p", { class: "note", text: counted(data.statements.kinds) }),
      ...note("focus.withheld", { count: data.statements.withheld }),
      ...note("focus.unplaced", { count: data.statements.unplaced }),
      ...note("focus.misplaced", { count: data.statements.misplaced }),
    ],
    actions: () => [
      line(
        signs.signOf("actions"),
        words.say("focus.actions_in", { count: totals.actions, districts: counts.actions.size }),
      ),
      ...note("focus.whole_city", { count: data.programmes.whole_city }),
      ...note("focus.actions_misplaced", { count: data.programmes.misplaced }),
    ],
    decisions: () => {
      const against = inForce.filter(isAgainst).length;
      const rest = data.decisions.length - inForce.length;
      return [
        line(signs.signOf("decisions"), words.say("focus.chosen"), inForce.length - against),
        line(signs.signOf("decisions", true), words.say("focus.chosen_against"), against),
        ...note("focus.other_decisions", { count: rest }),
      ];
    },
  };

  // The legend of what is shown now; it also counts what lies in no district, so that nothing is lost.
  function legend() {
    return LAYERS.filter((name) => shown[name]).flatMap((name) => {
      const parts = legends[name]();
      return [
        element("h2", { word: `focus.head.${name}` }),
        element("ul", {}, ...parts.filter(({ tagName }) => tagName === "LI")),
        ...parts.filter(({ tagName }) => tagName !== "LI"),
      ];
    });
  }

  recall();

  /** @type {Values} */
  const values = { top: data.top, draws: data.draws };
  /** @param {number} row */
  const shareOf = (row) =>
    words.say("focus.share_and_sureness", {
      share: share(districts.data.share?.[row]),
      robustness: popups.robustness(row),
    });
  /** @param {HTMLElement} box @param {District} district */
  const district = (box, { id }) => popups.district(box, districts.data.id.indexOf(id));
  return {
    draw,
    start,
    at,
    isSigned,
    legend,
    values,
    share,
    shareOf,
    district,
    among: popups.among,
    missing: popups.missing,
  };
}

export const resilience = hasBlock("preliminary") ? resilienceOf(block("preliminary")) : null;
