// Finds districts and assets by a part of their name or id; the arrows choose, Enter flies there.

import { byId } from "./blocks.js";
import { districts } from "./districts.js";
import { plain } from "./layer/search.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @typedef {{ text: string, note: string, go: () => void }} Line */

const MOST_DISTRICTS = 4;
const MOST_ASSETS = 12;
const PAUSE = 120; // milliseconds of quiet before a search
/** @type {HTMLInputElement} */
const box = byId("find-text");
const list = byId("find-list");
/** @type {Line[]} */
let shown = [];
let chosen = -1;

/** @param {number} place */
function choose(place) {
  chosen = place;
  [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === place)));
  if (place < 0) box.removeAttribute("aria-activedescendant");
  else {
    box.setAttribute("aria-activedescendant", `find-${place}`);
    list.children[place].scrollIntoView({ block: "nearest" });
  }
}

/** @param {boolean} isOpen */
function open(isOpen) {
  list.hidden = !isOpen;
  box.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) choose(-1);
}

/** @param {number} place */
function take(place) {
  const line = shown[place];
  open(false);
  line?.go();
}

/** @param {Line[]} lines @param {string} text */
function show(lines, text) {
  shown = lines;
  choose(-1);
  list.replaceChildren(
    ...lines.map(({ text, note }, place) => {
      const line = element(
        "li",
        { role: "option", id: `find-${place}`, "aria-selected": "false" },
        element("span", { text }),
        element("small", { text: note }),
      );
      line.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
      line.addEventListener("click", () => take(place));
      return line;
    }),
  );
  if (text && !lines.length) list.append(element("li", { class: "quiet", word: "map.find_nothing" }));
  open(Boolean(text));
  if (text) {
    byId("news").textContent = lines.length
      ? words.say("map.find_count", { count: lines.length })
      : words.say("map.find_nothing");
  }
}

/** @param {KeyboardEvent} event */
function press(event) {
  const last = shown.length - 1;
  /** @type {Record<string, number>} */
  const moves = { ArrowDown: chosen >= last ? 0 : chosen + 1, ArrowUp: chosen <= 0 ? last : chosen - 1 };
  if (event.key in moves && last >= 0) {
    event.preventDefault();
    open(true);
    choose(moves[event.key]);
  } else if (event.key === "Enter" && !list.hidden) take(Math.max(chosen, 0));
  else if (event.key === "Escape") open(false);
}

/** @param {string} text @param {(row: number, from: HTMLElement) => void} go @returns {Line[]} */
function districtsWith(text, go) {
  const sought = plain(text);
  return districts.data.id
    .map((_, row) => row)
    .filter((row) => plain(districts.nameOf(row)).includes(sought) && districts.bounds(row).isValid())
    .slice(0, MOST_DISTRICTS)
    .map((row) => ({ text: districts.nameOf(row), note: words.say("map.district"), go: () => go(row, box) }));
}

/**
 * @template At
 * @param {import("./view.js").AssetsOf<At>} assets
 * @param {import("./view.js").View<At>} view
 * @param {(index: At) => Promise<boolean>} isHidden whether a filter leaves an asset out of the map
 */
export function start(assets, view, isHidden) {
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text @returns {Promise<Line[]>} */
  async function assetsWith(text) {
    const hits = await assets.search(text, MOST_ASSETS);
    const figures = await Promise.all(hits.map(({ index }) => assets.attributes(index)));
    const hidden = await Promise.all(hits.map(({ index }) => isHidden(index)));
    return figures.map(({ name, id, asset_type }, place) => ({
      text: name || id,
      note: [
        words.labelled("asset_type", asset_type),
        name ? id : null,
        hidden[place] ? words.say("map.find_hidden") : null,
      ]
        .filter(Boolean)
        .join(" · "),
      go: () => view.goToAsset(hits[place].index, box),
    }));
  }

  async function search() {
    asked += 1;
    const mine = asked;
    const text = box.value.trim();
    const lines = text ? [...districtsWith(text, view.goToDistrict), ...(await assetsWith(text))] : [];
    if (mine === asked) show(lines, text);
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  box.addEventListener("keydown", press);
  box.addEventListener("blur", () => open(false));
  box.addEventListener("focus", () => {
    if (box.value.trim()) search();
  });
  words.onChange(() => {
    if (box.value.trim()) search().then(() => open(false));
  });
}
