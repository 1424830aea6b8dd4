// A second map next to the first: another hazard map, return period or year, behind a divider or side by side.

import * as address from "./address.js";
import { mapText } from "./answers.js";
import * as assets from "./assets.js";
import { byId, page } from "./blocks.js";
import { exerciseMark } from "./canvas.js";
import { circlesOf } from "./circles.js";
import { districts, districtsOf } from "./districts.js";
import * as figures from "./figures.js";
import { hazards, hazardsOf } from "./hazards.js";
import { known, years } from "./popups.js";
import { surround } from "./surroundings.js";
import * as tabs from "./tabs.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Sentence, State } from "./data.js" */
/** @import { Figures } from "./figures.js" */
/** What the second map shows. @typedef {{ hazard: number, map: number, year: number | null }} Choice */

/** @type {HTMLSelectElement} */
const select = byId("other");
/** @type {HTMLInputElement} */
const range = byId("swipe");
/** @type {HTMLInputElement} */
const aside = byId("side-by-side");
const box = byId("other-map");
/** @type {L.Map | null} */
let second = null;

/** All that can be compared: every hazard map, and every year. @returns {(Choice & { key: string, text: string })[]} */
function choices() {
  const maps = hazards.all.flatMap(({ name, maps }, hazard) =>
    maps.map(({ return_period: period }, map) => ({
      hazard,
      map,
      year: null,
      key: `${name}:${period ?? ""}`,
      text: words.say("map.answer.map", { hazard: name, period: years(period) }),
    })),
  );
  const ahead = Object.entries(figures.data.years).flatMap(([hazard, of]) =>
    Object.keys(of).map((year) => ({
      hazard: figures.projectedFor(-1) === null ? Number(hazard) : -1,
      map: 0,
      year: Number(year),
      key: `:${hazard}:${year}`,
      text: words.say("map.tile.ead_of_year", { hazard: hazards.all[Number(hazard)].name, year }),
    })),
  );
  const mapped = ahead.length ? [{ hazard: -1, map: 0, year: null, key: ":", text: words.say("map.year.mapped") }] : [];
  return [...maps, ...mapped, ...ahead];
}

const link = address.read();
/** @type {Choice | null} */
let choice = choices().find(({ key }) => key === link.get("with")) ?? null;
aside.checked = link.get("beside") === "1";
range.value = link.get("at") ?? "50";
lieBeside(); // before the city is fitted into its map

/** What the second map shows; null where there is none. @param {State} state @returns {State | null} */
export const stateOf = (state) => (choice ? { ...state, ...choice, classes: null } : null);

/** Where the divider is, in pixels of the first map's left edge. */
const place = () => Math.round((Number(range.value) / 100) * byId("map-box").offsetWidth);

function lieBeside() {
  byId("map-box").classList.toggle("beside", choice !== null && aside.checked);
}

function clip() {
  box.style.clipPath = aside.checked ? "" : `inset(0 0 0 ${place()}px)`;
  byId("swipe-line").style.left = `${place()}px`;
  range.setAttribute(
    "aria-valuetext",
    words.say("compare.divider_at", { left: { percent: Number(range.value) / 100 } }),
  );
}

/**
 * One place lies in the upper left corner of both: the panel covers the right end of a wider one.
 * @param {L.Map} from
 * @param {L.Map} to
 * @param {number} [zoom]
 */
const align = (from, to, zoom) =>
  to.setView(from.containerPointToLatLng(to.getSize().divideBy(2)), zoom, { animate: false });

/** @param {L.Map} map @param {L.Map} other */
function together(map, other) {
  let busy = false;
  /** @param {L.Map} from @param {L.Map} to */
  const follow = (from, to) => () => {
    if (busy) return;
    busy = true;
    // the first map snaps any zoom that it is given, also the one that it has
    align(from, to, from.getZoom() === to.getZoom() ? undefined : from.getZoom());
    busy = false;
  };
  map.on("move zoomend", follow(map, other));
  other.on("move zoomend", follow(other, map));
  map.on("resize", () => other.invalidateSize({ pan: false, animate: false }));
}

/**
 * The second map, drawn when it is first asked for.
 * @param {L.Map} map
 * @param {(row: number | null) => void} choose
 */
