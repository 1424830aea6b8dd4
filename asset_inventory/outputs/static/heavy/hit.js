// Which asset lies under a place: boxes first, then the shape itself; the smallest is on top.
"use strict";

assetsOnMap.hit = (() => {
  const POINT = 0;
  const AREA = 2;

  function segmentDistance(x, y, x1, y1, x2, y2) {
    const dx = x2 - x1;
    const dy = y2 - y1;
    const length = dx * dx + dy * dy;
    const along = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
    return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
  }

  // How often a ring winds around the place, by its crossings of a ray to the east.
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

  function area(block, asset) {
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

  // Steps between a place and an asset: 0 inside an area.
  function distance(block, asset, x, y) {
    const { xs, ys, starts, ringOf, kinds } = block;
    const kind = kinds[asset];
    let least = Infinity;
    let turns = 0;
    for (let ring = ringOf[asset]; ring < ringOf[asset + 1]; ring += 1) {
      const start = starts[ring];
      const end = starts[ring + 1];
      if (kind === AREA) turns += windings(block, ring, x, y);
      if (end - start === 1) least = Math.min(least, Math.hypot(x - xs[start], y - ys[start]));
      for (let i = start + 1; i < end; i += 1) least = Math.min(least, segmentDistance(x, y, xs[i - 1], ys[i - 1], xs[i], ys[i]));
      if (kind === AREA) least = Math.min(least, segmentDistance(x, y, xs[end - 1], ys[end - 1], xs[start], ys[start]));
    }
    return kind === AREA && turns !== 0 ? 0 : least;
  }

  // Every asset whose box comes within `reach` of a box, in order: visit(block, asset).
  function near(blocks, [west, north, east, south], reach, visit) {
    const size = assetsOnMap.decode.BOX_BLOCK;
    for (const block of blocks) {
      const { groups, boxes } = block;
      for (let g = 0; g < groups.length; g += 4) {
        if (groups[g] > east + reach || groups[g + 2] < west - reach
          || groups[g + 1] > south + reach || groups[g + 3] < north - reach) continue;
        const first = (g / 4) * size;
        const end = Math.min(block.count, first + size);
        for (let asset = first, b = 4 * first; asset < end; asset += 1, b += 4) {
          if (boxes[b] <= east + reach && boxes[b + 2] >= west - reach
            && boxes[b + 1] <= south + reach && boxes[b + 3] >= north - reach) visit(block, asset);
        }
      }
    }
  }

  // The asset at a place (steps), or null. `drawn(kind)` is how far (steps) from its place a point or line is painted,
  // `reach` how far off a click still counts. Painted at the place: points, lines, then areas, the smallest first.
  function at(blocks, x, y, { reach, drawn, passes }) {
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
      if (!best || before(rank, best.rank)) best = { rank, index: block.first + asset };
    });
    return best ? best.index : null;
  }

  function before(one, other) {
    for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return one[i] < other[i];
    return false;
  }

  return { at, near, area, distance };
})();
