// The lists next to the map: districts by rank, and the assets that matter most; every head sorts, every row flies there.

import { data as assetData, layer as assetLayer, brief, hiddenOf, ranked } from "./assets.js";
import { byId, page } from "./blocks.js";
import { districts } from "./districts.js";
import * as figures from "./figures.js";
import * as popups from "./popups.js";
import { known } from "./popups.js";
import { resilience } from "./resilience.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Listed, Maybe, Sentence, State } from "./data.js" */
/** @import { Listing } from "./figures.js" */
/** @typedef {{ text: string, note?: string | null, number?: boolean, heads?: boolean }} Cell */
/** @typedef {{ value: (place: number) => Maybe<string | number>, down: boolean }} SortedColumn down: the greatest first */
/** @typedef {[Maybe<number>, Maybe<number>, Maybe<number>]} Damage its figure and its bounds */

const MOST = 500; // assets in the list
const MOST_OF_HAZARD = 100; // under one hazard or in one year: they are opened one by one
export const MOST_ON_PAPER = 5000; // of the full table

/**
 * `open` is null where there is no place to fly to.
 * @param {Cell[]} cells
 * @param {((from: HTMLElement) => void) | null} open
 * @param {string} [marked] a class of the row
 */
function row(cells, open, marked = "") {
  const button = open ? element("button", { type: "button", class: "go" }) : element("span");
  const line = element("tr", { class: [open ? "flies" : "", marked].filter(Boolean).join(" ") });
  for (const { text, note, number, heads } of cells) {
    const cell = heads ? element("th", { scope: "row" }, button) : element("td", { class: number ? "number" : "" });
    const inner = heads ? button : cell;
    inner.append(heads ? element("span", { text }) : text, ...(note ? [element("small", { text: note })] : []));
    line.append(cell);
  }
  if (open) line.addEventListener("click", () => open(button));
  return line;
}

/**
 * The places of a list in the order of one of its columns; values that are not known come last in both directions.
 * @param {number} count
 * @param {SortedColumn} column
 */
export function ordered(count, { value, down }) {
  const texts = new Intl.Collator(words.language(), { numeric: true });
  const compare = (/** @type {string | number} */ a, /** @type {string | number} */ b) =>
    typeof a === "string" ? texts.compare(a, String(b)) : a - Number(b);
  return Array.from({ length: count }, (_, place) => place).sort((first, second) => {
    const [a, b] = [value(first), value(second)];
    if (!known(a) || !known(b)) return Number(known(b)) - Number(known(a)) || first - second;
    return (down ? -compare(a, b) : compare(a, b)) || first - second;
  });
}

/** The sentence that an element shows. @param {HTMLElement} box @returns {Sentence} */
const sentenceOf = ({ dataset }) => ({ word: String(dataset.word), values: JSON.parse(dataset.values ?? "{}") });

/** @param {HTMLElement} box @param {Sentence} sentence */
function rename(box, sentence) {
  box.dataset.word = sentence.word;
  box.dataset.values = JSON.stringify(sentence.values ?? {});
  box.textContent = words.written(sentence);
}

/**
 * A list in the body `id`, sorted by `first` of its columns until another is chosen. Returns what fills it once more with
 * so many rows, or sorted by another column; `sorted` is called with the column.
 * @param {string} id
 * @param {number} count
 * @param {SortedColumn[]} columns
 * @param {number} first
 * @param {(place: number) => HTMLElement} line
 * @param {(column: number) => void} [sorted]
 */
