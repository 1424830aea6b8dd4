// Paints the assets of one tile: what is larger than a few pixels as shapes, the rest pixel by pixel, none left out.
// A painter is a generator that pauses often, so that the page's own thread can stop in between.

import { near } from "./hit.js";

/** @import { Block, Box, Brush, Canvas, Look, ShownBlock, Style, Tile } from "./types.js" */
/** Blocks and assets in turn. @typedef {(ShownBlock | number)[]} Listed */
/** @typedef {{ size: number, scale: number, x: number, y: number, box: Box }} Frame */
/**
 * What of a tile is painted as shapes, by kind and rank.
 * @typedef {{ areas: Listed[], lines: Listed[], points: Listed[],
 *   large: { block: ShownBlock, asset: number, size: number, look: Look }[] }} Lists
 */

const POINT = 0;
const LINE = 1;
const SMALL = 3; // device pixels: below it an asset is a rectangle of whole pixels
const FLUSH = 64; // rings in a path: longer paths take a browser more than their share of time
const CIRCLES_FROM = 14; // zoom
const OUTLINE_FROM = 17; // zoom
const HATCH = 8; // pixels between two lines of hatching; divides the tile, so that tiles meet
const BUCKETS = 10; // sizes of areas, each twice the one before, from 2 to half a tile of 1024 pixels
const WHITE = "#ffffff";
const FINE = 0.4; // pixels: a vertex nearer to the one before is passed over

export const pointRadius = (/** @type {number} */ zoom) =>
  zoom < CIRCLES_FROM ? (zoom < 11 ? 1 : 2) : Math.min(3 + (zoom - CIRCLES_FROM) / 1.5, 6);
export const lineWidth = (/** @type {number} */ zoom) => (zoom < 13 ? 1 : zoom < 16 ? 1.6 : zoom < 17 ? 2.5 : 4);

/** @param {number} size @returns {Canvas} */
function newCanvas(size) {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(size, size);
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  return canvas;
}

/** @param {Canvas} canvas */
const brushOf = (canvas) => /** @type {Brush} */ (canvas.getContext("2d", { willReadFrequently: true }));

/** @param {Brush} brush @param {string} colour */
function hatched(brush, colour) {
  const tile = newCanvas(HATCH);
  const pen = brushOf(tile);
  pen.fillStyle = "#f4f5f7";
  pen.fillRect(0, 0, HATCH, HATCH);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.moveTo(shift - 1, HATCH + 1);
    pen.lineTo(shift + HATCH + 1, -1);
  }
  pen.stroke();
  return /** @type {CanvasPattern} */ (brush.createPattern(tile, "repeat"));
}

/** @param {string} colour */
function rgb(colour) {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

const pixel = (/** @type {string} */ colour) => {
  const [red, green, blue] = rgb(colour);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
};

/**
 * The pixels of a small mark around its own: a disc with an edge, a diamond where a figure is not known.
 * @param {number} radius
 * @param {boolean} noData
 */
export function form(radius, noData) {
  const reach = Math.round(radius * (noData ? 1.3 : 1));
  /** @type {(dx: number, dy: number) => number} */
  const away = noData ? (dx, dy) => Math.abs(dx) + Math.abs(dy) : Math.hypot;
  const pixels = [];
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const far = away(dx, dy);
      if (far <= reach + 0.3) pixels.push({ dx, dy, isEdge: far > reach - Math.max(0.55, radius / 4) });
    }
  }
  return pixels;
}

/**
 * Pixels of assets too small to be shapes; where two meet the worse class stays.
 * @param {number} size
 * @param {number} radius
 */
