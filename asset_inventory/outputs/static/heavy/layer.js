// The page's side: takes the pieces of a layer as the file is read, and is a Leaflet layer that any map can hold.
"use strict";

assetsOnMap.page = (() => {
  const { say, showFault, figures, note } = assetsOnMap.told;
  const TILE = 512;
  const MOST_RATIO = 2;
  const REACH = 6; // pixels
  const TOUCH_REACH = 12;
  const known = new Map(); // name → {head, layer, tiles, answers}
  let service = null;
  let asked = 0;

  // One worker for all layers; where there is none, or it cannot draw, the same code in the page, in slices of 8 ms.

  function start() {
    const kept = []; // until the worker has said that it lives
    let inPage = null;
    let worker = null;
    const fallBack = () => {
      if (inPage) return;
      if (worker) worker.terminate();
      worker = null;
      inPage = assetsOnMap.serve((message) => receive(message), { budget: 8 });
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
    } catch (fault) {
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
  }

  function tell(message) {
    service = service || start();
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

  // Pieces of the file

  const readHead = (text) => JSON.parse(new TextDecoder().decode(assetsOnMap.inflate.fromBase64(text.trim())));

  // Called by the short script behind each piece, while the file is still being read.
  function take(element) {
    const name = element.dataset.layer;
    const text = element.textContent;
    element.textContent = "";
    if (element.dataset.part === "head") {
      const one = { head: readHead(text), tiles: new Map(), answers: new Map(), taken: 0 };
      one.ready = new Promise((resolve) => { one.settle = resolve; });
      known.set(name, one);
      tell({ layer: name, do: "open", head: one.head });
      return;
    }
    tell({ layer: name, do: "part", part: Number(element.dataset.part), text });
  }

  function end() {
    for (const [name, one] of known) {
      tell({ layer: name, do: "end" });
      if (!one.layer) showFault(one);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", end);
  else setTimeout(end);

  // Popup of its own

  function openPopup(one, map, latlng, index) {
    const popup = L.popup({ maxHeight: 320, maxWidth: 360 }).setLatLng(latlng);
    one.popup = popup;
    // a click while figures were still being opened comes first
    const show = (content) => one.popup === popup && one.layer._map === map && popup.setContent(content).openOn(map);
    return one.layer.attributes(index).then((values) => show(figures(one, values)),
      () => show(note(say(one, "map.layer.no_figures"))));
  }

  // Web mercator as shares of the world, as the blocks have it

  const world = (latlng) => {
    const sine = Math.sin((latlng.lat * Math.PI) / 180);
    return { x: latlng.lng / 360 + 0.5, y: 0.5 - Math.atanh(sine) / (2 * Math.PI) };
  };
  const latLng = (x, y) => L.latLng((Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, x * 360 - 180);

  function reachOf(event) {
    const pointer = event && event.originalEvent && event.originalEvent.pointerType;
    const coarse = pointer ? pointer === "touch" : matchMedia("(pointer: coarse)").matches;
    return coarse ? TOUCH_REACH : REACH;
  }

  function ask(name, one, call, ...given) {
    asked += 1;
    return new Promise((resolve, reject) => {
      one.answers.set(asked, { resolve, reject });
      tell({ layer: name, do: "call", id: asked, name: call, given });
    });
  }

  // null: nothing to paint. A canvas knows one kind of brush in its life, so the first choice holds.
  function onto(tile, bitmap) {
    if (tile.width === 0) {
      if (bitmap && bitmap.close) bitmap.close();
      return;
    }
    if (!tile._brush && !bitmap) return;
    tile._brush = tile._brush || tile.getContext(bitmap.close ? "bitmaprenderer" : "2d");
    if (tile._brush.transferFromImageBitmap) {
      tile._brush.transferFromImageBitmap(bitmap);
      return;
    }
    tile._brush.clearRect(0, 0, tile.width, tile.height);
    if (bitmap) tile._brush.drawImage(bitmap, 0, 0);
  }

  function define() {
    return L.GridLayer.extend({
      initialize(name, one) {
        const { bounds, pane, opacity } = one.head;
        L.GridLayer.prototype.initialize.call(this, {
          tileSize: TILE, keepBuffer: 1, noWrap: true, pane, opacity, ...(bounds && { bounds: L.latLngBounds(bounds).pad(0.02) }),
        });
        this._name = name;
        this._one = one;
        this.ready = one.ready;
        this.count = one.head.count;
        this.on("tileunload", (event) => this._forget(event.tile));
      },

      beforeAdd(map) {
        const pane = this.options.pane;
        if (!map.getPane(pane)) map.createPane(pane);
        L.GridLayer.prototype.beforeAdd.call(this, map);
      },

      onAdd(map) {
        L.GridLayer.prototype.onAdd.call(this, map);
        map.on("click", this._clicked, this);
        if (this._one.state && this._one.state.missing) showFault(this._one);
      },

      onRemove(map) {
        map.off("click", this._clicked, this);
        L.GridLayer.prototype.onRemove.call(this, map);
      },

      createTile(coords, done) {
        const tile = document.createElement("canvas");
        const ratio = Math.min(window.devicePixelRatio || 1, MOST_RATIO);
        tile.width = Math.round(TILE * ratio);
        tile.height = tile.width;
        tile._coords = { x: coords.x, y: coords.y, z: coords.z, ratio, size: TILE };
        this._paint(tile, () => done(null, tile));
        return tile;
      },

      _paint(tile, then) {
        this._forget(tile, true);
        asked += 1;
        const id = asked;
        tile._job = id;
        this._one.tiles.set(id, (bitmap) => {
          this._one.tiles.delete(id);
          onto(tile, bitmap);
          then();
        });
        tile._then = then;
        tell({ layer: this._name, do: "tile", job: { id, ...tile._coords } });
      },

      _forget(tile, again) {
        if (this._one.tiles.delete(tile._job)) tell({ layer: this._name, do: "drop", id: tile._job });
        if (again) return;
        tile.width = 0;
        tile.height = 0;
      },

      // A tile that was never painted still owes Leaflet its word.
      _repaint() {
        for (const { el, loaded } of Object.values(this._tiles)) this._paint(el, loaded ? () => {} : el._then);
      },

      _clicked(event) {
        const map = this._map;
        this.at(event.latlng, { reach: reachOf(event) }).then((index) => {
          if (index === null || this._map !== map) {
            this.fire("assetmiss", { latlng: event.latlng, originalEvent: event.originalEvent });
            return;
          }
          this.fire("assetclick", { index, latlng: event.latlng, originalEvent: event.originalEvent });
          if (this._one.head.popup.length) openPopup(this._one, map, event.latlng, index);
        });
      },

      _ask(call, ...given) {
        return ask(this._name, this._one, call, ...given);
      },

      getBounds() {
        return L.latLngBounds(this._one.head.bounds || []);
      },

      // Which entry of `classes` colours the assets.
      setColour(name) {
        const told = this._ask("colour", name);
        this._repaint();
        return told;
      },

      // {name of a class: [codes that stay], …}; {} shows all.
      setFilter(filter) {
        const told = this._ask("filter", filter);
        this._repaint();
        return told;
      },

      // Text written through every tile, or null.
      setMark(text) {
        const told = this._ask("mark", text);
        this._repaint();
        return told;
      },

      setLanguage(language) {
        this._one.language = language;
        if (this._one.notice) showFault(this._one);
      },

      // Assets of each code of a class that pass a filter, else the one that is set: a list of 256.
      counts(name, filter = null) {
        return this._ask("counts", name, filter);
      },

      // The code of every asset in a class, null where a filter leaves it out.
      codes(name, filter = null) {
        return this._ask("codes", name, filter);
      },

      // The asset at a place as it is painted at the map's zoom, or null.
      at(latlng, { reach = REACH, zoom = this._map ? this._map.getZoom() : 18 } = {}) {
        return this._ask("at", { ...world(L.latLng(latlng)), zoom, reach });
      },

      attributes(index) {
        return this._ask("attributes", index);
      },

      // All attributes of 4,096 assets at once, from number × 4,096 on: {name: [values]}, for tables to take away.
      group(number) {
        return this._ask("group", number);
      },

      search(text, limit = 20) {
        return this._ask("search", text, limit);
      },

      bounds(index) {
        return this._ask("bounds", index).then((box) => box && L.latLngBounds(latLng(box[0], box[3]), latLng(box[2], box[1])));
      },

      // {kind, rings: [{hole, latlngs}]} of one asset, to be drawn by itself; null where there is no such asset.
      outline(index) {
        return this._ask("outline", index).then((found) => found && {
          kind: found.kind,
          rings: found.rings.map(({ hole, places }) => ({ hole, latlngs: places.map(([x, y]) => latLng(x, y)) })),
        });
      },

      block(number) {
        return this._ask("block", number);
      },
    });
  }

  let Kind = null;

  // The layer of this name, for the map's script.
  function layer(name) {
    Kind = Kind || define();
    const one = known.get(name);
    one.layer = one.layer || new Kind(name, one);
    return one.layer;
  }

  return { take, layer, world, latLng };
})();

assetsOnMap.take = assetsOnMap.page.take;
assetsOnMap.layer = assetsOnMap.page.layer;
