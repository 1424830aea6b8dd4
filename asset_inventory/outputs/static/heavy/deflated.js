// Raw deflate (RFC 1951) back to bytes, where a browser has no DecompressionStream: slower, the same bytes.
"use strict";

globalThis.assetsOnMap = globalThis.assetsOnMap || {};

assetsOnMap.deflated = (() => {
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // of lengths of lengths
  const END = 256;
  const STORED = 0;
  const FIXED = 1;
  const DYNAMIC = 2;

  // Least length or distance of each code, from how many further bits each has.
  const bases = (extra, first) => extra.map((_, code) => extra.slice(0, code).reduce((sum, bits) => sum + (1 << bits), first));
  const LENGTH_BITS = Array.from({ length: 28 }, (_, code) => Math.max(0, (code >> 2) - 1));
  const LENGTHS = [...bases(LENGTH_BITS, 3), 258];
  const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
  const DISTANCES = bases(DISTANCE_BITS, 1);

  // A prefix code: for all bits that may come next, symbol × 16 + the length of its code.
  function codeOf(lengths) {
    const most = lengths.reduce((longest, length) => Math.max(longest, length), 0);
    const found = new Uint16Array(1 << most);
    let code = 0;
    for (let length = 1; length <= most; length += 1, code *= 2) {
      for (let symbol = 0; symbol < lengths.length; symbol += 1) {
        if (lengths[symbol] !== length) continue;
        let first = 0;
        for (let bit = 0; bit < length; bit += 1) first |= ((code >> bit) & 1) << (length - 1 - bit);
        if (code >> length) throw new RangeError("code");
        for (let place = first; place < found.length; place += 1 << length) found[place] = symbol * 16 + length;
        code += 1;
      }
    }
    return { found, most };
  }

  const repeated = (...runs) => runs.flatMap(([count, length]) => new Array(count).fill(length));
  const fixed = () => [codeOf(repeated([144, 8], [112, 9], [24, 7], [8, 8])), codeOf(repeated([30, 5]))];

  function reader(bytes) {
    let at = 0;
    let held = 0;
    let bits = 0;
    const fill = (count) => {
      for (; bits < count; bits += 8, at += 1) {
        if (at > bytes.length + 2) throw new RangeError("end");
        held |= (bytes[at] || 0) << bits;
      }
    };
    const drop = (count) => {
      held >>>= count;
      bits -= count;
    };
    return {
      take(count) {
        fill(count);
        const value = held & ((1 << count) - 1);
        drop(count);
        return value;
      },
      symbol({ found, most }) {
        fill(most);
        const entry = found[held & (found.length - 1)];
        if (!entry) throw new RangeError("symbol");
        drop(entry & 15);
        return entry >> 4;
      },
      stored() {
        at -= bits >> 3; // whole bytes that were looked at early
        held = 0;
        bits = 0;
        const length = bytes[at] | (bytes[at + 1] << 8);
        const body = bytes.subarray(at + 4, at + 4 + length);
        if (body.length !== length) throw new RangeError("end");
        at += 4 + length;
        return body;
      },
    };
  }

  function dynamic(from) {
    const [literals, distances, codes] = [from.take(5) + 257, from.take(5) + 1, from.take(4) + 4];
    const short = new Array(19).fill(0);
    for (let i = 0; i < codes; i += 1) short[ORDER[i]] = from.take(3);
    const code = codeOf(short);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const symbol = from.symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...repeated([3 + from.take(2), lengths[lengths.length - 1]]));
      else lengths.push(...repeated([symbol === 17 ? 3 + from.take(3) : 11 + from.take(7), 0]));
    }
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
  }

  function writer() {
    let bytes = new Uint8Array(65536);
    let at = 0;
    const room = (count) => {
      if (at + count <= bytes.length) return;
      const larger = new Uint8Array(2 * (at + count));
      larger.set(bytes);
      bytes = larger;
    };
    return {
      byte(value) {
        room(1);
        bytes[at++] = value;
      },
      all(body) {
        room(body.length);
        bytes.set(body, at);
        at += body.length;
      },
      again(length, distance) {
        if (distance > at) throw new RangeError("distance");
        room(length);
        for (const end = at + length; at < end; at += 1) bytes[at] = bytes[at - distance];
      },
      whole: () => bytes.slice(0, at),
    };
  }

  function inflate(bytes) {
    const from = reader(bytes);
    const to = writer();
    for (let last = 0; !last;) {
      last = from.take(1);
      const kind = from.take(2);
      if (kind === STORED) {
        to.all(from.stored());
        continue;
      }
      if (kind > DYNAMIC) throw new RangeError("kind");
      const [literals, distances] = kind === FIXED ? fixed() : dynamic(from);
      for (let symbol = from.symbol(literals); symbol !== END; symbol = from.symbol(literals)) {
        if (symbol < END) to.byte(symbol);
        else {
          const length = LENGTHS[symbol - 257] + from.take(LENGTH_BITS[symbol - 257] || 0);
          const code = from.symbol(distances);
          to.again(length, DISTANCES[code] + from.take(DISTANCE_BITS[code]));
        }
      }
    }
    return to.whole();
  }

  return { inflate };
})();
