// Packed shapes become Leaflet's coordinates: [latitude, longitude].
"use strict";

inventory.shapes = (() => {
  const STEPS_PER_DEGREE = 1e6;

  function coordinates(xy) {
    const points = new Array(xy.length / 2);
    let x = 0;
    let y = 0;
    for (let i = 0; i < points.length; i += 1) {
      x += xy[2 * i];
      y += xy[2 * i + 1];
      points[i] = [y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE];
    }
    return points;
  }

  // Cut a list into pieces of these lengths.
  function cut(list, lengths) {
    let start = 0;
    return lengths.map((length) => {
      start += length;
      return list.slice(start - length, start);
    });
  }

  // Every part as {row, kind, at}; `at` is a point, a line, or the rings of a polygon.
  function unpack(packed) {
    const parts = [];
    for (const [kind, shapes] of Object.entries(packed)) {
      let at = coordinates(shapes.xy);
      if (shapes.rings) at = cut(at, shapes.rings);
      if (shapes.parts) at = cut(at, shapes.parts);
      shapes.rows.forEach((row, place) => parts.push({ row, kind, at: at[place] }));
    }
    return parts;
  }

  return { unpack };
})();
