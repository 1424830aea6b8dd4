// Finds assets by their name, kind and district together, so that «sekolah genuk» finds the schools of Genuk; and what a page
// lists next to them: the kinds themselves, streets, districts. What is spelled otherwise comes after all that is not.

import { costsOf, EDITED, indexing, lineAt, NONE, plain, unitsOf } from "./vocabulary.js";

/** @import { Found, Hay, Hit, Index, Lists, Searched, Unit } from "./types.js" */
/** What each word of a query costs in each name, kind and place. @typedef {Record<"names" | "kinds" | "places", Uint8Array[]>} Costs */

const [BY_KIND, BY_PLACE] = [1, 1]; // what a word costs more that is not in the name
const [BY_ID, LIKE_ID] = [-1, 4];
const FEW = 3; // results, under which every word may have typing errors
const MOST_KINDS = 3;
const MOST_STREETS = 5;
const MOST_LISTED = 4;

/**
 * What each row of a list costs for a word; a row has several texts.
 * @param {string[][]} list
 */
function costsInList(list) {
  const adding = indexing();
  const rows = list.map((texts) => adding.add(texts));
  const index = adding.finish();
  return (/** @type {Unit} */ unit, /** @type {boolean} */ loose) => {
    const costs = costsOf(index, unit, loose);
    return Uint8Array.from(rows, (names) => Math.min(NONE, ...names.map((name) => costs[name])));
  };
}

/**
 * What all words cost together in a row; NONE where one is not there.
 * @param {Uint8Array[]} units
 * @param {number} row
 */
const sumAt = (units, row) =>
  units.some((costs) => (costs[row] ?? NONE) === NONE) ? NONE : units.reduce((sum, costs) => sum + costs[row], 0);

/** @param {Uint8Array[]} units */
function bestRows(units) {
  const rows = Array.from(units[0], (_, row) => ({ row, cost: sumAt(units, row) }));
  return rows
    .filter(({ cost }) => cost !== NONE)
    .sort((one, other) => one.cost - other.cost)
    .slice(0, MOST_LISTED);
}

/**
 * Kinds that all words name, or all but those that name districts: in which of these, and how many assets they are.
 * @param {Searched} searched
 * @param {Costs} costs
 */
function kindsFor({ counts }, { kinds, places }) {
  const found = [];
  for (let code = 0; code < kinds[0].length; code += 1) {
    const own = kinds.filter((costs) => costs[code] !== NONE);
    const rest = places.filter((_, unit) => kinds[unit][code] === NONE);
    const inPlaces = counts[code].flatMap((count, place) => (count && sumAt(rest, place) !== NONE ? [place] : []));
    if (!own.length || !inPlaces.length) continue;
    const cost = sumAt(own, code) + Math.min(...inPlaces.map((place) => sumAt(rest, place)));
    const count = inPlaces.reduce((sum, place) => sum + counts[code][place], 0);
    found.push({ code, cost, count, places: rest.length ? inPlaces : null });
  }
  return found.sort((one, other) => one.cost - other.cost || other.count - one.count).slice(0, MOST_KINDS);
}

/** The few with the least key, least first. @param {number} most */
function bestOf(most) {
  /** @type {Hit[]} */
  const kept = [];
  return {
    kept,
    /** @param {number} key */
    takes: (key) => kept.length < most || key < kept[kept.length - 1].key,
    /** @param {Hit} hit */
    put(hit) {
      const place = kept.findIndex(({ key }) => key > hit.key);
      kept.splice(place < 0 ? kept.length : place, 0, hit);
      if (kept.length > most) kept.pop();
    },
  };
}

/**
 * Costs of kinds or places that cost more than names, with room for every code.
 * @param {Uint8Array[]} units
 * @param {number} more
 */
const dearer = (units, more) =>
  units.map((costs) => {
    const room = new Uint8Array(65536).fill(NONE);
    room.set(costs.map((cost) => (cost === NONE ? NONE : cost + more)));
    return room;
  });

/**
 * One look at every asset: the best, and how many there are. A line with a name is a street, once in an area; of assets of
 * equal cost those come first whose name begins with what is searched for, then short names.
 * @param {Searched} searched
 * @param {Costs} costs
 * @param {Uint8Array} leads the words that the first word of the query is
 * @param {Lists} lists
 */
