// The data that a page carries in its `data-…` elements, as content.py, city_map.py, compared_maps.py and resilience.py
// of outputs/map write them.

export type Maybe<T> = T | null | undefined;
export type ByLanguage<T> = Record<string, T>;
export type Column<T = number> = (T | null)[];

/** What fills a place in a sentence. */
export type Value =
  | string
  | Value[]
  | number
  | null
  | undefined
  | { money: number }
  | { percent: number }
  | { change: number }
  | { money_change: number }
  | { date: string }
  | { word: string; values?: Values };
export type Values = Record<string, Value>;
export interface Sentence {
  word: string;
  values?: Values;
}
export type Catalogues = ByLanguage<Record<string, string[]>>;

/** Labels in every language by kind and name, and the kinds of the names that a place in a sentence holds. */
export interface Labels {
  kinds: Record<string, string[]>;
  labels: Record<string, Record<string, ByLanguage<string>>>;
}

export type Counts = Record<string, number>;
export type Painting = "ead_per_value" | "ead" | "score" | "share" | "assets_exposed" | "outline";

export interface Page {
  rank?: string; // the key of what ranks go by
  city: string;
  title: Sentence;
  language: string;
  bounds: [[number, number], [number, number]];
  outside: string;
  rules: Record<string, string>;
  symbols: ByLanguage<string>;
  exercise: string[];
  terrain: Sentence | null;
  counts: Counts;
  painting: Painting;
  by: "ead" | "exposure";
  last: "share" | "ead_per_value" | "assets";
  first: Sentence | null; // which districts the priority ranking proposes
  not_assessed: Sentence[];
}

export interface Class {
  colour: string;
  edge: string;
  low: number | null;
  high: number | null;
  value: string | null;
  key: string | null;
  label: string | null;
  no_data: boolean;
  bottom: boolean;
}
export interface ClassTable {
  unit: string;
  classes: Class[];
}

export type Kind = "point" | "line" | "polygon";
export type Packed = Partial<Record<Kind, { rows: number[]; xy: number[]; rings?: number[]; parts?: number[] }>>;
export type LatLng = [number, number];

export type ContextKind = "coast" | "water" | "river" | "road" | "built_up" | "boundary" | "place";
/** One text, or one in each language: Indonesian, English. */
export type Name = string | [string, string];
/** Shapes as text, with importance and the code of a name as their classes. */
export interface PackedLayer {
  kind: ContextKind | null;
  shapes: string;
  words: Name[];
}
/** Longitude, latitude, and the radius of the largest circle inside, in metres. */
export type NamePlace = [number, number, number];
/** Pictures from a server, which the page loads only while its reader wants them. */
export interface OnlineMap {
  tiles: string;
  attribution: string;
  max_zoom: number;
}
export interface BaseMap {
  online?: OnlineMap | null;
  layers: PackedLayer[];
  roads: PackedLayer | null;
  districts: { places: (NamePlace | null)[]; parents: [string, ...NamePlace][] } | null;
}

/** A column of few words: the code of each row, -1 where there is none. */
export interface Coded {
  words: string[];
  codes: number[];
}
export interface Districts {
  shapes: Packed;
  id: string[];
  name: Column<string>;
  parent: Column<string>;
  ead: Column;
  ead_low: Column;
  ead_high: Column;
  assets: number[];
  assets_exposed: number[];
  assets_counted: number[];
  assets_without_figure: number[];
  people_exposed: Column;
  rank: Column;
  ead_per_value: Column;
  score: Column;
  score_low: Column;
  score_high: Column;
  not_ranked: Coded;
  people_rule: Coded;
  data_status: Coded;
  share?: Column;
  displaced?: [string, number | string | null][][];
  file?: Column<string>;
}
export interface District {
  id: string;
  name: string;
  parent: string | null;
  ead: number | null;
  ead_low: number | null;
  ead_high: number | null;
  assets: number;
  assets_exposed: number;
  assets_without_figure: number;
  people_exposed: number | null;
  people_rule: string | null;
  data_status: string | null;
  rank: number | null;
  ead_per_value: number | null;
  score: number | null;
  score_low: number | null;
  score_high: number | null;
  not_ranked: string | null;
  displaced?: [string, number | string | null][];
  file?: string | null;
}