function secondMap(map, choose) {
  const other = L.map(box, {
    center: map.getCenter(),
    zoom: map.getZoom(),
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0, // follows the first
    maxZoom: map.options.maxZoom,
    minZoom: map.getMinZoom(),
    zoomAnimation: false,
    keyboard: false,
  });
  const areas = districtsOf(districts.data, "districts");
  const pictures = hazardsOf(hazards.all, "hazards");
  const layer = assetsOnMap.view(assets.data.layer, "assets-other");
  if (page.exercise.length) exerciseMark(other);
  areas.draw(other);
  pictures.draw(other);
  layer.addTo(other);
  const circles = circlesOf(other, "assets-other");
  surround(other);
  /** @type {HTMLElement} */ (other.getPane("assets-other")).style.zIndex = "440";
  other.on("click", ({ latlng }) => choose(areas.at(other, latlng)));
  together(map, other);
  /** @param {State} state */
  const show = (state) => {
    const now = stateOf(state);
    if (!now) return;
    areas.choose(now.district);
    const ead = figures.eadByDistrict(figures.comparedWith(now, state));
    areas.paint(other, now.hazard < 0 ? "ead" : "outline", ead);
    pictures.show(other, now.hazard, now.map);
    assets.showOn(layer, now);
    circles.show(now);
  };
  return { other, show };
}

/** The hazard that a damage is of: one, or all (-1). @param {State} state */
const hazardOf = ({ hazard, year, only }) => (year === null ? (only ?? hazard) : Number(figures.projectedFor(hazard)));

/** Why figures of two hazards are not comparable. @param {number} one @param {number} other @returns {Sentence[]} */
function apart(one, other) {
  if (one === other) return [];
  const reason = one < 0 || other < 0 ? { word: "map.compare.all_and_one" } : hazards.all[one].apart[other];
  return reason ? [reason] : [];
}

/** A line of the table: both figures and their difference, and what the reader has to know. @typedef {{ head: Sentence, texts: string[], notes: Sentence[] }} Line */

/** @param {State[]} sides @param {Figures[]} figures @returns {Line} */
function exposedRow([state, other], [left, right]) {
  // what is exposed is as mapped: the EAD of a year has no count of its own next to one map
  if ((other.year !== null || state.year !== null) && state.hazard !== other.hazard) {
    const texts = [state, other].map(({ year }, side) =>
      year === null ? words.number([left, right][side].counts.exposed) : "–",
    );
    return { head: { word: "map.assets_exposed" }, texts: [...texts, "–"], notes: [] };
  }
  const notes = apart(state.hazard, other.hazard);
  const [a, b] = [left.counts.exposed, right.counts.exposed];
  const difference = notes.length ? words.say("compare.not_comparable") : words.signed(b - a, words.number);
  return { head: { word: "map.assets_exposed" }, texts: [words.number(a), words.number(b), difference], notes };
}

/** Damage a year is not the damage of an event: it is called EAD, and has no difference to it. @param {State[]} sides @param {Figures[]} figures @returns {Line} */
function damageRow([state, other], [{ damage: left, mapped: former }, { damage: right, mapped: latter }]) {
  const [hazard, second] = [hazardOf(state), hazardOf(other)];
  const both = left?.kind === right?.kind;
  const named = both && left?.kind === "year" && hazard === second;
  const head = !named
    ? { word: "map.compare.damage" }
    : hazard < 0
      ? { word: "map.ead_short" }
      : { word: "map.table.ead_of", values: { hazard: hazards.all[hazard].name } };
  const texts = [left, right].map((damage) => {
    if (!damage || !known(damage.money)) return words.say("number.not_known");
    const text = figures.amount(damage);
    return damage.kind === "year" && !named ? words.say("map.tile.ead", { ead: text }) : text;
  });
  if (!left || !right || !known(left.money) || !known(right.money)) return { head, texts: [...texts, "–"], notes: [] };
  const notes = both ? apart(hazard, second) : [{ word: "map.compare.kinds" }];
  if (notes.length) return { head, texts: [...texts, words.say("compare.not_comparable")], notes };
  // a year against the maps: of the assets that have both figures
  const [from, to] = [state.year === null && latter ? latter : left, other.year === null && former ? former : right];
  const counted = { left: left.assets, right: right.assets, both: from.assets };
  if (named && left.assets !== right.assets) notes.push({ word: "map.compare.assets", values: counted });
  if (!known(from.money) || !known(to.money) || from.assets !== to.assets)
    return { head, texts: [...texts, words.say("compare.not_comparable")], notes };
  const figure = words.signed(to.money - from.money, words.money);
  const bound = right.atLeast ? "map.answer.or_more" : "map.answer.or_less";
  const difference = left.atLeast === right.atLeast ? figure : words.say(bound, { figure });
  return { head, texts: [...texts, difference], notes };
}

