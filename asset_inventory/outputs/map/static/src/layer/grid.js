// The layer as Leaflet knows it: tiles painted by the service, clicks answered by it, and what a map's script may ask.

import * as notices from "./notices.js";

/** @import { Block, Codes, FoundAssets, Known, Lists, Order, Outline, Row, State, Tile, Values } from "./types.js" */
/** @typedef {InstanceType<ReturnType<typeof defineLayer>>} AssetLayer */
/** @typedef {Omit<Tile, "id">} Coords */
/**
 * A tile's canvas: where it lies, who paints it now, and what is called once it is painted.
 * @typedef {HTMLCanvasElement & { coords: Coords, job: number, painted: () => void, brush?: ImageBitmapRenderingContext }} TileCanvas
 */

const TILE = 512;
const MOST_RATIO = 2;
const REACH = 6; // pixels
const TOUCH_REACH = 12;

/**
 * Web mercator as shares of the world, as the blocks have it.
 * @param {L.LatLng} latlng
 */
const world = ({ lat, lng }) => ({
  x: lng / 360 + 0.5,
  y: 0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI),
});
/** @param {number} x @param {number} y */
const latLng = (x, y) => L.latLng((Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, x * 360 - 180);

/** @param {number[]} box west, north, east, south as shares of the world */
const boundsOf = ([west, north, east, south]) => L.latLngBounds(latLng(west, south), latLng(east, north));

/** @param {MouseEvent} event */
function reachOf(event) {
  const pointer = event instanceof PointerEvent && event.pointerType;
  const coarse = pointer ? pointer === "touch" : matchMedia("(pointer: coarse)").matches;
  return coarse ? TOUCH_REACH : REACH;
}

/**
 * null: nothing to paint.
 * @param {TileCanvas} tile
 * @param {ImageBitmap | null} bitmap
 */
function onto(tile, bitmap) {
  if (tile.width === 0) {
    bitmap?.close();
    return;
  }
  if (!tile.brush && !bitmap) return;
  tile.brush ??= /** @type {ImageBitmapRenderingContext} */ (tile.getContext("bitmaprenderer"));
  tile.brush.transferFromImageBitmap(bitmap);
}

/**
 * The class of such layers; Leaflet is there when the first is asked for.
 * @param {(order: Order) => void} send
 */
export function defineLayer(send) {
  return class AssetLayer extends L.GridLayer {
    /** @param {Known} known */
    constructor(known) {
      const { bounds, pane, opacity } = known.head;
      super({
        tileSize: TILE,
        keepBuffer: 1,
        noWrap: true,
        pane,
        opacity,
        ...(bounds && { bounds: L.latLngBounds(bounds).pad(0.02) }),
      });
      this.known = known;
      this.ready = known.ready;
      this.count = known.head.count;
      this.last = 0; // number of an order
      this.on("tileunload", ({ tile }) => this._forget(/** @type {TileCanvas} */ (/** @type {HTMLElement} */ (tile))));
    }

    get map() {
      return /** @type {L.Map | null | undefined} */ (this._map);
    }

    /** @param {L.Map} map */
    beforeAdd(map) {
      const { pane } = this.options;
      if (pane && !map.getPane(pane)) map.createPane(pane);
      return super.beforeAdd?.(map) ?? this;
    }

    /** @param {L.Map} map */
    onAdd(map) {
      super.onAdd(map);
      map.on("click", this._clicked, this);
      if (this.known.state?.missing) notices.showFault(this.known);
      return this;
    }

    /** @param {L.Map} map */
    onRemove(map) {
      map.off("click", this._clicked, this);
      return super.onRemove(map);
    }

    /** @param {L.Coords} coords @param {L.DoneCallback} done */
    createTile({ x, y, z }, done) {
      const ratio = Math.min(window.devicePixelRatio || 1, MOST_RATIO);
      const coords = { x, y, z, ratio, size: TILE };
      const tile = Object.assign(document.createElement("canvas"), { coords, job: 0, painted: () => {} });
      tile.width = Math.round(TILE * ratio);
      tile.height = tile.width;
      this._paint(tile, () => done(undefined, tile));
      return tile;
    }

    /** @param {TileCanvas} tile @param {() => void} painted */
    _paint(tile, painted) {
      const { name, tiles } = this.known;
      this._drop(tile);
      this.last += 1;
      const id = this.last;
      tiles.set(id, (bitmap) => {
        tiles.delete(id);
        onto(tile, bitmap);
        painted();
      });
      tile.job = id;
      tile.painted = painted;
      send({ layer: name, do: "tile", job: { id, ...tile.coords } });
    }

    /** @param {TileCanvas} tile */
    _drop(tile) {
      if (this.known.tiles.delete(tile.job)) send({ layer: this.known.name, do: "drop", id: tile.job });
    }

    /** @param {TileCanvas} tile */
    _forget(tile) {
      this._drop(tile);
      tile.width = 0;
      tile.height = 0;
    }

    // Leaflet still waits for a tile that was never painted.
    _repaint() {
      for (const { el, loaded } of Object.values(this._tiles)) {
        const tile = /** @type {TileCanvas} */ (el);
        this._paint(tile, loaded ? () => {} : tile.painted);
      }
    }

    /** @param {L.LeafletMouseEvent} event */
    async _clicked({ latlng, originalEvent }) {
      const { map } = this;
      const index = await this.at(latlng, { reach: reachOf(originalEvent) });
      if (index === null || !map || this.map !== map) {
        this.fire("assetmiss", { latlng, originalEvent });
        return;
      }
      this.fire("assetclick", { index, latlng, originalEvent });
      if (this.known.head.popup.length) this._openPopup(map, latlng, index);
    }

    /** @param {L.Map} map @param {L.LatLng} latlng @param {number} index */
    _openPopup(map, latlng, index) {
      const popup = L.popup({ maxHeight: 320, maxWidth: 360 }).setLatLng(latlng);
      this.popup = popup;
      // a click while figures were still being opened comes first
      const show = (/** @type {HTMLElement} */ content) => {
        if (this.popup === popup && this.map === map) popup.setContent(content).openOn(map);
      };
      this.attributes(index).then(
        (values) => show(notices.figures(this.known, values)),
        () => show(notices.note(notices.say(this.known, "map.layer.no_figures"))),
      );
    }

    /** @param {string} name of what the service is asked @param {unknown[]} given @returns {Promise<any>} */
    _ask(name, ...given) {
      return new Promise((resolve, reject) => {
        this.last += 1;
        this.known.answers.set(this.last, { resolve, reject });
        send({ layer: this.known.name, do: "call", id: this.last, name, given });
      });
    }

    getBounds() {
      return L.latLngBounds(this.known.head.bounds || []);
    }

    /** Colours assets by this entry of `classes`. @param {string} name @returns {Promise<void>} */
    setColour(name) {
      const set = this._ask("colour", name);
      this._repaint();
      return set;
    }

    /** {name of a class: [codes that stay], …}; {} shows all. @param {Codes} filter @returns {Promise<void>} */
    setFilter(filter) {
      const set = this._ask("filter", filter);
      this._repaint();
      return set;
    }

    /** Text written through every tile, or null. @param {string | null} text @returns {Promise<void>} */
    setMark(text) {
      const set = this._ask("mark", text);
      this._repaint();
      return set;
    }

    /** @param {string} language */
    setLanguage(language) {
      this.known.language = language;
      if (this.known.notice) notices.showFault(this.known);
    }

    /**
     * Assets of each code of a class that pass a filter, else the one that is set: a list of 256.
     * @param {string} name
     * @param {Codes | null} [filter]
     * @returns {Promise<number[]>}
     */
    counts(name, filter = null) {
      return this._ask("counts", name, filter);
    }

    /**
     * The code of every asset in a class, null where a filter leaves it out.
     * @param {string} name
     * @param {Codes | null} [filter]
     * @returns {Promise<(number | null)[]>}
     */
    codes(name, filter = null) {
      return this._ask("codes", name, filter);
    }

    /**
     * The asset at a place as it is painted at the map's zoom, or null.
     * @param {L.LatLngExpression} latlng
     * @param {{ reach?: number, zoom?: number }} [options]
     * @returns {Promise<number | null>}
     */
    at(latlng, { reach = REACH, zoom = this.map?.getZoom() ?? 18 } = {}) {
      return this._ask("at", { ...world(L.latLng(latlng)), zoom, reach });
    }

    /** @param {number} index @returns {Promise<Row>} */
    attributes(index) {
      return this._ask("attributes", index);
    }

    /**
     * All attributes of 4,096 assets at once, from number × 4,096 on: {name: [values]}, for tables to take away.
     * @param {number} number
     * @returns {Promise<Values>}
     */
    group(number) {
      return this._ask("group", number);
    }

    /** A whole column of numbers, NaN where there is none. @param {string} name @returns {Promise<Float64Array>} */
    column(name) {
      return this._ask("column", name);
    }

    /** What a table calls these assets. @param {number[]} indexes @returns {Promise<(string | null)[]>} */
    labels(indexes) {
      return this._ask("labels", indexes);
    }

    /**
     * The sum of each column over the assets that pass a filter, and how many of them have a figure, also in that column.
     * @param {string[]} names
     * @param {string} by a class
     * @param {Codes} filter
     * @param {string | null} [also]
     * @returns {Promise<Record<string, { sum: number, assets: number }>>}
     */
    sums(names, by, filter, also = null) {
      return this._ask("sums", names, by, filter, also);
    }

    /** @param {string} text @param {number} [limit] @returns {Promise<{ index: number, text: string }[]>} */
    search(text, limit = 20) {
      return this._ask("search", text, limit);
    }

    /**
     * What a page shows of a search: see `Found`.
     * @param {string} text
     * @param {Lists} lists
     * @returns {Promise<FoundAssets>}
     */
    async find(text, lists) {
      const found = await this._ask("find", text, lists);
      for (const street of found.streets) street.bounds = boundsOf(street.box);
      return found;
    }

    /** @param {number} index @returns {Promise<L.LatLngBounds | null>} */
    async bounds(index) {
      const box = await this._ask("bounds", index);
      return box && boundsOf(box);
    }

    /**
     * {kind, rings: [{hole, latlngs}]} of one asset, to be drawn by itself; null where there is no such asset.
     * @param {number} index
     */
    async outline(index) {
      /** @type {Outline | null} */
      const shape = await this._ask("outline", index);
      return (
        shape && {
          kind: shape.kind,
          rings: shape.rings.map(({ hole, places }) => ({ hole, latlngs: places.map(([x, y]) => latLng(x, y)) })),
        }
      );
    }

    /** {name of a class: code} of one asset. @param {number} index @returns {Promise<Record<string, number> | null>} */
    classes(index) {
      return this._ask("classes", index);
    }

    /** @param {number} number @returns {Promise<Partial<Block>>} */
    block(number) {
      return this._ask("block", number);
    }
  };
}
