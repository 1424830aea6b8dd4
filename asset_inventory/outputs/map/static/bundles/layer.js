"use strict";
(() => {
  // layer/packing.js
  var SIGNS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((sign) => !'"&<'.includes(sign));
  var VALUES = new Uint8Array(128);
  SIGNS.forEach((sign, value) => {
    VALUES[sign.charCodeAt(0)] = value;
  });
  function canOpen() {
    try {
      return Boolean(new DecompressionStream("deflate-raw"));
    } catch {
      return false;
    }
  }
  function fromText(text) {
    const numbers3 = text.length >> 1;
    const bytes = new Uint8Array(Math.floor(13 * numbers3 / 8) - (text.length & 1));
    let held = 0;
    let bits = 0;
    let at3 = 0;
    for (let i = 0; i < 2 * numbers3; i += 2) {
      held |= VALUES[text.charCodeAt(i)] + 91 * VALUES[text.charCodeAt(i + 1)] << bits;
      for (bits += 13; bits > 7; bits -= 8) {
        bytes[at3] = held;
        held >>>= 8;
        at3 += 1;
      }
    }
    return bytes;
  }
  async function inflated(bytes) {
    const source = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(source).arrayBuffer());
  }
  function adler32(bytes) {
    let low = 1;
    let high = 0;
    for (let start = 0; start < bytes.length; start += 3800) {
      const end2 = Math.min(start + 3800, bytes.length);
      for (let i = start; i < end2; i += 1) {
        low += bytes[i];
        high += low;
      }
      low %= 65521;
      high %= 65521;
    }
    return (high << 16 | low) >>> 0;
  }
  async function open(text) {
    const bytes = await inflated(fromText(text));
    const body = bytes.subarray(4);
    const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (adler32(body) !== sum) throw new RangeError("checksum");
    return body;
  }

  // layer/notices.js
  function say(known2, key, values2 = {}) {
    const words = known2.head.words[known2.language || known2.head.language];
    return words[key].replace(/\{(\w+)\}/g, (_, name) => written(known2, values2[name]));
  }
  var written = (known2, value) => typeof value === "number" ? new Intl.NumberFormat(known2.language || known2.head.language, { maximumFractionDigits: 6 }).format(value) : String(value);
  function showFault(known2) {
    const total = known2.head.count;
    const missing = known2.state ? known2.state.missing : total;
    const map = known2.layer?.map;
    const damaged = canOpen();
    if (!damaged && known2.layer && !map) return;
    const box = known2.notice ?? document.createElement("p");
    known2.notice = box;
    box.setAttribute("role", "alert");
    box.className = "assets-on-map-fault";
    box.style.cssText = "position:absolute;z-index:1000;top:10px;left:50%;transform:translateX(-50%);margin:0;padding:8px 14px;max-width:80%;background:#fff;color:#7a1420;border:2px solid #7a1420;border-radius:4px;font:14px/1.4 system-ui,sans-serif";
    box.textContent = say(known2, damaged ? "map.layer.damaged" : "map.layer.old_browser", { missing, total });
    (map?.getContainer() ?? document.body).append(box);
    known2.layer?.fire("fault", { missing, total });
  }
  function figures(known2, values2) {
    const box = document.createElement("div");
    const list = document.createElement("dl");
    list.style.cssText = "margin:0;display:grid;grid-template-columns:auto 1fr;gap:2px 10px;overflow-wrap:anywhere";
    for (const name of known2.head.popup) {
      const term = document.createElement("dt");
      const figure = document.createElement("dd");
      term.textContent = name;
      term.style.cssText = "color:#4b5563";
      figure.style.cssText = "margin:0;font-weight:600";
      figure.textContent = values2[name] === null ? say(known2, "number.not_known") : written(known2, values2[name]);
      list.append(term, figure);
    }
    box.append(list);
    return box;
  }
  function note(text) {
    const box = document.createElement("p");
    box.textContent = text;
    return box;
  }

  // layer/grid.js
  var TILE = 512;
  var MOST_RATIO = 2;
  var REACH = 6;
  var TOUCH_REACH = 12;
  var world = ({ lat, lng }) => ({
    x: lng / 360 + 0.5,
    y: 0.5 - Math.atanh(Math.sin(lat * Math.PI / 180)) / (2 * Math.PI)
  });
  var latLng = (x, y) => L.latLng(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI, x * 360 - 180);
  var boundsOf = ([west, north, east, south]) => L.latLngBounds(latLng(west, south), latLng(east, north));
  function reachOf(event) {
    const pointer = event instanceof PointerEvent && event.pointerType;
    const coarse = pointer ? pointer === "touch" : matchMedia("(pointer: coarse)").matches;
    return coarse ? TOUCH_REACH : REACH;
  }
  function onto(tile, bitmap) {
    if (tile.width === 0) {
      bitmap?.close();
      return;
    }
    if (!tile.brush && !bitmap) return;
    tile.brush ?? (tile.brush = /** @type {ImageBitmapRenderingContext} */
    tile.getContext("bitmaprenderer"));
    tile.brush.transferFromImageBitmap(bitmap);
  }
  function defineLayer(send) {
    return class AssetLayer extends L.GridLayer {
      /** @param {Known} known */
      constructor(known2) {
        const { bounds: bounds2, pane, opacity } = known2.head;
        super({
          tileSize: TILE,
          keepBuffer: 1,
          noWrap: true,
          pane,
          opacity,
          ...bounds2 && { bounds: L.latLngBounds(bounds2).pad(0.02) }
        });
        this.known = known2;
        this.ready = known2.ready;
        this.count = known2.head.count;
        this.last = 0;
        this.on("tileunload", ({ tile }) => this._forget(
          /** @type {TileCanvas} */
          /** @type {HTMLElement} */
          tile
        ));
      }
      get map() {
        return (
          /** @type {L.Map | null | undefined} */
          this._map
        );
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
        if (this.known.state?.missing) showFault(this.known);
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
        const tile = Object.assign(document.createElement("canvas"), { coords, job: 0, painted: () => {
        } });
        tile.width = Math.round(TILE * ratio);
        tile.height = tile.width;
        this._paint(tile, () => done(void 0, tile));
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
          const tile = (
            /** @type {TileCanvas} */
            el
          );
          this._paint(tile, loaded ? () => {
          } : tile.painted);
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
        const show2 = (content) => {
          if (this.popup === popup && this.map === map) popup.setContent(content).openOn(map);
        };
        this.attributes(index).then(
          (values2) => show2(figures(this.known, values2)),
          () => show2(note(say(this.known, "map.layer.no_figures")))
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
      setFilter(filter2) {
        const set = this._ask("filter", filter2);
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
        if (this.known.notice) showFault(this.known);
      }
      /**
       * Assets of each code of a class that pass a filter, else the one that is set: a list of 256.
       * @param {string} name
       * @param {Codes | null} [filter]
       * @returns {Promise<number[]>}
       */
      counts(name, filter2 = null) {
        return this._ask("counts", name, filter2);
      }
      /**
       * The code of every asset in a class, null where a filter leaves it out.
       * @param {string} name
       * @param {Codes | null} [filter]
       * @returns {Promise<(number | null)[]>}
       */
      codes(name, filter2 = null) {
        return this._ask("codes", name, filter2);
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
      sums(names, by, filter2, also = null) {
        return this._ask("sums", names, by, filter2, also);
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
        const shape = await this._ask("outline", index);
        return shape && {
          kind: shape.kind,
          rings: shape.rings.map(({ hole, places }) => ({ hole, latlngs: places.map(([x, y]) => latLng(x, y)) }))
        };
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

  // layer/decode.js
  var VERSION = 2;
  var MIXED = 3;
  var HEADER = 32;
  var BOX_BLOCK = 64;
  function header(bytes) {
    const view2 = new DataView(bytes.buffer, bytes.byteOffset);
    if (view2.getUint8(0) !== VERSION) throw new RangeError("version");
    return {
      kind: view2.getUint8(1),
      flagged: (view2.getUint8(2) & 1) === 1,
      bits: view2.getUint8(3),
      count: view2.getUint32(4, true),
      first: view2.getUint32(8, true),
      x: view2.getInt32(12, true),
      y: view2.getInt32(16, true),
      rings: view2.getUint32(20, true),
      vertices: view2.getUint32(24, true),
      classes: view2.getUint16(28, true)
    };
  }
  function reader(bytes, start) {
    let at3 = start;
    const take2 = (length) => {
      if (at3 + length > bytes.length) throw new RangeError("length");
      at3 += length;
      return bytes.subarray(at3 - length, at3);
    };
    const numbers3 = (count) => {
      const result = new Uint32Array(count);
      const planes2 = take2(1)[0];
      if (planes2 > 4) throw new RangeError("planes");
      for (let shift = 0; shift < 8 * planes2; shift += 8) {
        const plane = take2(count);
        for (let i = 0; i < count; i += 1) result[i] |= plane[i] << shift;
      }
      return result;
    };
    const signed = (count) => {
      const result = new Int32Array(numbers3(count).buffer);
      for (let i = 0; i < count; i += 1) result[i] = result[i] >>> 1 ^ -(result[i] & 1);
      return result;
    };
    return { take: take2, numbers: numbers3, signed, atEnd: () => at3 === bytes.length };
  }
  var bit = (bits, i) => bits[i >> 3] >> (i & 7) & 1;
  function ringRanges(from, head) {
    const ringOf = new Uint32Array(head.count + 1);
    let holes = null;
    if (head.flagged) {
      const flags = from.take(head.count + 7 >> 3);
      let flagged = 0;
      for (let i = 0; i < head.count; i += 1) flagged += bit(flags, i);
      const counts2 = from.numbers(flagged);
      let next = 0;
      for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = ringOf[i] + (bit(flags, i) ? counts2[next++] : 1);
      holes = from.take(head.rings + 7 >> 3).slice();
    } else {
      for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = i + 1;
    }
    return { ringOf, holes };
  }
  function ringStarts(from, head) {
    const starts = new Uint32Array(head.rings + 1);
    const sizes = head.kind === 0 ? null : from.numbers(head.rings);
    for (let ring = 0; ring < head.rings; ring += 1) starts[ring + 1] = starts[ring] + (sizes ? sizes[ring] : 1);
    return starts;
  }
  function coordinates(from, head, starts) {
    const firsts = [from.signed(head.rings), from.signed(head.rings)];
    const places = [];
    if (head.kind === 0) {
      places.push(...firsts.map((moves, axis) => summed(head, starts, moves, axis, [], moves)));
    } else {
      let four = 0;
      for (let ring = 0; ring < head.rings; ring += 1) four += Number(starts[ring + 1] - starts[ring] === 4);
      const fours = [];
      for (let vertex = 1; vertex < 4; vertex += 1) fours.push([from.signed(four), from.signed(four)]);
      const rest = head.vertices - head.rings - 3 * four;
      const others = [from.signed(rest), from.signed(rest)];
      places.push(
        ...firsts.map(
          (moves, axis) => summed(
            head,
            starts,
            moves,
            axis,
            fours.map((steps) => steps[axis]),
            others[axis]
          )
        )
      );
    }
    return { xs: places[0], ys: places[1] };
  }
  function summed(head, starts, firsts, axis, fours, others) {
    const list = new Int32Array(head.vertices);
    let first = axis ? head.y : head.x;
    let four = 0;
    let other = 0;
    for (let ring = 0; ring < head.rings; ring += 1) {
      const start = starts[ring];
      const end2 = starts[ring + 1];
      first += firsts[ring];
      list[start] = first;
      if (end2 - start === 4) {
        list[start + 1] = first + fours[0][four];
        list[start + 2] = list[start + 1] + fours[1][four];
        list[start + 3] = list[start + 2] + fours[2][four] - fours[0][four];
        four += 1;
      } else {
        for (let i = start + 1; i < end2; i += 1, other += 1) list[i] = list[i - 1] + others[other];
      }
    }
    return list;
  }
  function boxesOf(head, ringOf, starts, xs, ys) {
    const boxes = new Int32Array(4 * head.count);
    for (let asset = 0; asset < head.count; asset += 1) {
      let west = 2147483647;
      let north = 2147483647;
      let east = -2147483648;
      let south = -2147483648;
      const end2 = starts[ringOf[asset + 1]];
      for (let i = starts[ringOf[asset]]; i < end2; i += 1) {
        if (xs[i] < west) west = xs[i];
        if (xs[i] > east) east = xs[i];
        if (ys[i] < north) north = ys[i];
        if (ys[i] > south) south = ys[i];
      }
      boxes.set([west, north, east, south], 4 * asset);
    }
    return boxes;
  }
  function groupBoxes(boxes, count) {
    const groups = new Int32Array(4 * Math.ceil(count / BOX_BLOCK));
    for (let group3 = 0; 4 * group3 < groups.length; group3 += 1) {
      const box = [2147483647, 2147483647, -2147483648, -2147483648];
      const end2 = 4 * Math.min(count, (group3 + 1) * BOX_BLOCK);
      for (let i = 4 * group3 * BOX_BLOCK; i < end2; i += 4) {
        box[0] = Math.min(box[0], boxes[i]);
        box[1] = Math.min(box[1], boxes[i + 1]);
        box[2] = Math.max(box[2], boxes[i + 2]);
        box[3] = Math.max(box[3], boxes[i + 3]);
      }
      groups.set(box, 4 * group3);
    }
    return groups;
  }
  function block(bytes) {
    const head = header(bytes);
    const from = reader(bytes, HEADER);
    const classes2 = [];
    for (let i = 0; i < head.classes; i += 1) classes2.push(from.take(head.count).slice());
    const kinds = head.kind === MIXED ? from.take(head.count).slice() : new Uint8Array(head.count).fill(head.kind);
    const { ringOf, holes } = ringRanges(from, head);
    const starts = ringStarts(from, head);
    if (ringOf[head.count] !== head.rings || starts[head.rings] !== head.vertices) throw new RangeError("counts");
    const { xs, ys } = coordinates(from, head, starts);
    if (!from.atEnd()) throw new RangeError("length");
    const boxes = boxesOf(head, ringOf, starts, xs, ys);
    return {
      bits: head.bits,
      count: head.count,
      first: head.first,
      classes: classes2,
      kinds,
      ringOf,
      holes,
      starts,
      xs,
      ys,
      boxes,
      groups: groupBoxes(boxes, head.count)
    };
  }

  // layer/columns.js
  var NONE = 1;
  var SOME = 2;
  var STEPS = 128;
  var utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  function planes(bytes, start, count, number) {
    const values2 = new Array(count).fill(0);
    let scale = 1;
    for (let plane = 0; plane < number; plane += 1, scale *= 256) {
      const at3 = start + plane * count;
      for (let i = 0; i < count; i += 1) values2[i] += bytes[at3 + i] * scale;
    }
    return values2;
  }
  var unescaped = (line) => line.includes("\\") ? line.replace(/\\(.)/g, (_, mark3) => mark3 === "n" ? "\n" : mark3) : line;
  function texts(bytes, view2, count) {
    const length = view2.getUint32(0, true);
    const words = utf8.decode(bytes.subarray(4, 4 + length)).split("\n").map(unescaped);
    return planes(bytes, 4 + length, count, 2).map((code) => words[code]);
  }
  function numbers(bytes, view2, count, decimals) {
    const base = view2.getFloat64(0, true);
    const number = view2.getUint8(8);
    const power = 10 ** decimals;
    if (number < STEPS) return planes(bytes, 9, count, number).map((rest) => (base + rest) / power);
    let value = base;
    return planes(bytes, 9, count, number - STEPS).map((step) => {
      value += step % 2 ? -(step + 1) / 2 : step / 2;
      return value / power;
    });
  }
  function ids(bytes, count, column2) {
    const many = column2.dictionary.length > 1;
    const prefixes = many ? planes(bytes, 0, count, 1) : new Array(count).fill(0);
    const start = many ? count : 0;
    const rest = bytes.subarray(start);
    const whole2 = numbers(rest, new DataView(rest.buffer, rest.byteOffset), count, 0);
    return whole2.map((digits, i) => column2.dictionary[prefixes[i]] + String(digits).padStart(column2.decimals, "0"));
  }
  function floats(bytes, count) {
    const turned = new Uint8Array(8 * count);
    for (let plane = 0; plane < 8; plane += 1) {
      for (let i = 0; i < count; i += 1) turned[8 * i + plane] = bytes[plane * count + i];
    }
    const view2 = new DataView(turned.buffer);
    return Array.from({ length: count }, (_, i) => view2.getFloat64(8 * i, true));
  }
  function known(bytes, count, column2) {
    const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (column2.way === "words") {
      const wide = column2.dictionary.length <= 256 ? 1 : 2;
      return planes(bytes, 0, count, wide).map((code) => column2.dictionary[code]);
    }
    if (column2.way === "text") return texts(bytes, view2, count);
    if (column2.way === "id") return ids(bytes, count, column2);
    return column2.way === "float" ? floats(bytes, count) : numbers(bytes, view2, count, column2.decimals);
  }
  function values(bytes, count, column2) {
    if (bytes[0] === NONE) return new Array(count).fill(null);
    if (bytes[0] !== SOME) return known(bytes.subarray(1), count, column2);
    const flags = bytes.subarray(1, 1 + (count + 7 >> 3));
    const has = Array.from({ length: count }, (_, i) => bit(flags, i));
    const present = known(
      bytes.subarray(1 + flags.length),
      has.reduce((sum, flag) => sum + flag, 0),
      column2
    );
    let next = 0;
    return has.map((flag) => flag ? present[next++] : null);
  }
  function one(bytes, count, columns, name) {
    const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at3 = 0;
    for (const column2 of columns) {
      const length = view2.getUint32(at3, true);
      if (column2.name === name) return values(bytes.subarray(at3 + 4, at3 + 4 + length), count, column2);
      at3 += 4 + length;
    }
    throw new RangeError(`no column ${name}`);
  }
  function group(bytes, count, columns) {
    const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const byName = /* @__PURE__ */ Object.create(null);
    let at3 = 0;
    for (const column2 of columns) {
      const length = view2.getUint32(at3, true);
      byName[column2.name] = values(bytes.subarray(at3 + 4, at3 + 4 + length), count, column2);
      at3 += 4 + length;
    }
    if (at3 !== bytes.length) throw new RangeError("length");
    return byName;
  }

  // layer/hit.js
  var POINT = 0;
  var AREA = 2;
  function segmentDistance(x, y, x1, y1, x2, y2) {
    const dx = x2 - x1;
    const dy = y2 - y1;
    const length = dx * dx + dy * dy;
    const along = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
    return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
  }
  function windings(block3, ring, x, y) {
    const { xs, ys, starts } = block3;
    const end2 = starts[ring + 1];
    let turns = 0;
    for (let i = starts[ring], j = end2 - 1; i < end2; j = i, i += 1) {
      const up = ys[j] <= y && ys[i] > y;
      const down = ys[j] > y && ys[i] <= y;
      if (up || down) {
        const side = (xs[i] - xs[j]) * (y - ys[j]) - (x - xs[j]) * (ys[i] - ys[j]);
        if (up && side > 0) turns += 1;
        if (down && side < 0) turns -= 1;
      }
    }
    return turns;
  }
  function area(block3, asset) {
    const { xs, ys, starts, ringOf } = block3;
    let sum = 0;
    for (let ring = ringOf[asset]; ring < ringOf[asset + 1]; ring += 1) {
      const start = starts[ring];
      const end2 = starts[ring + 1];
      for (let i = start, j = end2 - 1; i < end2; j = i, i += 1) {
        sum += (xs[j] - xs[start]) * (ys[i] - ys[start]) - (xs[i] - xs[start]) * (ys[j] - ys[start]);
      }
    }
    return Math.abs(sum) / 2;
  }
  function distance(block3, asset, x, y) {
    const { xs, ys, starts, ringOf, kinds } = block3;
    const kind = kinds[asset];
    let away = Infinity;
    let turns = 0;
    for (let ring = ringOf[asset]; ring < ringOf[asset + 1]; ring += 1) {
      const start = starts[ring];
      const end2 = starts[ring + 1];
      if (kind === AREA) turns += windings(block3, ring, x, y);
      if (end2 - start === 1) away = Math.min(away, Math.hypot(x - xs[start], y - ys[start]));
      for (let i = start + 1; i < end2; i += 1)
        away = Math.min(away, segmentDistance(x, y, xs[i - 1], ys[i - 1], xs[i], ys[i]));
      if (kind === AREA) away = Math.min(away, segmentDistance(x, y, xs[end2 - 1], ys[end2 - 1], xs[start], ys[start]));
    }
    return kind === AREA && turns !== 0 ? 0 : away;
  }
  function near(blocks, [west, north, east, south], reach, visit) {
    for (const block3 of blocks) {
      const { groups, boxes } = block3;
      for (let g = 0; g < groups.length; g += 4) {
        if (groups[g] > east + reach || groups[g + 2] < west - reach || groups[g + 1] > south + reach || groups[g + 3] < north - reach)
          continue;
        const first = g / 4 * BOX_BLOCK;
        const end2 = Math.min(block3.count, first + BOX_BLOCK);
        for (let asset = first, b = 4 * first; asset < end2; asset += 1, b += 4) {
          if (boxes[b] <= east + reach && boxes[b + 2] >= west - reach && boxes[b + 1] <= south + reach && boxes[b + 3] >= north - reach)
            visit(block3, asset);
        }
      }
    }
  }
  function at(blocks, x, y, { reach, drawn, passes }) {
    let best = null;
    const wide = Math.max(reach, drawn(POINT), drawn(1));
    near(blocks, [x, y, x, y], wide, (block3, asset) => {
      if (!passes(block3, asset)) return;
      const kind = block3.kinds[asset];
      const away = distance(block3, asset, x, y);
      const direct = away <= (kind === AREA ? 0 : drawn(kind));
      if (!direct && away > reach) return;
      const size = kind === AREA ? area(block3, asset) : away;
      const rank = direct ? [0, kind, size] : [1, away, size];
      if (best === null || before(rank, best.rank)) best = { rank, index: block3.first + asset };
    });
    return (
      /** @type {{ index: number } | null} */
      best?.index ?? null
    );
  }
  function before(a, b) {
    for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] < b[i];
    return false;
  }

  // layer/tiles.js
  var POINT2 = 0;
  var LINE = 1;
  var SMALL = 3;
  var FLUSH = 64;
  var DISCS_FROM = 14;
  var ICONS_FROM = 15;
  var OUTLINE_FROM = 17;
  var CASING_FROM = 18;
  var HATCH = 8;
  var CELL = 32;
  var MOST_IN_CELL = 3;
  var BUCKETS = 10;
  var [WHITE, DARK, GREY] = ["#ffffff", "#1f2937", "#3d4552"];
  var FINE = 0.4;
  var crowdedRadius = (zoom) => Math.min(3 + (zoom - DISCS_FROM) / 2, 5);
  function pointRadius(zoom, icon) {
    if (zoom < DISCS_FROM) return zoom < 11 ? 1 : 2;
    return icon && zoom >= ICONS_FROM ? Math.min(zoom - 7, 11) : crowdedRadius(zoom) + (zoom < ICONS_FROM ? 0 : 1);
  }
  var lineWidth = (zoom) => zoom < 13 ? 0.8 : zoom < 16 ? 1.5 : zoom < 17 ? 2.5 : 4;
  function newCanvas(size) {
    if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(size, size);
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    return canvas;
  }
  var brushOf = (canvas) => (
    /** @type {Brush} */
    canvas.getContext("2d", { willReadFrequently: true })
  );
  function hatched(brush, colour2, step = HATCH) {
    const tile = newCanvas(HATCH);
    const pen = brushOf(tile);
    pen.fillStyle = "#f4f5f7";
    pen.fillRect(0, 0, HATCH, HATCH);
    pen.strokeStyle = colour2;
    pen.lineWidth = 1.6;
    pen.beginPath();
    for (let shift = -HATCH; shift <= HATCH; shift += step) {
      pen.moveTo(shift - 1, HATCH + 1);
      pen.lineTo(shift + HATCH + 1, -1);
    }
    pen.stroke();
    return (
      /** @type {CanvasPattern} */
      brush.createPattern(tile, "repeat")
    );
  }
  function rgb(colour2) {
    return [1, 3, 5].map((place2) => parseInt(colour2.slice(place2, place2 + 2), 16));
  }
  var pixel = (colour2, alpha) => {
    const [red, green, blue] = rgb(colour2);
    return (Math.round(255 * alpha) << 24 | blue << 16 | green << 8 | red) >>> 0;
  };
  function form(radius, noData) {
    const reach = Math.round(radius * (noData ? 1.3 : 1));
    const away = noData ? (dx, dy) => Math.abs(dx) + Math.abs(dy) : Math.hypot;
    const pixels = [];
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) {
        const far = away(dx, dy);
        if (far <= reach + 0.3) pixels.push({ dx, dy, isEdge: far > reach - Math.max(0.55, radius / 4) });
      }
    }
    return pixels;
  }
  var sheets = {};
  function sheetOf(name, size) {
    if (sheets[name]?.canvas.width !== size) sheets[name] = brushOf(newCanvas(size));
    sheets[name].clearRect(0, 0, size, size);
    return sheets[name];
  }
  function dots(size, radius) {
    const colours = new Uint32Array(size * size);
    const ranks = new Uint8Array(size * size);
    const forms = [form(radius, false), form(radius, true)];
    let used = false;
    return {
      /** @param {number} x @param {number} y @param {Look} look */
      mark(x, y, look2) {
        const [left, top] = [Math.floor(x), Math.floor(y)];
        if (left >= 0 && top >= 0 && left < size && top < size && colours[top * size + left] === look2.core) return;
        for (const { dx, dy, isEdge } of forms[Number(look2.form === "diamond")]) {
          const column2 = left + dx;
          const row = top + dy;
          const i = row * size + column2;
          if (column2 < 0 || row < 0 || column2 >= size || row >= size || look2.rank < ranks[i]) continue;
          ranks[i] = look2.rank;
          colours[i] = isEdge ? look2.rim : look2.core;
          used = true;
        }
      },
      /** @param {Box} box @param {Look} look @param {number} side */
      stamp([west, north, east, south], { rank, small: colour2 }, side) {
        const left = Math.max(0, Math.floor(west));
        const top = Math.max(0, Math.floor(north));
        const right = Math.min(size, Math.max(Math.floor(west) + side, Math.ceil(east)));
        const bottom = Math.min(size, Math.max(Math.floor(north) + side, Math.ceil(south)));
        for (let y = top; y < bottom; y += 1) {
          for (let i = y * size + left, end2 = y * size + right; i < end2; i += 1) {
            if (rank >= ranks[i]) {
              ranks[i] = rank;
              colours[i] = colour2;
              used = true;
            }
          }
        }
      },
      /** @param {Brush} brush */
      onto(brush) {
        if (!used) return;
        const under = sheetOf("dots", size);
        under.putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), size, size), 0, 0);
        brush.drawImage(under.canvas, 0, 0);
      },
      isUsed: () => used
    };
  }
  function frame(job, bits) {
    const size = Math.round(job.size * job.ratio);
    const scale = 2 ** (job.z + 8 - bits) * (size / job.size);
    const x = job.x * size;
    const y = job.y * size;
    return { size, scale, x, y, box: [x / scale, y / scale, (x + size) / scale, (y + size) / scale] };
  }
  function each(block3, asset, at3, visit) {
    for (let ring = block3.ringOf[asset]; ring < block3.ringOf[asset + 1]; ring += 1) {
      visit(block3.xs[block3.starts[ring]] * at3.scale - at3.x, block3.ys[block3.starts[ring]] * at3.scale - at3.y);
    }
  }
  function sort(block3, at3, job, looks, small, lists) {
    const side = Math.max(1, Math.round(job.ratio));
    const discs = job.z >= DISCS_FROM;
    const cells = discs && block3.hasPoints;
    const edge = (cells ? lineWidth(job.z) / 2 + 3 : Math.max(pointRadius(job.z, true), lineWidth(job.z)) + 2) * job.ratio;
    const wide = cells ? (pointRadius(job.z, true) + 3 + CELL) * job.ratio : edge;
    near([block3], at3.box, wide / at3.scale, (_, asset) => {
      const code = block3.shown[asset];
      if (code === 0) return;
      const b = 4 * asset;
      const west = block3.boxes[b] * at3.scale - at3.x;
      const north = block3.boxes[b + 1] * at3.scale - at3.y;
      const east = block3.boxes[b + 2] * at3.scale - at3.x;
      const south = block3.boxes[b + 3] * at3.scale - at3.y;
      const kind = block3.kinds[asset];
      if (cells && kind !== POINT2 && (east < -edge || south < -edge || west > at3.size + edge || north > at3.size + edge))
        return;
      const look2 = looks[code - 1];
      if (kind === POINT2) {
        if (discs) lists.points[look2.rank].push(block3, asset);
        else each(block3, asset, at3, (x, y) => small.mark(x, y, look2));
      } else if (east - west < SMALL && south - north < SMALL) {
        small.stamp([west, north, east, south], look2, side);
      } else if (kind === LINE) {
        lists.lines[look2.rank].push(block3, asset);
      } else if (Math.max(east - west, south - north) > at3.size / 2) {
        lists.large.push({ block: block3, asset, size: (east - west) * (south - north), look: look2 });
      } else {
        const bucket = Math.floor(Math.log2(Math.max(east - west, south - north)));
        lists.areas[(BUCKETS - bucket) * looks.length + look2.rank].push(block3, asset);
      }
    });
  }
  function trace(brush, block3, ring, at3, closed) {
    const { xs, ys, starts } = block3;
    const end2 = starts[ring + 1];
    let x = xs[starts[ring]] * at3.scale - at3.x;
    let y = ys[starts[ring]] * at3.scale - at3.y;
    brush.moveTo(x, y);
    for (let i = starts[ring] + 1; i < end2; i += 1) {
      const nextX = xs[i] * at3.scale - at3.x;
      const nextY = ys[i] * at3.scale - at3.y;
      if (i < end2 - 1 && Math.abs(nextX - x) < FINE && Math.abs(nextY - y) < FINE) continue;
      x = nextX;
      y = nextY;
      brush.lineTo(x, y);
    }
    if (closed) brush.closePath();
  }
  var assetAt = (list, i) => (
    /** @type {[ShownBlock, number]} */
    [list[i], list[i + 1]]
  );
  function* shapes(brush, list, at3, closed, finish2) {
    let rings = 0;
    brush.beginPath();
    for (let i = 0; i < list.length; i += 2) {
      const [block3, asset] = assetAt(list, i);
      for (let ring = block3.ringOf[asset]; ring < block3.ringOf[asset + 1]; ring += 1) {
        trace(brush, block3, ring, at3, closed);
        rings += 1;
      }
      if (rings >= FLUSH || i + 2 === list.length) {
        finish2();
        brush.beginPath();
        rings = 0;
        yield;
      }
    }
  }
  function filler(brush, look2, job) {
    const near3 = job.z >= OUTLINE_FROM;
    let fill = look2.no_data ? null : look2.form !== "ring" ? look2.colour : near3 ? WHITE : look2.thin;
    const alpha = look2.form === "ring" ? near3 ? 0.6 : 0.3 : near3 ? 1 : 0.8;
    return () => {
      fill ?? (fill = hatched(brush, look2.ink));
      brush.fillStyle = fill;
      brush.globalAlpha = alpha;
      brush.fill("nonzero");
      brush.globalAlpha = 1;
      if (!near3) return;
      brush.lineJoin = "round";
      for (
        const [width, colour2] of
        /** @type {[number, string][]} */
        [
          [3, look2.casing],
          [1, look2.edge]
        ]
      ) {
        if (width > 1 && job.z < CASING_FROM) continue;
        brush.lineWidth = width * job.ratio;
        brush.strokeStyle = colour2;
        brush.stroke();
      }
    };
  }
  function liner(brush, look2, job) {
    const hollow = look2.form === "ring";
    const width = lineWidth(job.z) * job.ratio * (hollow ? 0.5 : 1);
    const near3 = job.z >= OUTLINE_FROM;
    const strokes = hollow ? [
      ...near3 ? [
        /** @type {[number, string]} */
        [width + 3 * job.ratio, look2.casing]
      ] : [],
      [width, near3 ? look2.edge : look2.thin]
    ] : [
      ...near3 ? (
        /** @type {[number, string][]} */
        [
          [width + 4 * job.ratio, look2.casing],
          [width + 2 * job.ratio, look2.edge]
        ]
      ) : [],
      [width, near3 ? look2.colour : look2.thin]
    ];
    return () => {
      brush.lineJoin = "round";
      brush.globalAlpha = near3 ? 1 : hollow ? 0.6 : 0.9;
      strokes.forEach(([size, colour2], place2) => {
        brush.lineWidth = size;
        brush.strokeStyle = colour2;
        if (look2.no_data && place2 === strokes.length - 1) brush.setLineDash([5 * job.ratio, 4 * job.ratio]);
        brush.stroke();
      });
      brush.setLineDash([]);
      brush.globalAlpha = 1;
    };
  }
  function crowds(lists, at3, cell) {
    const across2 = Math.ceil(at3.size / cell) + 2;
    const counts2 = new Uint16Array(across2 * across2);
    const cellOf = (x, y) => {
      const column2 = Math.floor(x / cell) + 1;
      const row = Math.floor(y / cell) + 1;
      return column2 < 0 || row < 0 || column2 >= across2 || row >= across2 ? -1 : row * across2 + column2;
    };
    for (const list of lists) {
      for (let i = 0; i < list.length; i += 2) {
        each(...assetAt(list, i), at3, (x, y) => {
          const place2 = cellOf(x, y);
          if (place2 >= 0) counts2[place2] += 1;
        });
      }
    }
    return (x, y) => {
      const place2 = cellOf(x, y);
      return place2 < 0 || counts2[place2] > MOST_IN_CELL;
    };
  }
  function sprite(look2, radius, ratio, icon) {
    const half = Math.ceil(radius * (look2.form === "diamond" ? 1.3 : 1) + 2.5 * ratio);
    const canvas = newCanvas(2 * half);
    const brush = brushOf(canvas);
    symbol(brush, half, half, radius, ratio, look2, icon);
    return canvas;
  }
  function symbol(brush, x, y, radius, ratio, look2, icon) {
    for (
      const [reach, fill] of
      /** @type {[number, string | CanvasPattern][]} */
      [
        [radius + 2 * ratio, look2.casing],
        [radius + ratio, look2.edge],
        [radius, look2.no_data && look2.form === "disc" ? hatched(brush, look2.ink, HATCH / 2) : look2.colour]
      ]
    ) {
      brush.beginPath();
      mark(brush, x, y, reach, look2.form === "diamond");
      brush.fillStyle = fill;
      brush.fill();
    }
    if (icon) {
      const size = radius * (look2.form === "diamond" ? 1.2 : 1.4);
      brush.translate(x - size / 2, y - size / 2);
      brush.scale(size / 15, size / 15);
      if (look2.no_data && look2.form === "disc") {
        brush.lineWidth = 3;
        brush.lineJoin = "round";
        brush.strokeStyle = "#f4f5f7";
        brush.stroke(icon);
      }
      brush.fillStyle = look2.icon;
      brush.fill(icon);
      brush.setTransform(1, 0, 0, 1, 0, 0);
    }
  }
  function* crowded(list, look2, at3, isCrowded, small) {
    for (let i = 0; i < list.length; i += 2) {
      each(...assetAt(list, i), at3, (x, y) => {
        if (isCrowded(x, y)) small.mark(x, y, look2);
      });
      if (i % (64 * FLUSH) === 0) yield;
    }
  }
  function* marks(brush, list, look2, at3, job, isCrowded, icons) {
    const radius = (icon) => job.ratio * (icon === -2 ? crowdedRadius(job.z) : pointRadius(job.z, icon >= 0));
    const sprites = /* @__PURE__ */ new Map();
    function spriteOf(icon) {
      let found = sprites.get(icon);
      if (!found) {
        found = sprite(look2, radius(icon), job.ratio, icon < 0 || !icons ? null : icons.shapes[icon]);
        sprites.set(icon, found);
      }
      return found;
    }
    for (let i = 0; i < list.length; i += 2) {
      const [block3, asset] = assetAt(list, i);
      const icon = job.z < ICONS_FROM || !icons ? -1 : icons.of(block3, asset);
      each(block3, asset, at3, (x, y) => {
        const hasRoom = !isCrowded(x, y);
        if (!hasRoom && job.z < OUTLINE_FROM) return;
        const image = spriteOf(hasRoom ? icon : -2);
        brush.drawImage(image, Math.round(x - image.width / 2), Math.round(y - image.height / 2));
      });
      if (i % (16 * FLUSH) === 0) yield;
    }
  }
  function mark(brush, x, y, radius, isDiamond) {
    const reach = radius * (isDiamond ? 1.3 : 1);
    brush.moveTo(x + reach, y);
    if (!isDiamond) {
      brush.arc(x, y, radius, 0, 2 * Math.PI);
      return;
    }
    brush.lineTo(x, y + reach);
    brush.lineTo(x - reach, y);
    brush.lineTo(x, y - reach);
    brush.closePath();
  }
  function across(brush, text, size, ratio) {
    brush.save();
    brush.translate(size / 2, size / 2);
    brush.rotate(-Math.PI / 7);
    brush.font = `700 ${Math.round(21 * ratio)}px system-ui, sans-serif`;
    brush.textAlign = "center";
    brush.lineWidth = 3 * ratio;
    brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
    brush.fillStyle = "rgba(122, 20, 32, 0.5)";
    brush.strokeText(text, 0, 0);
    brush.fillText(text, 0, 0);
    brush.restore();
  }
  function* paint(blocks, job, looks, text, icons = null) {
    const ordered = [...looks].sort((a, b) => a.rank - b.rank);
    const lists = { areas: [], lines: [], points: [], large: [] };
    for (const { rank } of ordered) {
      lists.lines[rank] = [];
      lists.points[rank] = [];
    }
    for (let i = 0; i < (BUCKETS + 1) * looks.length; i += 1) lists.areas[i] = [];
    const at3 = frame(job, blocks.length ? blocks[0].bits : 28);
    const small = dots(at3.size, (job.z < DISCS_FROM ? pointRadius(job.z, false) : crowdedRadius(job.z)) * job.ratio);
    for (const block3 of blocks) {
      sort(block3, at3, job, looks, small, lists);
      yield;
    }
    const isCrowded = crowds(lists.points, at3, CELL * job.ratio);
    if (job.z < OUTLINE_FROM) {
      for (const look2 of ordered) yield* crowded(lists.points[look2.rank], look2, at3, isCrowded, small);
    }
    const listed = [...lists.areas, ...lists.lines, ...lists.points, lists.large].some((list) => list?.length);
    if (!text && !small.isUsed() && !listed) return null;
    const brush = sheetOf("tile", at3.size);
    lists.large.sort((a, b) => b.size - a.size);
    for (const { block: block3, asset, look: look2 } of lists.large)
      yield* shapes(brush, [block3, asset], at3, true, filler(brush, look2, job));
    for (let i = 0; i < lists.areas.length; i += 1) {
      yield* shapes(brush, lists.areas[i], at3, true, filler(brush, ordered[i % looks.length], job));
    }
    for (const look2 of ordered) yield* shapes(brush, lists.lines[look2.rank], at3, false, liner(brush, look2, job));
    small.onto(brush);
    for (const look2 of ordered) {
      if (lists.points[look2.rank].length) {
        yield* marks(brush, lists.points[look2.rank], look2, at3, job, isCrowded, icons);
      }
    }
    if (text) across(brush, text, at3.size, job.ratio);
    return brush.canvas;
  }
  function look(style) {
    const hollow = style.form === "ring";
    const parts = rgb(style.colour);
    const light = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
    const darker = (share) => `#${parts.map(
      (part) => Math.round(part * share).toString(16).padStart(2, "0")
    ).join("")}`;
    const thin = hollow ? "#8a94a3" : light > 0.8 ? darker(0.8) : style.colour;
    const edge = hollow ? GREY : DARK;
    const strong = hollow ? 0.4 : 0.9;
    return {
      ...style,
      ink: light > 0.7 ? darker(0.54) : style.colour,
      icon: hollow ? GREY : style.no_data || light > 0.45 ? DARK : WHITE,
      edge,
      casing: WHITE,
      thin,
      small: pixel(thin, strong),
      core: pixel(style.colour, strong),
      // a pale mark has a dark edge, a dark mark a white edge
      rim: hollow ? pixel(GREY, 0.5) : pixel(light > 0.5 ? darker(0.6) : WHITE, 0.8)
    };
  }

  // layer/store.js
  var BLOCK = 65536;
  function open2(name, head, settled) {
    let resolved = () => {
    };
    const whole2 = new Promise((resolve) => {
      resolved = resolve;
    });
    const store = {
      name,
      head,
      whole: whole2,
      blocks: [],
      pieces: { columns: [], sought: [] },
      dictionary: "",
      opened: /* @__PURE__ */ new Map(),
      named: /* @__PURE__ */ new Map(),
      numbers: /* @__PURE__ */ new Map(),
      searched: null,
      missing: 0,
      colour: head.colour_by,
      filters: {},
      looks: [],
      icons: iconsOf(head),
      mark: head.mark,
      settled: false,
      ended: false,
      busy: 0,
      waiting: [],
      settle(state) {
        resolved(state);
        settled(state);
      }
    };
    colour(store, head.colour_by);
    return store;
  }
  function view(name, shared, settled) {
    const store = Object.assign(Object.create(shared), { name, blocks: [], filters: {}, settled: false, waiting: [] });
    colour(store, shared.head.colour_by);
    store.whole = shared.whole.then((state) => {
      store.blocks = shared.blocks.map((block3) => shownBlock(store, block3));
      store.settled = true;
      settled(state);
      return state;
    });
    return store;
  }
  function shownBlock(store, block3) {
    const drawn = { ...block3, shown: new Uint8Array(block3.count), hasPoints: block3.kinds.includes(0) };
    show(store, drawn);
    return drawn;
  }
  async function take(store, number, text) {
    const part = store.head.parts[number];
    if (!part || part.taken) return;
    part.taken = true;
    if (part.kind !== "blocks") {
      if (part.kind === "dictionary") store.dictionary = text;
      else store.pieces[part.kind][part.first / BLOCK] = text.trim().split(/\s+/);
      return;
    }
    store.busy += 1;
    try {
      const block3 = block(await open(text));
      if (block3.count !== part.count || block3.first !== part.first || block3.classes.length !== store.head.classes.length) {
        throw new RangeError("block");
      }
      store.blocks[part.first / BLOCK] = shownBlock(store, block3);
    } catch (fault) {
      part.fault = String(fault);
    }
    store.busy -= 1;
    finish(store);
  }
  function finish(store) {
    const parts = store.head.parts.filter((part) => part.kind === "blocks");
    if (store.settled || store.busy || !(store.ended || parts.every((part) => part.taken))) return;
    store.settled = true;
    const lost = parts.filter((part) => part.fault || !part.taken);
    store.blocks = store.blocks.filter(Boolean);
    store.missing = lost.reduce((sum, part) => sum + part.count, 0);
    store.settle({ assets: store.head.count, missing: store.missing });
  }
  function end(store) {
    store.ended = true;
    finish(store);
  }
  var place = (store, name) => {
    const index = store.head.classes.indexOf(name);
    if (index < 0) throw new RangeError(`no class ${name}`);
    return index;
  };
  function bytesOf(store, block3, name) {
    const high = store.head.classes.indexOf(`${name}-high`);
    return { low: block3.classes[place(store, name)], high: high < 0 ? null : block3.classes[high] };
  }
  function show(store, block3) {
    const codes2 = block3.classes[place(store, store.colour)];
    const count = store.head.styles[store.colour].length;
    for (let i = 0; i < block3.count; i += 1) block3.shown[i] = codes2[i] < count ? codes2[i] + 1 : 0;
    for (const [name, allowed2] of Object.entries(store.filters)) {
      const { low, high } = bytesOf(store, block3, name);
      for (let i = 0; i < block3.count; i += 1) if (!allowed2[low[i] + (high ? 256 * high[i] : 0)]) block3.shown[i] = 0;
    }
  }
  function colour(store, name) {
    place(store, name);
    if (!store.head.styles[name]) throw new RangeError(`no style ${name}`);
    store.colour = name;
    store.looks = store.head.styles[name].map(look);
    store.blocks.forEach((block3) => show(store, block3));
  }
  function iconsOf({ icons, classes: classes2 }) {
    if (!icons) return null;
    const [low, high] = [icons.by, `${icons.by}-high`].map((name) => name === null ? -1 : classes2.indexOf(name));
    return {
      shapes: icons.paths.map((path) => new Path2D(path)),
      of: ({ classes: classes3 }, asset) => icons.of[low < 0 ? 0 : classes3[low][asset] + (high < 0 ? 0 : 256 * classes3[high][asset])]
    };
  }
  function allowed(store, wanted) {
    const filters = /* @__PURE__ */ Object.create(null);
    for (const [name, codes2] of Object.entries(wanted || {})) {
      place(store, name);
      if (codes2 === null) continue;
      filters[name] = new Uint8Array(store.head.classes.includes(`${name}-high`) ? 65536 : 256);
      for (const code of codes2) filters[name][code] = 1;
    }
    return filters;
  }
  function filter(store, wanted) {
    store.filters = allowed(store, wanted);
    store.blocks.forEach((block3) => show(store, block3));
  }
  async function counts(store, name, wanted) {
    const counted = new Array(store.head.classes.includes(`${name}-high`) ? 65536 : 256).fill(0);
    await each2(store, name, wanted, (code) => {
      counted[code] += 1;
    });
    return counted;
  }
  async function codes(store, name, wanted) {
    const list = new Array(store.head.count).fill(null);
    await each2(store, name, wanted, (code, index) => {
      list[index] = code;
    });
    return list;
  }
  async function each2(store, name, wanted, visit) {
    await store.whole;
    const passing = Object.entries(wanted ? allowed(store, wanted) : store.filters);
    for (const block3 of store.blocks) {
      const { low: lows, high: highs } = bytesOf(store, block3, name);
      const stays = new Uint8Array(block3.count).fill(1);
      for (const [other, chosen] of passing) {
        const { low, high } = bytesOf(store, block3, other);
        for (let i = 0; i < block3.count; i += 1) if (!chosen[low[i] + (high ? 256 * high[i] : 0)]) stays[i] = 0;
      }
      for (let i = 0; i < block3.count; i += 1) {
        if (stays[i]) visit(lows[i] + (highs ? 256 * highs[i] : 0), block3.first + i);
      }
    }
  }

  // layer/figures.js
  var GROUP = 4096;
  var KEPT = 8;
  async function dictionaries(store) {
    store.words ?? (store.words = open(store.dictionary).then((bytes) => JSON.parse(new TextDecoder().decode(bytes))));
    const words = await store.words;
    return (family) => store.head.columns[family].map((column2, i) => ({ ...column2, dictionary: words[family][i] }));
  }
  var pieceOf = (store, family, number) => store.pieces[family][Math.floor(number * GROUP / BLOCK)][number % (BLOCK / GROUP)];
  var countOf = (store, number) => Math.min(GROUP, store.head.count - number * GROUP);
  async function group2(store, family, number) {
    const list = (await dictionaries(store))(family);
    return group(await open(pieceOf(store, family, number)), countOf(store, number), list);
  }
  async function one2(store, family, number, name) {
    const list = (await dictionaries(store))(family);
    return one(await open(pieceOf(store, family, number)), countOf(store, number), list, name);
  }
  async function whole(store, number) {
    if (!(number >= 0 && number * GROUP < store.head.count)) return null;
    if (!store.opened.has(number)) {
      const families = (
        /** @type {Family[]} */
        ["columns", "sought"].filter(
          (family) => store.head.columns[family].length
        )
      );
      store.opened.set(number, Promise.all(families.map((family) => group2(store, family, number))));
      const [oldest] = store.opened.keys();
      if (store.opened.size > KEPT) store.opened.delete(oldest);
    }
    const groups = Object.assign(/* @__PURE__ */ Object.create(null), ...await store.opened.get(number) ?? []);
    return Object.fromEntries(store.head.order.map((name) => [name, groups[name]]));
  }
  async function attributes(store, index) {
    const columns = await whole(store, Math.floor(index / GROUP));
    const at3 = index % GROUP;
    if (!columns || index >= store.head.count) return null;
    return Object.fromEntries(Object.entries(columns).map(([name, values2]) => [name, values2[at3]]));
  }
  function column(store, name) {
    let numbers3 = store.numbers.get(name);
    if (!numbers3) {
      numbers3 = readColumn(store, name);
      store.numbers.set(name, numbers3);
      const [oldest] = store.numbers.keys();
      if (store.numbers.size > KEPT) store.numbers.delete(oldest);
    }
    return numbers3;
  }
  async function readColumn(store, name) {
    await store.whole;
    const numbers3 = new Float64Array(store.head.count).fill(Number.NaN);
    for (let first = 0; first < numbers3.length; first += GROUP) {
      const values2 = await one2(store, "columns", first / GROUP, name);
      values2.forEach((value, i) => {
        if (value !== null) numbers3[first + i] = Number(value);
      });
    }
    return numbers3;
  }
  async function sums(store, names, by, wanted, also = null) {
    const passing = await codes(store, by, wanted);
    const needed = also === null ? null : await column(store, also);
    const found = {};
    for (const name of names) {
      const numbers3 = await column(store, name);
      found[name] = { sum: 0, assets: 0 };
      for (let i = 0; i < numbers3.length; i += 1) {
        if (passing[i] === null || Number.isNaN(numbers3[i]) || needed && Number.isNaN(needed[i])) continue;
        found[name].sum += numbers3[i];
        found[name].assets += 1;
      }
    }
    return found;
  }
  async function labels(store, indexes) {
    await store.whole;
    const numbers3 = [...new Set(indexes.map((index) => Math.floor(index / GROUP)))];
    const groups = new Map(
      await Promise.all(numbers3.map(async (number) => (
        /** @type {const} */
        [number, await sought(store, number)]
      )))
    );
    return indexes.map((index) => {
      const columns = Object.values(groups.get(Math.floor(index / GROUP)) ?? {});
      return columns.map((values2) => values2[index % GROUP]).find((text) => text !== null) ?? null;
    });
  }
  function sought(store, number) {
    let values2 = store.named.get(number);
    if (!values2) {
      values2 = group2(store, "sought", number);
      store.named.set(number, values2);
    }
    return values2;
  }

  // layer/abbreviations.js
  var ABBREVIATIONS = {
    id: {
      // schools
      paud: "pendidikan anak usia dini",
      kb: "kelompok bermain",
      tk: "taman kanak kanak",
      sd: "sekolah dasar",
      sdn: "sekolah dasar negeri",
      sdit: "sekolah dasar islam terpadu",
      smp: "sekolah menengah pertama",
      smpn: "sekolah menengah pertama negeri",
      sma: "sekolah menengah atas",
      sman: "sekolah menengah atas negeri",
      smk: "sekolah menengah kejuruan",
      smkn: "sekolah menengah kejuruan negeri",
      slb: "sekolah luar biasa",
      slbn: "sekolah luar biasa negeri",
      mi: "madrasah ibtidaiyah",
      min: "madrasah ibtidaiyah negeri",
      mts: "madrasah tsanawiyah",
      mtsn: "madrasah tsanawiyah negeri",
      ma: "madrasah aliyah",
      man: "madrasah aliyah negeri",
      ponpes: "pondok pesantren",
      univ: "universitas",
      // health
      rs: "rumah sakit",
      rsu: "rumah sakit umum",
      rsud: "rumah sakit umum daerah",
      rsup: "rumah sakit umum pusat",
      rsi: "rumah sakit islam",
      rsia: "rumah sakit ibu dan anak",
      rsj: "rumah sakit jiwa",
      rsgm: "rumah sakit gigi dan mulut",
      pkm: "puskesmas",
      pustu: "puskesmas pembantu",
      // places
      jl: "jalan",
      jln: "jalan",
      gg: "gang",
      kel: "kelurahan",
      kec: "kecamatan",
      ds: "desa",
      dsn: "dusun",
      kab: "kabupaten",
      perum: "perumahan",
      komp: "kompleks",
      jemb: "jembatan",
      // offices and services
      bpbd: "badan penanggulangan bencana daerah",
      damkar: "pemadam kebakaran",
      dinkes: "dinas kesehatan",
      disdik: "dinas pendidikan",
      dishub: "dinas perhubungan",
      dpu: "dinas pekerjaan umum",
      pdam: "perusahaan daerah air minum",
      polsek: "kepolisian sektor",
      polres: "kepolisian resor",
      koramil: "komando rayon militer",
      spbu: "stasiun pengisian bahan bakar umum",
      tpa: "tempat pemrosesan akhir",
      tps: "tempat penampungan sementara",
      tpu: "tempat pemakaman umum"
    },
    en: {
      rd: "road",
      ave: "avenue",
      hosp: "hospital",
      elem: "elementary",
      dept: "department"
    }
  };
  var STATE_SCHOOLS = /* @__PURE__ */ new Set(["sd", "smp", "sma", "smk", "slb", "mi", "mts", "ma"]);
  var SAME = [
    ["sekolah", "school"],
    ["taman kanak kanak", "kindergarten"],
    ["sekolah dasar", "elementary school", "primary school"],
    ["sekolah menengah pertama", "junior high school"],
    ["sekolah menengah atas", "senior high school", "high school"],
    ["sekolah menengah kejuruan", "vocational school"],
    ["universitas", "kampus", "university", "campus"],
    ["perpustakaan", "library"],
    ["rumah sakit", "hospital"],
    ["puskesmas", "pusat kesehatan masyarakat", "health centre", "health center"],
    ["klinik", "clinic"],
    ["apotek", "apotik", "pharmacy"],
    ["tempat ibadah", "place of worship"],
    ["masjid", "mesjid", "mosque"],
    ["musala", "mushola", "musholla", "mushalla", "prayer house"],
    ["gereja", "church"],
    ["vihara", "wihara", "buddhist temple"],
    ["kelenteng", "klenteng", "chinese temple"],
    ["pura", "hindu temple"],
    ["kantor", "office"],
    ["kantor pemerintah", "government office"],
    ["balai kota", "city hall"],
    ["pemadam kebakaran", "pos pemadam", "fire station"],
    ["polisi", "kepolisian", "police"],
    ["pasar", "market"],
    ["toko", "shop", "store"],
    ["gudang", "warehouse"],
    ["pabrik", "factory"],
    ["rumah", "house"],
    ["gedung", "bangunan", "building"],
    ["jalan", "road", "street"],
    ["jembatan", "bridge"],
    ["halte", "bus stop"],
    ["stasiun", "station"],
    ["bandara", "bandar udara", "airport"],
    ["pelabuhan", "port", "harbour", "harbor"],
    ["taman", "park"],
    ["lapangan", "field"],
    ["sungai", "river"],
    ["saluran", "drain", "canal"],
    ["waduk", "reservoir"],
    ["bendungan", "dam"],
    ["tanggul", "dike", "levee"],
    ["rumah pompa", "pumping station", "pump house"],
    ["gardu listrik", "gardu induk", "substation"],
    ["makam", "pemakaman", "cemetery"]
  ];
  var SILENT = /* @__PURE__ */ new Set([
    "dan",
    "atau",
    "di",
    "ke",
    "dari",
    "yang",
    "and",
    "or",
    "in",
    "at",
    "of",
    "the",
    "near"
  ]);

  // layer/vocabulary.js
  function plain(text) {
    const small = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return small.replace(/(\p{L})['’ʼ`](?=\p{L})/gu, "$1");
  }
  var NONE2 = 255;
  var EDITED = 64;
  var [EXACT, BEGINS, MEANS, PART] = [0, 1, 1, 3];
  var MOST_KNOWN = 65536;
  var loud = (phrase) => phrase.split(" ").filter((word) => !SILENT.has(word));
  var LONG = new Map(
    Object.values(ABBREVIATIONS).flatMap((table) => Object.entries(table)).map(([short, long]) => [short, loud(long)])
  );
  var ALSO = new Map(
    SAME.flatMap((group3) => group3.map((one3) => [loud(one3).join(" "), group3.filter((other) => other !== one3).map(loud)]))
  );
  var LONGEST = Math.max(...[...ALSO.keys()].map((phrase) => phrase.split(" ").length));
  var [NOTHING, LETTER, DIGIT] = [0, 1, 2];
  var LINE_END = 10;
  var KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
    const sign = String.fromCharCode(code);
    return /[a-z]/.test(sign) ? LETTER : /\d/.test(sign) ? DIGIT : NOTHING;
  });
  function kindAt(text, at3) {
    const code = text.charCodeAt(at3);
    if (code < 128) return KINDS[code];
    return code >= 55296 && code < 57344 || /[\p{L}\p{N}]/u.test(text[at3]) ? LETTER : NOTHING;
  }
  function eachWord(text, visit, endLine = () => {
  }) {
    let before2 = "";
    for (let at3 = 0; at3 < text.length; ) {
      const kind = kindAt(text, at3);
      let start = at3;
      do
        at3 += 1;
      while (at3 < text.length && kind !== NOTHING && kindAt(text, at3) === kind);
      if (kind === NOTHING) {
        if (text.charCodeAt(start) === LINE_END) {
          endLine();
          before2 = "";
        }
        continue;
      }
      while (kind === DIGIT && text[start] === "0" && start < at3 - 1) start += 1;
      const word = text.slice(start, at3);
      before2 = word === "n" && STATE_SCHOOLS.has(before2) ? "negeri" : word;
      visit(before2);
    }
    endLine();
  }
  function wordsOf(text) {
    const words = [];
    eachWord(text, (word) => words.push(word));
    return words;
  }
  var isNumber = (word) => KINDS[word.charCodeAt(0)] === DIGIT;
  var isLongNumber = (word) => word.length > 4 && isNumber(word);
  function numbers2() {
    let held = new Uint32Array(1024);
    let length = 0;
    return {
      /** @param {number} value */
      push(value) {
        if (length === held.length) {
          const wider = new Uint32Array(2 * length);
          wider.set(held);
          held = wider;
        }
        held[length] = value;
        length += 1;
      },
      size: () => length,
      all: () => held.subarray(0, length)
    };
  }
  function indexing() {
    const names = [""];
    const known2 = /* @__PURE__ */ new Map();
    const vocabulary = [];
    const lookup = /* @__PURE__ */ new Map();
    const meant = /* @__PURE__ */ new Map();
    const [held, ends, lead] = [numbers2(), numbers2(), numbers2()];
    ends.push(0);
    lead.push(0);
    function numberOf(word) {
      let number = lookup.get(word);
      if (number === void 0) {
        number = vocabulary.push(word) - 1;
        lookup.set(word, number);
        const long = LONG.get(word);
        if (long) meant.set(number, long.map(numberOf));
      }
      return number;
    }
    function hold(word) {
      if (isLongNumber(word)) return;
      const number = numberOf(word);
      if (lead.size() < ends.size() + 1) lead.push(number);
      held.push(number);
      for (const one3 of meant.get(number) ?? []) held.push(one3);
    }
    function endName() {
      ends.push(held.size());
      if (lead.size() < ends.size()) lead.push(0);
    }
    function add(all) {
      if (known2.size > MOST_KNOWN) known2.clear();
      const fresh = names.length;
      const found = all.map((name) => {
        if (!name) return 0;
        let number = known2.get(name);
        if (number === void 0) {
          number = names.push(name) - 1;
          known2.set(name, number);
        }
        return number;
      });
      const lines = names.slice(fresh).map((name) => /[\n\r]/.test(name) ? name.replace(/[\n\r]/g, " ") : name);
      if (lines.length) eachWord(plain(lines.join("\n")), hold, endName);
      return found;
    }
    function finish2() {
      const [words, until] = [held.all(), ends.all()];
      const from = new Uint32Array(vocabulary.length + 1);
      for (const word of words) from[word + 1] += 1;
      for (let word = 0; word < vocabulary.length; word += 1) from[word + 1] += from[word];
      const next = from.slice();
      const posts = new Uint32Array(words.length);
      for (let name = 1; name < names.length; name += 1) {
        for (let at3 = until[name - 1]; at3 < until[name]; at3 += 1) {
          posts[next[words[at3]]] = name;
          next[words[at3]] += 1;
        }
      }
      const starts = new Uint32Array(vocabulary.length);
      vocabulary.reduce((at3, word, number) => {
        starts[number] = at3;
        return at3 + word.length + 1;
      }, 1);
      const lengths = Uint8Array.from(names, (name) => name ? Math.min(name.length, 254) : 255);
      const hay = `
${vocabulary.join("\n")}
`;
      return { names, vocabulary, lookup, hay, starts, from, posts, lead: lead.all().slice(), lengths, letters: null };
    }
    return { add, finish: finish2 };
  }
  function lineAt(starts, place2) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = low + high + 1 >> 1;
      if (starts[middle] <= place2) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  function lettersOf(word) {
    let bits = 0;
    if (isNumber(word)) return bits;
    for (let at3 = 0; at3 < word.length; at3 += 1) bits |= 1 << Math.min(Math.max(word.charCodeAt(at3) - 96, 0), 27);
    return bits;
  }
  function ones(bits) {
    let count = 0;
    for (let rest = bits; rest; rest &= rest - 1) count += 1;
    return count;
  }
  var rows = [0, 1, 2].map(() => new Uint8Array(256));
  function editsTo(typed, word, most, unfinished = false) {
    const short = unfinished ? Math.min(word.length, typed.length + most) : word.length;
    if (Math.abs(short - typed.length) > most && !unfinished) return most + 1;
    if (short < typed.length - most || typed.length > 200) return most + 1;
    let [before2, last, row] = rows;
    for (let j = 0; j <= short; j += 1) last[j] = j;
    for (let i = 1; i <= typed.length; i += 1) {
      row[0] = i;
      let least = i;
      for (let j = 1; j <= short; j += 1) {
        const same = typed[i - 1] === word[j - 1];
        let edits = Math.min(last[j - 1] + Number(!same), last[j] + 1, row[j - 1] + 1);
        if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
          edits = Math.min(edits, before2[j - 2] + 1);
        row[j] = edits;
        if (edits < least) least = edits;
      }
      if (least > most) return most + 1;
      [before2, last, row] = [last, row, before2];
    }
    return unfinished ? Math.min(...last.subarray(Math.max(0, typed.length - most), short + 1)) : last[short];
  }
  var mostEdits = (word) => isNumber(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
  function near2(index, typed, unfinished, visit) {
    const most = mostEdits(typed);
    if (!most) return;
    index.letters ?? (index.letters = Int32Array.from(index.vocabulary, lettersOf));
    const { letters, vocabulary } = index;
    const own = lettersOf(typed);
    for (let word = 0; word < letters.length; word += 1) {
      const lacking = own & ~letters[word];
      if (letters[word] === 0 || lacking && ones(lacking) > most) continue;
      const other = vocabulary[word];
      const whole2 = editsTo(typed, other, most);
      if (whole2 <= most) visit(word, EDITED + whole2);
      else if (unfinished && typed.length > 4 && other[0] === typed[0] && editsTo(typed, other, most, true) <= most)
        visit(word, EDITED + most + 1);
    }
  }
  function containing({ hay, starts, vocabulary }, typed, visit) {
    const within = typed.length > 2 && !isNumber(typed);
    const needle = within ? typed : `
${typed}`;
    for (let at3 = hay.indexOf(needle); at3 >= 0; ) {
      const place2 = within ? at3 : at3 + 1;
      const word = lineAt(starts, place2);
      visit(word, place2 === starts[word] ? BEGINS : PART);
      at3 = hay.indexOf(needle, starts[word] + vocabulary[word].length);
    }
  }
  function costsOfWord(index, typed, { rough, loose, last = false }, leads = null) {
    const costs = new Uint8Array(index.names.length).fill(NONE2);
    function visit(word, cost) {
      if (leads) leads[word] = 1;
      for (let at3 = index.from[word]; at3 < index.from[word + 1]; at3 += 1) {
        const name = index.posts[at3];
        if (cost < costs[name]) costs[name] = cost;
      }
    }
    if (isLongNumber(typed)) {
      for (let name = 1; name < costs.length; name += 1) if (index.names[name].includes(typed)) costs[name] = EXACT;
    }
    const exact = index.lookup.get(typed);
    if (exact !== void 0) visit(exact, EXACT);
    if (rough) containing(index, typed, visit);
    if (loose) near2(index, typed, last, visit);
    return costs;
  }
  function costsOf(index, { typed, also, last }, loose, leads = null) {
    const [best, ...others] = typed.map(
      (word, at3) => costsOfWord(index, word, { rough: true, loose, last: last && at3 === typed.length - 1 }, at3 ? null : leads)
    );
    for (const other of others) {
      for (let name = 0; name < best.length; name += 1) if (other[name] > best[name]) best[name] = other[name];
    }
    for (const words of also) {
      if (!words.every((word) => index.lookup.has(word))) continue;
      const each3 = words.map((word) => costsOfWord(index, word, { rough: false, loose: false }));
      for (let name = 0; name < best.length; name += 1) {
        if (best[name] > MEANS && each3.every((costs) => costs[name] !== NONE2)) best[name] = MEANS;
      }
    }
    return best;
  }
  function singular(word) {
    if (word.length < 4 || !word.endsWith("s")) return word;
    if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
    return /(ch|sh|x|ss)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
  }
  var LEAST_HALF = 3;
  var halves = ([word, ...more]) => more.length || isNumber(word) ? [] : Array.from({ length: Math.max(0, word.length - 2 * LEAST_HALF + 1) }, (_, at3) => [
    word.slice(0, at3 + LEAST_HALF),
    word.slice(at3 + LEAST_HALF)
  ]);
  function meaningsOf(words) {
    const one3 = [...words.slice(0, -1), singular(words[words.length - 1])];
    const long = words.flatMap((word) => LONG.get(word) ?? [word]);
    const phrases = [words, one3, long].map((phrase) => phrase.join(" "));
    return [one3, long, ...halves(words), ...phrases.flatMap((phrase) => ALSO.get(phrase) ?? [])].filter(
      (other) => other.join(" ") !== phrases[0]
    );
  }
  var hasMeaning = (words) => ALSO.has(words.join(" ")) || ALSO.has([...words.slice(0, -1), singular(words[words.length - 1])].join(" "));
  function unitsOf(text) {
    const all = wordsOf(plain(text));
    const words = all.some((word) => !SILENT.has(word)) ? all.filter((word) => !SILENT.has(word)) : all;
    const units = [];
    for (let at3 = 0; at3 < words.length; ) {
      let size = Math.min(LONGEST, words.length - at3);
      while (size > 1 && !hasMeaning(words.slice(at3, at3 + size))) size -= 1;
      const typed = words.slice(at3, at3 + size);
      at3 += size;
      units.push({ typed, also: meaningsOf(typed), last: at3 === words.length });
    }
    return units;
  }

  // layer/search.js
  var [BY_KIND, BY_PLACE] = [1, 1];
  var [BY_ID, LIKE_ID] = [-1, 4];
  var FEW = 3;
  var MOST_KINDS = 3;
  var MOST_STREETS = 5;
  var MOST_LISTED = 4;
  function costsInList(list) {
    const adding = indexing();
    const rows2 = list.map((texts2) => adding.add(texts2));
    const index = adding.finish();
    return (unit, loose) => {
      const costs = costsOf(index, unit, loose);
      return Uint8Array.from(rows2, (names) => Math.min(NONE2, ...names.map((name) => costs[name])));
    };
  }
  var sumAt = (units, row) => units.some((costs) => (costs[row] ?? NONE2) === NONE2) ? NONE2 : units.reduce((sum, costs) => sum + costs[row], 0);
  function bestRows(units) {
    const rows2 = Array.from(units[0], (_, row) => ({ row, cost: sumAt(units, row) }));
    return rows2.filter(({ cost }) => cost !== NONE2).sort((one3, other) => one3.cost - other.cost).slice(0, MOST_LISTED);
  }
  function kindsFor({ counts: counts2 }, { kinds, places }) {
    const found = [];
    for (let code = 0; code < kinds[0].length; code += 1) {
      const own = kinds.filter((costs) => costs[code] !== NONE2);
      const rest = places.filter((_, unit) => kinds[unit][code] === NONE2);
      const inPlaces = counts2[code].flatMap((count2, place2) => count2 && sumAt(rest, place2) !== NONE2 ? [place2] : []);
      if (!own.length || !inPlaces.length) continue;
      const cost = sumAt(own, code) + Math.min(...inPlaces.map((place2) => sumAt(rest, place2)));
      const count = inPlaces.reduce((sum, place2) => sum + counts2[code][place2], 0);
      found.push({ code, cost, count, places: rest.length ? inPlaces : null });
    }
    return found.sort((one3, other) => one3.cost - other.cost || other.count - one3.count).slice(0, MOST_KINDS);
  }
  function bestOf(most) {
    const kept = [];
    return {
      kept,
      /** @param {number} key */
      takes: (key) => kept.length < most || key < kept[kept.length - 1].key,
      /** @param {Hit} hit */
      put(hit) {
        const place2 = kept.findIndex(({ key }) => key > hit.key);
        kept.splice(place2 < 0 ? kept.length : place2, 0, hit);
        if (kept.length > most) kept.pop();
      }
    };
  }
  var dearer = (units, more) => units.map((costs) => {
    const room = new Uint8Array(65536).fill(NONE2);
    room.set(costs.map((cost) => cost === NONE2 ? NONE2 : cost + more));
    return room;
  });
  function collect({ index, named, blocks }, costs, leads, { limit, areas }) {
    const byName = costs.names;
    const byKind = dearer(costs.kinds, BY_KIND);
    const byPlace = dearer(costs.places, BY_PLACE);
    const [firstName, firstKind, firstPlace] = [byName[0], byKind[0], byPlace[0]];
    const [assets, streets] = [bestOf(limit), bestOf(MOST_STREETS)];
    let total = 0;
    for (const { first, count, kind, place: place2, high, kinds } of blocks) {
      for (let i = 0; i < count; i += 1) {
        const name = named[first + i];
        const what = kind[i];
        const where = place2[i] | high[i] << 8;
        let inName = Math.min(firstName[name], firstKind[what]);
        let cost = Math.min(inName, firstPlace[where]);
        if (cost === NONE2) continue;
        let found = inName !== NONE2;
        for (let unit = 1; unit < byName.length && cost < NONE2; unit += 1) {
          inName = Math.min(byName[unit][name], byKind[unit][what]);
          if (inName !== NONE2) found = true;
          cost += Math.min(inName, byPlace[unit][where]);
        }
        if (!found || cost >= NONE2) continue;
        const area2 = areas && name && kinds[i] === 1 ? areas[where] : null;
        const best = area2 === null ? assets : streets;
        if (area2 === null) total += 1;
        const key = 512 * cost + (leads[index.lead[name]] ? 0 : 256) + index.lengths[name];
        if (best.takes(key) && (area2 === null || !best.kept.some((one3) => isSame(index, one3, name, area2))))
          best.put({ key, cost, index: first + i, name, area: area2 });
      }
    }
    const told = total > limit ? assets.kept.filter(({ name }) => name) : assets.kept;
    return { assets: told, streets: streets.kept, total };
  }
  var isSame = ({ names }, hit, name, area2) => hit.area === area2 && names[hit.name] === names[name];
  function wholeStreets({ index, named, blocks }, streets, { areas = [] }) {
    const found = streets.map((street) => ({ ...street, text: index.names[street.name], count: 0, box: [2, 2, -1, -1] }));
    const texts2 = new Set(found.map(({ text }) => text));
    const sought2 = new Uint8Array(index.names.length);
    for (let name = 1; texts2.size && name < sought2.length; name += 1) sought2[name] = Number(texts2.has(index.names[name]));
    for (const { first, count, bits, kinds, boxes, place: place2, high } of texts2.size ? blocks : []) {
      for (let i = 0; i < count; i += 1) {
        const name = named[first + i];
        if (!sought2[name] || kinds[i] !== 1) continue;
        const area2 = areas[place2[i] + 256 * high[i]];
        const street = found.find((one3) => one3.area === area2 && one3.text === index.names[name]);
        if (!street) continue;
        street.count += 1;
        const box = boxes.subarray(4 * i, 4 * i + 4);
        if (box[0] <= box[2])
          street.box = street.box.map((end2, side) => (side < 2 ? Math.min : Math.max)(end2, box[side] / 2 ** bits));
      }
    }
    return found.map(({ index: index2, text, area: area2, count, box, cost }) => ({
      index: index2,
      name: text,
      area: Number(area2),
      count,
      box,
      cost
    }));
  }
  function idsOf(values2, first) {
    const lines = values2.map((value) => value === null ? "" : String(value).replace(/[\n\r]/g, " "));
    return { first, hay: `
${plain(lines.join("\n"))}
`, starts: null };
  }
  function assetAt2(part, place2) {
    if (!part.starts) {
      const starts = [];
      for (let at3 = part.hay.indexOf("\n"); at3 >= 0; at3 = part.hay.indexOf("\n", at3 + 1)) starts.push(at3 + 1);
      part.starts = starts;
    }
    return part.first + lineAt(part.starts, place2);
  }
  function findIds(parts, text, limit) {
    const sought2 = plain(text).replace(/[\n\r]+/g, " ").trim();
    const found = [/* @__PURE__ */ new Set(), /* @__PURE__ */ new Set(), /* @__PURE__ */ new Set()];
    for (const part of sought2 ? parts : []) {
      for (let at3 = part.hay.indexOf(sought2); at3 >= 0; at3 = part.hay.indexOf(sought2, at3 + 1)) {
        const begins = part.hay[at3 - 1] === "\n" || part.hay[at3 - 1] === ":";
        const rank = begins ? Number(part.hay[at3 + sought2.length] !== "\n") : 2;
        if (found[rank].size < limit) found[rank].add(assetAt2(part, at3));
      }
    }
    const [same, begun, within] = found.map((some) => [...some]);
    return sought2.includes(":") ? { sure: [...same, ...begun], like: within } : { sure: same, like: [...begun, ...within] };
  }
  function isLost(costs) {
    for (let at3 = 0; at3 < costs.length; at3 += 1) if (costs[at3] !== NONE2) return false;
    return true;
  }
  async function byWords(searched, units, lists, others) {
    const inKinds = costsInList(lists.kinds ?? []);
    const inPlaces = costsInList(lists.places ?? []);
    const inListed = (lists.listed ?? []).map(costsInList);
    const leads = new Uint8Array(searched.index.vocabulary.length + 1);
    const costsAt = (place2, loose) => ({
      loose,
      names: costsOf(searched.index, units[place2], loose, place2 ? null : leads),
      kinds: inKinds(units[place2], loose),
      places: inPlaces(units[place2], loose),
      listed: inListed.map((costs2) => costs2(units[place2], loose))
    });
    function found(each4) {
      const costs2 = {
        names: each4.map(({ names }) => names),
        kinds: each4.map(({ kinds }) => kinds),
        places: each4.map(({ places }) => places)
      };
      const listed = inListed.map((_, list) => bestRows(each4.map(({ listed: listed2 }) => listed2[list])));
      return { ...collect(searched, costs2, leads, lists), kinds: kindsFor(searched, costs2), listed };
    }
    const costs = units.map((_, place2) => {
      const strict = costsAt(place2, false);
      const lost = [strict.names, strict.kinds, strict.places, ...strict.listed].every(isLost);
      return lost ? costsAt(place2, true) : strict;
    });
    const sizeOf = ({ kinds, streets, total, listed }) => kinds.length + streets.length + total + listed.flat().length;
    let results = found(costs);
    if (sizeOf(results) >= FEW) return { ...results, apart: false };
    const more = await others();
    if (sizeOf(results) + more < FEW && !costs.every(({ loose }) => loose))
      results = found(units.map((_, place2) => costsAt(place2, true)));
    if (sizeOf(results) + more || units.length === 1) return { ...results, apart: false };
    const each3 = costs.map((cost) => found([cost]));
    return {
      ...results,
      kinds: each3.flatMap(({ kinds }) => kinds).slice(0, MOST_KINDS),
      listed: inListed.map((_, list) => each3.flatMap(({ listed }) => listed[list]).slice(0, MOST_LISTED)),
      apart: true
    };
  }
  async function search(searched, text, lists) {
    const { limit } = lists;
    let units = unitsOf(text);
    const findThem = async () => findIds(await searched.ids(), text, limit);
    let ids2 = /[\d:]/.test(text) || !units.length ? await findThem() : null;
    if (text.includes(":") && ids2?.sure.length) units = [];
    const { kinds, streets, assets, total, listed, apart } = units.length ? await byWords(searched, units, lists, async () => {
      ids2 ?? (ids2 = await findThem());
      return ids2.sure.length + ids2.like.length;
    }) : { kinds: [], streets: [], assets: [], total: 0, listed: (lists.listed ?? []).map(() => []), apart: false };
    const costs = [...kinds, ...streets, ...assets, ...listed.flat()].map(({ cost }) => cost);
    const { sure, like } = ids2 ?? { sure: [], like: [] };
    const all = [
      ...sure.map((index) => ({ index, cost: BY_ID, byId: true })),
      ...assets.map(({ index, cost }) => ({ index, cost, byId: false })),
      ...like.map((index) => ({ index, cost: LIKE_ID, byId: true }))
    ];
    const once = all.filter(({ index }, place2) => all.findIndex((one3) => one3.index === index) === place2).slice(0, limit);
    return {
      kinds,
      streets: wholeStreets(searched, streets, lists),
      assets: once,
      listed,
      more: Math.max(0, total - once.length),
      apart: apart && costs.length > 0,
      similar: costs.length > 0 && !sure.length && !like.length && Math.min(...costs) >= EDITED
    };
  }

  // layer/finding.js
  var ID = "asset_id";
  async function find(store, text, lists) {
    store.searched ?? (store.searched = buildIndex(store));
    const searched = await store.searched;
    const found = await search(searched, text, lists);
    const assets = found.assets.map(async (hit) => {
      const { [ID]: ids2 } = await sought(store, Math.floor(hit.index / GROUP));
      const name = searched.index.names[searched.named[hit.index]] || null;
      return { ...hit, name, id: ids2 ? String(ids2[hit.index % GROUP]) : null, ...codesAt(searched, hit.index) };
    });
    return { ...found, assets: await Promise.all(assets) };
  }
  function codesAt({ blocks }, index) {
    const block3 = blocks.find(({ first, count }) => index >= first && index < first + count);
    if (!block3) return { kind: -1, place: -1 };
    const at3 = index - block3.first;
    return { kind: block3.kind[at3], place: block3.place[at3] + 256 * block3.high[at3] };
  }
  async function search2(store, text, limit = 20) {
    const { assets } = await find(store, text, { limit });
    return assets.map(({ index, byId, name, id }) => ({ index, text: byId ? id : name ?? id }));
  }
  async function eachGroup(store, names, take2) {
    const count = names.length ? Math.ceil(store.head.count / GROUP) : 0;
    const groups = Array.from(
      { length: count },
      (_, number) => Promise.all(names.map((name) => one2(store, "sought", number, name)))
    );
    for (const opening of groups) opening.catch(() => {
    });
    for (const [number, opening] of groups.entries()) take2(await opening, number * GROUP);
  }
  async function buildIndex(store) {
    const columns = store.head.columns.sought.map(({ name }) => name);
    const index = indexing();
    const named = new Uint32Array(store.head.count);
    await eachGroup(
      store,
      columns.filter((name) => name !== ID),
      (values2, first) => named.set(index.add(joined(values2)), first)
    );
    await store.whole;
    const blocks = store.blocks.map((block3) => searchedBlock(store, block3));
    let opened = null;
    const ids2 = () => {
      opened ?? (opened = openIds(store, columns.includes(ID) ? [ID] : []));
      return opened;
    };
    return { index: index.finish(), named, ids: ids2, blocks, counts: countsOf(blocks) };
  }
  async function openIds(store, columns) {
    const parts = [];
    await eachGroup(store, columns, ([values2], first) => parts.push(idsOf(values2, first)));
    return parts;
  }
  function searchedBlock(store, { first, count, bits, kinds, boxes, classes: classes2 }) {
    const none = new Uint8Array(count);
    const codesOf = (name) => classes2[store.head.classes.indexOf(name)] ?? none;
    const [kind, place2, high] = ["asset_type", "district", "district-high"].map(codesOf);
    return { first, count, bits, kinds, boxes, kind, place: place2, high };
  }
  function countsOf(blocks) {
    const counts2 = Array.from({ length: 256 }, () => []);
    for (const { count, kind, place: place2, high } of blocks) {
      for (let i = 0; i < count; i += 1) {
        const where = place2[i] + 256 * high[i];
        counts2[kind[i]][where] = (counts2[kind[i]][where] ?? 0) + 1;
      }
    }
    return counts2;
  }
  function joined(columns) {
    if (columns.length === 1) return columns[0].map((value) => value === null ? null : String(value));
    return (columns[0] ?? []).map((_, place2) => columns.flatMap((values2) => values2[place2] ?? []).join(" · "));
  }

  // layer/serve.js
  var blockOf = (store, index) => store.blocks.find((block3) => index >= block3.first && index < block3.first + block3.count);
  async function at2(store, { x, y, zoom, reach }) {
    await store.whole;
    if (!store.blocks.length) return null;
    const turn = 2 ** store.blocks[0].bits;
    const step = turn / (256 * 2 ** zoom);
    return at(store.blocks, x * turn, y * turn, {
      reach: reach * step,
      drawn: (kind) => (kind === 0 ? pointRadius(zoom, store.icons !== null) + 1 : lineWidth(zoom) / 2 + 1) * step,
      passes: (block3, asset) => block3.shown[asset] !== 0
    });
  }
  async function bounds(store, index) {
    await store.whole;
    const block3 = blockOf(store, index);
    if (!block3) return null;
    const box = block3.boxes.subarray(4 * (index - block3.first), 4 * (index - block3.first) + 4);
    return box[0] > box[2] ? null : Array.from(box, (step) => step / 2 ** block3.bits);
  }
  async function outline(store, index) {
    await store.whole;
    const block3 = blockOf(store, index);
    if (!block3) return null;
    const asset = index - block3.first;
    const turn = 2 ** block3.bits;
    const rings = [];
    for (let ring = block3.ringOf[asset]; ring < block3.ringOf[asset + 1]; ring += 1) {
      const places = [];
      for (let i = block3.starts[ring]; i < block3.starts[ring + 1]; i += 1)
        places.push([block3.xs[i] / turn, block3.ys[i] / turn]);
      rings.push({ hole: Boolean(block3.holes && bit(block3.holes, ring)), places });
    }
    return { kind: (
      /** @type {const} */
      ["point", "line", "polygon"][block3.kinds[asset]]
    ), rings };
  }
  async function classes(store, index) {
    await store.whole;
    const block3 = blockOf(store, index);
    if (!block3) return null;
    return Object.fromEntries(store.head.classes.map((name, place2) => [name, block3.classes[place2][index - block3.first]]));
  }
  async function block2(store, number) {
    await store.whole;
    const { shown, hasPoints, groups, boxes, ...arrays } = store.blocks[number];
    return arrays;
  }
  function mark2(store, text) {
    store.mark = text;
  }
  var CALLS = {
    at: at2,
    bounds,
    outline,
    classes,
    block: block2,
    mark: mark2,
    colour,
    filter,
    counts,
    codes,
    attributes,
    find,
    search: search2,
    group: whole,
    column,
    labels,
    sums
  };
  function serve(reply, { budget }) {
    const kept = /* @__PURE__ */ new Map();
    const queue = [];
    const channel = new MessageChannel();
    let awake = false;
    const storeOf = (name) => (
      /** @type {Store} */
      kept.get(name)
    );
    const settled = (name) => (state) => {
      reply({ layer: name, say: "whole", state });
      queue.push(...storeOf(name).waiting.splice(0));
      wake();
    };
    function wake() {
      if (awake || !queue.length) return;
      awake = true;
      channel.port2.postMessage(null);
    }
    function paint2(job) {
      const { blocks, looks, mark: mark3, icons } = job.store;
      return paint(blocks, job, looks, mark3, icons);
    }
    function work2() {
      awake = false;
      const end2 = performance.now() + budget;
      while (queue.length) {
        const job = queue[0];
        job.run ?? (job.run = paint2(job));
        let step = job.run.next();
        while (!step.done && performance.now() < end2) step = job.run.next();
        if (step.done) {
          queue.splice(queue.indexOf(job), 1);
          send(job, step.value);
        }
        if (budget === Infinity || performance.now() >= end2) break;
      }
      wake();
    }
    async function send({ id, store }, canvas) {
      const bitmap = canvas && await createImageBitmap(canvas);
      reply({ layer: store.name, say: "tile", id, bitmap }, bitmap ? [bitmap] : []);
    }
    function drop(store, id) {
      for (const list of [queue, store.waiting]) {
        const place2 = list.findIndex((job) => job.store === store && job.id === id);
        if (place2 >= 0) list.splice(place2, 1);
      }
    }
    async function call(store, { id, name, given }) {
      const answer = { layer: store.name, say: (
        /** @type {const} */
        "answer"
      ), id };
      try {
        reply({ ...answer, value: await CALLS[name](store, ...given) });
      } catch (fault) {
        reply({ ...answer, fault: String(fault) });
      }
    }
    channel.port1.onmessage = work2;
    return (order) => {
      const { layer: name } = order;
      if (order.do === "open") {
        kept.set(name, open2(name, order.head, settled(name)));
        finish(storeOf(name));
        return;
      }
      if (order.do === "view") {
        kept.set(name, view(name, storeOf(order.of), settled(name)));
        return;
      }
      const store = storeOf(name);
      if (order.do === "part") take(store, order.part, order.text);
      else if (order.do === "tile") {
        (store.settled ? queue : store.waiting).push({ ...order.job, store });
        wake();
      } else if (order.do === "drop") drop(store, order.id);
      else if (order.do === "call") call(store, order);
      else end(store);
    };
  }

  // layer/service.js
  var SLICE = 8;
  function work() {
    const post = (
      /** @type {(message: Reply | Hello, transfer?: Transferable[]) => void} */
      /** @type {unknown} */
      postMessage
    );
    const receive = serve((message, transfer = []) => post(message, transfer), { budget: Infinity });
    globalThis.onmessage = (event) => receive(event.data);
    const draws = typeof OffscreenCanvas !== "undefined" && Boolean(new OffscreenCanvas(1, 1).getContext("2d"));
    post({ say: "hello", draws });
  }
  function serviceOf(script, receive) {
    const kept = [];
    let inPage = null;
    let worker = null;
    let lives = false;
    function fallBack() {
      if (inPage) return;
      worker?.terminate();
      inPage = serve(receive, { budget: SLICE });
      kept.splice(0).forEach(inPage);
    }
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
        if (!lives) {
          event.preventDefault();
          fallBack();
        }
      };
    } catch {
      fallBack();
    }
    return (order) => {
      if (inPage) {
        inPage(order);
        return;
      }
      if (!lives) kept.push(order);
      worker?.postMessage(order);
    };
  }

  // layer/layers.js
  function layersOf(script) {
    const layers = /* @__PURE__ */ new Map();
    let service = null;
    function send(order) {
      service ?? (service = serviceOf(script, receive));
      service(order);
    }
    const knownAs = (name) => (
      /** @type {Known} */
      layers.get(name)
    );
    function receive(message) {
      const known2 = knownAs(message.layer);
      if (message.say === "tile") known2.tiles.get(message.id)?.(message.bitmap);
      else if (message.say === "answer") {
        const answer = known2.answers.get(message.id);
        known2.answers.delete(message.id);
        if (message.fault !== void 0) answer?.reject(new Error(message.fault));
        else answer?.resolve(message.value);
      } else {
        known2.state = message.state;
        known2.settle(message.state);
        if (message.state.missing) showFault(known2);
      }
    }
    const readHead = (text) => JSON.parse(new TextDecoder().decode(fromText(text)));
    function meet(name, head, of = null) {
      let settle = () => {
      };
      const ready = new Promise((resolve) => {
        settle = resolve;
      });
      layers.set(name, { name, head, of, layer: null, tiles: /* @__PURE__ */ new Map(), answers: /* @__PURE__ */ new Map(), ready, settle });
      send(of === null ? { layer: name, do: "open", head } : { layer: name, do: "view", of });
    }
    function take2(element) {
      const { layer: layer2 = "", part } = element.dataset;
      const text = element.textContent ?? "";
      element.textContent = "";
      if (part === "head") meet(layer2, readHead(text));
      else send({ layer: layer2, do: "part", part: Number(part), text });
    }
    function end2() {
      for (const known2 of layers.values()) {
        if (known2.of === null) send({ layer: known2.name, do: "end" });
        if (!known2.layer) showFault(known2);
      }
    }
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", end2);
    else setTimeout(end2);
    let AssetLayer = null;
    function layer(name) {
      AssetLayer ?? (AssetLayer = defineLayer(send));
      const known2 = knownAs(name);
      known2.layer ?? (known2.layer = new AssetLayer(known2));
      return known2.layer;
    }
    function view2(of, pane) {
      const name = `${of}/${pane}`;
      if (!layers.has(name)) meet(name, { ...knownAs(of).head, pane }, of);
      return layer(name);
    }
    return { take: take2, layer, view: view2, open, canOpen };
  }

  // layer.js
  if (typeof document === "undefined") work();
  else globalThis.assetsOnMap = layersOf(document.currentScript?.textContent ?? "");
})();
