// A page for tests without a browser: its blocks of data, its sentences, and no elements.

import fs from "node:fs";
import path from "node:path";

const WORDS = path.join(import.meta.dirname, "../../../asset_inventory/messages");
const ENTRY = /^msgid "(.+)"\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? "(.*)"\n(?:msgstr\[1\] "(.*)"\n)?/gm;

function sentences(language) {
  const folder = path.join(WORDS, language, "LC_MESSAGES");
  const texts = fs.readdirSync(folder).map((name) => `${fs.readFileSync(path.join(folder, name), "utf-8")}\n`);
  const entries = texts.flatMap((text) => [...text.matchAll(ENTRY)]);
  const written = Object.fromEntries(
    entries.map(([, key, ...forms]) => [
      key,
      forms.filter((form) => form !== undefined).map((form) => JSON.parse(`"${form}"`)),
    ]),
  );
  // what a page has filled in when it is written
  const called = (text) =>
    text.replace(/\{((?:parent_)?called(?:_plural)?)\}/g, (_, name) => written[`area.${name}`][0]);
  return Object.fromEntries(Object.entries(written).map(([key, forms]) => [key, forms.map(called)]));
}

export const catalogues = { en: sentences("en"), id: sentences("id") };

const DISTRICTS = { id: ["1", "2"], name: ["West", null], shapes: {} };
const ASSETS = { layer: "assets_on_map_0", hidden: {}, filters: {}, left_out: [], worst: { index: [], next: [] } };
const PAGE = { language: "en", outside: "outside districts", rules: {}, symbols: { en: "$", id: "Rp" }, exercise: [] };

/** Lets modules be imported that read the blocks of a page; what is given stands in for a plain one. */
export function openPage({ page, ...blocks } = {}) {
  const held = {
    page: { ...PAGE, ...page },
    words: catalogues,
    labels: { kinds: {}, labels: {} },
    classes: {},
    districts: DISTRICTS,
    hazards: [],
    context: { layers: [], roads: null, districts: null },
    breakdown: { assets: [], curves: [] },
    tiles: { years: {} },
    assets: ASSETS,
    ...blocks,
  };
  globalThis.document = {
    getElementById: (id) => {
      const block = held[id.replace("data-", "")];
      return block === undefined ? null : { textContent: JSON.stringify(block), remove() {} };
    },
    querySelectorAll: () => [],
  };
  globalThis.location = { hash: "" };
  globalThis.L = { Canvas: class {}, GridLayer: class {}, CircleMarker: class {} };
  globalThis.assetsOnMap = { layer: () => ({}) };
}