export interface HazardMap {
  return_period: number | null;
  counts: Counts;
  grid: boolean;
  no_data: boolean;
}
export interface Hazard {
  name: string;
  kind: string;
  measure: string;
  unit: string;
  outside: string;
  exercise: boolean;
  priced: boolean;
  by_year: boolean;
  reach: Maybe<number>; // the place of the map of what a stress reaches so often
  rests_on: number;
  terrain: Sentence | null;
  apart: (Sentence | null)[]; // by the place of another hazard, why figures of both are not comparable
  maps: HazardMap[];
}
export interface Picture {
  png: string;
  bounds: [LatLng, LatLng];
  no_data?: string;
  edge?: Packed;
}
export interface Zones {
  png?: undefined;
  shapes: Packed;
  codes: number[];
}

export interface Intersection {
  index: number;
  hazard: number;
  map: number;
  share: number;
  intensity: number | null;
  curve: number | null;
  of: number;
}
export interface Breakdown {
  assets: number[];
  curves: [string, string, string][];
  intersections: string;
  convention: Sentence[];
  limit: number;
}

export interface AssetOnMap {
  hazard: string;
  return_period: number | null;
  exposed_fraction: number;
  no_data_fraction: number;
  intensity_mean: Maybe<number>;
  intensity_max: Maybe<number>;
  damage_ratio: Maybe<number>;
  damage: Maybe<number>;
}
export interface AnnualDamage {
  hazard: string;
  ead: number | null;
  ead_low: number | null;
  ead_high: number | null;
  rule: string;
}
export interface Stress {
  hazard: string;
  disruption_days: Maybe<number>;
  annual_damage: Maybe<number>;
}
export interface Joint {
  relation: string;
  ead: number | null;
  lower: number | null;
  upper: number | null;
  ead_low: number | null;
  ead_high: number | null;
}
/** An asset with the columns that every page knows. */
export interface AssetFacts {
  id: string;
  name: string | null;
  asset_type: string;
  owner: string | null;
  district: string;
  districtName: string;
  value: number | null;
  value_rule: string;
  data_status: string;
}
export interface Asset extends AssetFacts {
  maps: AssetOnMap[];
  ead: AnnualDamage[];
  stresses: Stress[];
  joint: Joint | null;
  hidden: string[];
  intersections: Intersection[] | null;
}
/** An asset as a list shows it. */
export interface Listed {
  index: number;
  id: string;
  name: string | null;
  asset_type: string;
  ead: number | null;
  ead_low: number | null;
  ead_high: number | null;
  exposed_share: number;
}
/** The words of the classes of a layer that filter, by code. */
export type Filters = Record<string, Column<string>>;
/** What a search finds, in the words of the data. */
export interface Sought<At> {
  kinds: {
    type: string | null;
    code: number;
    places: number[] | null;
    ids: (string | null)[] | null;
    count: number;
    cost: number;
  }[];
  streets: { index: At; name: string; where: string; count: number; bounds: L.LatLngBounds; cost: number }[];
  assets: {
    index: At;
    name: string | null;
    id: string | null;
    type: string | null;
    district: string | null;
    byId: boolean;
    cost: number;
  }[];
  listed: { row: number; cost: number }[][];
  more: number;
  similar: boolean;
  apart: boolean;
}
export interface Assets {
  layer: string;
  hidden: Record<string, string[]>;
  filters: Filters;
  left_out: string[];
  worst: { index: number[]; next: number[] } & Record<Exclude<keyof Listed, "index">, Column<string | number>>;
}
/** What the panel of a map page has chosen. */
export interface State {
  ask: Ask | null;
  districts: Painting;
  hazard: number;
  map: number;
  year: number | null;
  only?: number | null; // the one hazard whose EAD is compared with that of a year
  district: number | null;
  exposed: boolean;
  no_data: boolean;
  not_exposed: boolean;
  filter: Record<string, number[]>;
  classes: number[] | null; // exposed classes that stay, by their place in the table of the colouring; null: all
}
/** A question of a planner. */
export type Ask = "first" | "floods" | "cost" | "change" | "unknown";

