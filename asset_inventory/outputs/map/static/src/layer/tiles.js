// Paints the assets of one tile: what is larger than a few pixels as shapes, the rest pixel by pixel, none left out.
// A painter is a generator that pauses often, so that the page's own thread can stop in between.

import { near } from "./hit.js";

/** @import { Block, Box, Brush, Canvas, Icons, Look, ShownBlock, Style, Tile } from "./types.js" */
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
const DISCS_FROM = 14; // zoom
export const ICONS_FROM = 15; // zoom
const OUTLINE_FROM = 17; // zoom: from it lines and areas have dark edges
const CASING_FROM = 18; // zoom: from it areas have white beside their edges, which takes a browser long
const HATCH = 8; // pixels between two lines of hatching; divides the tile, so that tiles meet
const CELL = 32; // pixels; divides the tile: where more than MOST_IN_CELL points share one, they are small
const MOST_IN_CELL = 3;
const BUCKETS = 10; // sizes of areas, each twice the one before, from 2 to half a tile of 1024 pixels
const [WHITE, DARK, GREY] = ["#ffffff", "#1f2937", "#3d4552"];
const FINE = 0.4; // pixels: a vertex nearer to the one before is passed over

const crowdedRadius = (/** @type {number} */ zoom) => Math.min(3 + (zoom - DISCS_FROM) / 2, 5);
/** Of a point that has room: larger where an icon is in it. @param {number} zoom @param {boolean} icon */
export function pointRadius(zoom, icon) {
  if (zoom < DISCS_FROM) return zoom < 11 ? 1 : 2;
  return icon && zoom >= ICONS_FROM ? Math.min(zoom - 7, 11) : crowdedRadius(zoom) + (zoom < ICONS_FROM ? 0 : 1);
}
export const lineWidth = (/** @type {number} */ zoom) => (zoom < 13 ? 0.8 : zoom < 16 ? 1.5 : zoom < 17 ? 2.5 : 4);

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

