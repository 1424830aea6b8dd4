// A block of bytes back to arrays; the format stands at the top of outputs/blocks.py.
"use strict";

assetsOnMap.decode = (() => {
  const VERSION = 1;
  const MIXED = 3;
  const HEADER = 32;
  const BOX_BLOCK = 64; // assets that share a box, to be passed over together

  function header(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (view.getUint8(0) !== VERSION) throw new RangeError("version");
    return {
      kind: view.getUint8(1), flagged: (view.getUint8(2) & 1) === 1, bits: view.getUint8(3),
      count: view.getUint32(4, true), first: view.getUint32(8, true),
      x: view.getInt32(12, true), y: view.getInt32(16, true),
      rings: view.getUint32(20, true), vertices: view.getUint32(24, true), classes: view.getUint16(28, true),
    };
  }

  function reader(bytes, start) {
    let at = start;
    return {
      take(length) {
        if (at + length > bytes.length) throw new RangeError("length");
        at += length;
        return bytes.subarray(at - length, at);
      },
      varint() {
        let byte = bytes[at++];
        let value = byte & 127;
        for (let scale = 128; byte > 127; scale *= 128) {
          byte = bytes[at++];
          value += (byte & 127) * scale;
        }
        return value;
      },
      atEnd: () => at === bytes.length,
    };
  }

  const unzigzag = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
  const bit = (bits, i) => (bits[i >> 3] >> (i & 7)) & 1;

  function ringRanges(from, head) {
    const ringOf = new Uint32Array(head.count + 1); // the first ring of each asset, and the end
    let holes = null;
    if (head.flagged) {
      const flags = from.take((head.count + 7) >> 3);
      for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = ringOf[i] + (bit(flags, i) ? from.varint() : 1);
      holes = from.take((head.rings + 7) >> 3).slice();
    } else {
      for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = i + 1;
    }
    return { ringOf, holes };
  }

  function coordinates(from, head, starts) {
    const xs = new Int32Array(head.vertices);
    const ys = new Int32Array(head.vertices);
    for (const [list, origin] of [[xs, head.x], [ys, head.y]]) {
      let at = origin;
      for (let ring = 0; ring < head.rings; ring += 1) {
        at += unzigzag(from.varint());
        list[starts[ring]] = at;
      }
    }
    for (let ring = 0; ring < head.rings; ring += 1) {
      const start = starts[ring];
      const end = starts[ring + 1];
      for (let i = start + 1; i < end; i += 1) {
        xs[i] = xs[i - 1] + unzigzag(from.varint());
        ys[i] = ys[i - 1] + unzigzag(from.varint());
      }
      if (head.kind === 2 && end - start === 4) { // the last side of a rectangle is the first, turned round
        xs[end - 1] -= xs[start + 1] - xs[start];
        ys[end - 1] -= ys[start + 1] - ys[start];
      }
    }
    return { xs, ys };
  }

  // Least and greatest x and y of each asset; an asset without geometry has a box that nothing meets.
  function boxesOf(head, ringOf, starts, xs, ys) {
    const boxes = new Int32Array(4 * head.count);
    for (let asset = 0; asset < head.count; asset += 1) {
      let west = 2147483647;
      let north = 2147483647;
      let east = -2147483648;
      let south = -2147483648;
      const end = starts[ringOf[asset + 1]];
      for (let i = starts[ringOf[asset]]; i < end; i += 1) {
        if (xs[i] < west) west = xs[i];
        if (xs[i] > east) east = xs[i];
        if (ys[i] < north) north = ys[i];
        if (ys[i] > south) south = ys[i];
      }
      boxes.set([west, north, east, south], 4 * asset);
    }
    return boxes;
  }

  function groupBoxes(boxes, count) {
    const groups = new Int32Array(4 * Math.ceil(count / BOX_BLOCK));
    for (let group = 0; 4 * group < groups.length; group += 1) {
      const box = [2147483647, 2147483647, -2147483648, -2147483648];
      const end = 4 * Math.min(count, (group + 1) * BOX_BLOCK);
      for (let i = 4 * group * BOX_BLOCK; i < end; i += 4) {
        box[0] = Math.min(box[0], boxes[i]);
        box[1] = Math.min(box[1], boxes[i + 1]);
        box[2] = Math.max(box[2], boxes[i + 2]);
        box[3] = Math.max(box[3], boxes[i + 3]);
      }
      groups.set(box, 4 * group);
    }
    return groups;
  }

  // Everything of one block as typed arrays. Throws RangeError where the bytes are not what they should be.
  function block(bytes) {
    const head = header(bytes);
    const from = reader(bytes, HEADER);
    const classes = [];
    for (let i = 0; i < head.classes; i += 1) classes.push(from.take(head.count).slice());
    const kinds = head.kind === MIXED ? from.take(head.count).slice() : new Uint8Array(head.count).fill(head.kind);
    const { ringOf, holes } = ringRanges(from, head);
    const starts = new Uint32Array(head.rings + 1); // the first vertex of each ring, and the end
    for (let ring = 0; ring < head.rings; ring += 1) starts[ring + 1] = starts[ring] + (head.kind === 0 ? 1 : from.varint());
    if (ringOf[head.count] !== head.rings || starts[head.rings] !== head.vertices) throw new RangeError("counts");
    const { xs, ys } = coordinates(from, head, starts);
    if (!from.atEnd()) throw new RangeError("length");
    const boxes = boxesOf(head, ringOf, starts, xs, ys);
    return {
      bits: head.bits, count: head.count, first: head.first, classes, kinds, ringOf, holes, starts, xs, ys, boxes,
      groups: groupBoxes(boxes, head.count),
    };
  }

  return { block, reader, bit, BOX_BLOCK };
})();