function list(id, count, columns, first, line, sorted) {
  const body = byId(id);
  const heads = [...(body.closest("table")?.querySelectorAll("th[scope=col]") ?? [])];
  let chosen = first;
  let { down } = columns[first];
  let rows = count;

  /** @param {number} [size] @param {number} [by] */
  function fill(size = rows, by = chosen) {
    rows = size;
    if (by !== chosen) {
      chosen = by;
      down = columns[by].down;
    }
    body.replaceChildren(...ordered(rows, { value: columns[chosen].value, down }).map(line));
    heads.forEach((head, place) => {
      head.setAttribute("aria-sort", place !== chosen ? "none" : down ? "descending" : "ascending");
    });
    sorted?.(chosen);
  }

  heads.forEach((head, place) => {
    const button = element(
      "button",
      { type: "button", class: "sort" },
      ...head.childNodes,
      element("span", { class: "arrow", "aria-hidden": "true" }),
    );
    button.addEventListener("click", () => {
      down = place === chosen ? !down : columns[place].down;
      chosen = place;
      fill();
    });
    head.replaceChildren(button);
  });
  words.onChange(() => fill()); // the first words of the page fill it first
  return fill;
}

/**
 * What a list shows of damage: the figure, else its bounds.
 * @param {Damage} damage
 */
export const damageText = ([ead, low, high]) =>
  known(ead) || !known(low) ? words.money(ead) : popups.bounds(low, high);

/**
 * What a list sorts damage by: the figure, else the middle of its bounds.
 * @param {Damage} damage
 */
export const middle = ([ead, low, high]) => (known(ead) || !known(low) ? ead : (low + (high ?? low)) / 2);

/** @param {(row: number, from: HTMLElement) => void} open */
function districtDamage(open) {
  const { data, nameOf, bounds } = districts;
  const { last } = page;
  const lasts = { share: data.share ?? [], ead_per_value: data.ead_per_value, assets: data.assets };
  /** @type {Listing} */
  let listing = { money: page.by === "ead", asset: null, district: null, head: (usual) => usual };
  /** @param {number} place @returns {Damage} */
  const of = (place) => {
    if (listing.district) return [listing.district[place], null, null];
    return page.by === "ead"
      ? [data.ead[place], data.ead_low[place], data.ead_high[place]]
      : [data.assets_exposed[place], null, null];
  };
  const columns = [
    { value: (/** @type {number} */ place) => data.rank[place], down: false },
    { value: nameOf, down: false },
    { value: (/** @type {number} */ place) => middle(of(place)), down: true },
    { value: (/** @type {number} */ place) => lasts[last][place], down: true },
  ];
  const ranked = data.rank.some(known);
  /** @param {Maybe<number>} value */
  const lastText = (value) => {
    if (!known(value)) return "–";
    if (last === "share" && resilience) return resilience.share(value);
    return last === "ead_per_value" ? words.percent(value) : words.number(value);
  };
  const first = last === "share" ? 3 : 0;
  const section = /** @type {HTMLElement} */ (byId("focus-rows").closest("section"));
  const heads = [...section.querySelectorAll(/** @type {"span"} */ ("thead [data-word]"))];
  const [title] = section.querySelectorAll(/** @type {"span"} */ ("h2 [data-word]"));
  const [usualTitle, usual] = [sentenceOf(title), heads.map(sentenceOf)];
  /** @param {number} place */
  const figure = (place) => {
    if (!listing.money) return words.number(of(place)[0]);
    if (listing.atLeast) return figures.amount({ money: of(place)[0] ?? null, atLeast: true });
    return damageText(of(place));
  };
  /** How many assets the EAD of a year has, where it has not all. @param {number} place */
  const projected = (place) => {
    const count = listing.assets?.[place] ?? 0;
    return count === 0 || count === data.assets[place] ? "" : words.say("map.list_projected", { count });
  };
  /** @param {number} place */
  const line = (place) =>
    row(
      [
        { text: known(data.rank[place]) ? words.number(data.rank[place]) : "–", number: true },
        {
          text: nameOf(place),
          note: [data.parent[place], words.say("map.assets_of", { count: data.assets[place] }), projected(place)]
            .filter(Boolean)
            .join(" · "),
          heads: true,
        },
        { text: figure(place), number: true },
        { text: lastText(lasts[last][place]), number: true },
      ],
      bounds(place).isValid() ? (button) => open(place, button) : null,
      ranked && !known(data.rank[place]) ? "unranked" : "",
    );
  const fill = list("focus-rows", data.id.length, columns, first, line, (column) =>
    rename(title, column === 0 || column === first ? usualTitle : sentenceOf(heads[column])),
  );
  const keyOf = (/** @type {Pick<State, "ask" | "year" | "hazard" | "map">} */ { ask, year, hazard, map }) =>
    [ask, year, hazard, map].join(" ");
  // the first words have filled the list of all hazards; without EAD its heads are not yet those of the hazards
  let shown = page.by === "ead" ? keyOf({ ask: "first", year: null, hazard: -1, map: 0 }) : "";

  /** Sorted by what the question asks for, with the EAD of the year or the hazard that is chosen. @param {State} state */
  return (state) => {
    const { ask, hazard } = state;
    const now = keyOf(state);
    if (now === shown) return;
    shown = now;
    const ofYear = figures.ofYear(state);
    listing = figures.listingOf(state);
    // what stays of all hazards as mapped next to a year or a hazard
    const rest = ofYear ? "map.head_mapped" : "map.head_all";
    const stays = last === "assets" ? [0] : [0, 3];
    heads.forEach((head, place) => {
      const as = stays.includes(place) ? { word: rest, values: { head: usual[place] } } : usual[place];
      rename(head, place === 2 ? listing.head(usual[place]) : ofYear || hazard >= 0 ? as : usual[place]);
    });
    // a rank by exposure to all hazards is not the sequence of one map
    const ofMap = page.by !== "ead" && listing.district !== null;
    fill(undefined, ask === "first" ? first : ask === "change" || ofMap ? 2 : undefined);
  };
}