function collect({ index, named, blocks }, costs, leads, { limit, areas }) {
  const byName = costs.names;
  const byKind = dearer(costs.kinds, BY_KIND);
  const byPlace = dearer(costs.places, BY_PLACE);
  const [firstName, firstKind, firstPlace] = [byName[0], byKind[0], byPlace[0]];
  const [assets, streets] = [bestOf(limit), bestOf(MOST_STREETS)];
  let total = 0;
  for (const { first, count, kind, place, high, kinds } of blocks) {
    for (let i = 0; i < count; i += 1) {
      const name = named[first + i];
      const what = kind[i];
      const where = place[i] | (high[i] << 8);
      let inName = Math.min(firstName[name], firstKind[what]);
      let cost = Math.min(inName, firstPlace[where]);
      if (cost === NONE) continue; // nearly all assets end here
      let found = inName !== NONE; // a district alone does not find all assets in it
      for (let unit = 1; unit < byName.length && cost < NONE; unit += 1) {
        inName = Math.min(byName[unit][name], byKind[unit][what]);
        if (inName !== NONE) found = true;
        cost += Math.min(inName, byPlace[unit][where]);
      }
      if (!found || cost >= NONE) continue;
      const area = areas && name && kinds[i] === 1 ? areas[where] : null;
      const best = area === null ? assets : streets;
      if (area === null) total += 1;
      const key = 512 * cost + (leads[index.lead[name]] ? 0 : 256) + index.lengths[name];
      if (best.takes(key) && (area === null || !best.kept.some((one) => isSame(index, one, name, area))))
        best.put({ key, cost, index: first + i, name, area });
    }
  }
  // of many that match by their kind alone, those without a name tell a reader nothing
  const told = total > limit ? assets.kept.filter(({ name }) => name) : assets.kept;
  return { assets: told, streets: streets.kept, total };
}

/** @param {Index} index @param {Hit} hit @param {number} name @param {number} area */
const isSame = ({ names }, hit, name, area) => hit.area === area && names[hit.name] === names[name];

/**
 * Streets as results: how many assets each is in its area, and the box around them as shares of the world.
 * @param {Searched} searched
 * @param {Hit[]} streets
 * @param {Lists} lists
 */
function wholeStreets({ index, named, blocks }, streets, { areas = [] }) {
  const found = streets.map((street) => ({ ...street, text: index.names[street.name], count: 0, box: [2, 2, -1, -1] }));
  const texts = new Set(found.map(({ text }) => text));
  const sought = new Uint8Array(index.names.length);
  for (let name = 1; texts.size && name < sought.length; name += 1) sought[name] = Number(texts.has(index.names[name]));
  for (const { first, count, bits, kinds, boxes, place, high } of texts.size ? blocks : []) {
    for (let i = 0; i < count; i += 1) {
      const name = named[first + i];
      if (!sought[name] || kinds[i] !== 1) continue;
      const area = areas[place[i] + 256 * high[i]];
      const street = found.find((one) => one.area === area && one.text === index.names[name]);
      if (!street) continue;
      street.count += 1;
      const box = boxes.subarray(4 * i, 4 * i + 4);
      if (box[0] <= box[2])
        street.box = street.box.map((end, side) => (side < 2 ? Math.min : Math.max)(end, box[side] / 2 ** bits));
    }
  }
  return found.map(({ index, text, area, count, box, cost }) => ({
    index,
    name: text,
    area: Number(area),
    count,
    box,
    cost,
  }));
}

/**
 * One string of a column's ids, a line each: a browser seeks through it faster than through a list.
 * @param {(string | null)[]} values
 * @param {number} first
 * @returns {Hay}
 */
export function idsOf(values, first) {
  const lines = values.map((value) => (value === null ? "" : String(value).replace(/[\n\r]/g, " ")));
  return { first, hay: `\n${plain(lines.join("\n"))}\n`, starts: null };
}

/** @param {Hay} part @param {number} place */
function assetAt(part, place) {
  if (!part.starts) {
    const starts = [];
    for (let at = part.hay.indexOf("\n"); at >= 0; at = part.hay.indexOf("\n", at + 1)) starts.push(at + 1);
    part.starts = starts;
  }
  return part.first + lineAt(part.starts, place);
}

/**
 * Assets with such an id: `sure` are those that the text names, `like` others that begin with it or contain it. Where it
 * names a layer («roads:4») the beginning is enough; else an id is also what follows the name of its layer.
 * @param {Hay[]} parts
 * @param {string} text
 * @param {number} limit
 */
function findIds(parts, text, limit) {
  const sought = plain(text)
    .replace(/[\n\r]+/g, " ")
    .trim();
  /** @type {Set<number>[]} */
  const found = [new Set(), new Set(), new Set()];
  for (const part of sought ? parts : []) {
    for (let at = part.hay.indexOf(sought); at >= 0; at = part.hay.indexOf(sought, at + 1)) {
      const begins = part.hay[at - 1] === "\n" || part.hay[at - 1] === ":";
      const rank = begins ? Number(part.hay[at + sought.length] !== "\n") : 2;
      if (found[rank].size < limit) found[rank].add(assetAt(part, at));
    }
  }
  const [same, begun, within] = found.map((some) => [...some]);
  return sought.includes(":")
    ? { sure: [...same, ...begun], like: within }
    : { sure: same, like: [...begun, ...within] };
}