/** @param {{ hazard: number, map: number, year: number | null }} of */
const titleOf = (of) => {
  const year = of.year === null ? "" : words.say("map.year.of", { year: String(of.year) });
  const map = mapText(/** @type {State} */ (of));
  return [map, year].filter(Boolean).join(" · ") || words.say("map.year.mapped");
};

/**
 * Returns what follows a change of the choice: the second map, the titles, and the differences of both.
 * @param {L.Map} map
 * @param {State} state
 * @param {(row: number | null) => void} choose
 * @param {() => void} chosen is called once another map is chosen
 */
export function start(map, state, choose, chosen) {
  /** @type {ReturnType<typeof secondMap> | null} */
  let shown = null;
  let asked = 0;
  /** The middle of what is seen of the first map, in its pixels. */
  const middle = () => map.getSize().subtract([tabs.covered(), 0]).divideBy(2);

  function fill() {
    const all = choices();
    byId("compare").hidden = all.length < 2;
    const now = all.find(
      (one) => choice && one.hazard === choice.hazard && one.map === choice.map && one.year === choice.year,
    );
    select.replaceChildren(
      element("option", { value: "", word: "map.compare.none" }),
      ...all.map(({ key, text }) => element("option", { value: key, text })),
    );
    select.value = now?.key ?? "";
  }

  /** The figures of both, and their difference. */
  async function differences() {
    asked += 1;
    const mine = asked;
    const list = byId("differences");
    const other = stateOf(state);
    list.hidden = other === null;
    if (other === null) return;
    const sides = [figures.comparedWith(state, other), figures.comparedWith(other, state)];
    const both = await Promise.all(sides.map(figures.figuresOf));
    if (mine !== asked) return;
    const rows = [exposedRow(sides, both), damageRow(sides, both)];
    const notes = new Map(rows.flatMap(({ notes }) => notes).map((note) => [note.word, note]));
    list.replaceChildren(
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td"),
          ...["compare.left", "compare.right", "compare.difference"].map((word) =>
            element("th", { scope: "col", class: "number", word }),
          ),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map(({ head, texts }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row", ...head }),
            ...texts.map((text) => element("td", { class: "number", text })),
          ),
        ),
      ),
      element(
        "tfoot",
        {},
        ...[...notes.values()].map((note) => element("tr", {}, element("td", { colspan: 4, ...note }))),
      ),
    );
  }

  function refresh() {
    const open = choice !== null;
    const moved = open || !box.hidden;
    box.hidden = !open;
    byId("swipe-box").hidden = !open;
    byId("aside-label").hidden = !open;
    byId("other-titles").hidden = !open;
    byId("swipe-line").hidden = aside.checked;
    range.hidden = aside.checked;
    if (moved) {
      const { x } = map.getSize();
      const seen = map.containerPointToLatLng(middle());
      lieBeside();
      clip();
      map.invalidateSize({ pan: false, animate: false });
      if (map.getSize().x !== x) {
        map.panBy(map.latLngToContainerPoint(seen).subtract(middle()), { animate: false });
        tabs.foldLegend();
      }
    }
    if (open) {
      shown ??= secondMap(map, choose);
      second = shown.other;
      second.invalidateSize({ pan: false, animate: false });
      align(map, second, map.getZoom());
      shown.show(state);
      byId("title-left").textContent = titleOf(state);
      byId("title-right").textContent = titleOf(/** @type {Choice} */ (choice));
    }
    const now = choices().find(({ key }) => key === select.value);
    const between = open && !aside.checked && range.value !== "50";
    address.write({
      with: now?.key ?? null,
      beside: open && aside.checked ? 1 : null,
      at: between ? range.value : null,
    });
    differences();
  }

  fill();
  select.addEventListener("change", () => {
    choice = choices().find(({ key }) => key === select.value) ?? null;
    refresh();
    chosen();
  });
  aside.addEventListener("change", refresh);
  range.addEventListener("input", clip);
  range.addEventListener("change", () => address.write({ at: range.value }));
  map.on("resize", () => choice !== null && clip());
  words.onChange(() => {
    fill();
    refresh();
  });
  return refresh;
}

/** The second map for a picture: it, and from which pixel of the first it is seen; null where there is none. */
export function forPicture() {
  if (!second || choice === null) return null;
  return { map: second, from: aside.checked ? 0 : place() };
}
