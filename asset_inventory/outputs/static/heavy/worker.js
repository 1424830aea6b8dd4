// In a worker: listens to the page. In the page this does nothing.
"use strict";

if (typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope) {
  const receive = assetsOnMap.serve((message, transfer = []) => postMessage(message, transfer), { budget: Infinity });
  globalThis.onmessage = (event) => receive(event.data);
  // a worker that cannot draw is of no use: the page then does all by itself
  const draws = typeof OffscreenCanvas !== "undefined" && Boolean(new OffscreenCanvas(1, 1).getContext("2d"));
  postMessage({ say: "hello", draws });
}