/** @param {Uint8Array} costs */
function isLost(costs) {
  for (let at = 0; at < costs.length; at += 1) if (costs[at] !== NONE) return false;
  return true;
}

/**
 * What is found by words. Typing errors are looked for in a word that is nowhere, and in all where little is found. Where
 * nothing has all words, kinds and lists are searched for each of them apart.
 * @param {Searched} searched
 * @param {Unit[]} units
 * @param {Lists} lists
 * @param {() => Promise<number>} others how many are found otherwise
 */
async function byWords(searched, units, lists, others) {
  const inKinds = costsInList(lists.kinds ?? []);
  const inPlaces = costsInList(lists.places ?? []);
  const inListed = (lists.listed ?? []).map(costsInList);
  const leads = new Uint8Array(searched.index.vocabulary.length + 1);
  /** @param {number} place @param {boolean} loose */
  const costsAt = (place, loose) => ({
    loose,
    names: costsOf(searched.index, units[place], loose, place ? null : leads),
    kinds: inKinds(units[place], loose),
    places: inPlaces(units[place], loose),
    listed: inListed.map((costs) => costs(units[place], loose)),
  });
  /** @param {ReturnType<typeof costsAt>[]} each */
  function found(each) {
    const costs = {
      names: each.map(({ names }) => names),
      kinds: each.map(({ kinds }) => kinds),
      places: each.map(({ places }) => places),
    };
    const listed = inListed.map((_, list) => bestRows(each.map(({ listed }) => listed[list])));
    return { ...collect(searched, costs, leads, lists), kinds: kindsFor(searched, costs), listed };
  }
  const costs = units.map((_, place) => {
    const strict = costsAt(place, false);
    const lost = [strict.names, strict.kinds, strict.places, ...strict.listed].every(isLost);
    return lost ? costsAt(place, true) : strict;
  });
  /** @param {ReturnType<typeof found>} results */
  const sizeOf = ({ kinds, streets, total, listed }) => kinds.length + streets.length + total + listed.flat().length;
  let results = found(costs);
  if (sizeOf(results) >= FEW) return { ...results, apart: false };
  const more = await others();
  if (sizeOf(results) + more < FEW && !costs.every(({ loose }) => loose))
    results = found(units.map((_, place) => costsAt(place, true)));
  if (sizeOf(results) + more || units.length === 1) return { ...results, apart: false };
  const each = costs.map((cost) => found([cost]));
  return {
    ...results,
    kinds: each.flatMap(({ kinds }) => kinds).slice(0, MOST_KINDS),
    listed: inListed.map((_, list) => each.flatMap(({ listed }) => listed[list]).slice(0, MOST_LISTED)),
    apart: true,
  };
}

/**
 * Numbers and names of layers are looked for among the ids too, and words that are hardly found elsewhere.
 * @param {Searched} searched
 * @param {string} text
 * @param {Lists} lists
 * @returns {Promise<Found>}
 */
export async function search(searched, text, lists) {
  const { limit } = lists;
  let units = unitsOf(text);
  const findThem = async () => findIds(await searched.ids(), text, limit);
  let ids = /[\d:]/.test(text) || !units.length ? await findThem() : null;
  if (text.includes(":") && ids?.sure.length) units = []; // an id as it is written
  const { kinds, streets, assets, total, listed, apart } = units.length
    ? await byWords(searched, units, lists, async () => {
        ids ??= await findThem();
        return ids.sure.length + ids.like.length;
      })
    : { kinds: [], streets: [], assets: [], total: 0, listed: (lists.listed ?? []).map(() => []), apart: false };

  const costs = [...kinds, ...streets, ...assets, ...listed.flat()].map(({ cost }) => cost);
  const { sure, like } = ids ?? { sure: [], like: [] };
  const all = [
    ...sure.map((index) => ({ index, cost: BY_ID, byId: true })),
    ...assets.map(({ index, cost }) => ({ index, cost, byId: false })),
    ...like.map((index) => ({ index, cost: LIKE_ID, byId: true })),
  ];
  const once = all.filter(({ index }, place) => all.findIndex((one) => one.index === index) === place).slice(0, limit);
  return {
    kinds,
    streets: wholeStreets(searched, streets, lists),
    assets: once,
    listed,
    more: Math.max(0, total - once.length),
    apart: apart && costs.length > 0,
    similar: costs.length > 0 && !sure.length && !like.length && Math.min(...costs) >= EDITED,
  };
}