function dots(size, radius) {
  const colours = new Uint32Array(size * size);
  const ranks = new Uint8Array(size * size);
  // a white edge lies around a dark mark, so that at a glance it is not taken for a white one
  const forms = [false, true].map((noData) => [form(radius, noData), form(radius + 1, noData)]);
  let used = false;
  return {
    /** @param {number} x @param {number} y @param {Look} look */
    mark(x, y, look) {
      const [left, top] = [Math.floor(x), Math.floor(y)];
      // within a mark of its own class it is seen already: a million points lie in few pixels
      if (left >= 0 && top >= 0 && left < size && top < size && colours[top * size + left] === look.core) return;
      for (const { dx, dy, isEdge } of forms[Number(look.no_data)][Number(look.edge === WHITE)]) {
        const column = left + dx;
        const row = top + dy;
        const i = row * size + column;
        if (column < 0 || row < 0 || column >= size || row >= size || look.rank < ranks[i]) continue;
        ranks[i] = look.rank;
        colours[i] = isEdge ? look.rim : look.core;
        used = true;
      }
    },
    /** @param {Box} box @param {Look} look @param {number} side */
    stamp([west, north, east, south], { rank, small: colour }, side) {
      const left = Math.max(0, Math.floor(west));
      const top = Math.max(0, Math.floor(north));
      const right = Math.min(size, Math.max(Math.floor(west) + side, Math.ceil(east)));
      const bottom = Math.min(size, Math.max(Math.floor(north) + side, Math.ceil(south)));
      for (let y = top; y < bottom; y += 1) {
        for (let i = y * size + left, end = y * size + right; i < end; i += 1) {
          if (rank >= ranks[i]) {
            ranks[i] = rank;
            colours[i] = colour;
            used = true;
          }
        }
      }
    },
    /** @param {Brush} brush */
    onto(brush) {
      if (!used) return;
      const canvas = newCanvas(size);
      brushOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), size, size), 0, 0);
      brush.drawImage(canvas, 0, 0);
    },
    isUsed: () => used,
  };
}

/**
 * Where a tile lies: device pixels of a step and of the tile's corner, and the tile's box in steps.
 * @param {Tile} job
 * @param {number} bits
 * @returns {Frame}
 */
function frame(job, bits) {
  const size = Math.round(job.size * job.ratio);
  const scale = 2 ** (job.z + 8 - bits) * (size / job.size);
  const x = job.x * size;
  const y = job.y * size;
  return { size, scale, x, y, box: [x / scale, y / scale, (x + size) / scale, (y + size) / scale] };
}

/**
 * Every place of an asset of points.
 * @param {Block} block
 * @param {number} asset
 * @param {Frame} at
 * @param {(x: number, y: number) => void} visit
 */
function each(block, asset, at, visit) {
  for (let ring = block.ringOf[asset]; ring < block.ringOf[asset + 1]; ring += 1) {
    visit(block.xs[block.starts[ring]] * at.scale - at.x, block.ys[block.starts[ring]] * at.scale - at.y);
  }
}

/**
 * Which assets meet the tile: small ones are stamped at once, others listed by kind and rank.
 * @param {ShownBlock} block
 * @param {Frame} at
 * @param {Tile} job
 * @param {Look[]} looks
 * @param {ReturnType<typeof dots>} small
 * @param {Lists} lists
 */
function sort(block, at, job, looks, small, lists) {
  const side = Math.max(1, Math.round(job.ratio));
  const radius = pointRadius(job.z) * job.ratio;
  const reach = (Math.max(radius, lineWidth(job.z) * job.ratio) + 2) / at.scale;
  near([block], at.box, reach, (_, asset) => {
    const code = block.shown[asset];
    if (code === 0) return;
    const look = looks[code - 1];
    const b = 4 * asset;
    const west = block.boxes[b] * at.scale - at.x;
    const north = block.boxes[b + 1] * at.scale - at.y;
    const east = block.boxes[b + 2] * at.scale - at.x;
    const south = block.boxes[b + 3] * at.scale - at.y;
    const kind = block.kinds[asset];
    if (kind === POINT) {
      if (job.z >= CIRCLES_FROM) lists.points[look.rank].push(block, asset);
      else each(block, asset, at, (x, y) => small.mark(x, y, look));
    } else if (east - west < SMALL && south - north < SMALL) {
      small.stamp([west, north, east, south], look, side);
    } else if (kind === LINE) {
      lists.lines[look.rank].push(block, asset);
    } else if (Math.max(east - west, south - north) > at.size / 2) {
      lists.large.push({ block, asset, size: (east - west) * (south - north), look });
    } else {
      // the larger first, so that the smaller are not covered; of one size the worse class lies above
      const bucket = Math.floor(Math.log2(Math.max(east - west, south - north)));
      lists.areas[(BUCKETS - bucket) * looks.length + look.rank].push(block, asset);
    }
  });
}

