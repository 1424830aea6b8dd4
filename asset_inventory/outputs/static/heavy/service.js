// Who keeps the arrays: one worker for all layers; where there is none, or it cannot draw, the same code in the page.
"use strict";

// `receive` hears what the service says; what comes back tells it something. In the page it works in slices of 8 ms.
assetsOnMap.service = (receive) => {
  const kept = []; // until the worker has said that it lives
  let inPage = null;
  let worker = null;
  const fallBack = () => {
    if (inPage) return;
    if (worker) worker.terminate();
    worker = null;
    inPage = assetsOnMap.serve(receive, { budget: 8 });
    kept.splice(0).forEach((message) => inPage(message));
  };
  let lives = false;
  const listen = (event) => {
    if (event.data.say !== "hello") receive(event.data);
    else if (!event.data.draws) fallBack();
    else {
      lives = true;
      kept.length = 0;
    }
  };
  try {
    if (typeof OffscreenCanvas === "undefined") throw new TypeError("OffscreenCanvas");
    const text = [...document.querySelectorAll("script[data-assets-on-map]")].map((one) => one.textContent).join("\n");
    worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    worker.onmessage = listen;
    worker.onerror = (event) => { // a refused worker throws nothing and says only this
      if (!lives) {
        event.preventDefault();
        fallBack();
      }
    };
  } catch {
    fallBack();
  }
  return (message) => {
    if (inPage) {
      inPage(message);
      return;
    }
    if (!lives) kept.push(message);
    worker.postMessage(message);
  };
};
