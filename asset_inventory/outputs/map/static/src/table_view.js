// The table of the assets that the filter leaves: any column sorts, and only the rows in sight are in the page.

import * as assets from "./assets.js";
import { byId, page } from "./blocks.js";
import { districts } from "./districts.js";
import { ofYear, projectedFor, data as tiles, yearWord } from "./figures.js";
import { hazards } from "./hazards.js";
import { asMapped, known, years } from "./popups.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Sentence, State } from "./data.js" */
/**
 * A column: its head, the text of an asset, and what it sorts by (a missing value comes last; null until it is fetched).
 * @typedef {{ head: Sentence, text: (index: number) => string, key: ((index: number) => number | string | null) | null, number: boolean }} Column
 */

const ROW = 32; // pixels, as in the style
const TALLEST = 8e6; // pixels: browsers cut off what is higher
const AROUND = 8; // rows above and below those in sight

/** @param {State} state @returns {Promise<Column[]>} */
async function columnsOf(state) {
  const { hazard: place, map } = state;
  const hazard = hazards.all[place];
  const table = assets.tableOf(state);
  const names = new Map();
  /** @type {Column[]} */
  const columns = [];
  const codes = await assets.layer.codes(assets.colourOf(state), {});
  /** @param {string} name @param {Sentence} head @param {(value: number) => string} write */
  const numbers = async (name, head, write) => {
    const values = await assets.layer.column(name);
    columns.push({
      head,
      number: true,
      key: (index) => (Number.isNaN(values[index]) ? null : values[index]),
      text: (index) => (Number.isNaN(values[index]) ? "–" : write(values[index])),
    });
  };
  /** @param {string} name */
  const coded = async (name) => {
    const all = assets.data.filters[name];
    if (!all) return;
    const of = await assets.codesOf(name);
    const texts = all.map((word) => {
      if (!known(word)) return words.say("number.not_known");
      return name === "district" ? districts.nameOfId(word) : words.labelled(name, word);
    });
    const text = (/** @type {number} */ index) => texts[of[index]];
    columns.push({ head: { word: `map.${name}` }, number: false, text, key: text });
  };
  columns.push({
    head: { word: "map.asset" },
    number: false,
    key: null,
    text: (index) => names.get(index) ?? "…",
  });
  await coded("asset_type");
  await coded("district");
  columns.push({
    head: { word: "map.table.state" },
    number: false,
    key: (index) => codes[index],
    text: (index) => words.say(`map.class.${table.classes[Number(codes[index])].value}`),
  });
  if (hazard) {
    const values = { hazard: hazard.name, period: years(hazard.maps[map].return_period), measure: hazard.measure };
    const unit = (/** @type {number} */ value) => `${words.number(value, 2)}\u00a0${hazard.unit}`;
    await numbers(`${place}.${map}.intensity_max`, { word: "map.table.intensity", values }, unit);
    if (tiles.damage[place][map] && !assets.withoutDamage)
      await numbers(`${place}.${map}.damage`, { word: "map.table.damage", values }, words.money);
    if (tiles.ead[place]) await numbers(`${place}.ead`, { word: "map.table.ead_mapped", values }, words.money);
  } else if (tiles.total) await numbers(tiles.total, asMapped("map.ead_short"), words.money);
  if (ofYear(state)) await numbers(`${projectedFor(place)}.y${state.year}.ead`, yearWord(state), words.money);
  await coded("owner");
  // a phone shows a name and two figures, the rest after a swipe
  const [name, ...others] = columns;
  return matchMedia("(max-width: 600px)").matches
    ? [name, ...others.sort((one, other) => Number(other.number) - Number(one.number))]
    : columns;
}

/**
 * The places of the rows in the order of a column; what is not known comes last in both directions.
 * @param {number[]} rows
 * @param {NonNullable<Column["key"]>} key
 * @param {boolean} down
 */
export function sorted(rows, key, down) {
  const keys = rows.map(key);
  // a few texts of very many assets: they are compared once
  const texts = [...new Set(keys)].filter((value) => typeof value === "string");
  texts.sort(new Intl.Collator(words.language(), { numeric: true }).compare);
  const ranks = new Map(texts.map((text, rank) => [text, rank]));
  const figures = Float64Array.from(keys, (value) => {
    if (!known(value)) return Number.POSITIVE_INFINITY;
    const figure = typeof value === "string" ? Number(ranks.get(value)) : value;
    return down ? -figure : figure;
  });
  const places = Uint32Array.from(rows.keys()).sort((one, other) => figures[one] - figures[other] || one - other);
  return Array.from(places, (place) => rows[place]);
}

/**
 * @param {State} state
 * @param {(index: number) => void} open flies to an asset
 */
