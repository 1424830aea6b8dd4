// What readers are told of a layer, as text only: its faults, and the figures of a popup of its own.
"use strict";

assetsOnMap.told = (() => {
  function say(one, key, values = {}) {
    const words = one.head.words[one.language || one.head.language];
    return words[key].replace(/\{(\w+)\}/g, (_, name) => written(one, values[name]));
  }

  const written = (one, value) => (typeof value === "number"
    ? new Intl.NumberFormat(one.language || one.head.language, { maximumFractionDigits: 6 }).format(value) : String(value));

  function showFault(one) {
    const missing = one.state ? one.state.missing : one.head.count;
    const map = one.layer && one.layer._map;
    const place = map ? map.getContainer() : document.body;
    const box = one.notice || document.createElement("p");
    one.notice = box;
    box.setAttribute("role", "alert");
    box.className = "assets-on-map-fault";
    box.style.cssText = "position:absolute;z-index:1000;top:10px;left:50%;transform:translateX(-50%);margin:0;padding:8px 14px;"
      + "max-width:80%;background:#fff;color:#7a1420;border:2px solid #7a1420;border-radius:4px;font:14px/1.4 system-ui,sans-serif";
    box.textContent = say(one, "map.layer.damaged", { missing, total: one.head.count });
    place.append(box);
    if (one.layer) one.layer.fire("fault", { missing, total: one.head.count });
  }

  function figures(one, values) {
    const box = document.createElement("div");
    const list = document.createElement("dl");
    list.style.cssText = "margin:0;display:grid;grid-template-columns:auto 1fr;gap:2px 10px;overflow-wrap:anywhere";
    for (const name of one.head.popup) {
      const term = document.createElement("dt");
      const figure = document.createElement("dd");
      term.textContent = name;
      term.style.cssText = "color:#4b5563";
      figure.style.cssText = "margin:0;font-weight:600";
      figure.textContent = values[name] === null ? say(one, "number.not_known") : written(one, values[name]);
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

  return { say, showFault, figures, note };
})();
