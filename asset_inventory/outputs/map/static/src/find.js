// Finds what a reader types: districts, kinds of assets to filter by, streets, assets; the arrows choose, Enter goes there.

import * as baseMap from "./base_map.js";
import { byId, page } from "./blocks.js";
import { districts } from "./districts.js";
import { said } from "./names.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Sought } from "./data.js" */
/** @typedef {{ text: string, note: string, go: () => void }} Line */
/** Lines under a heading; the better the group, the less its `cost`. @typedef {{ heading: string, cost: number, lines: Line[] }} Group */

const MOST_ASSETS = 8;
const MOST_PLACES = 5; // of the base map
const PAUSE = 120; // milliseconds of quiet before a search
/** @type {HTMLInputElement} */
const box = byId("find-text");
const list = byId("find-list");
/** @type {Line[]} */
let shown = [];
let chosen = -1;
let away = false; // the reader went to what was found: coming back does not open the list on top of it

const optionAt = (/** @type {number} */ place) => byId(`find-${place}`);

/** @param {number} place */
function choose(place) {
  chosen = place;
  shown.forEach((_, at) => optionAt(at).setAttribute("aria-selected", String(at === place)));
  if (place < 0) box.removeAttribute("aria-activedescendant");
  else {
    box.setAttribute("aria-activedescendant", `find-${place}`);
    optionAt(place).scrollIntoView({ block: "nearest" });
  }
}

/** @param {boolean} isOpen */
function open(isOpen) {
  list.hidden = !isOpen;
  box.setAttribute("aria-expanded", String(isOpen && shown.length > 0));
  if (!isOpen) choose(-1);
}

/** @param {number} place */
function take(place) {
  const line = shown[place];
  open(false);
  away = true;
  line?.go();
}

/** @param {Line} line @param {number} place */
function option({ text, note }, place) {
  const item = element(
    "div",
    { role: "option", id: `find-${place}`, "aria-selected": "false" },
    element("span", { text }),
    element("small", { text: note }),
  );
  item.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  item.addEventListener("click", () => take(place));
  return item;
}

/** @param {Group[]} groups @param {string} text @param {string} note on all of them */
function show(groups, text, note) {
  shown = groups.flatMap(({ lines }) => lines);
  chosen = -1;
  box.removeAttribute("aria-activedescendant");
  let place = 0;
  list.replaceChildren(
    ...groups.map(({ heading, lines }, number) =>
      element(
        "div",
        { role: "group", "aria-labelledby": `find-group-${number}` },
        element("div", { class: "find-heading", id: `find-group-${number}`, text: heading }),
        ...lines.map((line) => option(line, place++)),
      ),
    ),
  );
  if (text && (note || !shown.length))
    list.prepend(element("div", { class: "quiet", text: note || words.say("map.find_nothing") }));
  list.setAttribute("role", shown.length ? "listbox" : "group"); // a listbox has options
  list.dataset.text = text; // what the list answers
  open(Boolean(text));
  const count = shown.length ? words.say("map.find_count", { count: shown.length }) : words.say("map.find_nothing");
  if (text) byId("news").textContent = [note, count].filter(Boolean).join(" ");
}

/** @param {KeyboardEvent} event */
function press(event) {
  const last = shown.length - 1;
  /** @type {Record<string, number>} */
  const moves = { ArrowDown: chosen >= last ? 0 : chosen + 1, ArrowUp: chosen <= 0 ? last : chosen - 1 };
  if (chosen >= 0) Object.assign(moves, { Home: 0, End: last }); // else they are keys of the box
  if (event.key in moves && last >= 0) {
    event.preventDefault();
    open(true);
    choose(moves[event.key]);
  } else if (event.key === "Enter" && !list.hidden) take(Math.max(chosen, 0));
  else if (event.key === "Escape") open(false);
}

/** What districts, and what they are part of, are found by: «kelurahan genuk» too. */
const parents = [...new Set(districts.data.id.flatMap((_, row) => districts.data.parent?.[row] ?? []))];
const called = (/** @type {string} */ key) => words.languages.map((language) => words.sayIn(language, key));
const listed = [
  districts.data.id.map((id, row) => (id === page.outside ? [] : [districts.nameOf(row), ...called("map.district")])),
  parents.map((parent) => [parent, ...called("map.parent")]),
];
/** What the base map names, after which it is found too. @type {Awaited<ReturnType<typeof baseMap.named>>} */
let drawn = [];
baseMap.named().then((found) => {
  drawn = found;
  listed[2] = found.map(({ name }) => [name].flat());
});

/** The districts of a larger one, by row. @param {string} parent */
const partsOf = (parent) => districts.data.id.flatMap((_, row) => (districts.data.parent[row] === parent ? [row] : []));

/**
 * @param {string} heading
 * @param {(Line & { cost: number })[]} lines
 * @returns {Group}
 */
const group = (heading, lines) => ({ heading, lines, cost: Math.min(...lines.map(({ cost }) => cost)) });

/** @param {(string | null)[]} ids */
const rowsOf = (ids) => districts.data.id.flatMap((id, row) => (ids.includes(id) ? [row] : []));

/** @param {number[]} rows */
function boundsOf(rows) {
  const bounds = L.latLngBounds([]);
  for (const row of rows) bounds.extend(districts.bounds(row));
  return bounds;
}