/** @param {Brush} brush @param {Block} block @param {number} ring @param {Frame} at @param {boolean} closed */
function trace(brush, block, ring, at, closed) {
  const { xs, ys, starts } = block;
  const end = starts[ring + 1];
  let x = xs[starts[ring]] * at.scale - at.x;
  let y = ys[starts[ring]] * at.scale - at.y;
  brush.moveTo(x, y);
  for (let i = starts[ring] + 1; i < end; i += 1) {
    const nextX = xs[i] * at.scale - at.x;
    const nextY = ys[i] * at.scale - at.y;
    if (i < end - 1 && Math.abs(nextX - x) < FINE && Math.abs(nextY - y) < FINE) continue;
    x = nextX;
    y = nextY;
    brush.lineTo(x, y);
  }
  if (closed) brush.closePath();
}

/** @param {Listed} list @param {number} i */
const assetAt = (list, i) => /** @type {[ShownBlock, number]} */ ([list[i], list[i + 1]]);

/** @param {Brush} brush @param {Listed} list @param {Frame} at @param {boolean} closed @param {() => void} finish */
function* shapes(brush, list, at, closed, finish) {
  let rings = 0;
  brush.beginPath();
  for (let i = 0; i < list.length; i += 2) {
    const [block, asset] = assetAt(list, i);
    for (let ring = block.ringOf[asset]; ring < block.ringOf[asset + 1]; ring += 1) {
      trace(brush, block, ring, at, closed);
      rings += 1;
    }
    if (rings >= FLUSH || i + 2 === list.length) {
      finish();
      brush.beginPath();
      rings = 0;
      yield;
    }
  }
}

/** @param {Brush} brush @param {Look} look @param {Tile} job */
function filler(brush, look, job) {
  /** @type {string | CanvasPattern | null} */
  let fill = look.no_data ? null : look.colour;
  return () => {
    fill ??= hatched(brush, look.ink);
    brush.fillStyle = fill;
    brush.fill("nonzero");
    if (job.z < OUTLINE_FROM) return;
    brush.lineWidth = job.ratio;
    brush.strokeStyle = look.edge;
    brush.stroke();
  };
}

/** @param {Brush} brush @param {Look} look @param {Tile} job */
function liner(brush, look, job) {
  return () => {
    brush.lineWidth = lineWidth(job.z) * job.ratio;
    brush.lineJoin = "round";
    brush.strokeStyle = look.thin;
    brush.setLineDash(look.no_data ? [5 * job.ratio, 4 * job.ratio] : []);
    brush.stroke();
    brush.setLineDash([]);
  };
}

/** @param {Brush} brush @param {Listed} list @param {Look} look @param {Frame} at @param {Tile} job */
function* marks(brush, list, look, at, job) {
  const radius = pointRadius(job.z) * job.ratio;
  const finish = () => {
    brush.fillStyle = look.colour;
    brush.fill("nonzero");
    brush.lineWidth = Math.max(1, radius / 4);
    brush.strokeStyle = look.edge;
    brush.stroke();
    brush.beginPath();
  };
  brush.beginPath();
  for (let i = 0, drawn = 0; i < list.length; i += 2) {
    each(...assetAt(list, i), at, (x, y) => {
      mark(brush, x, y, radius, look.no_data);
      drawn += 1;
    });
    if (drawn >= FLUSH || i + 2 === list.length) {
      finish();
      drawn = 0;
      yield;
    }
  }
}

