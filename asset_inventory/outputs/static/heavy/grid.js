// The layer as Leaflet knows it: tiles painted by the service, clicks answered by it, and what a map's script may ask.
"use strict";

assetsOnMap.grid = (() => {
  const { say, showFault, figures, note } = assetsOnMap.told;
  const TILE = 512;
  const MOST_RATIO = 2;
  const REACH = 6; // pixels
  const TOUCH_REACH = 12;

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

  // `one` is what `layer.js` knows of a layer: its head, and how to tell and ask the service.
  function define() {
    return L.GridLayer.extend({
      initialize(one) {
        const { bounds, pane, opacity } = one.head;
        L.GridLayer.prototype.initialize.call(this, {
          tileSize: TILE, keepBuffer: 1, noWrap: true, pane, opacity, ...(bounds && { bounds: L.latLngBounds(bounds).pad(0.02) }),
        });
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
        const one = this._one;
        this._forget(tile, true);
        const id = one.next();
        tile._job = id;
        one.tiles.set(id, (bitmap) => {
          one.tiles.delete(id);
          onto(tile, bitmap);
          then();
        });
        tile._then = then;
        one.tell({ do: "tile", job: { id, ...tile._coords } });
      },

      _forget(tile, again) {
        if (this._one.tiles.delete(tile._job)) this._one.tell({ do: "drop", id: tile._job });
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
        return this._one.ask(call, ...given);
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

      // {name of a class: code} of one asset.
      classes(index) {
        return this._ask("classes", index);
      },

      block(number) {
        return this._ask("block", number);
      },
    });
  }

  return { define };
})();
