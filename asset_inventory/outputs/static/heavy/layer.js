// The page's side: takes the pieces of a layer as the file is read, and gives the layer to the map that holds it.
"use strict";

assetsOnMap.page = (() => {
  const { showFault } = assetsOnMap.told;
  const known = new Map(); // name → {head, layer, tiles, answers, …}
  let service = null;
  let asked = 0;

  function tell(message) {
    service = service || assetsOnMap.service(receive);
    service(message);
  }

  function receive(message) {
    const one = known.get(message.layer);
    if (message.say === "tile") one.tiles.get(message.id)?.(message.bitmap);
    else if (message.say === "answer") {
      const answer = one.answers.get(message.id);
      one.answers.delete(message.id);
      if ("fault" in message) answer.reject(new Error(message.fault));
      else answer.resolve(message.value);
    } else if (message.say === "whole") {
      one.state = message.state;
      one.settle(message.state);
      if (message.state.missing) showFault(one);
    }
  }

  const readHead = (text) => JSON.parse(new TextDecoder().decode(assetsOnMap.inflate.fromText(text)));

  // `of` is the layer that this one is a second view of.
  function meet(name, head, of = null) {
    const one = { head, of, layer: null, tiles: new Map(), answers: new Map() };
    one.ready = new Promise((resolve) => { one.settle = resolve; });
    one.next = () => (asked += 1);
    one.tell = (message) => tell({ layer: name, ...message });
    one.ask = (call, ...given) => new Promise((resolve, reject) => {
      const id = one.next();
      one.answers.set(id, { resolve, reject });
      one.tell({ do: "call", id, name: call, given });
    });
    known.set(name, one);
    one.tell(of ? { do: "view", of } : { do: "open", head });
  }

  // Called by the short script behind each piece, while the file is still being read.
  function take(element) {
    const { layer: name, part } = element.dataset;
    const text = element.textContent;
    element.textContent = "";
    if (part === "head") meet(name, readHead(text));
    else tell({ layer: name, do: "part", part: Number(part), text });
  }

  function end() {
    for (const one of known.values()) {
      if (!one.of) one.tell({ do: "end" });
      if (!one.layer) showFault(one);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", end);
  else setTimeout(end);

  let Kind = null;

  // The layer of this name, for the map's script.
  function layer(name) {
    Kind = Kind || assetsOnMap.grid.define();
    const one = known.get(name);
    one.layer = one.layer || new Kind(one);
    return one.layer;
  }

  // A second view of a layer in another pane: the same data and worker, with a colour and a filter of its own.
  function view(of, pane) {
    const name = `${of}/${pane}`;
    if (!known.has(name)) meet(name, { ...known.get(of).head, pane }, of);
    return layer(name);
  }

  return { take, layer, view };
})();

assetsOnMap.take = assetsOnMap.page.take;
assetsOnMap.layer = assetsOnMap.page.layer;
assetsOnMap.view = assetsOnMap.page.view;