/**
 * A diamond where a figure is not known: kept apart by form, not by colour alone.
 * @param {Brush} brush
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {boolean} noData
 */
function mark(brush, x, y, radius, noData) {
  const reach = radius * (noData ? 1.3 : 1);
  brush.moveTo(x + reach, y);
  if (!noData) {
    brush.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  brush.lineTo(x, y + reach);
  brush.lineTo(x - reach, y);
  brush.lineTo(x, y - reach);
  brush.closePath();
}

/** @param {Brush} brush @param {string} text @param {number} size @param {number} ratio */
function across(brush, text, size, ratio) {
  brush.save();
  brush.translate(size / 2, size / 2);
  brush.rotate(-Math.PI / 7);
  brush.font = `700 ${Math.round(21 * ratio)}px system-ui, sans-serif`;
  brush.textAlign = "center";
  brush.lineWidth = 3 * ratio;
  brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
  brush.fillStyle = "rgba(122, 20, 32, 0.5)";
  brush.strokeText(text, 0, 0);
  brush.fillText(text, 0, 0);
  brush.restore();
}

/**
 * Paints one tile of all blocks; returns its canvas, or null where there is nothing.
 * @param {ShownBlock[]} blocks
 * @param {Tile} job
 * @param {Look[]} looks
 * @param {string | null} text
 * @returns {Generator<void, Canvas | null>}
 */
export function* paint(blocks, job, looks, text) {
  const ordered = [...looks].sort((a, b) => a.rank - b.rank);
  /** @type {Lists} */
  const lists = { areas: [], lines: [], points: [], large: [] };
  for (const { rank } of ordered) {
    lists.lines[rank] = [];
    lists.points[rank] = [];
  }
  for (let i = 0; i < (BUCKETS + 1) * looks.length; i += 1) lists.areas[i] = [];
  const at = frame(job, blocks.length ? blocks[0].bits : 28);
  const small = dots(at.size, pointRadius(job.z) * job.ratio);
  for (const block of blocks) {
    sort(block, at, job, looks, small, lists);
    yield;
  }
  const listed = [...lists.areas, ...lists.lines, ...lists.points, lists.large].some((list) => list?.length);
  if (!text && !small.isUsed() && !listed) return null;
  const canvas = newCanvas(at.size);
  const brush = brushOf(canvas);
  lists.large.sort((a, b) => b.size - a.size);
  for (const { block, asset, look } of lists.large)
    yield* shapes(brush, [block, asset], at, true, filler(brush, look, job));
  for (let i = 0; i < lists.areas.length; i += 1) {
    yield* shapes(brush, lists.areas[i], at, true, filler(brush, ordered[i % looks.length], job));
  }
  for (const look of ordered) yield* shapes(brush, lists.lines[look.rank], at, false, liner(brush, look, job));
  small.onto(brush);
  for (const look of ordered) yield* marks(brush, lists.points[look.rank], look, at, job);
  if (text) across(brush, text, at.size, job.ratio);
  return canvas;
}

/**
 * What a class looks like when painted: its own colour, and a darker one where that would be lost on a pale ground.
 * @param {Style} style
 * @returns {Look}
 */
export function look(style) {
  const parts = rgb(style.colour);
  const light = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
  const darker = (/** @type {number} */ share) =>
    `#${parts
      .map((part) =>
        Math.round(part * share)
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
  const thin = light > 0.9 ? darker(0.78) : style.colour;
  // visible on any ground: a pale mark by a dark edge, a dark mark by a white edge
  const edge = light > 0.7 ? "#1f2937" : light < 0.25 ? WHITE : darker(0.6);
  return {
    ...style,
    ink: light > 0.7 ? darker(0.54) : style.colour,
    edge,
    thin,
    small: pixel(thin),
    core: pixel(style.colour),
    rim: pixel(edge),
  };
}
