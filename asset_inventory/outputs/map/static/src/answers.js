// The answer to a planner's question: one sentence and four tiles, of the map, filter and district that are chosen now.

import { isFiltered } from "./assets.js";
import { byId, page } from "./blocks.js";
import { districts } from "./districts.js";
import { amount, data, gapsOfDamage, projectedFor, yearWord } from "./figures.js";
import * as filters from "./filters.js";
import { hazards } from "./hazards.js";
import { asMapped, estimated, known, notKnown, notRanked, rankOf, rule, years } from "./popups.js";
import { resilience } from "./resilience.js";
import * as words from "./words.js";
import { element } from "./words.js";

/** @import { Ask, Sentence, State } from "./data.js" */
/** @import { Figures } from "./figures.js" */
/** @typedef {{ word: string | Sentence, texts: string[], note?: string }} Tile */

/** The map or maps that the figures are of: «Flood, 100 years», or none. @param {State} state */
export function mapText({ hazard: place, map }) {
  const hazard = hazards.all[place];
  if (!hazard) return "";
  return words.say("map.answer.map", { hazard: hazard.name, period: years(hazard.maps[map].return_period) });
}

/** What the reader looks at, for the picture and the printed page: map or year, district, filter. @param {State} state */
export function viewText(state) {
  const year = state.year === null ? "" : words.say("map.year.of", { year: String(state.year) });
  const where = state.district === null ? "" : districts.nameOf(state.district);
  const filtered = filters.inWords(state);
  return [
    mapText(state) || words.say("map.no_hazard"),
    year,
    where,
    filtered && words.say("map.filtered", { filter: filtered }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The year of the maps under an EAD: of the hazard that is shown, or of all. @param {State} state */
export const terrainOf = ({ hazard }) => (hazard < 0 ? page.terrain : hazards.all[hazard].terrain);

/** @param {State} state @param {Figures} figures @returns {Tile | null} */
function damageTile(state, { damage, ead }) {
  if (!damage) return null;
  if (damage.kind === "event") {
    const note = words.say("map.tile.exposed_with_figure", { count: damage.assets });
    const yearly = ead && known(ead.money) ? [words.say("map.tile.ead", { ead: { money: ead.money } })] : [];
    return { word: "map.tile.event", texts: [amount(damage)], note: [note, ...yearly].join(" · ") };
  }
  const note = words.say("map.tile.assets_with_figure", { count: damage.assets });
  const word = damage.year === null ? asMapped("map.ead_short", terrainOf(state)) : yearWord(state);
  return { word, texts: [amount(damage)], note };
}

/** @param {Figures} figures @returns {Tile} */
function assetsTile({ counts }) {
  const parts = ["other", "not_exposed", "no_data", "unusable"]
    .filter((name) => !["other", "unusable"].includes(name) || counts[name] > 0)
    .map((name) => words.say(`map.tile.${name}`, { count: counts[name] }));
  return {
    word: "map.assets_exposed",
    texts: [words.say("map.of", { part: counts.exposed, whole: counts.assets })],
    note: parts.join(" · "),
  };
}

/** @param {State} state @param {Figures} figures @returns {Tile | null} */
function peopleTile(state, { people }) {
  if (!people) return null;
  const notes = [
    state.district === null
      ? words.say("map.tile.people_in", { count: people.districts })
      : words.say("map.tile.estimate"),
    ...(isFiltered(state) ? [words.say("map.tile.people_unfiltered")] : []),
  ];
  const text = known(people.people)
    ? estimated(people.people, people.atLeast)
    : people.withheld
      ? rule(people.withheld)
      : notKnown();
  return { word: "map.tile.people", texts: [text], note: notes.join(" · ") };
}

/** @param {Figures} figures @returns {Tile | null} */
function servicesTile({ health, education }) {
  const parts = /** @type {const} */ (["health", "education"]).flatMap((name) => {
    const of = name === "health" ? health : education;
    return of ? [words.say(`map.tile.${name}`, { part: of.exposed, whole: of.assets })] : [];
  });
  return parts.length ? { word: "map.tile.services", texts: parts } : null;
}

/** @param {State} state @param {Figures} figures */
function tiles(state, figures) {
  return [damageTile(state, figures), assetsTile(figures), peopleTile(state, figures), servicesTile(figures)].flatMap(
    (tile) => {
      if (!tile) return [];
      const { word, texts, note } = tile;
      const term = typeof word === "string" ? { word } : word;
      return [
        element(
          "div",
          {},
          element("dt", { ...term }),
          element(
            "dd",
            {},
            ...texts.map((text) => element("strong", { text, ...(texts.length > 1 ? { class: "parts" } : {}) })),
            ...(note ? [element("small", { text: note })] : []),
          ),
        ),
      ];
    },
  );
}

/** The districts with the highest indicator, each with what it rests on; those with bounds of EAD alone are left out. */
function highest() {
  const { data: of, nameOf } = districts;
  const rows = of.id
    .map((_, row) => row)
    .filter((row) => known(of.rank[row]) && (page.by !== "ead" || known(of.ead_per_value[row])))
    .sort((a, b) => Number(of.rank[a]) - Number(of.rank[b]))
    .slice(0, 3);
  const named = rows.map((row) =>
    words.say("map.answer.district", {
      district: nameOf(row),
      figure: page.by === "ead" ? words.percent(of.ead_per_value[row]) : words.number(of.assets_exposed[row]),
      assets: words.say("map.assets_of", { count: of.assets[row] }),
    }),
  );
  return named.join(", ");
}

/** The place of a district in the priority ranking, or its indicator where none was made. @param {number} row */
function ofDistrict(row) {
  const area = districts.figures(row);
  if (page.rank === "map.rank.priority" && resilience) {
    if (!known(area.rank)) return words.say("map.answer.not_ranked", { reason: notRanked(area) });
    return words.say("map.answer.rank", { rank: rankOf(area.rank, area.assets), share: resilience.among(row) });
  }
  const figure = page.by === "ead" ? words.percent(area.ead_per_value) : words.number(area.assets_exposed);
  const values = { figure, assets: words.say("map.assets_of", { count: area.assets }) };
  return words.say(page.by === "ead" ? "map.answer.indicator" : "map.answer.indicator_exposed", values);
}

/** @param {State} state @param {Figures} figures @returns {string[]} */
function first(state, figures) {
  if (state.district !== null) return [ofDistrict(state.district)];
  if (page.first) return [words.written(page.first)];
  const names = highest();
  if (!names) return floods(state, figures);
  if (page.by === "ead") return [words.say("map.answer.first", { districts: names })];
  return [words.say("map.answer.first_exposed", { districts: names }), ...allHazards()];
}

/** What a count over all hazards has; a city of one hazard needs no word for it. */
function allHazards() {
  const names = hazards.all.map(({ name }) => words.labelled("hazard", name));
  return names.length > 1 ? [words.say("map.answer.all_hazards", { hazards: names.join(", ") })] : [];
}

/** @param {State} state @param {Figures} figures */
function floods(state, { counts }) {
  const values = { map: mapText(state), part: counts.exposed, count: counts.assets };
  const lines = [words.say(state.hazard < 0 ? "map.answer.exposed_any" : "map.answer.exposed", values)];
  if (counts.other > 0) lines.push(words.say("map.answer.other_classes", { count: counts.other }));
  if (state.hazard < 0) lines.push(...allHazards());
  if (counts.no_data > 0) lines.push(words.say("map.answer.no_data", { count: counts.no_data }));
  return lines;
}

/** @param {State} state @param {Figures} figures */
function cost(state, { damage }) {
  if (!damage || !known(damage.money)) return [words.say("map.answer.no_cost")];
  const values = { map: mapText(state), damage: amount(damage), count: damage.assets };
  if (damage.kind === "event")
    return [words.say("map.answer.cost_event", values), ...(isFiltered(state) ? [] : gapsOfDamage(state))];
  const projected = projectedFor(state.hazard);
  if (damage.year !== null && projected !== null)
    return [
      words.say("map.answer.cost_in_year", {
        ...values,
        hazard: hazards.all[projected].name,
        year: String(damage.year),
      }),
    ];
  const mapped = terrainOf(state);
  const terrain = mapped ? [words.say("map.answer.as_mapped", { terrain: mapped })] : [];
  return [words.say(state.hazard < 0 ? "map.answer.cost_year" : "map.answer.cost_year_of", values), ...terrain];
}

/** @param {State} state @param {Figures} figures */
function change(state, figures) {
  const projected = projectedFor(state.hazard);
  if (state.year === null || projected === null || !figures.mapped) return cost(state, figures);
  return [
    words.say("map.answer.change", {
      hazard: hazards.all[projected].name,
      mapped: words.money(figures.mapped.money),
      year: String(state.year),
      ead: figures.ead ? amount(figures.ead) : words.money(null),
      count: figures.ead?.assets ?? 0,
    }),
    words.say("map.answer.new_land"),
  ];
}

/** @param {State} state @param {Figures} figures */
function unknown(state, { counts, ead, least }) {
  const of = words.say(state.hazard < 0 ? "map.answer.unknown_any" : "map.answer.unknown", {
    map: mapText(state),
    count: counts.no_data,
    assets: counts.assets,
  });
  const without = ead && state.hazard < 0 ? counts.assets - counts.unusable - ead.assets : 0;
  const gaps = [
    ...(least && least.count > counts.no_data
      ? [words.say("map.answer.least_covering", { ...least, assets: counts.assets })]
      : []),
    ...(counts.unusable > 0 ? [words.say("map.answer.unusable", { count: counts.unusable })] : []),
    ...(known(ead?.money) ? [] : [words.say("map.answer.no_ead")]),
    ...(without > 0 ? [words.say("map.card.without_ead", { count: without })] : []),
    ...(known(ead?.money) && state.hazard < 0 ? [] : gapsOfDamage(state)),
  ];
  const rest = page.not_assessed.map((sentence) => words.written(sentence));
  return [of, ...gaps, ...(state.district === null ? rest : []), words.say("map.answer.not_safe")];
}

/** @type {Record<Ask, (state: State, figures: Figures) => string[]>} */
const ANSWERS = { first, floods, cost, change, unknown };

/** @param {State} state @param {Figures} figures */
function asked(state, figures) {
  const sentences = state.ask ? ANSWERS[state.ask](state, figures) : floods(state, figures);
  // of the tables, which know no filter: the sentence itself, or the colours of the districts
  const ofTables = state.ask === "first" || state.districts !== "outline";
  return isFiltered(state) && ofTables ? [...sentences, words.say("map.answer.unfiltered")] : sentences;
}

/** @param {State} state @param {Figures} figures */
export function draw(state, figures) {
  const where =
    state.district === null ? [] : [words.say("map.answer.where", { district: districts.nameOf(state.district) })];
  const none = isFiltered(state) ? "map.list_none" : "map.answer.no_assets";
  const sentences = figures.counts.assets ? asked(state, figures) : [words.say(none)];
  byId("view-text").textContent = viewText(state);
  byId("answer").textContent = [...where, ...sentences].join(" ");
  byId("tiles").replaceChildren(...tiles(state, figures));
}

/** Whether the page can answer a question at all. @param {Ask} ask */
export const canAnswer = (ask) => ask !== "change" || Object.keys(data.years).length > 0;
