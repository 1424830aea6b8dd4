// What Leaflet's canvas lacks: hatching for what is not known, marks of several forms, assets smaller than a
// pixel that do not vanish, and the word EXERCISE written through the picture.
"use strict";

inventory.canvas = (() => {
  const SMALL = 7; // pixels: below it a polygon or line is drawn as a mark
  const REACH = 5; // pixels around a mark that still count as a click on it
  const TOUCH_REACH = 14;
  const HATCH = 7; // pixels between two lines of hatching

  function hatch(context, colour) {
    const tile = document.createElement("canvas");
    tile.width = HATCH;
    tile.height = HATCH;
    const brush = tile.getContext("2d");
    brush.fillStyle = "#f4f5f7";
    brush.fillRect(0, 0, HATCH, HATCH);
    brush.strokeStyle = colour;
    brush.lineWidth = 1.2;
    brush.beginPath();
    for (const shift of [-HATCH, 0, HATCH]) {
      brush.moveTo(shift - 1, HATCH + 1);
      brush.lineTo(shift + HATCH + 1, -1);
    }
    brush.stroke();
    return context.createPattern(tile, "repeat");
  }

  const Renderer = L.Canvas.extend({
    _updateMark(layer, point, radius) {
      const context = this._ctx;
      if (!this._drawing) return;
      context.beginPath();
      if (layer.options.form === "diamond") {
        const reach = radius * 1.35;
        context.moveTo(point.x, point.y - reach);
        context.lineTo(point.x + reach, point.y);
        context.lineTo(point.x, point.y + reach);
        context.lineTo(point.x - reach, point.y);
        context.closePath();
      } else {
        context.arc(point.x, point.y, radius, 0, Math.PI * 2);
      }
      this._fillMark(context, layer, radius);
    },

    _fillMark(context, layer, radius) {
      const { markColour, edge } = layer.options;
      context.globalAlpha = 1;
      context.fillStyle = markColour;
      context.fill();
      context.setLineDash([]);
      context.lineWidth = radius < 3 ? 0.8 : 1.5;
      context.strokeStyle = edge;
      context.stroke();
    },

    _hatching(colour) {
      this._patterns = this._patterns || {};
      this._patterns[colour] = this._patterns[colour] || hatch(this._ctx, colour);
      return this._patterns[colour];
    },

    _fillStroke(context, layer) {
      const options = layer.options;
      if (options.fill && options.hatch) {
        context.globalAlpha = options.fillOpacity;
        context.fillStyle = this._hatching(options.fillColor);
        context.fill(options.fillRule || "evenodd");
        // Leaflet's options inherit from one another, so a copy would lose some
        const edge = Object.assign(Object.create(options), { fill: false });
        L.Canvas.prototype._fillStroke.call(this, context, { options: edge });
        return;
      }
      L.Canvas.prototype._fillStroke.call(this, context, layer);
    },
  });

  // Far away marks are small, so that neighbours stay apart; a mark that stands for a shape is smaller still.
  function markRadius(layer, ofShape) {
    const zoom = layer._map ? layer._map.getZoom() : 14;
    const grown = Math.min(Math.max((zoom - 9) / 6, 0.55), 1.15);
    return layer.options.markRadius * grown * (ofShape ? 0.6 : 1);
  }

  // Shared by polygons and lines: a mark in their middle where they are too small to be seen.
  const smallAsMark = (Parent, draw) => Parent.extend({
    _isSmall() {
      const bounds = this._rawPxBounds;
      if (!bounds || !bounds.isValid()) return false;
      const size = bounds.getSize();
      return Math.max(size.x, size.y) < SMALL;
    },
    _middle() {
      return this._rawPxBounds.getCenter();
    },
    _updatePath() {
      if (this._isSmall()) this._renderer._updateMark(this, this._middle(), markRadius(this, true));
      else draw.call(this);
    },
    _clickTolerance() {
      return Math.max(Parent.prototype._clickTolerance.call(this), this.options.markRadius + 2);
    },
    _containsPoint(point) {
      if (!this._isSmall()) return Parent.prototype._containsPoint.call(this, point);
      return point.distanceTo(this._middle()) <= markRadius(this, true) + reach();
    },
  });

  const reach = () => (matchMedia("(pointer: coarse)").matches ? TOUCH_REACH : REACH);

  const Area = smallAsMark(L.Polygon, function drawArea() { this._renderer._updatePoly(this, true); });
  const Line = smallAsMark(L.Polyline, function drawLine() { this._renderer._updatePoly(this, false); });
  const Mark = L.CircleMarker.extend({
    _updatePath() {
      this._renderer._updateMark(this, this._point, markRadius(this, false));
    },
    _containsPoint(point) {
      return point.distanceTo(this._point) <= markRadius(this, false) + reach();
    },
  });

  const Exercise = L.GridLayer.extend({
    createTile() {
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const tile = document.createElement("canvas");
      const size = this.getTileSize();
      tile.width = size.x * ratio;
      tile.height = size.y * ratio;
      const brush = tile.getContext("2d");
      brush.scale(ratio, ratio);
      brush.translate(size.x / 2, size.y / 2);
      brush.rotate(-Math.PI / 7);
      brush.font = "700 21px system-ui, sans-serif";
      brush.textAlign = "center";
      brush.lineWidth = 3;
      brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
      brush.fillStyle = "rgba(122, 20, 32, 0.5)";
      const text = inventory.words.say("map.exercise_mark");
      brush.strokeText(text, 0, 0);
      brush.fillText(text, 0, 0);
      return tile;
    },
  });

  // For markers that folium adds: Leaflet seeks their picture beside its styles, where it is a data address here.
  function findMarkerPicture() {
    const box = document.body.appendChild(inventory.element("div", { class: "leaflet-default-icon-path" }));
    const [, picture] = getComputedStyle(box).backgroundImage.match(/^url\("(.+)"\)$/);
    box.remove();
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions({ iconUrl: picture, iconRetinaUrl: picture, shadowUrl: "" });
  }

  findMarkerPicture();

  return { Renderer, Area, Line, Mark, Exercise };
})();