/** @param {Brush} brush @param {string} colour @param {number} [step] pixels between two lines; divides HATCH */
function hatched(brush, colour, step = HATCH) {
  const tile = newCanvas(HATCH);
  const pen = brushOf(tile);
  pen.fillStyle = "#f4f5f7";
  pen.fillRect(0, 0, HATCH, HATCH);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (let shift = -HATCH; shift <= HATCH; shift += step) {
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

/** @param {string} colour @param {number} alpha */
const pixel = (colour, alpha) => {
  const [red, green, blue] = rgb(colour);
  return ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
};

/**
 * The pixels of a small mark around its own: a disc with an edge, a diamond where a map has no data.
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

/** @type {Record<string, Brush>} */
const sheets = {};

/**
 * The brush of an empty canvas. It is one for all tiles: a worker waits for its page whenever it draws on a new one.
 * @param {"tile" | "dots"} name
 * @param {number} size
 */
function sheetOf(name, size) {
  if (sheets[name]?.canvas.width !== size) sheets[name] = brushOf(newCanvas(size));
  sheets[name].clearRect(0, 0, size, size);
  return sheets[name];
}

/**
 * Pixels of assets too small to be shapes; where two meet the worse class stays.
 * @param {number} size
 * @param {number} radius
 */
function dots(size, radius) {
  const colours = new Uint32Array(size * size);
  const ranks = new Uint8Array(size * size);
  const forms = [form(radius, false), form(radius, true)];
  let used = false;
  return {
    /** @param {number} x @param {number} y @param {Look} look */
    mark(x, y, look) {
      const [left, top] = [Math.floor(x), Math.floor(y)];
      // within a mark of its own class it is seen already: a million points lie in few pixels
      if (left >= 0 && top >= 0 && left < size && top < size && colours[top * size + left] === look.core) return;
      for (const { dx, dy, isEdge } of forms[Number(look.form === "diamond")]) {
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
      const under = sheetOf("dots", size);
      under.putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), size, size), 0, 0);
      brush.drawImage(under.canvas, 0, 0);
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
  const discs = job.z >= DISCS_FROM;
  // a point is as large as it has room in its cell, which may lie in the next tile
  const cells = discs && block.hasPoints;
  const edge =
    (cells ? lineWidth(job.z) / 2 + 3 : Math.max(pointRadius(job.z, true), lineWidth(job.z)) + 2) * job.ratio;
  const wide = cells ? (pointRadius(job.z, true) + 3 + CELL) * job.ratio : edge;
  near([block], at.box, wide / at.scale, (_, asset) => {
    const code = block.shown[asset];
    if (code === 0) return;
    const b = 4 * asset;
    const west = block.boxes[b] * at.scale - at.x;
    const north = block.boxes[b + 1] * at.scale - at.y;
    const east = block.boxes[b + 2] * at.scale - at.x;
    const south = block.boxes[b + 3] * at.scale - at.y;
    const kind = block.kinds[asset];
    if (cells && kind !== POINT && (east < -edge || south < -edge || west > at.size + edge || north > at.size + edge))
      return;
    const look = looks[code - 1];
    if (kind === POINT) {
      if (discs) lists.points[look.rank].push(block, asset);
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

/**
 * Areas: filled and never quite covering the ground; near by with an edge that is seen on any ground.
 * @param {Brush} brush
 * @param {Look} look
 * @param {Tile} job
 */
function filler(brush, look, job) {
  const near = job.z >= OUTLINE_FROM;
  /** @type {string | CanvasPattern | null} */
  let fill = look.no_data ? null : look.form !== "ring" ? look.colour : near ? WHITE : look.thin;
  const alpha = look.form === "ring" ? (near ? 0.6 : 0.3) : near ? 1 : 0.8;
  return () => {
    fill ??= hatched(brush, look.ink);
    brush.fillStyle = fill;
    brush.globalAlpha = alpha;
    brush.fill("nonzero");
    brush.globalAlpha = 1;
    if (!near) return;
    brush.lineJoin = "round";
    for (const [width, colour] of /** @type {[number, string][]} */ ([
      [3, look.casing],
      [1, look.edge],
    ])) {
      if (width > 1 && job.z < CASING_FROM) continue;
      brush.lineWidth = width * job.ratio;
      brush.strokeStyle = colour;
      brush.stroke();
    }
  };
}

/**
 * Lines: hairlines from afar, near by in their colour between dark edges with white beside them.
 * @param {Brush} brush
 * @param {Look} look
 * @param {Tile} job
 */
function liner(brush, look, job) {
  const hollow = look.form === "ring";
  const width = lineWidth(job.z) * job.ratio * (hollow ? 0.5 : 1);
  const near = job.z >= OUTLINE_FROM;
  /** @type {[number, string][]} */
  const strokes = hollow
    ? [
        ...(near ? [/** @type {[number, string]} */ ([width + 3 * job.ratio, look.casing])] : []),
        [width, near ? look.edge : look.thin],
      ]
    : [
        ...(near
          ? /** @type {[number, string][]} */ ([
              [width + 4 * job.ratio, look.casing],
              [width + 2 * job.ratio, look.edge],
            ])
          : []),
        [width, near ? look.colour : look.thin],
      ];
  return () => {
    brush.lineJoin = "round";
    brush.globalAlpha = near ? 1 : hollow ? 0.6 : 0.9;
    strokes.forEach(([size, colour], place) => {
      brush.lineWidth = size;
      brush.strokeStyle = colour;
      if (look.no_data && place === strokes.length - 1) brush.setLineDash([5 * job.ratio, 4 * job.ratio]);
      brush.stroke();
    });
    brush.setLineDash([]);
    brush.globalAlpha = 1;
  };
}

/**
 * How many points share each cell of the tile and of the cells around it.
 * @param {Listed[]} lists
 * @param {Frame} at
 * @param {number} cell device pixels
 */
function crowds(lists, at, cell) {
  const across = Math.ceil(at.size / cell) + 2;
  const counts = new Uint16Array(across * across);
  const cellOf = (/** @type {number} */ x, /** @type {number} */ y) => {
    const column = Math.floor(x / cell) + 1;
    const row = Math.floor(y / cell) + 1;
    return column < 0 || row < 0 || column >= across || row >= across ? -1 : row * across + column;
  };
  for (const list of lists) {
    for (let i = 0; i < list.length; i += 2) {
      each(...assetAt(list, i), at, (x, y) => {
        const place = cellOf(x, y);
        if (place >= 0) counts[place] += 1;
      });
    }
  }
  return (/** @type {number} */ x, /** @type {number} */ y) => {
    const place = cellOf(x, y);
    return place < 0 || counts[place] > MOST_IN_CELL;
  };
}

/**
 * The mark of a point, painted once and then copied: its class as a disc, a ring or a diamond, seen on any ground by a
 * dark edge and white around it, with the icon of its type where there is room.
 * @param {Look} look
 * @param {number} radius device pixels
 * @param {number} ratio
 * @param {Path2D | null} icon
 */
function sprite(look, radius, ratio, icon) {
  const half = Math.ceil(radius * (look.form === "diamond" ? 1.3 : 1) + 2.5 * ratio);
  const canvas = newCanvas(2 * half);
  const brush = brushOf(canvas);
  symbol(brush, half, half, radius, ratio, look, icon);
  return canvas;
}

/**
 * @param {Brush} brush
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} ratio
 * @param {Look} look
 * @param {Path2D | null} [icon]
 */
export function symbol(brush, x, y, radius, ratio, look, icon) {
  for (const [reach, fill] of /** @type {[number, string | CanvasPattern][]} */ ([
    [radius + 2 * ratio, look.casing],
    [radius + ratio, look.edge],
    [radius, look.no_data && look.form === "disc" ? hatched(brush, look.ink, HATCH / 2) : look.colour],
  ])) {
    brush.beginPath();
    mark(brush, x, y, reach, look.form === "diamond");
    brush.fillStyle = fill;
    brush.fill();
  }
  if (icon) {
    const size = radius * (look.form === "diamond" ? 1.2 : 1.4);
    brush.translate(x - size / 2, y - size / 2);
    brush.scale(size / 15, size / 15);
    if (look.no_data && look.form === "disc") {
      brush.lineWidth = 3;
      brush.lineJoin = "round";
      brush.strokeStyle = "#f4f5f7";
      brush.stroke(icon);
    }
    brush.fillStyle = look.icon;
    brush.fill(icon);
    brush.setTransform(1, 0, 0, 1, 0, 0);
  }
}

/**
 * Points without room, from afar, pixel by pixel: a million lie in few pixels.
 * @param {Listed} list
 * @param {Look} look
 * @param {Frame} at
 * @param {(x: number, y: number) => boolean} isCrowded
 * @param {ReturnType<typeof dots>} small
 */
function* crowded(list, look, at, isCrowded, small) {
  for (let i = 0; i < list.length; i += 2) {
    each(...assetAt(list, i), at, (x, y) => {
      if (isCrowded(x, y)) small.mark(x, y, look);
    });
    if (i % (64 * FLUSH) === 0) yield;
  }
}

/**
 * @param {Brush} brush
 * @param {Listed} list
 * @param {Look} look
 * @param {Frame} at
 * @param {Tile} job
 * @param {(x: number, y: number) => boolean} isCrowded
 * @param {Icons | null | undefined} icons
 */
function* marks(brush, list, look, at, job, isCrowded, icons) {
  const radius = (/** @type {number} */ icon) =>
    job.ratio * (icon === -2 ? crowdedRadius(job.z) : pointRadius(job.z, icon >= 0));
  /** @type {Map<number, Canvas>} */
  const sprites = new Map(); // by icon; -2: crowded
  /** @param {number} icon */
  function spriteOf(icon) {
    let found = sprites.get(icon);
    if (!found) {
      found = sprite(look, radius(icon), job.ratio, icon < 0 || !icons ? null : icons.shapes[icon]);
      sprites.set(icon, found);
    }
    return found;
  }
  for (let i = 0; i < list.length; i += 2) {
    const [block, asset] = assetAt(list, i);
    const icon = job.z < ICONS_FROM || !icons ? -1 : icons.of(block, asset);
    each(block, asset, at, (x, y) => {
      const hasRoom = !isCrowded(x, y);
      if (!hasRoom && job.z < OUTLINE_FROM) return; // it is a dot
      const image = spriteOf(hasRoom ? icon : -2);
      brush.drawImage(image, Math.round(x - image.width / 2), Math.round(y - image.height / 2));
    });
    if (i % (16 * FLUSH) === 0) yield;
  }
}

/**
 * A diamond where a map has no data: kept apart by form, not by colour alone.
 * @param {Brush} brush
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {boolean} isDiamond
 */
function mark(brush, x, y, radius, isDiamond) {
  const reach = radius * (isDiamond ? 1.3 : 1);
  brush.moveTo(x + reach, y);
  if (!isDiamond) {
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
 * Paints one tile of all blocks; returns its canvas, or null where there is nothing. The next tile is painted on the same
 * canvas, so its picture is taken at once.
 * @param {ShownBlock[]} blocks
 * @param {Tile} job
 * @param {Look[]} looks
 * @param {string | null} text
 * @param {Icons | null} [icons]
 * @returns {Generator<void, Canvas | null>}
 */
export function* paint(blocks, job, looks, text, icons = null) {
  const ordered = [...looks].sort((a, b) => a.rank - b.rank);
  /** @type {Lists} */
  const lists = { areas: [], lines: [], points: [], large: [] };
  for (const { rank } of ordered) {
    lists.lines[rank] = [];
    lists.points[rank] = [];
  }
  for (let i = 0; i < (BUCKETS + 1) * looks.length; i += 1) lists.areas[i] = [];
  const at = frame(job, blocks.length ? blocks[0].bits : 28);
  const small = dots(at.size, (job.z < DISCS_FROM ? pointRadius(job.z, false) : crowdedRadius(job.z)) * job.ratio);
  for (const block of blocks) {
    sort(block, at, job, looks, small, lists);
    yield;
  }
  const isCrowded = crowds(lists.points, at, CELL * job.ratio);
  if (job.z < OUTLINE_FROM) {
    for (const look of ordered) yield* crowded(lists.points[look.rank], look, at, isCrowded, small);
  }
  const listed = [...lists.areas, ...lists.lines, ...lists.points, lists.large].some((list) => list?.length);
  if (!text && !small.isUsed() && !listed) return null;
  const brush = sheetOf("tile", at.size);
  lists.large.sort((a, b) => b.size - a.size);
  for (const { block, asset, look } of lists.large)
    yield* shapes(brush, [block, asset], at, true, filler(brush, look, job));
  for (let i = 0; i < lists.areas.length; i += 1) {
    yield* shapes(brush, lists.areas[i], at, true, filler(brush, ordered[i % looks.length], job));
  }
  for (const look of ordered) yield* shapes(brush, lists.lines[look.rank], at, false, liner(brush, look, job));
  small.onto(brush);
  for (const look of ordered) {
    if (lists.points[look.rank].length) {
      yield* marks(brush, lists.points[look.rank], look, at, job, isCrowded, icons);
    }
  }
  if (text) across(brush, text, at.size, job.ratio);
  return brush.canvas;
}

/**
 * What a class looks like when painted: its own colour, a darker one where that would be lost on a pale ground, and edges.
 * What is not exposed is pale and hollow.
 * @param {Style} style
 * @returns {Look}
 */
export function look(style) {
  const hollow = style.form === "ring";
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
  const thin = hollow ? "#8a94a3" : light > 0.8 ? darker(0.8) : style.colour;
  const edge = hollow ? GREY : DARK;
  const strong = hollow ? 0.4 : 0.9;
  return {
    ...style,
    ink: light > 0.7 ? darker(0.54) : style.colour,
    icon: hollow ? GREY : style.no_data || light > 0.45 ? DARK : WHITE,
    edge,
    casing: WHITE,
    thin,
    small: pixel(thin, strong),
    core: pixel(style.colour, strong),
    // a pale mark has a dark edge, a dark mark a white edge
    rim: hollow ? pixel(GREY, 0.5) : pixel(light > 0.5 ? darker(0.6) : WHITE, 0.8),
  };
}
