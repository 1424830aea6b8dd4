// Signs that stand on a district, each of its own form so that none hangs on its colour, on the map and in the legend alike.
"use strict";

inventory.signs = (() => {
  const [INK, PAPER] = ["#1a2230", "#ffffff"];
  const FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";

  function outlined(brush, fill) {
    brush.lineJoin = "round";
    brush.lineWidth = 4;
    brush.strokeStyle = PAPER;
    brush.stroke();
    brush.lineWidth = 1.4;
    brush.strokeStyle = INK;
    brush.stroke();
    brush.fillStyle = fill;
    brush.fill();
  }

  function number(brush, text, x, y, size) {
    brush.font = `700 ${Math.min(13, Math.max(10, size))}px ${FONT}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = PAPER;
    brush.fillText(text, x, y + 0.5);
  }

  // Something said: a bubble with its tail, and how many times.
  function statements(brush, x, y, { size, text }) {
    brush.beginPath();
    brush.arc(x, y, size, Math.PI * 0.72, Math.PI * 2.5);
    brush.lineTo(x - size * 0.75, y + size * 1.4);
    brush.closePath();
    outlined(brush, "#3b2f8f");
    number(brush, text, x, y, size);
  }

  // Something done: a square.
  function actions(brush, x, y, { size, text }) {
    brush.beginPath();
    brush.rect(x - size, y - size, 2 * size, 2 * size);
    outlined(brush, "#14532d");
    number(brush, text, x, y, size);
  }

  // Something chosen: a star, hollow where people decided against the figures.
  function decisions(brush, x, y, { size, hollow }) {
    brush.beginPath();
    for (let point = 0; point < 10; point += 1) {
      const [reach, turn] = [point % 2 ? size * 0.48 : size * 1.2, Math.PI * (point / 5 - 0.5)];
      brush.lineTo(x + reach * Math.cos(turn), y + reach * Math.sin(turn));
    }
    brush.closePath();
    outlined(brush, hollow ? PAPER : "#f5b301");
  }

  // The front: level lines through the district and a double border.
  function stripes(brush) {
    const tile = document.createElement("canvas");
    tile.width = 8;
    tile.height = 8;
    const line = tile.getContext("2d");
    line.fillStyle = INK;
    line.globalAlpha = 0.75;
    line.fillRect(0, 3, 8, 1.3);
    return brush.createPattern(tile, "repeat");
  }

  function front(brush, pattern) {
    brush.fillStyle = pattern;
    brush.fill("evenodd");
    brush.lineJoin = "round";
    for (const [width, colour] of [[5.5, PAPER], [2.6, INK]]) {
      brush.lineWidth = width;
      brush.strokeStyle = colour;
      brush.stroke();
    }
  }

  const Renderer = L.Canvas.extend({
    _fillStroke(brush) {
      this._stripes = this._stripes || stripes(brush);
      brush.globalAlpha = 1;
      front(brush, this._stripes);
    },

    _drawSign(sign) {
      if (!this._drawing || sign._empty()) return;
      this._ctx.save();
      sign.options.paint(this._ctx, sign._point.x, sign._point.y, sign.options);
      this._ctx.restore();
    },
  });

  // A sign beside the middle of a district, as far as `shift` says, in pixels.
  const Sign = L.CircleMarker.extend({
    _project() {
      this._point = this._map.latLngToLayerPoint(this._latlng).add(this.options.shift);
      this._updateBounds();
    },

    _updatePath() {
      this._renderer._drawSign(this);
    },
  });

  // The same sign beside its words.
  function beside(paint) {
    const canvas = inventory.element("canvas", { class: "drawn", width: 52, height: 40, "aria-hidden": "true" });
    const brush = canvas.getContext("2d");
    brush.scale(2, 2);
    paint(brush);
    return canvas;
  }

  function frontBeside() {
    return beside((brush) => {
      brush.beginPath();
      brush.rect(4, 4, 18, 12);
      front(brush, stripes(brush));
    });
  }

  const PAINT = { statements, actions, decisions };

  return {
    Renderer, Sign, PAINT, frontBeside,
    signBeside: (name, hollow = false) => beside((brush) => PAINT[name](brush, 13, 9.5, { size: 7, text: "", hollow })),
  };
})();
