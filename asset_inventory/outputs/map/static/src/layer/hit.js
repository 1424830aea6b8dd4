// Which asset lies under a place: boxes first, then the shape itself; the smallest is on top.

import { BOX_BLOCK } from "./decode.js";

/** @import { Block, Box } from "./types.js" */
/** @typedef {Pick<Block, "xs" | "ys" | "starts" | "ringOf" | "kinds">} Shapes */

const POINT = 0;
const AREA = 2;

/** @param {number} x @param {number} y @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function segmentDistance(x, y, x1, y1, x2, y2) {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/**
 * How often a ring winds around the place, by its crossings of a ray to the east.
 * @param {Shapes} block
 * @param {number} ring
 * @param {number} x
 * @param {number} y
 */
function windings(block, ring, x, y) {
  const { xs, ys, starts } = block;
  const end = starts[ring + 1];
  let turns = 0;
  for (let i = starts[ring], j = end - 1; i < end; j = i, i += 1) {
    const up = ys[j] <= y && ys[i] > y;
    const down = ys[j] > y && ys[i] <= y;
    if (up || down) {
      const side = (xs[i] - xs[j]) * (y - ys[j]) - (x - xs[j]) * (ys[i] - ys[j]);
      if (up && side > 0) turns += 1;
      if (down && side < 0) turns -= 1;
    }
  }
  return turns;
}

/** @param {Shapes} block @param {number} asset */
export function area(block, asset) {
  const { xs, ys, starts, ringOf } = block;
  let sum = 0;
  for (let ring = ringOf[asset]; ring < ringOf[asset + 1]; ring += 1) {
    const start = starts[ring];
    const end = starts[ring + 1];
    for (let i = start, j = end - 1; i < end; j = i, i += 1) {
      sum += (xs[j] - xs[start]) * (ys[i] - ys[start]) - (xs[i] - xs[start]) * (ys[j] - ys[start]);
    }
  }
  return Math.abs(sum) / 2;
}

/**
 * Steps between a place and an asset: 0 inside an area.
 * @param {Shapes} block
 * @param {number} asset
 * @param {number} x
 * @param {number} y
 */
export function distance(block, asset, x, y) {
  const { xs, ys, starts, ringOf, kinds } = block;
  const kind = kinds[asset];
  let away = Infinity;
  let turns = 0;
  for (let ring = ringOf[asset]; ring < ringOf[asset + 1]; ring += 1) {
    const start = starts[ring];
    const end = starts[ring + 1];
    if (kind === AREA) turns += windings(block, ring, x, y);
    if (end - start === 1) away = Math.min(away, Math.hypot(x - xs[start], y - ys[start]));
    for (let i = start + 1; i < end; i += 1)
      away = Math.min(away, segmentDistance(x, y, xs[i - 1], ys[i - 1], xs[i], ys[i]));
    if (kind === AREA) away = Math.min(away, segmentDistance(x, y, xs[end - 1], ys[end - 1], xs[start], ys[start]));
  }
  return kind === AREA && turns !== 0 ? 0 : away;
}

/**
 * Every asset whose box comes within `reach` of a box, in order: visit(block, asset).
 * @template {Block} T
 * @param {T[]} blocks
 * @param {Box} box
 * @param {number} reach
 * @param {(block: T, asset: number) => void} visit
 */
export function near(blocks, [west, north, east, south], reach, visit) {
  for (const block of blocks) {
    const { groups, boxes } = block;
    for (let g = 0; g < groups.length; g += 4) {
      if (
        groups[g] > east + reach ||
        groups[g + 2] < west - reach ||
        groups[g + 1] > south + reach ||
        groups[g + 3] < north - reach
      )
        continue;
      const first = (g / 4) * BOX_BLOCK;
      const end = Math.min(block.count, first + BOX_BLOCK);
      for (let asset = first, b = 4 * first; asset < end; asset += 1, b += 4) {
        if (
          boxes[b] <= east + reach &&
          boxes[b + 2] >= west - reach &&
          boxes[b + 1] <= south + reach &&
          boxes[b + 3] >= north - reach
        )
          visit(block, asset);
      }
    }
  }
}

/**
 * The asset at a place (steps), or null. `drawn(kind)` is how far (steps) from its place a point or line is painted,
 * `reach` how far off a click still counts. Painted at the place: points, lines, then areas, the smallest first.
 * @template {Block} T
 * @param {T[]} blocks
 * @param {number} x
 * @param {number} y
 * @param {{ reach: number, drawn: (kind: number) => number, passes: (block: T, asset: number) => boolean }} how
 * @returns {number | null}
 */
export function at(blocks, x, y, { reach, drawn, passes }) {
  /** @type {{ rank: number[], index: number } | null} */
  let best = null;
  const wide = Math.max(reach, drawn(POINT), drawn(1));
  near(blocks, [x, y, x, y], wide, (block, asset) => {
    if (!passes(block, asset)) return;
    const kind = block.kinds[asset];
    const away = distance(block, asset, x, y);
    const direct = away <= (kind === AREA ? 0 : drawn(kind));
    if (!direct && away > reach) return;
    const size = kind === AREA ? area(block, asset) : away;
    const rank = direct ? [0, kind, size] : [1, away, size];
    if (best === null || before(rank, best.rank)) best = { rank, index: block.first + asset };
  });
  return /** @type {{ index: number } | null} */ (best)?.index ?? null;
}

/** @param {number[]} a @param {number[]} b */
function before(a, b) {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}
