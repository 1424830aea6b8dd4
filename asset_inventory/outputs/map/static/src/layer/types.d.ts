// What the layer's data are, as outputs/map/layers.py and encoding.py write them, and what is made of them.

/** A disc, a diamond where a map has no data, a ring where an asset is not exposed. */
export type Form = "disc" | "diamond" | "ring";
export interface Style {
  colour: string;
  rank: number;
  no_data: boolean;
  form: Form;
}
/** The look of a painted class. */
export interface Look extends Style {
  ink: string;
  icon: string;
  edge: string;
  casing: string;
  thin: string;
  small: number;
  core: number;
  rim: number;
}
export interface Column {
  name: string;
  way: "words" | "text" | "id" | "float" | "number";
  decimals: number;
  dictionary: string[];
}
export type Family = "columns" | "sought";
export interface Part {
  kind: "blocks" | "dictionary" | Family;
  first: number;
  count: number;
  taken?: boolean;
  fault?: string;
}
export interface Head {
  count: number;
  bounds: [[number, number], [number, number]] | null;
  parts: Part[];
  classes: string[];
  styles: Record<string, Style[]>;
  popup: string[];
  order: string[];
  words: Record<string, Record<string, string>>;
  columns: Record<Family, Omit<Column, "dictionary">[]>;
  icons: { by: string | null; of: number[]; paths: string[] } | null;
  colour_by: string;
  language: string;
  mark: string | null;
  pane: string;
  opacity: number;
}

/** Assets as arrays: the rings of each, the vertices of each ring, in steps of the grid. */
export interface Block {
  bits: number;
  count: number;
  first: number;
  classes: Uint8Array[];
  kinds: Uint8Array;
  ringOf: Uint32Array;
  holes: Uint8Array | null;
  starts: Uint32Array;
  xs: Int32Array;
  ys: Int32Array;
  boxes: Int32Array;
  groups: Int32Array;
}
/** A block with 0 for each asset that is not shown, else its class + 1. */
export type ShownBlock = Block & { shown: Uint8Array; hasPoints: boolean };

/** The icon of each asset: a place in `shapes`, or -1. */
export interface Icons {
  of: (block: Block, asset: number) => number;
  shapes: Path2D[];
}

export type Bytes = Uint8Array<ArrayBuffer>;
export type Codes = Record<string, number[] | null>;
// biome-ignore lint/suspicious/noExplicitAny: the columns are the city's own
type Cell = any;
export type Values = Record<string, Cell[]>;
export type Row = Record<string, Cell>;
/** Ids, a line each. */
export type Hay = { first: number; hay: string; starts: number[] | null };
/** Distinct names by their words: of word w the names `posts[from[w]]` to `posts[from[w + 1] - 1]`; name 0 is none. */
export interface Index {
  names: string[];
  vocabulary: string[];
  lookup: Map<string, number>;
  hay: string;
  starts: Uint32Array;
  from: Uint32Array;
  posts: Uint32Array;
  lead: Uint32Array;
  lengths: Uint8Array;
  letters: Int32Array | null;
}
/** One or more words of a query that are looked for as one, and what means the same. */
export interface Unit {
  typed: string[];
  also: string[][];
  last: boolean;
}
/** Of a block what is searched: the code of each asset's kind and of its place, which may have a second byte. */
export type SearchedBlock = Pick<Block, "first" | "count" | "bits" | "kinds" | "boxes"> &
  Record<"kind" | "place" | "high", Uint8Array>;
/** `named`: the name of each asset as a number in the index; `counts`: assets by kind, then by place; `ids`: opened late. */
export interface Searched {
  counts: number[][];
  index: Index;
  named: Uint32Array;
  ids: () => Promise<Hay[]>;
  blocks: SearchedBlock[];
}
/** What a page knows besides: the texts of each kind and place by code, the area of each place, lists of its own. */
export interface Lists {
  limit: number;
  kinds?: string[][];
  places?: string[][];
  areas?: number[];
  listed?: string[][][];
}
export type Hit = { key: number; cost: number; index: number; name: number; area: number | null };
/** `similar`: all of it is spelled otherwise; `apart`: nothing has all words, so it is found by one of them each. */
export interface Found {
  kinds: { code: number; cost: number; count: number; places: number[] | null }[];
  streets: { index: number; name: string; area: number; count: number; box: number[]; cost: number }[];
  assets: { index: number; cost: number; byId: boolean }[];
  listed: { row: number; cost: number }[][];
  more: number;
  similar: boolean;
  apart: boolean;
}
/** The same with assets as their data have them, and boxes as the map has them. */
export type FoundAssets = Omit<Found, "assets" | "streets"> & {
  streets: (Found["streets"][number] & { bounds: L.LatLngBounds })[];
  assets: (Found["assets"][number] & { name: string | null; id: string | null; kind: number; place: number })[];
};
export type Outline = { kind: "point" | "line" | "polygon"; rings: { hole: boolean; places: [number, number][] }[] };
export type State = { assets: number; missing: number };

export type Box = [number, number, number, number];
export interface Tile {
  id: number;
  x: number;
  y: number;
  z: number;
  ratio: number;
  size: number;
}
export type Canvas = OffscreenCanvas | HTMLCanvasElement;
export type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
export interface Job extends Tile {
  store: Store;
  run?: Generator<void, Canvas | null>;
}

export interface Store {
  name: string;
  head: Head;
  blocks: ShownBlock[];
  pieces: Record<Family, string[][]>;
  dictionary: string;
  words?: Promise<Record<Family, string[][]>>;
  opened: Map<number, Promise<Values[]>>;
  named: Map<number, Promise<Values>>;
  numbers: Map<string, Promise<Float64Array>>;
  searched: Promise<Searched> | null;
  missing: number;
  colour: string;
  filters: Record<string, Uint8Array>;
  looks: Look[];
  icons: Icons | null;
  mark: string | null;
  settled: boolean;
  busy: number;
  ended: boolean;
  whole: Promise<State>;
  settle: (state: State) => void;
  waiting: Job[];
}

/** What the page sends to the service. */
export type Order = { layer: string } & (
  | { do: "open"; head: Head }
  | { do: "view"; of: string }
  | { do: "part"; part: number; text: string }
  | { do: "tile"; job: Tile }
  | { do: "drop"; id: number }
  | { do: "call"; id: number; name: string; given: unknown[] }
  | { do: "end" }
);
/** What the service answers. */
export type Reply = { layer: string } & (
  | { say: "whole"; state: State }
  | { say: "tile"; id: number; bitmap: ImageBitmap | null }
  | { say: "answer"; id: number; value?: unknown; fault?: string }
);
/** What a worker sends first. */
export type Hello = { say: "hello"; draws: boolean };

/** What the page keeps of a layer. */
export interface Known {
  name: string;
  head: Head;
  of: string | null;
  layer: import("./grid.js").AssetLayer | null;
  tiles: Map<number, (bitmap: ImageBitmap | null) => void>;
  answers: Map<number, { resolve: (value: unknown) => void; reject: (fault: Error) => void }>;
  ready: Promise<State>;
  settle: (state: State) => void;
  state?: State;
  language?: string;
  notice?: HTMLElement;
}