/**
 * The `most` assets with the greatest values, in their order; those without one come last.
 * @param {number[]} indexes
 * @param {ArrayLike<number>} values
 * @param {number} most
 */
export function highest(indexes, values, most) {
  const figures = Float64Array.from(indexes, (at) =>
    Number.isNaN(values[at]) ? Number.NEGATIVE_INFINITY : values[at],
  );
  const least = figures.slice().sort()[Math.max(0, figures.length - most)];
  // a city may have very many zeros: they are not sorted
  const above = indexes.filter((_, place) => figures[place] > least).sort((one, other) => values[other] - values[one]);
  const equal = indexes.filter((_, place) => figures[place] === least);
  return [...above, ...equal.slice(0, Math.max(0, most - above.length))];
}

/**
 * The assets with the highest figure of those that are on the map; the city's highest are in the page, others are opened.
 * @param {(index: number, from: HTMLElement) => void} open
 */
function worstAssets(open) {
  const { worst } = assetData;
  const city = worst.index.map(
    (index, place) =>
      /** @type {Listed} */ ({
        index,
        id: worst.id[place],
        name: worst.name[place],
        asset_type: worst.asset_type[place],
        ead: worst.ead[place],
        ead_low: worst.ead_low[place],
        ead_high: worst.ead_high[place],
        exposed_share: worst.exposed_share[place],
      }),
  );
  let rows = city;
  let asked = 0;
  const [body, count] = [byId("asset-rows"), byId("asset-count")];
  const nameOf = (/** @type {number} */ place) => rows[place].name || rows[place].id;
  /** @type {Maybe<ArrayLike<number>>} */
  let chosen = null; // figures of the year, the hazard or the map that is chosen
  let money = page.by === "ead";
  const head = /** @type {HTMLElement} */ (body.closest("table")?.querySelector("th:last-of-type [data-word]"));
  const usual = sentenceOf(head);
  /** @param {number} place @returns {Damage} */
  const of = (place) => {
    const { index, ead, ead_low: low, ead_high: high, exposed_share: share } = rows[place];
    if (!chosen) return money ? [ead, low, high] : [share, null, null];
    return [Number.isNaN(chosen[index]) ? null : chosen[index], null, null];
  };
  const columns = [
    { value: nameOf, down: false },
    { value: (/** @type {number} */ place) => middle(of(place)), down: true },
  ];
  const figure = (/** @type {number} */ place) => {
    if (!money) return words.percent(of(place)[0]);
    return hiddenOf(rows[place].id).includes("ead") ? "–" : damageText(of(place));
  };
  const fill = list("asset-rows", rows.length, columns, 1, (place) =>
    row(
      [
        { text: nameOf(place), note: words.labelled("asset_type", rows[place].asset_type), heads: true },
        { text: figure(place), number: true },
      ],
      (button) => open(rows[place].index, button),
    ),
  );

  /**
   * How many of the assets that the filter leaves the list has; nothing where it is the city's own.
   * @param {number | null} passing
   */
  function showCount(passing) {
    count.hidden = passing === null;
    const values = { listed: rows.length, count: passing };
    count.replaceChildren(
      ...(passing === null ? [] : [element("span", { word: passing ? "map.list_count" : "map.list_none", values })]),
    );
  }

  return async (/** @type {State} */ state, /** @type {number | null} */ most = null) => {
    asked += 1;
    const mine = asked;
    const listing = figures.listingOf(state);
    const values = listing.asset === null ? null : await assetLayer.column(listing.asset);
    const passing = await ranked(state, [...worst.index, ...worst.next]);
    if (mine !== asked) return;
    // what a map does not touch is not exposed to it; a damage that is missing is not known
    const all = values
      ? (passing ?? [...values.keys()]).filter((at) => listing.money || !Number.isNaN(values[at]))
      : (passing ?? [...worst.index, ...worst.next]);
    const sequence = values ? highest(all, values, most ?? MOST_OF_HAZARD) : most === null ? passing : all;
    const inPage = new Map(city.map((listed) => [listed.index, listed]));
    const opened =
      sequence &&
      (await Promise.all(sequence.slice(0, most ?? MOST).map((index) => inPage.get(index) ?? brief(index))));
    if (mine !== asked) return;
    const next = opened || city;
    rename(head, listing.head(usual));
    if (next !== rows || values !== chosen) {
      rows = next;
      chosen = values;
      money = listing.money;
      fill(rows.length);
    }
    body.dataset.of = String(all.length);
    showCount(passing?.length ?? null);
  };
}

