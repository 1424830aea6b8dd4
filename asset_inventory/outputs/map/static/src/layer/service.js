// Who keeps the arrays: one worker for all layers; where there is none, or it cannot draw, the same code in the page.

import { serve } from "./serve.js";

/** @import { Hello, Order, Reply } from "./types.js" */

const SLICE = 8; // milliseconds of work in the page before it may do something else

/**
 * In a worker: listens to the page. A worker that cannot draw is of no use: the page then does everything by itself.
 */
export function work() {
  const post = /** @type {(message: Reply | Hello, transfer?: Transferable[]) => void} */ (
    /** @type {unknown} */ (postMessage)
  );
  const receive = serve((message, transfer = []) => post(message, transfer), { budget: Infinity });
  globalThis.onmessage = (/** @type {MessageEvent<Order>} */ event) => receive(event.data);
  const draws = typeof OffscreenCanvas !== "undefined" && Boolean(new OffscreenCanvas(1, 1).getContext("2d"));
  post({ say: "hello", draws });
}

/**
 * Returns what sends an order to the service, whose replies `receive` gets.
 * @param {string} script of the worker
 * @param {(reply: Reply) => void} receive
 */
export function serviceOf(script, receive) {
  /** @type {Order[]} */
  const kept = []; // until the first message of the worker
  /** @type {((order: Order) => void) | null} */
  let inPage = null;
  /** @type {Worker | null} */
  let worker = null;
  let lives = false;

  function fallBack() {
    if (inPage) return;
    worker?.terminate();
    inPage = serve(receive, { budget: SLICE });
    kept.splice(0).forEach(inPage);
  }

  /** @param {MessageEvent<Reply | Hello>} event */
  function listen({ data }) {
    if (data.say !== "hello") receive(data);
    else if (!data.draws) fallBack();
    else {
      lives = true;
      kept.length = 0;
    }
  }

  try {
    if (typeof OffscreenCanvas === "undefined") throw new TypeError("OffscreenCanvas");
    worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    worker.onmessage = listen;
    worker.onerror = (event) => {
      // a refused worker throws nothing and sends only this event
      if (!lives) {
        event.preventDefault();
        fallBack();
      }
    };
  } catch {
    fallBack();
  }
  return (/** @type {Order} */ order) => {
    if (inPage) {
      inPage(order);
      return;
    }
    if (!lives) kept.push(order);
    worker?.postMessage(order);
  };
}
