// The page's side: takes the parts of a layer while the browser reads the file, and gives the layer to its map.

import { defineLayer } from "./grid.js";
import { showFault } from "./notices.js";
import { canOpen, fromText, open } from "./packing.js";
import { serviceOf } from "./service.js";

/** @import { Head, Known, Order, Reply } from "./types.js" */

/** @param {string} script which the worker runs too */
export function layersOf(script) {
  /** @type {Map<string, Known>} */
  const layers = new Map();
  /** @type {((order: Order) => void) | null} */
  let service = null;

  /** @param {Order} order */
  function send(order) {
    service ??= serviceOf(script, receive);
    service(order);
  }

  /** @param {string} name */
  const knownAs = (name) => /** @type {Known} */ (layers.get(name));

  /** @param {Reply} message */
  function receive(message) {
    const known = knownAs(message.layer);
    if (message.say === "tile") known.tiles.get(message.id)?.(message.bitmap);
    else if (message.say === "answer") {
      const answer = known.answers.get(message.id);
      known.answers.delete(message.id);
      if (message.fault !== undefined) answer?.reject(new Error(message.fault));
      else answer?.resolve(message.value);
    } else {
      known.state = message.state;
      known.settle(message.state);
      if (message.state.missing) showFault(known);
    }
  }

  /** @param {string} text @returns {Head} */
  const readHead = (text) => JSON.parse(new TextDecoder().decode(fromText(text)));

  /** @param {string} name @param {Head} head @param {string | null} [of] the layer that this one is a second view of */
  function meet(name, head, of = null) {
    /** @type {Known["settle"]} */
    let settle = () => {};
    /** @type {Known["ready"]} */
    const ready = new Promise((resolve) => {
      settle = resolve;
    });
    layers.set(name, { name, head, of, layer: null, tiles: new Map(), answers: new Map(), ready, settle });
    send(of === null ? { layer: name, do: "open", head } : { layer: name, do: "view", of });
  }

  /**
   * Called by the short script behind each piece, while the file is still being read.
   * @param {HTMLElement} element
   */
  function take(element) {
    const { layer = "", part } = element.dataset;
    const text = element.textContent ?? "";
    element.textContent = "";
    if (part === "head") meet(layer, readHead(text));
    else send({ layer, do: "part", part: Number(part), text });
  }

  function end() {
    for (const known of layers.values()) {
      if (known.of === null) send({ layer: known.name, do: "end" });
      if (!known.layer) showFault(known);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", end);
  else setTimeout(end);

  /** @type {ReturnType<typeof defineLayer> | null} */
  let AssetLayer = null; // Leaflet comes after this script

  /**
   * The layer of this name, for the map's script.
   * @param {string} name
   */
  function layer(name) {
    AssetLayer ??= defineLayer(send);
    const known = knownAs(name);
    known.layer ??= new AssetLayer(known);
    return known.layer;
  }

  /**
   * A second view of a layer in another pane: the same data and worker, with a colour and a filter of its own.
   * @param {string} of
   * @param {string} pane
   */
  function view(of, pane) {
    const name = `${of}/${pane}`;
    if (!layers.has(name)) meet(name, { ...knownAs(of).head, pane }, of);
    return layer(name);
  }

  return { take, layer, view, open, canOpen };
}
