// The view as one picture: the map as it is painted, and under it title, legend, sources and what the data are.
"use strict";

inventory.picture = (() => {
  const { page, words } = inventory;
  const FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  const ROW = 20; // pixels
  const COLUMN = 300;

  async function loaded(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  }

  // Every painted part of the map from the lowest pane to the highest.
  function painted(map) {
    const height = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
    return Object.values(map.getPanes()).filter((pane) => pane.parentElement === map.getPane("mapPane"))
      .sort((one, other) => height(one) - height(other))
      .flatMap((pane) => [...pane.querySelectorAll("canvas, img, .hatched")]);
  }

  async function hatching(box, width, height) {
    const mask = await loaded(box.style.maskImage.slice(5, -2));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width));
    canvas.height = Math.max(1, Math.round(height));
    const brush = canvas.getContext("2d");
    brush.imageSmoothingEnabled = false;
    brush.drawImage(mask, 0, 0, canvas.width, canvas.height);
    brush.globalCompositeOperation = "source-in";
    brush.fillStyle = inventory.canvas.hatch(brush, "#7d8692");
    brush.fillRect(0, 0, canvas.width, canvas.height);
    return canvas;
  }

  async function paintMap(brush, map) {
    const frame = map.getContainer().getBoundingClientRect();
    brush.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
    brush.fillRect(0, 0, frame.width, frame.height);
    for (const part of painted(map)) {
      const { left, top, width, height } = part.getBoundingClientRect();
      if (!width || !height || part.width === 0) continue;
      brush.globalAlpha = Number(getComputedStyle(part).opacity);
      brush.imageSmoothingEnabled = part.tagName === "CANVAS";
      const image = part.tagName === "DIV" ? await hatching(part, width, height) : part;
      brush.drawImage(image, left - frame.left, top - frame.top, width, height);
    }
    brush.globalAlpha = 1;
    scale(brush, map, frame);
  }

  function scale(brush, map, frame) {
    const line = map.getContainer().querySelector(".leaflet-control-scale-line");
    const { left, width } = line.getBoundingClientRect();
    const [x, y] = [left - frame.left, frame.height - 12];
    brush.fillStyle = "rgba(255, 255, 255, 0.85)";
    brush.fillRect(x - 6, y - 46, width + 12, 54);
    brush.fillStyle = "#1a2230";
    brush.fillRect(x, y, width, 2);
    brush.font = `13px ${FONT}`;
    brush.fillText(line.textContent, x, y - 5);
    brush.fillText(`↑ ${words.say("map.north")}`, x, y - 26);
  }

  const legendRows = () => [...document.querySelectorAll("#legend-body h3, #legend-body li, #legend-body p")];

  function sign(brush, box, x, y) {
    const look = getComputedStyle(box);
    brush.fillStyle = box.className === "swatch" && look.backgroundImage !== "none"
      ? inventory.canvas.hatch(brush, "#7d8692") : look.backgroundColor;
    brush.beginPath();
    if (box.className === "swatch") brush.rect(x, y - 12, 22, 14);
    else if (box.classList.contains("sign-unknown")) {
      for (const [dx, dy] of [[0, -6], [6, 0], [0, 6], [-6, 0]]) brush.lineTo(x + 11 + dx, y - 5 + dy);
      brush.closePath();
    } else brush.arc(x + 11, y - 5, 5.5, 0, 2 * Math.PI);
    brush.fill();
    brush.strokeStyle = "#4b5563";
    brush.stroke();
  }

  // A line of text no wider than its room; what does not fit ends in an ellipsis.
  function write(brush, text, x, y, room) {
    let shown = text;
    while (shown && brush.measureText(shown === text ? shown : `${shown}…`).width > room) shown = shown.slice(0, -1);
    brush.fillText(shown === text ? shown : `${shown}…`, x, y);
  }

  function paintFoot(brush, top, width, columns) {
    const text = (size, colour, weight = 400) => { brush.font = `${weight} ${size}px ${FONT}`; brush.fillStyle = colour; };
    const heading = [document.querySelector("h1").textContent, document.querySelector(".date").textContent].join(" · ");
    text(17, "#1a2230", 700);
    write(brush, heading, 12, top + 26, width - 24);
    text(13, "#7a1420", 700);
    const marks = [document.querySelector(".audience").textContent, page.exercise.length ? words.say("map.exercise") : ""];
    write(brush, marks.filter(Boolean).reverse().join(" · "), 12, top + 48, width - 24);
    const rows = legendRows();
    const each = Math.ceil(rows.length / columns);
    rows.forEach((row, place) => {
      const x = 12 + Math.floor(place / each) * (width / columns);
      const y = top + 74 + (place % each) * ROW;
      const box = row.querySelector(".swatch, .sign");
      if (box) sign(brush, box, x, y);
      text(13, "#1a2230", row.tagName === "H3" ? 700 : 400);
      const parts = row.tagName === "LI" ? [...row.children].slice(1) : [row];
      write(brush, parts.map((one) => one.textContent).join("  "), x + (box ? 30 : 0), y, width / columns - 46);
    });
    text(11, "#4a5568");
    write(brush, document.getElementById("credit").textContent, 12, top + 84 + each * ROW, width - 24);
  }

  return async (map) => {
    const { width, height } = map.getContainer().getBoundingClientRect();
    const columns = Math.max(1, Math.floor(width / COLUMN));
    const foot = 100 + Math.ceil(legendRows().length / columns) * ROW;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((height + foot) * ratio);
    const brush = canvas.getContext("2d");
    brush.scale(ratio, ratio);
    brush.fillStyle = "#ffffff";
    brush.fillRect(0, 0, width, height + foot);
    brush.save();
    brush.beginPath();
    brush.rect(0, 0, width, height);
    brush.clip();
    await paintMap(brush, map);
    brush.restore();
    paintFoot(brush, height, width, columns);
    return canvas;
  };
})();