/** What several districts are called together. @param {(string | null)[]} ids */
function placeOf(ids) {
  const rows = rowsOf(ids);
  const within = [...new Set(rows.map((row) => districts.data.parent?.[row]))];
  if (rows.length === 1) return districts.nameOf(rows[0]);
  return within.length === 1 && within[0] ? within[0] : words.say("map.find_districts", { count: rows.length });
}

/**
 * `showOnly` has the map show the assets of these codes only; it is null where a page cannot filter.
 * @template At
 * @param {import("./view.js").AssetsOf<At>} assets
 * @param {import("./view.js").View<At>} view
 * @param {(index: At) => Promise<boolean>} isHidden whether a filter leaves an asset out of the map
 * @param {((codes: Record<string, number[]>) => void) | null} [showOnly]
 */
export function start(assets, view, isHidden, showOnly = null) {
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Sought<At>} found */
  function areaLines({ listed: [own, larger] }) {
    const ofLarger = larger.map(({ row, cost }) => {
      const parts = partsOf(parents[row]);
      const note = words.say("map.find_districts", { count: parts.length });
      return { cost, text: parents[row], note, go: () => view.goToBox(boundsOf(parts), `${parents[row]}: ${note}`) };
    });
    const ofDistricts = own
      .filter(({ row }) => districts.bounds(row).isValid())
      .map(({ row, cost }) => ({
        cost,
        text: districts.nameOf(row),
        note: districts.data.parent?.[row] ?? "",
        go: () => view.goToDistrict(row, box),
      }));
    const { cost } = group("", [...ofLarger, ...ofDistricts]); // both together
    return [
      { heading: words.say("map.parent"), lines: ofLarger, cost },
      { heading: words.say("map.district"), lines: ofDistricts, cost },
    ];
  }

  /** @param {Sought<At>} found */
  function typeLines({ kinds }) {
    const lines = kinds.flatMap(({ type, code, places, ids, count, cost }) => {
      if (!showOnly || type === null || count < 2) return [];
      const text = words.labelled("asset_type", type) + (ids ? ` · ${placeOf(ids)}` : "");
      /** @type {Record<string, number[]>} */
      const codes = places ? { asset_type: [code], district: places } : { asset_type: [code] };
      const go = () => {
        showOnly(codes);
        if (ids) view.goToBox(boundsOf(rowsOf(ids)), text);
      };
      // before assets that are as near: they are in it
      return [{ cost: cost - 1, text, note: words.say("map.find_all", { count }), go }];
    });
    return group(words.say("map.find_types"), lines);
  }

  /** @param {Sought<At>} found */
  function streetLines({ streets }) {
    const lines = streets.map(({ index, name, where, count, bounds, cost }) => {
      const note = [where, words.say("map.assets_of", { count })].filter(Boolean).join(" · ");
      const go = () => (count > 1 ? view.goToStreet(index, bounds, `${name}: ${note}`) : view.goToAsset(index, box));
      return { cost, text: name, note, go };
    });
    return group(words.say("map.find_streets"), lines);
  }

  /** @param {Sought<At>} found */
  function baseMapLines({ listed: [, , places = []] }) {
    const heading = words.say("map.context");
    const lines = places.slice(0, MOST_PLACES).map(({ row, cost }) => {
      const { name, bounds } = drawn[row];
      const text = said(name);
      return { cost: cost + 1, text, note: "", go: () => view.goToBox(bounds, text) }; // assets come before
    });
    return group(heading, lines);
  }

  /** @param {Sought<At>} found */
  async function assetLines({ assets: hits, more }) {
    const hidden = await Promise.all(hits.map(({ index }) => isHidden(index)));
    const lines = hits.map(({ index, name, id, byId, type, district, cost }, place) => ({
      cost,
      text: name || id || "",
      note: [
        type === null ? null : words.labelled("asset_type", type),
        district === null ? null : districts.nameOfId(district),
        name && byId ? id : null,
        hidden[place] ? words.say("map.find_hidden") : null,
      ]
        .filter(Boolean)
        .join(" · "),
      go: () => view.goToAsset(index, box),
    }));
    const part = more ? words.say("map.of", { part: hits.length, whole: hits.length + more }) : "";
    return group([words.say("map.assets"), part].filter(Boolean).join(" · "), lines);
  }

  async function search() {
    asked += 1;
    const mine = asked;
    const text = box.value.trim();
    const found = text ? await assets.find(text, { limit: MOST_ASSETS, listed }) : null;
    const groups = found
      ? [...areaLines(found), typeLines(found), streetLines(found), await assetLines(found), baseMapLines(found)]
          .filter(({ lines }) => lines.length)
          .sort((one, other) => one.cost - other.cost)
      : [];
    const note = found?.apart ? words.say("map.find_apart") : found?.similar ? words.say("map.find_similar") : "";
    if (mine === asked) show(groups, text, note);
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  const isFresh = () => list.dataset.text === box.value.trim();
  box.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || isFresh()) press(event);
    else {
      clearTimeout(timer);
      await search(); // a quick reader's list still answers what was typed before
      if (isFresh()) take(0);
    }
  });
  box.addEventListener("blur", () => open(false));
  const again = () => {
    if (box.value.trim() && list.hidden) search();
  };
  box.addEventListener("focus", () => {
    if (!away) again();
    away = false;
  });
  box.addEventListener("click", again);
  words.onChange(() => {
    if (box.value.trim()) search().then(() => open(false));
  });
}
