// What Leaflet's canvas lacks: hatching for what is not known, and the word EXERCISE written through the picture.
"use strict";

inventory.canvas = (() => {
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

  return { Renderer, Exercise, hatch };
})();
