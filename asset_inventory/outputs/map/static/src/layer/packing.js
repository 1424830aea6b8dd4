// Text and raw deflate back to bytes, with their checksum proved; as outputs/map/encoding.py writes them.
/** @import { Bytes } from "./types.js" */

const SIGNS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((sign) => !'"&<'.includes(sign));
const VALUES = new Uint8Array(128);
SIGNS.forEach((sign, value) => {
  VALUES[sign.charCodeAt(0)] = value;
});

// Whether this browser can inflate: some that have the stream know only gzip.
export function canOpen() {
  try {
    return Boolean(new DecompressionStream("deflate-raw"));
  } catch {
    return false;
  }
}

/**
 * Two signs are 13 bits; one further sign marks that the bits after the last byte are no byte.
 * @param {string} text
 */
export function fromText(text) {
  const numbers = text.length >> 1;
  const bytes = new Uint8Array(Math.floor((13 * numbers) / 8) - (text.length & 1));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < 2 * numbers; i += 2) {
    held |= (VALUES[text.charCodeAt(i)] + 91 * VALUES[text.charCodeAt(i + 1)]) << bits;
    for (bits += 13; bits > 7; bits -= 8) {
      bytes[at] = held; // its lowest eight bits; beyond the end nothing is kept
      held >>>= 8;
      at += 1;
    }
  }
  return bytes;
}

/** @param {Bytes} bytes */
async function inflated(bytes) {
  const source = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(source).arrayBuffer());
}

/** @param {Uint8Array} bytes */
export function adler32(bytes) {
  let low = 1;
  let high = 0;
  for (let start = 0; start < bytes.length; start += 3800) {
    // so many sums stay exact between two remainders
    const end = Math.min(start + 3800, bytes.length);
    for (let i = start; i < end; i += 1) {
      low += bytes[i];
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}

/**
 * Bytes of one packed piece. Rejects where the text is cut short or changed.
 * @param {string} text
 */
export async function open(text) {
  const bytes = await inflated(fromText(text));
  const body = bytes.subarray(4);
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (adler32(body) !== sum) throw new RangeError("checksum");
  return body;
}