export function start(state, open) {
  const view = byId("table-view");
  const body = element("div", { class: "rows", role: "rowgroup" });
  const space = element("div", { class: "space" });
  const scroll = element("div", { class: "scroll", tabindex: "0" });
  const head = element("div", { class: "heads", role: "row" });
  const title = element("h2", { id: "table-head" });
  const close = element("button", { type: "button", class: "plain", id: "close-table", word: "map.table.close" });
  const grid = element("div", { role: "table", "aria-labelledby": "table-head" });
  /** @type {Column[]} */
  let columns = [];
  /** @type {number[]} */
  let rows = [];
  /** @type {number[]} */
  let order = [];
  let chosen = 0;
  let down = true;
  let asked = 0;

  const inSight = () => Math.ceil(scroll.clientHeight / ROW) + 1;
  const height = () => Math.min(rows.length * ROW, TALLEST);

  /** The first row in sight: in a very long table the bar moves by more than a row. */
  function first() {
    const room = height() - scroll.clientHeight;
    const last = Math.max(0, rows.length - Math.floor(scroll.clientHeight / ROW));
    return room <= 0 ? 0 : Math.min(last, Math.round((scroll.scrollTop / room) * last));
  }

  /** @param {number} index @param {number} place */
  function line(index, place) {
    const cells = columns.map(({ text, number }, at) => {
      const cell = element("div", { role: at ? "cell" : "rowheader", class: number ? "number" : "" });
      if (at) cell.textContent = text(index);
      else {
        const go = element("button", { type: "button", class: "go", text: text(index) });
        go.addEventListener("click", () => {
          hide();
          open(index);
        });
        cell.append(go);
      }
      return cell;
    });
    return element("div", { role: "row", "aria-rowindex": place + 2 }, ...cells);
  }

  async function draw() {
    asked += 1;
    const mine = asked;
    const from = Math.max(0, first() - AROUND);
    const part = order.slice(from, first() + inSight() + AROUND);
    const found = await assets.layer.labels(part);
    if (mine !== asked || view.hidden) return;
    columns[0].text = (index) => found[part.indexOf(index)] ?? "–";
    body.replaceChildren(...part.map((index, place) => line(index, from + place)));
    body.style.transform = `translateY(${Math.max(0, scroll.scrollTop - (first() - from) * ROW)}px)`;
  }

  async function sort() {
    const column = columns[chosen];
    if (!column.key) {
      // names are fetched only when they are asked for
      const names = await assets.layer.labels(rows);
      const byIndex = new Map(rows.map((index, place) => [index, names[place]]));
      column.key = (index) => byIndex.get(index) ?? null;
      if (column !== columns[chosen]) return;
    }
    order = sorted(rows, column.key, down);
    [...head.children].forEach((cell, place) => {
      cell.setAttribute("aria-sort", place !== chosen ? "none" : down ? "descending" : "ascending");
    });
    scroll.scrollTop = 0;
    return draw();
  }

  function fillHeads() {
    head.replaceChildren(
      ...columns.map(({ head: sentence, number }, place) => {
        const text = element("span", { text: words.written(sentence) });
        const cell = element("div", { role: "columnheader", class: number ? "number" : "" });
        const button = element(
          "button",
          { type: "button", class: "sort" },
          text,
          element("span", { class: "arrow", "aria-hidden": "true" }),
        );
        button.addEventListener("click", () => {
          down = place === chosen ? !down : number;
          chosen = place;
          sort();
        });
        cell.append(button);
        return cell;
      }),
    );
  }

  async function fill() {
    if (view.hidden) return;
    title.textContent = words.say("map.table.loading");
    columns = await columnsOf(state);
    rows = await assets.indexes(state);
    if (view.hidden) return;
    chosen = columns.reduce((best, { number }, place) => (number ? place : best), 1);
    down = columns[chosen].number;
    grid.setAttribute("aria-rowcount", String(rows.length + 1));
    const widths = columns.map(({ number }, at) => (at ? (number ? 118 : 104) : 160));
    grid.style.setProperty("--columns", widths.map((width) => `minmax(${width}px, ${width}fr)`).join(" "));
    grid.style.setProperty("--least", `${widths.reduce((sum, width) => sum + width, 0)}px`);
    space.style.height = `${height()}px`;
    title.textContent = words.say("map.table.title", { count: rows.length });
    fillHeads();
    await sort();
  }

  function hide() {
    view.hidden = true;
    asked += 1;
    byId("open-table").focus();
  }

  space.append(body);
  grid.append(head, space);
  scroll.append(grid);
  view.append(
    element(
      "div",
      { class: "bar" },
      title,
      ...(page.exercise.length ? [element("em", { class: "tag", word: "map.status.exercise" })] : []),
      close,
    ),
    scroll,
  );
  scroll.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", () => {
    if (!view.hidden) draw();
  });
  close.addEventListener("click", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !view.hidden) hide();
  });
  byId("open-table").addEventListener("click", () => {
    view.hidden = false;
    fill();
    close.focus();
  });
  words.onChange(fill);
  return fill;
}
