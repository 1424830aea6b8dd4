// Base64 and raw deflate back to bytes, with their checksum proved. Runs in page, worker and node alike.
"use strict";

globalThis.assetsOnMap = globalThis.assetsOnMap || {};

assetsOnMap.inflate = (() => {
  function fromBase64(text) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
    return bytes;
  }

  async function inflated(bytes) {
    if (typeof DecompressionStream === "undefined") return globalThis.fflate.inflateSync(bytes);
    let stream;
    try {
      stream = new DecompressionStream("deflate-raw");
    } catch (fault) { // a browser that knows only gzip
      if (!(fault instanceof TypeError)) throw fault;
      return globalThis.fflate.inflateSync(bytes);
    }
    const source = new Blob([bytes]).stream().pipeThrough(stream);
    return new Uint8Array(await new Response(source).arrayBuffer());
  }

  function adler32(bytes) {
    let low = 1;
    let high = 0;
    for (let start = 0; start < bytes.length; start += 3800) { // so many sums stay exact between two remainders
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

  // Bytes of one packed piece. Rejects where the text is cut short or changed.
  async function open(text) {
    const bytes = await inflated(fromBase64(text));
    const body = bytes.subarray(4);
    const told = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (adler32(body) !== told) throw new RangeError("checksum");
    return body;
  }

  return { open, fromBase64, adler32 };
})();