/**
 * The first rows of the list in a panel, with its heads, for paper; `most` is Infinity for all.
 * @param {HTMLElement} panel
 * @param {number} most
 */
export function forPaper(panel, most) {
  const list = /** @type {HTMLTableElement} */ (panel.querySelector("table.list"));
  const body = list.tBodies[0];
  const copy = /** @type {HTMLTableElement} */ (list.cloneNode(true));
  const cut = Math.min(most, body.children.length);
  const whole = Number(body.dataset.of ?? body.children.length);
  [...copy.tBodies[0].rows].slice(cut).forEach((row) => row.remove());
  const foot = copy.createTFoot(); // keeps the mark at the foot of every sheet off the rows
  foot.append(element("tr", {}, element("td")));
  foot.setAttribute("aria-hidden", "true");
  for (const box of copy.querySelectorAll("[id]")) box.removeAttribute("id");
  // heads that are buttons are not repeated on further sheets
  for (const button of copy.querySelectorAll("th .sort")) button.replaceWith(...button.childNodes);
  const title = panel.querySelector("h2")?.textContent ?? "";
  const note = panel.querySelector(":scope > h2 + p.quiet:not([hidden])");
  const count = /** @type {HTMLElement | null} */ (note?.querySelector("[data-word='map.list_count']"));
  const listed = count ? JSON.parse(count.dataset.values ?? "{}").count : whole;
  const lines = [
    ...(note && !count ? [String(note.textContent)] : []),
    ...(count ? [words.say("map.list_count", { listed: cut, count: listed })] : []),
    ...(!count && cut < whole ? [words.say("map.list_first", { listed: cut, count: whole })] : []),
  ];
  return [element("h2", { text: title }), ...lines.map((text) => element("p", { text })), copy];
}

/**
 * Returns what lists once more after a change of the filter.
 * @param {import("./view.js").View<number>} view
 */
export function start(view) {
  const listDistricts = districtDamage(view.goToDistrict);
  const listAssets = worstAssets(view.goToAsset);
  return (/** @type {State} */ state, /** @type {number | null} */ most = null) => {
    listDistricts(state);
    return listAssets(state, most);
  };
}