/** Sums by district in the page's order, the city last; null where no asset has a figure. */
export interface Sums {
  sum: Column;
  assets: number[];
}
/** Residents by place, the city last, and the rule of each place whose count is withheld. */
export interface People {
  people: Column;
  districts: number; // those whose count is known
  withheld: Record<number, string>;
}
/** The figures of the tiles, by hazard and map. */
export interface Tiles {
  damage: (Sums | null)[][];
  exposed: number[][][];
  ead: (Sums | null)[];
  joint: Sums | null;
  years: Record<string, Record<string, Sums & { at_least: boolean; mapped: Maybe<Sums> }>>;
  people: (People | null)[][];
  people_in_any: People | null;
  total: string | null; // the column of the EAD of all hazards
  essential: { health: string[]; education: string[] };
}

export interface Source {
  use: string;
  kind: string;
  name: string;
  side?: string;
  title: string;
  publisher: string | null;
  licence: string | null;
  url: string | null;
  date: string | null;
  exercise: boolean;
}
export interface Price {
  asset_type: string;
  side?: string;
  symbols?: ByLanguage<string>; // of another currency than the page's
  amount: number;
  per: string;
  source: string;
  exercise: boolean;
  steps: ByLanguage<string[]>;
}
export interface About {
  findings: { severity: string; texts: ByLanguage<[string, string]> }[];
  sources: Source[];
  prices: Price[];
  stresses: { name: ByLanguage<string>; sentence: ByLanguage<string>; exercise: boolean }[];
  versions: [string, string][];
  inputs: [string, string][];
}

/** A word of the program, or a name by language. */
export type Named = string | ByLanguage<string>;
export interface Statement {
  row: number | null;
  kind: number;
  text: string | null;
  group: string | null;
  place: string | null;
  pressure: Named | null;
}
export interface Programme {
  rows: number[];
  action: string | null;
  owner: string | null;
  partner: string | null;
  fund: string | null;
  status: string | null;
  programme: string | null;
  activity: string | null;
  sub_activity: string | null;
  budget: number | null;
  first_year: number | null;
  last_year: number | null;
  shocks_and_stresses: Named[];
  drivers: Named[];
}
export interface Decision {
  row: number | null;
  stands: boolean;
  day: string;
  group: string;
  choice?: string;
  figures?: string;
  reason?: string;
  rank?: number;
}
export interface Criterion {
  name: Named;
  written: string;
  unit: string;
  value: Column;
  value_least: Column;
  value_most: Column;
  score: Column;
  score_low: Column;
  score_high: Column;
}
export interface Resilience {
  top: number;
  draws: number;
  compared: boolean;
  unread: string[];
  at: (LatLng | null)[];
  ranking: {
    score: Column;
    score_low: Column;
    score_high: Column;
    rank: Column;
    linear_rank: Column;
    robustness: Column<string>;
    non_dominated: boolean[];
    not_judged: number;
    compared: boolean[];
    exercise: boolean[];
    dominated_by: number[];
    dominating_districts: number[][];
    dominates: number[];
    dominated_districts: number[][];
  };
  criteria: Criterion[];
  statements: {
    total: number;
    kinds: number[];
    counts: number[][];
    unplaced: number;
    misplaced: number;
    withheld: number;
    all: Statement[];
  };
  programmes: { all: Programme[]; whole_city: number; misplaced: number };
  decisions: Decision[];
}

export interface Choice {
  hazard: number;
  map: number;
  title: Sentence;
  classes: number[] | null;
}
/** Which assets stay: a sentence, how many they are, and the codes that stay on each side. */
export type Move = [string, number, number[], number[]];
export interface Pair {
  choices: [number, number];
  moves: Move[];
  forbids: string[];
  rows: [string, ...Value[]][];
  notes: Sentence[];
  summary: Sentence;
}
export interface Comparison {
  twins: boolean;
  start: number;
  layers: string[];
  pairs: Pair[];
  rows: [string, ...Value[]][];
  notes: Sentence[];
  matched: Sentence | null;
  sides: { choices: Choice[]; symbols: ByLanguage<string>; hidden: Record<string, string[]>; filters: Filters }[];
  apart: Page["bounds"][]; // the box of each side where they do not meet, else none
}
/** The place of an asset in one of the two layers of a comparison. */
export interface Place {
  side: number;
  index: number;
}
/** A row of the asset layer, by column. */
export type Row = import("./layer/types.js").Row;
export interface ComparedAsset extends AssetFacts {
  both: (Row | null)[];
  usable: boolean[];
  side: number;
}
