"use strict";
(() => {
  var __defProp = Object.defineProperty;
  var __export = (target, all2) => {
    for (var name in all2)
      __defProp(target, name, { get: all2[name], enumerable: true });
  };

  // blocks.js
  var find = (name) => document.getElementById(`data-${name}`);
  var hasBlock = (name) => find(name) !== null;
  var byId = (id) => (
    /** @type {T} */
    document.getElementById(id)
  );
  function block(name) {
    const box3 = (
      /** @type {HTMLElement} */
      find(name)
    );
    const value = JSON.parse(box3.textContent);
    box3.remove();
    return value;
  }
  var page = block("page");

  // words.js
  var words_exports = {};
  __export(words_exports, {
    date: () => date,
    element: () => element,
    inCurrency: () => inCurrency,
    labelled: () => labelled,
    labelsOf: () => labelsOf,
    language: () => language,
    languages: () => languages,
    money: () => money,
    number: () => number,
    onChange: () => onChange,
    percent: () => percent,
    say: () => say,
    sayIn: () => sayIn,
    signed: () => signed,
    speak: () => speak,
    term: () => term,
    written: () => written
  });

  // sentences.js
  var formats = /* @__PURE__ */ new Map();
  function formatOf(Kind, locale, options) {
    const key = [Kind.name, locale, JSON.stringify(options)].join(" ");
    if (!formats.has(key)) formats.set(key, new Kind(locale, options));
    return formats.get(key);
  }
  var isMissing = (value) => value === null || value === void 0 || Number.isNaN(value);
  function sentencesOf(catalogues2, symbols, language3, labels2 = { kinds: {}, labels: {} }) {
    function labelled2(kind, name) {
      for (const own of labels2.kinds[kind] ?? []) {
        const label2 = labels2.labels[own]?.[name];
        if (label2) return label2[language3()];
      }
      return name;
    }
    function number2(value, decimals) {
      if (isMissing(value)) return say2("number.not_known");
      const digits = decimals === void 0 ? { maximumFractionDigits: 3 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return formatOf(Intl.NumberFormat, language3(), { ...digits, roundingMode: "halfEven" }).format(Number(value));
    }
    function percent2(value) {
      if (isMissing(value)) return say2("number.not_known");
      const share = Number(value);
      if (share < 0) return `-${percent2(-share)}`;
      const exact = Math.round(1e11 * share) / 1e9;
      const whole = Math.ceil(exact);
      let tenths = Math.floor(10 * exact + 0.5);
      if (exact < whole && whole <= tenths / 10) tenths -= 1;
      if (exact > 0 && tenths === 0) return `<${number2(0.1)}%`;
      return `${number2(tenths / 10, exact === whole ? 0 : 1)}%`;
    }
    const scaled = (value) => formatOf(Intl.NumberFormat, language3(), { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);
    function money3(value) {
      if (isMissing(value)) return say2("number.not_known");
      const amount2 = Number(value);
      const symbol = symbols[language3()];
      const lead = (amount2 < 0 ? "-" : "") + symbol + (symbol.length > 2 ? " " : "");
      const size = Math.abs(amount2);
      if (size >= 1e12) return `${lead}${scaled(size / 1e12)} ${say2("number.trillion")}`;
      if (size >= 1e9) return `${lead}${scaled(size / 1e9)} ${say2("number.billion")}`;
      if (size >= 1e6) return `${lead}${scaled(size / 1e6)} ${say2("number.million")}`;
      return lead + number2(size, 0);
    }
    function date2(text) {
      if (!text) return say2("number.not_known");
      const locale = language3() === "en" ? "en-GB" : language3();
      return formatOf(Intl.DateTimeFormat, locale, { dateStyle: "long", timeZone: "UTC" }).format(
        /* @__PURE__ */ new Date(`${text}T00:00:00Z`)
      );
    }
    const signed3 = (value, write3) => (value > 0 ? "+" : "") + write3(value).replace("-", "−");
    function written2(value) {
      if (typeof value === "number") return number2(value);
      if (value === null || typeof value !== "object" || Array.isArray(value)) return String(value);
      if ("money" in value) return money3(value.money);
      if ("percent" in value) return percent2(value.percent);
      if ("change" in value) return signed3(value.change, number2);
      if ("money_change" in value) return signed3(value.money_change, money3);
      if ("word" in value) return say2(value.word, value.values);
      return date2(value.date);
    }
    function named3(kind, value) {
      if (Array.isArray(value)) return value.map((part) => named3(kind, part)).join(", ");
      return typeof value === "string" ? labelled2(kind, value) : written2(value);
    }
    function say2(key, values = {}) {
      const forms = catalogues2[language3()][key];
      if (forms === void 0) throw new Error(`no word for ${key}`);
      const many = forms.length > 1 && typeof values.count === "number" && formatOf(Intl.PluralRules, language3(), {}).select(values.count) !== "one";
      return forms[many ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => named3(name, values[name]));
    }
    function term2(family, text) {
      const key = `${family}${text.replaceAll(" ", "_")}`;
      return key in catalogues2[language3()] ? say2(key) : text;
    }
    return { say: say2, term: term2, labelled: labelled2, number: number2, percent: percent2, money: money3, date: date2, written: written2, signed: signed3 };
  }

  // words.js
  var catalogues = block("words");
  var labels = block("labels");
  var listeners = [];
  var chosen = page.language;
  var language = () => chosen;
  var languages = Object.keys(catalogues);
  var inCurrency = (symbols) => sentencesOf(catalogues, symbols, language, labels);
  var spoken = inCurrency(page.symbols);
  var { say, term, labelled, number, percent, money, date, written, signed } = spoken;
  var sayIn = (language3, key) => sentencesOf(catalogues, page.symbols, () => language3).say(key);
  var labelsOf = (kind, name) => [
    .../* @__PURE__ */ new Set([
      name,
      ...languages.map((one) => sentencesOf(catalogues, page.symbols, () => one, labels).labelled(kind, name))
    ])
  ];
  function onChange(listener) {
    listeners.push(listener);
  }
  var all = (selector) => document.querySelectorAll(selector);
  function relabel() {
    for (const box3 of all("[data-word]")) {
      box3.textContent = say(String(box3.dataset.word), JSON.parse(box3.dataset.values || "{}"));
    }
    for (const box3 of all("[data-names]")) {
      const names = (
        /** @type {string[]} */
        JSON.parse(String(box3.dataset.names))
      );
      box3.textContent = [...new Set(names.map((name) => labelled(String(box3.dataset.kind), name)))].join(", ");
    }
    for (const box3 of all("[data-word-label]")) box3.setAttribute("aria-label", say(String(box3.dataset.wordLabel)));
    for (const box3 of all("[data-word-hint]")) box3.setAttribute("placeholder", say(String(box3.dataset.wordHint)));
  }
  function speak(language3) {
    chosen = language3;
    document.documentElement.lang = language3;
    document.title = written(page.title);
    relabel();
    listeners.forEach((listener) => listener());
  }
  function element(tag, options = {}, ...children) {
    const box3 = document.createElement(tag);
    const { text, word, values, ...attributes2 } = options;
    if (text !== void 0) box3.textContent = text;
    if (word !== void 0) {
      box3.dataset.word = word;
      if (values !== void 0) box3.dataset.values = JSON.stringify(values);
      box3.textContent = say(word, values);
    }
    for (const [name, value] of Object.entries(attributes2)) box3.setAttribute(name, String(value));
    box3.append(...children);
    return box3;
  }

  // address.js
  var opens = hasBlock("opens") ? block("opens") : "";
  globalThis.addEventListener?.("hashchange", () => location.reload());
  var read = () => new URLSearchParams(location.hash.slice(1) || opens);
  function write(changes) {
    const parts = read();
    for (const [name, value] of Object.entries(changes)) {
      parts.delete(name);
      for (const one of Array.isArray(value) ? value : value === null ? [] : [value]) parts.append(name, String(one));
    }
    try {
      history.replaceState(null, "", `#${parts}`);
      opens = "";
    } catch {
    }
  }
  function language2() {
    const wanted = read().get("lang");
    return wanted !== null && languages.includes(wanted) ? wanted : page.language;
  }
  function view() {
    const [lat, lng, zoom] = (read().get("view") || "").split(",").map(Number);
    return [lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && zoom >= 1 && zoom <= 22 ? { lat, lng, zoom } : null;
  }

  // browser.js
  function withBrowser(start7) {
    return (map2) => {
      if (assetsOnMap.canOpen()) {
        start7(map2);
        return;
      }
      for (const notice of document.querySelectorAll(
        /** @type {"p"} */
        ".open-in"
      )) {
        notice.setAttribute("role", "alert");
        notice.textContent = sayIn(notice.lang, "map.layer.old_browser");
      }
    };
  }

  // classes.js
  var tables = block("classes");
  var classes = (name) => tables[name];
  function classOf(name, value) {
    const { classes: classes2 } = tables[name];
    const isIn = ({ low: low2, high }, number2) => low2 !== null && number2 >= low2 && (high === null || number2 < high);
    if (value === null || value === void 0) return classes2.find(({ no_data }) => no_data) ?? null;
    return classes2.find((entry) => isIn(entry, value)) ?? null;
  }
  function bound(value, unit) {
    if (unit === "money") return money(value);
    if (unit === "share") return percent(value);
    return number(value) + (unit ? ` ${unit}` : "");
  }
  function classLabel({ label: label2, low: low2, high, key, bottom }, { unit }) {
    if (label2 !== null) return label2;
    const values = {};
    if (low2 !== null) values.low = bound(low2, unit);
    if (high !== null) values.high = bound(high, unit);
    if (key !== null) return say(key, values);
    if (high === null) return say("map.class.from", values);
    return say(bottom ? "map.class.under" : "map.class.between", values);
  }

  // canvas.js
  var HATCH = 7;
  var brushOf = (canvas) => (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
  function canvasOf(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas;
  }
  function hatch(context, colour) {
    const tile = canvasOf(HATCH, HATCH);
    const brush = brushOf(tile);
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
    return (
      /** @type {CanvasPattern} */
      context.createPattern(tile, "repeat")
    );
  }
  var Renderer = class extends L.Canvas {
    /** @param {string} colour */
    _hatching(colour) {
      var _a;
      this._patterns ?? (this._patterns = {});
      (_a = this._patterns)[colour] ?? (_a[colour] = hatch(this._ctx, colour));
      return this._patterns[colour];
    }
    /** @param {CanvasRenderingContext2D} context @param {L.Path} layer */
    _fillStroke(context, layer) {
      const { options } = layer;
      if (options.fill && options.hatch) {
        context.globalAlpha = Number(options.fillOpacity);
        context.fillStyle = this._hatching(String(options.fillColor));
        context.fill("evenodd");
        super._fillStroke(context, { options: Object.assign(Object.create(options), { fill: false }) });
        return;
      }
      super._fillStroke(context, layer);
    }
  };
  var PaneCanvas = class extends L.Canvas {
    /** @param {L.Map} map @param {string} pane @param {string} height @param {(brush: CanvasRenderingContext2D, bounds: L.Bounds) => void} paint */
    constructor(map2, pane, height, paint3) {
      const box3 = map2.createPane(pane);
      box3.style.zIndex = height;
      box3.style.pointerEvents = "none";
      super({ pane, padding: 0.2 });
      this._paint = paint3;
      this.addTo(map2);
      this.again();
    }
    _initContainer() {
      this._container = document.createElement("canvas");
      this._ctx = brushOf(this._container);
    }
    _updatePaths() {
      if (this._bounds && this._paint) this._paint(this._ctx, this._bounds);
    }
    again() {
      this._update();
    }
  };
  var MARK = 256;
  function writeExercise(brush, { min, max }) {
    if (!min || !max) return;
    const text = say("map.exercise_mark");
    brush.font = "700 21px system-ui, sans-serif";
    brush.textAlign = "center";
    brush.lineWidth = 3;
    brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
    brush.fillStyle = "rgba(122, 20, 32, 0.5)";
    for (let x = Math.floor(min.x / MARK) * MARK; x < max.x; x += MARK) {
      for (let y = Math.floor(min.y / MARK) * MARK; y < max.y; y += MARK) {
        brush.save();
        brush.translate(x + MARK / 2, y + MARK / 2);
        brush.rotate(-Math.PI / 7);
        brush.strokeText(text, 0, 0);
        brush.fillText(text, 0, 0);
        brush.restore();
      }
    }
  }
  function exerciseMark(map2) {
    const mark = new PaneCanvas(map2, "exercise", "460", writeExercise);
    onChange(() => mark.again());
  }
  function findMarkerPicture() {
    const box3 = document.body.appendChild(element("div", { class: "leaflet-default-icon-path" }));
    const iconUrl = getComputedStyle(box3).backgroundImage.replace(/^url\("(.+)"\)$/, "$1");
    box3.remove();
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: "" });
  }
  function inColumns(parts, columns) {
    for (let rows = Math.ceil(parts.flat().length / columns); ; rows++) {
      const filled2 = [[]];
      for (const part of parts) {
        const last = filled2[filled2.length - 1];
        if (!last.length || last.length + part.length <= rows) last.push(...part);
        else filled2.push([...part]);
      }
      if (filled2.length <= columns) return filled2;
    }
  }

  // popups.js
  var known = (value) => value !== null && value !== void 0;
  var wordOf = (column, row) => column.codes[row] < 0 ? null : column.words[column.codes[row]];
  var notKnown = () => say("number.not_known");
  function facts(rows) {
    const list4 = element("dl", { class: "facts" });
    for (const [term2, value] of rows) {
      const { word, values } = typeof term2 === "string" ? { word: term2, values: void 0 } : term2;
      list4.append(element("dt", { word, values }), element("dd", { text: value ?? notKnown() }));
    }
    return list4;
  }
  var asMapped = (word, terrain = page.terrain) => terrain ? { word: `${word}_mapped`, values: { terrain } } : { word, values: {} };
  function table(heads2, rows) {
    const body = rows.map(
      ([head, ...cells]) => element("tr", {}, element("th", { text: head, scope: "row" }), ...cells.map((text) => element("td", { text })))
    );
    return element(
      "table",
      { class: "figures" },
      element("thead", {}, element("tr", {}, ...heads2.map((head) => element("th", { word: head, scope: "col" })))),
      element("tbody", {}, ...body)
    );
  }
  function status(text) {
    return say(text === "exercise" ? "map.status.exercise" : "map.status.real");
  }
  var statusOfFigures = (text) => text !== "exercise" && page.exercise.length ? say("map.status.figures_exercise") : status(text);
  function bounds(low2, high) {
    if (!known(low2)) return notKnown();
    if (!known(high)) return say("map.at_least", { low: { money: low2 } });
    if (money(low2) === money(high)) return money(low2);
    return say("map.low_to_high", { low: { money: low2 }, high: { money: high } });
  }
  function scoreText(whole, low2, high) {
    if (known(whole)) return number(whole, 2);
    if (!known(low2)) return null;
    const [from, to] = [low2, high].map((bound2) => number(bound2, 2));
    return from === to ? from : say("focus.between", { low: from, high: to });
  }
  function boundsOfAll(ead, low2, high) {
    const range2 = bounds(low2, high);
    return known(ead) && known(low2) && ead < low2 ? say("map.bounds_of_more", { bounds: range2 }) : range2;
  }
  function rule(text) {
    const key = page.rules[text];
    return key ? say(key) : text;
  }
  function hiddenIn(hidden) {
    const longestFirst = Object.entries(hidden).sort(([a], [b]) => b.length - a.length);
    return (id) => longestFirst.find(([layer]) => id.startsWith(`${layer}:`))?.[1] ?? [];
  }
  var shownFacts = (rows, hidden) => facts(rows.filter(([term2]) => !hidden.includes(term2.replace("map.", ""))));
  function estimated(count, atLeast = false) {
    if (atLeast) {
      const step2 = 10 ** Math.max(0, String(Math.floor(count)).length - 3);
      return say("map.answer.or_more", { figure: number(Math.floor(count / step2) * step2) });
    }
    const whole = Math.round(count);
    const rounded = Number(whole.toPrecision(3));
    return rounded < 1e3 ? number(rounded) : say("map.about_people", { people: rounded });
  }
  function people({ people_exposed: count, people_rule: by }) {
    if (known(count)) return `${estimated(count)} (${rule(String(by))})`;
    return known(by) ? rule(by) : null;
  }
  function displaced([hazard, count]) {
    const name = labelled("hazard", hazard);
    if (!known(count)) return `${name}: ${notKnown()}`;
    return `${name}: ${typeof count === "string" ? rule(count) : estimated(count)}`;
  }
  var rankOf = (rank, assets3) => `${number(rank)} (${say("map.assets_of", { count: assets3 })})`;
  function notRanked({ not_ranked: reason, assets: assets3 }) {
    return reason ? `${term("map.not_ranked.", reason)} (${say("map.assets_of", { count: assets3 })})` : "–";
  }
  function district(area) {
    const box3 = element("article", { class: "popup" }, element("h2", { text: area.name }));
    const parent = known(area.parent) ? [["map.parent", area.parent]] : [];
    const leaving = area.displaced?.length ? [["map.displaced", area.displaced.map(displaced).join("; ")]] : [];
    const place2 = page.rank === "map.rank.priority" ? [[page.rank, known(area.rank) ? rankOf(area.rank, area.assets) : notRanked(area)]] : area.not_ranked ? [["map.card.few", notRanked(area)]] : [];
    if (page.rank !== "map.rank.priority") box3.append(element("p", { class: "quiet", word: "map.card.no_ranking" }));
    box3.append(
      facts([
        ...parent,
        ...place2,
        [asMapped("map.ead"), money(area.ead)],
        ["map.bounds", boundsOfAll(area.ead, area.ead_low, area.ead_high)],
        ["map.ead_per_value", percent(area.ead_per_value)],
        ["map.assets_exposed", say("map.of", { part: area.assets_exposed, whole: area.assets })],
        ["map.assets_without_figure", number(area.assets_without_figure)],
        ["map.people_exposed", people(area)],
        ...leaving,
        ["map.score", scoreText(area.score, area.score_low, area.score_high)],
        ["map.data_status", status(area.data_status)]
      ])
    );
    if (area.file) {
      const href = `${area.file.split("/").map(encodeURIComponent).join("/")}#lang=${language()}`;
      box3.append(element("p", {}, element("a", { href, word: "map.open_district", values: { count: area.assets } })));
    }
    return box3;
  }

  // shapes.js
  var STEPS_PER_DEGREE = 1e6;
  function coordinates(xy) {
    const points2 = new Array(xy.length / 2);
    let x = 0;
    let y = 0;
    for (let i = 0; i < points2.length; i += 1) {
      x += xy[2 * i];
      y += xy[2 * i + 1];
      points2[i] = [y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE];
    }
    return points2;
  }
  function cut(list4, lengths) {
    let start7 = 0;
    return lengths?.map((length) => {
      start7 += length;
      return list4.slice(start7 - length, start7);
    });
  }
  function unpack(packed) {
    const parts = [];
    for (const [kind, shapes] of Object.entries(packed)) {
      const points2 = coordinates(shapes.xy);
      const lines = cut(points2, shapes.rings);
      const at = (lines && cut(lines, shapes.parts)) ?? lines ?? points2;
      shapes.rows.forEach((row, place2) => {
        parts.push(
          /** @type {Part} */
          { row, kind: (
            /** @type {Kind} */
            kind
          ), at: at[place2] }
        );
      });
    }
    return parts;
  }
  var polygons = (packed) => unpack(packed).filter((part) => part.kind === "polygon");

  // districts.js
  var OUTLINE = { weight: 1, color: "#374151", opacity: 1 };
  function districtsOf(data3, pane) {
    const layers3 = data3.id.map(() => []);
    const byId2 = new Map(data3.id.map((id, row) => [id, row]));
    let painting2 = "ead";
    let chosen3 = null;
    let ofYear = null;
    const byName = data3;
    let perValue = null;
    function column(name) {
      if (name !== "ead_per_value") return name === "ead" && ofYear ? ofYear : byName[name];
      perValue ?? (perValue = data3.ead_per_value.map((value, row) => known(data3.rank[row]) ? value : null));
      return perValue;
    }
    function style(row) {
      const edge = row === chosen3 ? { ...OUTLINE, weight: 4 } : OUTLINE;
      if (painting2 === "outline") return { ...edge, fill: false };
      const { edge: color, colour, no_data } = (
        /** @type {Class} */
        classOf(painting2, column(painting2)[row])
      );
      return { ...edge, color, fill: true, fillColor: colour, fillOpacity: 0.82, hatch: no_data };
    }
    function repaint() {
      layers3.forEach((parts, row) => parts.forEach((part) => part.setStyle(style(row))));
    }
    const seen = /* @__PURE__ */ new Set();
    const shared = new Set(data3.name.filter((name) => seen.size === seen.add(name).size));
    function nameOf2(row) {
      if (data3.id[row] === page.outside) return say("map.outside_districts");
      const name = data3.name[row] || data3.id[row];
      const parent = shared.has(data3.name[row]) && data3.parent?.[row];
      return parent ? `${name} (${parent})` : name;
    }
    function figures2(row) {
      const district3 = Object.fromEntries(
        Object.entries(data3).filter(([, column2]) => Array.isArray(column2)).map(([name, column2]) => [name, column2[row]])
      );
      return {
        ...district3,
        name: nameOf2(row),
        people_rule: wordOf(data3.people_rule, row),
        not_ranked: wordOf(data3.not_ranked, row),
        data_status: wordOf(data3.data_status, row)
      };
    }
    function draw6(map2) {
      map2.createPane(pane).style.zIndex = "400";
      const renderer = new Renderer({ pane, padding: 0.3 });
      for (const { row, at: at2 } of polygons(data3.shapes)) {
        layers3[row].push(L.polygon(at2, { pane, renderer, interactive: false, ...style(row) }).addTo(map2));
      }
    }
    function paint3(map2, name, ead2 = null) {
      painting2 = name;
      ofYear = ead2;
      repaint();
      map2.getPane(pane).style.zIndex = name === "outline" ? "430" : "400";
    }
    function choose3(row) {
      chosen3 = row;
      repaint();
      if (row !== null) layers3[row].forEach((part) => part.bringToFront());
    }
    function at(map2, place2) {
      const point = map2.latLngToLayerPoint(place2);
      const row = layers3.findIndex((parts) => parts.some((part) => part._pxBounds && part._containsPoint(point)));
      return row < 0 ? null : row;
    }
    function bounds2(row) {
      const box3 = L.latLngBounds([]);
      layers3[row].forEach((part) => box3.extend(part.getBounds()));
      return box3;
    }
    function nameOfId(id) {
      const row = byId2.get(id);
      return row === void 0 ? id : nameOf2(row);
    }
    const count = (name) => column(name).filter((figure, row) => known(figure) && data3.id[row] !== page.outside).length;
    const ead = (row) => column("ead")[row];
    return {
      data: data3,
      draw: draw6,
      paint: paint3,
      choose: choose3,
      at,
      bounds: bounds2,
      nameOf: nameOf2,
      nameOfId,
      figures: figures2,
      painting: () => painting2,
      count,
      ead
    };
  }
  var districts = districtsOf(block("districts"), "districts");

  // divider.js
  var divider_exports = {};
  __export(divider_exports, {
    clipPicture: () => clipPicture,
    paint: () => paint,
    showAll: () => showAll,
    sideAt: () => sideAt,
    start: () => start
  });
  var GRIP = 44;
  var range = byId("divider");
  var line = byId("divider-line");
  var box = byId("divider-box");
  var panes = [[], []];
  var map;
  var place = () => GRIP / 2 + (map.getSize().x - GRIP) * (Number(range.value) / 100);
  var reach = (side) => side === 0 ? [0, place()] : [place(), map.getSize().x];
  function clip() {
    const { x: left, y: top } = map.containerPointToLayerPoint([0, 0]);
    panes.forEach((list4, side) => {
      const [from, to] = reach(side);
      const shape = `inset(${top}px ${-(left + to)}px ${-(top + map.getSize().y)}px ${left + from}px)`;
      for (const pane of list4) pane.style.clipPath = shape;
    });
    line.style.left = `${place()}px`;
    box.style.transform = `translate(${left}px, ${top}px)`;
    box.style.width = `${map.getSize().x}px`;
    box.style.height = `${map.getSize().y}px`;
  }
  function label() {
    range.setAttribute(
      "aria-valuetext",
      say("compare.divider_at", { left: { percent: Number(range.value) / 100 } })
    );
  }
  function lieOnMap() {
    const pane = map.createPane("divider");
    pane.style.zIndex = "620";
    pane.append(box);
    L.DomEvent.disableClickPropagation(range);
  }
  function start(onMap, names) {
    map = onMap;
    lieOnMap();
    names.forEach(
      (list4, side) => list4.forEach((name) => {
        const pane = (
          /** @type {HTMLElement} */
          map.getPane(name)
        );
        pane.dataset.side = String(side);
        panes[side].push(pane);
      })
    );
    range.value = read().get("at") ?? "50";
    range.addEventListener("input", () => {
      clip();
      label();
    });
    range.addEventListener("change", () => write({ at: range.value }));
    map.on("move resize viewreset zoomend", clip);
    onChange(label);
    clip();
    label();
  }
  function showAll(side) {
    range.value = side === 0 ? "100" : "0";
    clip();
    label();
  }
  var sideAt = (latlng) => map.latLngToContainerPoint(latlng).x < place() ? 0 : 1;
  function clipPicture(brush, part) {
    const pane = part.closest("[data-side]");
    if (!pane) return;
    const [from, to] = reach(Number(pane.dataset.side));
    brush.beginPath();
    brush.rect(from, 0, to - from, map.getSize().y);
    brush.clip();
  }
  function paint(brush) {
    brush.fillStyle = "#ffffff";
    brush.fillRect(place() - 2.5, 0, 5, map.getSize().y);
    brush.fillStyle = "#1a2230";
    brush.fillRect(place() - 1, 0, 2, map.getSize().y);
  }

  // hazards.js
  var bodies = /* @__PURE__ */ new Map();
  function bodyOf(name) {
    const body = bodies.get(name) ?? block(name);
    bodies.set(name, body);
    return body;
  }
  var address = (png) => `data:image/png;base64,${png}`;
  function hatched(png) {
    const mask = new Image();
    const box3 = Object.assign(element("div", { class: "hatched" }), { mask });
    mask.src = address(png);
    box3.style.maskImage = `url(${address(png)})`;
    box3.style.webkitMaskImage = box3.style.maskImage;
    return box3;
  }
  function hazardsOf(all2, pane, lead = "") {
    const byMap = /* @__PURE__ */ new Map();
    let renderer;
    let shown2 = [];
    function zones(hazard, body) {
      const table2 = classes(`${lead}hazard-${hazard}`).classes;
      return L.layerGroup(
        polygons(body.shapes).filter(({ row }) => table2[body.codes[row]]).map(({ row, at }) => {
          const { colour, no_data } = table2[body.codes[row]];
          return L.polygon(at, {
            pane,
            renderer,
            interactive: false,
            weight: 0.5,
            color: colour,
            fill: true,
            fillColor: colour,
            fillOpacity: 0.85,
            hatch: no_data
          });
        })
      );
    }
    function pictures(body) {
      const look = { pane, interactive: false };
      const layers3 = [
        L.imageOverlay(address(body.png), body.bounds, { ...look, opacity: 0.9, className: "hazard-picture" })
      ];
      if (body.no_data) layers3.push(L.svgOverlay(
        /** @type {any} */
        hatched(body.no_data),
        body.bounds,
        look
      ));
      if (body.edge) layers3.push(edge(body.edge));
      return layers3;
    }
    function edge(packed) {
      const [{ at }] = polygons(packed);
      return L.polygon(at, {
        pane,
        renderer,
        interactive: false,
        fill: false,
        color: "#08306b",
        weight: 1.5,
        dashArray: "6 5"
      });
    }
    function layersOf(hazard, map2) {
      const name = `${hazard}/${map2}`;
      let layers3 = byMap.get(name);
      if (!layers3) {
        const body = bodyOf(`${lead}hazard-${name.replace("/", "-")}`);
        layers3 = body.png === void 0 ? [zones(hazard, body)] : pictures(body);
        byMap.set(name, layers3);
      }
      return layers3;
    }
    function draw6(map2) {
      map2.createPane(pane).style.zIndex = "420";
      renderer = new Renderer({ pane, padding: 0.3 });
    }
    function show3(map2, hazard, place2) {
      shown2.forEach((layer) => layer.remove());
      shown2 = hazard < 0 ? [] : layersOf(hazard, place2);
      shown2.forEach((layer) => layer.addTo(map2));
    }
    return { all: all2, draw: draw6, show: show3 };
  }
  var hazards = hazardsOf(block("hazards"), "hazards");

  // sought.js
  function textsOf({ data: data3, nameOf: nameOf2 }, row) {
    if (row === void 0 || data3.id[row] === page.outside) return [];
    const parent = data3.parent?.[row];
    return parent ? [nameOf2(row), parent] : [nameOf2(row)];
  }
  function soughtIn(areas, { asset_type: types = [], district: places = [] }) {
    const rows = new Map(areas.data.id.map((id, row) => [id, row]));
    const texts = places.map((id) => textsOf(areas, rows.get(id ?? "")));
    const within = places.length ? texts.map((text, code) => text[1] ?? text[0] ?? places[code] ?? "") : [""];
    const names = [...new Set(within)];
    return {
      lists: {
        kinds: types.map((type) => type === null ? [] : labelsOf("asset_type", type)),
        places: texts,
        areas: within.map((name) => names.indexOf(name))
      },
      /** Codes as words. @param {FoundAssets} found @returns {Sought<number>} */
      inWords: ({ kinds, streets, assets: assets3, ...rest }) => ({
        ...rest,
        kinds: kinds.map((kind) => ({
          ...kind,
          type: types[kind.code],
          ids: kind.places?.map((code) => places[code]) ?? null
        })),
        streets: streets.map((street) => ({ ...street, where: names[street.area] })),
        assets: assets3.map((asset) => ({
          ...asset,
          type: types[asset.kind] ?? null,
          district: places[asset.place] ?? null
        }))
      })
    };
  }

  // sides.js
  var data = block("comparison");
  var PANES = [
    ["districts", "hazards", "assets"],
    ["districts-right", "hazards-right", "assets-right"]
  ];
  var { twins, pairs } = data;
  var layers = twins ? [assetsOnMap.layer(data.layers[0]), assetsOnMap.view(data.layers[0], PANES[1][2])] : data.layers.map((name) => assetsOnMap.layer(name));
  var hazards2 = [
    hazards,
    twins ? hazardsOf(hazards.all, PANES[1][1]) : hazardsOf(block("right-hazards"), PANES[1][1], "right-")
  ];
  var districts2 = twins ? [districts] : [districts, districtsOf(block("right-districts"), PANES[1][0])];
  var wordsOf = data.sides.map(({ symbols }) => inCurrency(symbols));
  var choiceOf = (pair, side) => data.sides[side].choices[pairs[pair].choices[side]];
  var colourOf = ({ hazard, map: map2 }) => hazard < 0 ? "any" : `map-${hazard}-${map2}`;
  function filterOf(pair, [, , ...codes], side) {
    const own = colourOf(choiceOf(pair, side));
    const other = twins ? colourOf(choiceOf(pair, 1 - side)) : `other-${pair}`;
    if (own === other) return { [own]: codes[0].filter((code) => codes[1].includes(code)) };
    return { [own]: codes[side], [other]: codes[1 - side] };
  }
  function show(map2, pair, move2, painting2) {
    layers.forEach((layer, side) => {
      const choice = choiceOf(pair, side);
      hazards2[side].show(map2, choice.hazard, choice.map);
      layer.setColour(colourOf(choice));
      layer.setFilter(filterOf(pair, move2, side));
    });
    districts2.forEach((layer) => layer.paint(map2, painting2));
  }
  function draw(map2, open3, miss) {
    districts2.forEach((layer) => layer.draw(map2));
    hazards2.forEach((layer) => layer.draw(map2));
    if (twins) layers[1].addTo(map2);
    layers.forEach((layer, side) => {
      map2.getPane(PANES[side][2]).style.zIndex = "440";
      const isHere = (event) => sideAt(event.latlng) === side;
      layer.on("assetclick", (event) => {
        if (isHere(event)) open3({ side, index: event.index }, event.latlng);
      });
      layer.on("assetmiss", (event) => {
        if (isHere(event)) miss(event.latlng);
      });
    });
  }
  var panes2 = () => PANES.map((names) => twins ? names.slice(1) : names);
  async function figures({ side, index }) {
    const own = await layers[side].attributes(index);
    if (twins) return [own, own];
    const other = own.partner === null ? null : await layers[1 - side].attributes(own.partner);
    return side === 0 ? [own, other] : [other, own];
  }
  async function hasShape({ side: own, index }, both, side) {
    const place2 = twins || side === own ? index : both[own]?.partner;
    return await layers[side].bounds(place2) !== null;
  }
  async function attributes(place2) {
    const both = await figures(place2);
    const side = both[0] ? 0 : 1;
    const row = (
      /** @type {Row} */
      both[side]
    );
    const usable = await Promise.all(both.map((values, side2) => values ? hasShape(place2, both, side2) : false));
    return {
      .../** @type {AssetFacts} */
      row,
      id: row.asset_id,
      both,
      usable,
      side,
      districtName: districts2[side === 0 ? 0 : districts2.length - 1].nameOfId(row.district)
    };
  }
  async function isHidden(pair, move2, { side, index }) {
    const codes = await layers[side].classes(index) ?? {};
    return Object.entries(filterOf(pair, move2, side)).some(([name, allowed]) => !allowed.includes(codes[name]));
  }
  var sought = layers.map((_, side) => soughtIn(districts2[side] ?? districts, data.sides[side].filters));
  async function findOn(side, text, asked) {
    const { lists, inWords } = sought[side];
    const found = inWords(await layers[side].find(text, { ...lists, ...asked }));
    const placed = ({ index }) => ({ index: { side, index } });
    return {
      ...found,
      streets: found.streets.map((street) => ({ ...street, ...placed(street) })),
      assets: found.assets.map((asset) => ({ ...asset, ...placed(asset) }))
    };
  }
  async function find2(text, asked) {
    const found = await findOn(0, text, asked);
    if (twins) return found;
    const right = await findOn(1, text, asked);
    const partners = await Promise.all(
      [...right.assets, ...right.streets].map(({ index }) => layers[1].attributes(index.index))
    );
    const isNew = (_, place2) => partners[place2].partner === null;
    const streets = right.streets.filter((_, place2) => isNew(_, right.assets.length + place2));
    return {
      ...found,
      streets: [...found.streets, ...streets],
      assets: [...found.assets, ...right.assets.filter(isNew)].slice(0, asked.limit),
      similar: found.similar && right.similar
    };
  }
  var assets = {
    attributes,
    find: find2,
    ready: Promise.all(layers.map((layer) => layer.ready)),
    /** @param {L.LatLng} latlng */
    at: async (latlng) => {
      const side = sideAt(latlng);
      const index = await layers[side].at(latlng);
      return index === null ? null : { side, index };
    },
    /** @param {Place} place */
    bounds: ({ side, index }) => layers[side].bounds(index)
  };

  // comparison.js
  var state = { pair: data.start, move: 0 };
  var listeners2 = [];
  var selects = data.twins ? [byId("choose-left"), byId("choose-right")] : [byId("choose")];
  function onChange2(listener) {
    listeners2.push(listener);
  }
  var pairNow = () => data.pairs[state.pair];
  var move = () => pairNow().moves[state.move];
  var titles = () => [0, 1].map((side) => choiceOf(state.pair, side).title);
  function painting() {
    const together = choiceOf(state.pair, 0).hazard < 0;
    const comparable = !pairNow().forbids.includes("money");
    return together && comparable && districts2.every((layer) => layer.count("ead")) ? "ead" : "outline";
  }
  function nameOf(side) {
    const { hazard, map: map2 } = choiceOf(state.pair, side);
    if (hazard < 0) return "all";
    const { name, maps } = hazards2[side].all[hazard];
    return [name, maps[map2].return_period ?? ""].join(":");
  }
  function remember() {
    write({ left: nameOf(0), right: nameOf(1), assets: state.move ? move()[0] : null });
  }
  function recall() {
    const link2 = read();
    const start7 = state.pair;
    const pair = data.pairs.findIndex((_, place2) => {
      state.pair = place2;
      return nameOf(0) === link2.get("left") && nameOf(1) === link2.get("right");
    });
    state.pair = pair < 0 ? start7 : pair;
    state.move = Math.max(
      0,
      pairNow().moves.findIndex(([key]) => key === link2.get("assets"))
    );
  }
  function fillChoices() {
    const count = Math.round(Math.sqrt(data.pairs.length));
    const ofPair = data.pairs.map(({ choices }) => data.sides[0].choices[choices[0]].title.values?.map);
    selects.forEach((select2, side) => {
      const titles2 = data.twins ? data.sides[side].choices.map(({ title }) => title) : ofPair;
      select2.replaceChildren(...titles2.map((title, value) => element("option", { value, text: written(title) })));
      select2.value = String(data.twins ? pairNow().choices[side] : state.pair);
      select2.onchange = () => {
        state.pair = data.twins ? Number(selects[0].value) * count + Number(selects[1].value) : Number(select2.value);
        state.move = 0;
        changed();
      };
    });
  }
  function fillMoves() {
    const box3 = byId("moves");
    box3.dataset.pair = String(state.pair);
    box3.replaceChildren(
      ...pairNow().moves.map(([key, count], place2) => {
        const radio = element("input", { type: "radio", name: "moves", id: `move-${place2}`, value: key });
        radio.checked = place2 === state.move;
        radio.addEventListener("change", () => {
          state.move = place2;
          changed();
        });
        return element(
          "label",
          {},
          radio,
          element("span", { word: key }),
          element("span", { class: "count", text: number(count) })
        );
      })
    );
  }
  function fillTitle(side, title) {
    for (const box3 of document.querySelectorAll(`[data-title=${side}]`)) box3.textContent = written(title);
    const brief = document.querySelector(`[data-brief=${side}]`);
    if (brief) brief.textContent = written(title.word === "compare.side" ? title.values?.label : title);
  }
  function fillFigures() {
    const pair = pairNow();
    byId("both-rows").replaceChildren(
      ...[...pair.rows, ...data.rows].map(
        ([key, ...cells]) => element(
          "tr",
          {},
          element("th", { scope: "row", word: key }),
          ...cells.map(
            (cell, side) => element("td", { class: "number", text: (wordsOf[side] ?? words_exports).written(cell) })
          )
        )
      )
    );
    const notes = [...data.matched ? [data.matched] : [], ...pair.notes, ...data.notes];
    byId("notes").replaceChildren(...notes.map(({ word, values }) => element("li", { word, values: values || {} })));
    byId("summary").replaceChildren(element("span", { ...pair.summary }));
    const [left, right] = titles();
    byId("titles").replaceChildren(element("span", { word: "compare.sides", values: { left, right } }));
    fillTitle("left", left);
    fillTitle("right", right);
  }
  function changed() {
    remember();
    fillFigures();
    const radio = byId(`move-${state.move}`);
    if (byId("moves").dataset.pair !== String(state.pair) || !radio.checked) fillMoves();
    listeners2.forEach((listener) => listener());
    byId("news").textContent = `${byId("titles").textContent} ${byId("summary").textContent}`;
  }
  var isHidden2 = (place2) => isHidden(state.pair, move(), place2);
  async function reveal(place2) {
    if (!await isHidden2(place2)) return;
    state.move = 0;
    changed();
  }
  function start2() {
    recall();
    onChange(() => {
      fillChoices();
      fillMoves();
      fillFigures();
    });
  }

  // swatch.js
  function swatch({ colour, no_data }) {
    const sign3 = element("span", { class: "swatch", "aria-hidden": "true" });
    if (no_data) sign3.style.backgroundImage = `repeating-linear-gradient(135deg, ${colour} 0 1.2px, #f4f5f7 1.2px 5px)`;
    else sign3.style.backgroundColor = colour;
    return sign3;
  }
  function sign(entry) {
    const mark = element("span", { class: `sign sign-${entry.value}`, "aria-hidden": "true" });
    if (entry.value === "exposed") mark.style.background = entry.colour;
    return mark;
  }

  // compared_legend.js
  var countCells = (counts) => counts.map(
    (count) => element("span", { class: "count", text: count === null || count === void 0 ? "–" : number(count) })
  );
  var heads = () => element(
    "li",
    { class: "heads" },
    element("span"),
    element("span"),
    ...["compare.left", "compare.right"].map((word) => element("span", { class: "count", word }))
  );
  function list(title, table2, counts) {
    const rows = table2.classes.map(
      (entry, place2) => element(
        "li",
        {},
        swatch(entry),
        element("span", { text: classLabel(entry, table2) }),
        ...countCells(counts.map((side) => side?.[place2]))
      )
    );
    return [element("h2", { ...title }), element("ul", {}, heads(), ...rows)];
  }
  var known2 = (table2, counts) => counts?.map((count, place2) => table2.classes[place2].no_data ? null : count);
  function hazards3() {
    const choices = [0, 1].map((side) => choiceOf(state.pair, side));
    if (choices.some((choice) => choice.hazard < 0)) return [];
    const names = [`hazard-${choices[0].hazard}`, `${data.twins ? "" : "right-"}hazard-${choices[1].hazard}`];
    const tables2 = names.map(classes);
    const all2 = choices.map((choice, side) => hazards2[side].all[choice.hazard]);
    const titleOf = ({ name, measure: measure2 }) => ({
      word: "compare.legend_hazard",
      values: { hazard: name, measure: measure2 }
    });
    const alike = all2[0].name === all2[1].name && JSON.stringify(tables2[0]) === JSON.stringify(tables2[1]);
    const counts = choices.map((choice, side) => known2(tables2[side], choice.classes));
    const parts = alike ? list(titleOf(all2[0]), tables2[0], counts) : [...list(titleOf(all2[0]), tables2[0], [counts[0], null]), ...list(titleOf(all2[1]), tables2[1], [null, counts[1]])];
    const beyond = element("p", { class: "note", word: "compare.beyond" });
    return all2.some((hazard) => hazard.outside === "unknown") ? [...parts, beyond] : parts;
  }
  function districts3() {
    if (painting() !== "ead") return [];
    const table2 = classes("ead");
    const counts = districts2.map(
      ({ data: { ead } }) => table2.classes.map((entry) => ead.filter((value) => classOf("ead", value) === entry).length)
    );
    return list(asMapped("map.legend.ead"), table2, counts);
  }
  function assets2() {
    const { rows } = pairNow();
    const together = choiceOf(state.pair, 0).hazard < 0;
    const lines = classes(together ? "exposure-any" : "exposure").classes.filter(({ value }) => value !== "unusable").map((entry) => {
      const { key: name } = entry;
      const [, left, right] = rows.find(([key]) => key === name) ?? [];
      return element(
        "li",
        {},
        sign(entry),
        element("span", { word: String(name) }),
        ...countCells([left, right].map((count) => count === null ? count : Number(count)))
      );
    });
    return [element("h2", { word: "map.assets" }), element("ul", {}, heads(), ...lines)];
  }
  function draw2() {
    byId("legend-body").replaceChildren(...districts3(), ...hazards3(), ...assets2());
  }

  // compared_popups.js
  var { twins: twins2 } = data;
  var HEADS = ["compare.figure", "compare.left", "compare.right", "compare.difference"];
  var PLACES = 5e-3;
  var hiddenOf = data.sides.map(({ hidden }) => hiddenIn(hidden));
  var hiddenColumns = ({ side, id }) => hiddenOf[side](id);
  var notComparable = () => say("compare.not_comparable");
  function stateOf(values, { hazard, map: map2 }, usable) {
    if (!usable) return "unusable";
    const has = (name) => (hazard < 0 ? Object.keys(values).filter((key) => key.endsWith(`.${name}`)) : [`${hazard}.${map2}.${name}`]).some(
      (key) => values[key] > 0
    );
    if (has("exposed_fraction")) return "exposed";
    return has("no_data_fraction") ? "no_data" : "not_exposed";
  }
  function line2(key, values, write3, apart, none = notKnown()) {
    const cells = values.map((value, side) => value === void 0 ? say("compare.absent") : write3(value, side));
    const head = typeof key === "string" ? say(key) : written(key);
    if (values.includes(void 0)) return [head, ...cells, "–"];
    const [left, right] = values;
    return [head, ...cells, known(left) && known(right) ? apart(right - left) : none];
  }
  var signed2 = (write3) => (value) => signed(value, write3);
  var points = signed2((value) => say("compare.points", { number: Math.round(value * 1e3) / 10 }));
  var money2 = signed2(money);
  var amount = (value, side) => wordsOf[side].money(value);
  var deep = (value, hazard) => `${number(value, 2)} ${hazard.unit}`;
  var moneyApart = (priced) => priced && !pairNow().forbids.includes("money") ? money2 : notComparable;
  function figuresOnMaps(asset, states) {
    const choices = [0, 1].map((side) => choiceOf(state.pair, side));
    if (choices.some((choice) => choice.hazard < 0)) return [];
    const hazards4 = choices.map((choice, side) => hazards2[side].all[choice.hazard]);
    const { forbids } = pairNow();
    const of = (name, dry = 0) => asset.both.map((values, side) => {
      if (!values) return void 0;
      if (states[side] === "not_exposed") return dry;
      if (states[side] !== "exposed") return null;
      return values[`${choices[side].hazard}.${choices[side].map}.${name}`] ?? null;
    });
    const alike = hazards4[0].unit === hazards4[1].unit && hazards4[0].measure === hazards4[1].measure;
    const lines = [
      line2(
        "map.exposed_share",
        of("exposed_fraction"),
        percent,
        forbids.includes("counts") ? notComparable : points
      ),
      line2(
        "map.intensity",
        of("intensity_mean", null),
        (value, side) => known(value) ? deep(value, hazards4[side]) : "–",
        alike ? signed2((value) => deep(value, hazards4[0])) : notComparable,
        "–"
      )
    ];
    if (hazards4.some((hazard) => hazard.priced) && !hiddenColumns(asset).includes("damage")) {
      lines.push(
        line2(
          "map.damage",
          of("damage"),
          (value, side) => hazards4[side].priced ? amount(value, side) : say("map.not_priced"),
          moneyApart(hazards4.every((hazard) => hazard.priced))
        )
      );
    }
    return lines;
  }
  function figuresOfAssessments(asset) {
    const hidden = hiddenColumns(asset);
    const of = (name) => asset.both.map((values) => values?.[name]);
    const lines = [];
    if (!hidden.includes("value")) lines.push(line2("map.value", of("value"), amount, moneyApart(true)));
    if (!hidden.includes("ead") && data.rows.length) {
      lines.push(line2(asMapped("map.ead"), of("annual"), amount, moneyApart(true)));
    }
    return lines;
  }
  function assetPopup(asset) {
    const states = asset.both.map(
      (values, side) => values ? stateOf(values, choiceOf(state.pair, side), asset.usable[side]) : "absent"
    );
    const names = states.map((name) => say(name === "absent" ? "compare.absent" : `map.class.${name}`));
    const value = known(asset.value) ? `${money(asset.value)} (${rule(asset.value_rule)})` : null;
    const box3 = element(
      "article",
      { class: "popup" },
      element("h2", { text: asset.name || asset.id }),
      shownFacts(
        [
          ["map.asset_id", asset.id],
          ["map.asset_type", labelled("asset_type", asset.asset_type)],
          ["map.owner", asset.owner],
          ["map.district", asset.districtName],
          ...twins2 ? [
            /** @type {[string, string | null]} */
            ["map.value", value]
          ] : [],
          ["map.data_status", statusOfFigures(asset.data_status)]
        ],
        hiddenColumns(asset)
      )
    );
    const same = states[0] === states[1] ? "compare.same" : "compare.other";
    box3.append(
      table(HEADS, [
        [say("compare.counted"), ...names, say(same)],
        ...figuresOnMaps(asset, states),
        ...twins2 ? [] : figuresOfAssessments(asset)
      ])
    );
    return box3;
  }
  function district2(left) {
    const overAllMaps = element("p", { word: "compare.over_all_maps" });
    if (twins2) {
      const box3 = district(left);
      box3.append(overAllMaps);
      return box3;
    }
    const row = districts2[1].data.id.indexOf(left.id);
    const both = [left, row < 0 ? null : districts2[1].figures(row)];
    const of = (name) => both.map((figures2) => figures2?.[name]);
    const count = (value) => number(known(value) ? Math.round(value) : null);
    const score = (value) => number(value, 2);
    return element(
      "article",
      { class: "popup" },
      element("h2", { text: left.name }),
      table(HEADS, [
        line2(asMapped("map.ead"), of("ead"), amount, moneyApart(true)),
        line2("map.assets", of("assets"), count, signed2(count)),
        line2("map.assets_exposed", of("assets_exposed"), count, signed2(count)),
        line2("map.people_exposed", of("people_exposed"), count, signed2(count)),
        line2("map.score", of("score"), score, (value) => Math.abs(value) < PLACES ? score(0) : signed2(score)(value))
      ]),
      overAllMaps
    );
  }

  // tabs.js
  var tabs = [...document.querySelectorAll(
    /** @type {"button"} */
    "[role=tab]"
  )];
  var panel = byId("panel");
  var narrow = matchMedia("(max-width: 700px)");
  var low = matchMedia("(max-height: 560px)");
  var tall = matchMedia("(min-height: 800px)");
  var docked = !panel.classList.contains("answers");
  var isNarrow = () => narrow.matches;
  var isBeside = () => byId("map-box").classList.contains("beside");
  var panelOf = (tab) => byId(String(tab.getAttribute("aria-controls")));
  var isChosen = (tab) => tab.getAttribute("aria-selected") === "true";
  var chosenTab = () => (
    /** @type {HTMLElement} */
    tabs.find(isChosen)
  );
  var list2 = "panel-focus";
  function select(tab) {
    const { id } = panelOf(tab);
    if (id === "panel-focus" || id === "panel-assets") list2 = id;
    for (const each of tabs) {
      const chosen3 = each === tab;
      each.setAttribute("aria-selected", String(chosen3));
      each.tabIndex = chosen3 ? 0 : -1;
      panelOf(each).hidden = !chosen3 && !(docked && each.id === "tab-layers" && !narrow.matches);
    }
  }
  var isAsked = false;
  function reach2() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(measure);
  }
  function measure() {
    isAsked = false;
    for (const box3 of document.querySelectorAll(
      /** @type {"p"} */
      "#answer, #tiles"
    )) {
      if (box3.scrollHeight > box3.clientHeight || box3.scrollWidth > box3.clientWidth) box3.tabIndex = 0;
      else box3.removeAttribute("tabindex");
    }
  }
  function open(isOpen) {
    panel.classList.toggle("open", isOpen);
    for (const tab of tabs) tab.setAttribute("aria-expanded", String(isOpen));
    const fold = document.getElementById("fold");
    fold?.setAttribute("aria-expanded", String(isOpen));
    reach2();
  }
  function close() {
    if (docked || narrow.matches) open(false);
  }
  var covered = () => docked || narrow.matches || isBeside() ? 0 : panel.offsetWidth + 14;
  var linked = () => tabs.find(({ id }) => id === `tab-${read().get("tab")}`);
  function choose(tab) {
    select(tab);
    write({ tab: tab.id.replace("tab-", "") });
  }
  function press(tab) {
    const again = isChosen(tab) && panel.classList.contains("open");
    choose(tab);
    open(!again);
  }
  function step(event) {
    const seen = tabs.filter((tab) => tab.offsetParent !== null);
    const place2 = seen.indexOf(
      /** @type {HTMLElement} */
      event.target
    );
    const moves = { ArrowRight: place2 + 1, ArrowLeft: place2 - 1, Home: 0, End: seen.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const next = seen[(moves[event.key] + seen.length) % seen.length];
    choose(next);
    next.focus();
  }
  function fit() {
    const chosen3 = chosenTab();
    const other = tabs.find(({ id }) => id !== "tab-layers");
    select(docked && !narrow.matches && chosen3.id === "tab-layers" && other ? other : chosen3);
    if (!docked) open(!narrow.matches && tall.matches);
    foldLegend();
  }
  function foldLegend() {
    byId("legend").open = !narrow.matches && !low.matches && !isBeside();
  }
  function start3() {
    for (const tab of tabs) if (tab.id !== "tab-layers") panelOf(tab).tabIndex = 0;
    for (const tab of tabs) {
      tab.addEventListener("click", () => press(tab));
      tab.addEventListener("keydown", step);
    }
    document.getElementById("fold")?.addEventListener("click", () => open(!panel.classList.contains("open")));
    narrow.addEventListener("change", fit);
    open(false);
    select(linked() ?? chosenTab());
    fit();
  }

  // picture.js
  var FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  var ROW = 20;
  var COLUMN = 300;
  var SHEET = 830;
  var NOT_KNOWN = "#7d8692";
  var isHatched = (box3) => box3.classList.contains("hatched");
  function painted(map2) {
    const height = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
    return Object.values(map2.getPanes()).filter((pane) => pane.parentElement === map2.getPane("mapPane") && pane !== map2.getPane("online")).sort((a, b) => height(a) - height(b)).flatMap((pane) => [...pane.querySelectorAll(
      /** @type {"canvas"} */
      "canvas, img, .hatched"
    )]);
  }
  function hatching({ mask }, width, height) {
    const canvas = canvasOf(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
    const brush = brushOf(canvas);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(mask, 0, 0, canvas.width, canvas.height);
    brush.globalCompositeOperation = "source-in";
    brush.fillStyle = hatch(brush, NOT_KNOWN);
    brush.fillRect(0, 0, canvas.width, canvas.height);
    return canvas;
  }
  function paintMap(brush, map2, divider) {
    const frame = map2.getContainer().getBoundingClientRect();
    brush.fillStyle = getComputedStyle(map2.getContainer()).backgroundColor;
    brush.fillRect(0, 0, frame.width, frame.height);
    for (const part of painted(map2)) {
      const { left, top, width, height } = part.getBoundingClientRect();
      if (!width || !height || !isHatched(part) && part.width === 0) continue;
      const image = isHatched(part) ? hatching(part, width, height) : part;
      brush.save();
      divider?.clipPicture(brush, part);
      const pane = (
        /** @type {HTMLElement} */
        part.closest(".leaflet-pane")
      );
      brush.globalAlpha = Number(getComputedStyle(part).opacity) * Number(getComputedStyle(pane).opacity);
      brush.imageSmoothingEnabled = part.tagName === "CANVAS";
      brush.drawImage(image, left - frame.left, top - frame.top, width, height);
      brush.restore();
    }
    divider?.paint(brush);
    scale(brush, map2, frame);
  }
  function scale(brush, map2, frame) {
    const line4 = map2.getContainer().querySelector(".leaflet-control-scale-line");
    if (!line4) return;
    const { left, width } = line4.getBoundingClientRect();
    const x = Math.min(left - frame.left, frame.width - covered() - width - 14);
    const y = frame.height - 12;
    brush.fillStyle = "rgba(255, 255, 255, 0.85)";
    brush.fillRect(x - 6, y - 46, width + 12, 54);
    brush.fillStyle = "#1a2230";
    brush.fillRect(x, y, width, 2);
    brush.font = `13px ${FONT}`;
    brush.fillText(String(line4.textContent), x, y - 5);
    brush.fillText(`↑ ${say("map.north")}`, x, y - 26);
  }
  var legendRows = () => [...document.querySelectorAll("#legend-body :is(h2, li, p):not([hidden])")];
  function sign2(brush, box3, x, y) {
    if (box3 instanceof HTMLCanvasElement) {
      brush.drawImage(box3, x - 2, y - 15, 26, 20);
      return;
    }
    const look = getComputedStyle(box3);
    brush.fillStyle = box3.className === "swatch" && look.backgroundImage !== "none" ? hatch(brush, NOT_KNOWN) : look.backgroundColor;
    brush.beginPath();
    if (box3.className === "swatch") brush.rect(x, y - 12, 22, 14);
    else if (box3.classList.contains("sign-no_data")) {
      for (const [dx, dy] of [
        [0, -6],
        [6, 0],
        [0, 6],
        [-6, 0]
      ])
        brush.lineTo(x + 11 + dx, y - 5 + dy);
      brush.closePath();
    } else brush.arc(x + 11, y - 5, 5.5, 0, 2 * Math.PI);
    brush.fill();
    brush.strokeStyle = "#4b5563";
    brush.stroke();
  }
  var TITLE = { size: 17, colour: "#1a2230", weight: 700 };
  var MARK2 = { size: 13, colour: "#7a1420", weight: 700 };
  var HEAD = { size: 13, colour: "#1a2230", weight: 700 };
  var PLAIN = { size: 13, colour: "#1a2230", weight: 400 };
  var FINE = { size: 11, colour: "#4a5568", weight: 400 };
  function dip(brush, { size, colour, weight }) {
    brush.font = `${weight} ${size}px ${FONT}`;
    brush.fillStyle = colour;
  }
  function wrapped(brush, text, look, room2) {
    dip(brush, look);
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
      if (brush.measureText(longer).width <= room2 || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.map((line4) => ({ text: line4, look }));
  }
  var rowsOf = (columns) => Math.max(...columns.map(({ length }) => length));
  function footLines(brush, width, columns) {
    const textOf = (selector) => document.querySelector(selector)?.textContent ?? "";
    const whole = (text, look) => text ? wrapped(brush, text, look, width - 24) : [];
    const legend = [];
    let headed = false;
    for (const row of legendRows()) {
      const box3 = row.querySelector(".swatch, .sign, .drawn");
      const parts = row.tagName === "LI" ? [...row.children].slice(1) : [row];
      const text = parts.map(({ textContent }) => textContent).join("  ");
      const lines = wrapped(brush, text, row.tagName === "H2" ? HEAD : PLAIN, width / columns - 46);
      if (!headed) legend.push([]);
      legend[legend.length - 1].push(
        ...lines.map((line4, place2) => ({ ...line4, box: place2 === 0 ? box3 : null, shift: box3 ? 30 : 0 }))
      );
      headed = row.tagName === "H2";
    }
    return {
      above: [
        ...whole(`${textOf("h1")} · ${textOf(".date")}`, TITLE),
        ...[...document.querySelectorAll("[data-picture]:not([hidden])")].flatMap(
          ({ textContent }) => whole(String(textContent).trim(), PLAIN)
        ),
        ...whole(page.exercise.length ? say("map.exercise") : "", MARK2),
        ...whole(textOf(".audience"), MARK2)
      ],
      legend: inColumns(legend, columns),
      // the first part: what follows is the credit of an online map, which is not in the picture
      below: whole(document.querySelector("#credit")?.firstChild?.textContent ?? "", FINE)
    };
  }
  function paintFoot(brush, top, width, columns, { above, legend, below }) {
    const put = ({ text, look, box: box3, shift = 0 }, x, y) => {
      if (box3) sign2(brush, box3, x, y);
      dip(brush, look);
      brush.fillText(text, x + shift, y);
    };
    above.forEach((line4, place2) => put(line4, 12, top + 24 + place2 * ROW));
    const middle = top + 34 + above.length * ROW;
    legend.forEach(
      (column, at) => column.forEach((line4, place2) => put(line4, 12 + at * (width / columns), middle + place2 * ROW))
    );
    below.forEach((line4, place2) => put(line4, 12, middle + 8 + (rowsOf(legend) + place2) * ROW));
  }
  function paint2(map2, canvas, divider, second) {
    const box3 = map2.getContainer().getBoundingClientRect();
    const { height } = box3;
    const beside = second?.from === 0 ? box3.width : 0;
    const width = box3.width + beside - covered();
    const enlarged = Math.max(1, width / SHEET);
    const room2 = width / enlarged;
    const columns = Math.max(1, Math.floor(room2 / COLUMN));
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const brush = brushOf(canvas);
    const lines = footLines(brush, room2, columns);
    const foot = enlarged * (44 + (lines.above.length + rowsOf(lines.legend) + lines.below.length) * ROW);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((height + foot) * ratio);
    brush.scale(ratio, ratio);
    brush.fillStyle = "#ffffff";
    brush.fillRect(0, 0, width, height + foot);
    brush.save();
    brush.beginPath();
    brush.rect(0, 0, width, height);
    brush.clip();
    paintMap(brush, map2, divider);
    if (second) {
      const { x, y } = second.map.getSize();
      brush.translate(beside, 0);
      brush.beginPath();
      brush.rect(second.from, 0, x - second.from, y);
      brush.clip();
      paintMap(brush, second.map);
      brush.fillStyle = "#1a2230";
      brush.fillRect(second.from, 0, 3, y);
    }
    brush.restore();
    brush.scale(enlarged, enlarged);
    paintFoot(brush, height / enlarged, room2, columns, lines);
  }
  var ready = (map2) => Promise.all(
    painted(map2).filter(isHatched).map(({ mask }) => mask.decode())
  );

  // downloads.js
  function save(blob, ending) {
    const link2 = document.createElement("a");
    link2.href = URL.createObjectURL(blob);
    link2.download = `${page.city.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
    link2.click();
    setTimeout(() => URL.revokeObjectURL(link2.href), 6e4);
  }
  var TOP = 10;
  async function link() {
    const box3 = byId("link-text");
    const copied = byId("link-copied");
    box3.value = location.href;
    box3.hidden = false;
    box3.select();
    box3.scrollIntoView({ block: "nearest" });
    copied.hidden = true;
    try {
      await navigator.clipboard.writeText(location.href);
      copied.hidden = false;
      copied.scrollIntoView({ block: "nearest" });
      byId("news").textContent = say("map.take.link_copied");
    } catch {
    }
  }
  function start4(map2, { table: table2, list: list4, lengthen, divider, second }) {
    const sheet = byId("print-picture");
    const on = (name, take2) => document.getElementById(`take-${name}`)?.addEventListener("click", take2);
    if (table2) on("table", async () => save(new Blob([await table2()], { type: "text/csv" }), "csv"));
    on("picture", async () => {
      await ready(map2);
      const canvas = canvasOf(0, 0);
      paint2(map2, canvas, divider, second?.());
      canvas.toBlob((blob) => blob && save(blob, "png"));
    });
    let rows = TOP;
    const print = async (most) => {
      rows = most;
      await ready(map2);
      window.print();
    };
    on("print", () => print(TOP));
    on("full", async () => {
      await lengthen?.(true);
      return print(Number.POSITIVE_INFINITY);
    });
    on("link", link);
    window.addEventListener("beforeprint", () => {
      paint2(map2, sheet, divider, second?.());
      sheet.setAttribute("aria-label", written(page.title));
      if (list4) byId("print-list").replaceChildren(...list4(rows));
      document.documentElement.classList.add("pictured");
    });
    window.addEventListener("afterprint", () => {
      document.documentElement.classList.remove("pictured");
      sheet.width = 0;
      if (rows > TOP) lengthen?.(false);
      rows = TOP;
    });
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
  function reader(bytes, start7) {
    let at = start7;
    const take2 = (length) => {
      if (at + length > bytes.length) throw new RangeError("length");
      at += length;
      return bytes.subarray(at - length, at);
    };
    const numbers = (count) => {
      const result = new Uint32Array(count);
      const planes = take2(1)[0];
      if (planes > 4) throw new RangeError("planes");
      for (let shift = 0; shift < 8 * planes; shift += 8) {
        const plane = take2(count);
        for (let i = 0; i < count; i += 1) result[i] |= plane[i] << shift;
      }
      return result;
    };
    const signed3 = (count) => {
      const result = new Int32Array(numbers(count).buffer);
      for (let i = 0; i < count; i += 1) result[i] = result[i] >>> 1 ^ -(result[i] & 1);
      return result;
    };
    return { take: take2, numbers, signed: signed3, atEnd: () => at === bytes.length };
  }
  var bit = (bits, i) => bits[i >> 3] >> (i & 7) & 1;
  function ringRanges(from, head) {
    const ringOf = new Uint32Array(head.count + 1);
    let holes = null;
    if (head.flagged) {
      const flags = from.take(head.count + 7 >> 3);
      let flagged = 0;
      for (let i = 0; i < head.count; i += 1) flagged += bit(flags, i);
      const counts = from.numbers(flagged);
      let next = 0;
      for (let i = 0; i < head.count; i += 1) ringOf[i + 1] = ringOf[i] + (bit(flags, i) ? counts[next++] : 1);
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
  function coordinates2(from, head, starts) {
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
    const list4 = new Int32Array(head.vertices);
    let first = axis ? head.y : head.x;
    let four = 0;
    let other = 0;
    for (let ring = 0; ring < head.rings; ring += 1) {
      const start7 = starts[ring];
      const end = starts[ring + 1];
      first += firsts[ring];
      list4[start7] = first;
      if (end - start7 === 4) {
        list4[start7 + 1] = first + fours[0][four];
        list4[start7 + 2] = list4[start7 + 1] + fours[1][four];
        list4[start7 + 3] = list4[start7 + 2] + fours[2][four] - fours[0][four];
        four += 1;
      } else {
        for (let i = start7 + 1; i < end; i += 1, other += 1) list4[i] = list4[i - 1] + others[other];
      }
    }
    return list4;
  }
  function boxesOf(head, ringOf, starts, xs, ys) {
    const boxes = new Int32Array(4 * head.count);
    for (let asset = 0; asset < head.count; asset += 1) {
      let west = 2147483647;
      let north = 2147483647;
      let east = -2147483648;
      let south = -2147483648;
      const end = starts[ringOf[asset + 1]];
      for (let i = starts[ringOf[asset]]; i < end; i += 1) {
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
    for (let group2 = 0; 4 * group2 < groups.length; group2 += 1) {
      const box3 = [2147483647, 2147483647, -2147483648, -2147483648];
      const end = 4 * Math.min(count, (group2 + 1) * BOX_BLOCK);
      for (let i = 4 * group2 * BOX_BLOCK; i < end; i += 4) {
        box3[0] = Math.min(box3[0], boxes[i]);
        box3[1] = Math.min(box3[1], boxes[i + 1]);
        box3[2] = Math.max(box3[2], boxes[i + 2]);
        box3[3] = Math.max(box3[3], boxes[i + 3]);
      }
      groups.set(box3, 4 * group2);
    }
    return groups;
  }
  function block2(bytes) {
    const head = header(bytes);
    const from = reader(bytes, HEADER);
    const classes2 = [];
    for (let i = 0; i < head.classes; i += 1) classes2.push(from.take(head.count).slice());
    const kinds = head.kind === MIXED ? from.take(head.count).slice() : new Uint8Array(head.count).fill(head.kind);
    const { ringOf, holes } = ringRanges(from, head);
    const starts = ringStarts(from, head);
    if (ringOf[head.count] !== head.rings || starts[head.rings] !== head.vertices) throw new RangeError("counts");
    const { xs, ys } = coordinates2(from, head, starts);
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

  // base_map.js
  var data2 = block("context");
  async function opened({ kind, shapes, words }) {
    return { kind, words, block: block2(await assetsOnMap.open(shapes)), on: true };
  }
  var layers2 = Promise.all(data2.layers.map(opened)).catch(() => (
    /** @type {Layer[]} */
    []
  ));
  var roads = data2.roads ? opened(data2.roads).catch(() => null) : Promise.resolve(null);
  function placeOf(map2, bits) {
    const zoom = map2.getZoom();
    const { x, y } = map2.getPixelOrigin();
    return { scale: 2 ** (zoom + 8 - bits), x, y, zoom };
  }
  function isSeen({ boxes }, i, { scale: scale2, x, y }, { min, max }) {
    if (!min || !max) return false;
    const [west, north, east, south] = boxes.subarray(4 * i, 4 * i + 4);
    return west * scale2 - x <= max.x && east * scale2 - x >= min.x && north * scale2 - y <= max.y && south * scale2 - y >= min.y;
  }
  var LEAST_STEP = 0.8;
  function trace(path, { ringOf, starts, xs, ys, kinds }, i, { scale: scale2, x: left, y: top }) {
    for (let ring = ringOf[i]; ring < ringOf[i + 1]; ring += 1) {
      const last = starts[ring + 1] - 1;
      let [beforeX, beforeY] = [Number.NaN, Number.NaN];
      for (let v = starts[ring]; v <= last; v += 1) {
        const x = xs[v] * scale2 - left;
        const y = ys[v] * scale2 - top;
        if (v === starts[ring]) path.moveTo(x, y);
        else if (v < last && Math.abs(x - beforeX) + Math.abs(y - beforeY) < LEAST_STEP) continue;
        else path.lineTo(x, y);
        [beforeX, beforeY] = [x, y];
      }
      if (kinds[i] === 2) path.closePath();
      else if (kinds[i] === 0) path.arc(beforeX, beforeY, 2, 0, 2 * Math.PI);
    }
  }
  var importanceOf = ({ block: block3 }, i) => block3.classes[0][i];
  var wordsOf2 = ({ block: block3, words }, i) => words[(block3.classes[1][i] | block3.classes[2][i] << 8) - 1] ?? null;
  var TOGETHER = 64;
  function pathsOf(layer, importance, at, bounds2) {
    const paths = [];
    let held = TOGETHER;
    for (let i = 0; i < layer.block.count; i += 1) {
      if (importance !== null && importanceOf(layer, i) !== importance || !isSeen(layer.block, i, at, bounds2)) continue;
      if (held === TOGETHER) {
        paths.push(new Path2D());
        held = 0;
      }
      trace(paths[paths.length - 1], layer.block, i, at);
      held += 1;
    }
    return paths;
  }
  var ROADS = { from: [9, 10.5, 12, 13], width: [2.4, 1.8, 1.3, 0.9], growth: 1.32, most: 14 };
  var RIVERS = { from: [8, 10, 12.5, 13], width: [2.2, 1.6, 0.9, 0.7], growth: 1.25, most: 9 };
  var EDGE = 1.4;
  function widthOf(look, importance, zoom) {
    const place2 = Math.min(importance, look.from.length) - 1;
    if (zoom < look.from[place2]) return 0;
    return Math.min(look.most, Math.max(0.7, look.width[place2] * look.growth ** (zoom - 12)));
  }
  function line3(brush, paths, colour, width) {
    brush.strokeStyle = colour;
    brush.lineWidth = width;
    for (const path of paths) brush.stroke(path);
  }
  function fill(brush, paths, colour) {
    brush.fillStyle = colour;
    for (const path of paths) brush.fill(path);
  }
  function paintRoads(brush, layer, at, bounds2) {
    const ranks = [4, 3, 2, 1].map((rank) => ({ rank, width: widthOf(ROADS, rank, at.zoom) })).filter(({ width }) => width).map(({ rank, width }) => ({ width, paths: pathsOf(layer, rank, at, bounds2) }));
    for (const { paths, width } of ranks) line3(brush, paths, "#7f8a99", width + EDGE);
    for (const { paths, width } of ranks) line3(brush, paths, "#ffffff", width);
  }
  function paintRivers(brush, layer, at, bounds2) {
    for (const rank of [4, 3, 2, 1]) {
      const width = widthOf(RIVERS, rank, at.zoom);
      if (width) line3(brush, pathsOf(layer, rank, at, bounds2), "#9cc6e3", width);
    }
  }
  var filled = (colour) => (brush, layer, at, bounds2) => fill(brush, pathsOf(layer, null, at, bounds2), colour);
  function paintCoast(brush, layer, at, bounds2) {
    line3(brush, pathsOf(layer, null, at, bounds2), "#4f86ad", 1.3);
  }
  function paintBorder(brush, layer, at, bounds2) {
    brush.setLineDash([7, 4]);
    line3(brush, pathsOf(layer, null, at, bounds2), "#56627a", 1.5);
    brush.setLineDash([]);
  }
  function paintPlain(brush, layer, at, bounds2) {
    const paths = pathsOf(layer, null, at, bounds2);
    if (layer.block.kinds.includes(2)) fill(brush, paths, "rgba(203, 213, 225, 0.5)");
    line3(brush, paths, "#64748b", 1.2);
  }
  var PANES2 = (
    /** @type {const} */
    [
      ["context", "380", ["built_up", null]],
      ["context-water", "405", ["river", "water", "coast"]],
      ["context-lines", "425", ["road", "boundary"]]
    ]
  );
  var PAINTERS = {
    built_up: filled("#e5ded2"),
    water: filled("#aed1e9"),
    river: paintRivers,
    coast: paintCoast,
    road: paintRoads,
    boundary: paintBorder,
    null: paintPlain
  };
  function draw3(map2, all2) {
    const canvases = PANES2.flatMap(([pane, height, kinds]) => {
      const shown2 = kinds.flatMap((kind) => all2.filter((layer) => layer.kind === kind));
      if (!shown2.length) return [];
      return new PaneCanvas(map2, pane, height, (brush, bounds2) => {
        brush.lineJoin = "round";
        brush.lineCap = "butt";
        for (const layer of shown2) {
          if (layer.on) PAINTERS[String(layer.kind)](brush, layer, placeOf(map2, layer.block.bits), bounds2);
        }
      });
    });
    return () => canvases.forEach((canvas) => canvas.again());
  }
  var latLng = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(256 * x, 256 * y), 0);
  async function named() {
    const found = /* @__PURE__ */ new Map();
    for (const layer of await layers2) {
      const { boxes, bits, count } = layer.block;
      for (let i = 0; i < count; i += 1) {
        const name = wordsOf2(layer, i);
        if (name === null) continue;
        const key = `${layer.kind} ${name}`;
        if (!found.has(key)) found.set(key, { name, bounds: L.latLngBounds([]) });
        const [west, north, east, south] = [...boxes.subarray(4 * i, 4 * i + 4)].map((end) => end / 2 ** bits);
        found.get(key)?.bounds.extend(latLng(west, south)).extend(latLng(east, north));
      }
    }
    return [...found.values()];
  }

  // names.js
  var FAMILY = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  var lookOf = (style, size, colour) => ({ font: `${style} ${size}px ${FAMILY}`, colour, height: size });
  var LOOKS = {
    parent: lookOf("700", 12, "#28324a"),
    district: lookOf("600", 11.5, "#111827"),
    town: lookOf("700", 13, "#28324a"),
    place: lookOf("600", 11.5, "#374151"),
    water: lookOf("italic 500", 11.5, "#174a78"),
    road: lookOf("500", 11, "#3a4150")
  };
  var HALO = 3.6;
  var ROOM = 3;
  var APART = 380;
  var BEND = 0.32;
  var MOST = 220;
  var said = (name) => typeof name === "string" ? name : name[language() === "id" ? 0 : 1];
  var touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  function boxesOf2({ x, y, angle }, width, height) {
    const around = (x2, y2, half) => ({
      left: x2 - half - ROOM,
      right: x2 + half + ROOM,
      top: y2 - height / 2 - ROOM,
      bottom: y2 + height / 2 + ROOM
    });
    if (Math.abs(angle) < 0.02) return [around(x, y, width / 2)];
    const count = Math.max(1, Math.ceil(width / height));
    return Array.from({ length: count }, (_, place2) => {
      const along = ((place2 + 0.5) / count - 0.5) * width;
      return around(x + along * Math.cos(angle), y + along * Math.sin(angle), height / 2);
    });
  }
  function straight(line4, width) {
    let best = null;
    let longest = width;
    for (let from = 0; from < line4.length - 1; from += 1) {
      const first = Math.atan2(line4[from + 1].y - line4[from].y, line4[from + 1].x - line4[from].x);
      let to = from + 1;
      for (; to < line4.length - 1; to += 1) {
        const next = Math.atan2(line4[to + 1].y - line4[to].y, line4[to + 1].x - line4[to].x);
        const turn = Math.abs(Math.atan2(Math.sin(next - first), Math.cos(next - first)));
        if (turn > BEND) break;
      }
      const [dx, dy] = [line4[to].x - line4[from].x, line4[to].y - line4[from].y];
      const length = Math.hypot(dx, dy);
      if (length < longest) continue;
      longest = length;
      const angle = Math.atan2(dy, dx);
      const upright = Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle;
      best = { x: line4[from].x + dx / 2, y: line4[from].y + dy / 2, angle: upright };
    }
    return best;
  }
  function roomFor(measure2, frame) {
    const taken = [];
    const written2 = /* @__PURE__ */ new Map();
    const labels2 = [];
    function place2(label2, apart = Number.POSITIVE_INFINITY) {
      const { text, look, x, y } = label2;
      const near = written2.get(text) ?? [];
      if (labels2.length >= MOST || near.some((other) => Math.hypot(other.x - x, other.y - y) < apart)) return false;
      const boxes = boxesOf2(label2, measure2(text, look), look.height);
      const within = boxes.every(
        (box3) => box3.left >= frame.left && box3.right <= frame.right && box3.top >= frame.top && box3.bottom <= frame.bottom
      );
      if (!within || boxes.some((box3) => taken.some((other) => touch(box3, other)))) return false;
      taken.push(...boxes);
      written2.set(text, [...near, { x, y }]);
      labels2.push(label2);
      return true;
    }
    function keep({ x, y }, radius) {
      taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
    }
    return { labels: labels2, place: place2, keep, measure: measure2, isFull: () => labels2.length >= MOST };
  }
  function pixels(map2, radius, latitude) {
    const metres = 40075016686e-3 * Math.cos(latitude * Math.PI / 180) / (256 * 2 ** map2.getZoom());
    return radius / metres;
  }
  var kept = /* @__PURE__ */ new WeakMap();
  var writers = /* @__PURE__ */ new WeakMap();
  function nameDistricts(map2, room2) {
    const { districts: own } = data2;
    if (!own) return;
    const zoom = map2.getZoom();
    const circles = kept.get(map2) ?? /* @__PURE__ */ new Map();
    function put(text, [lng, lat, radius], look, share2, below = 0) {
      const { x, y } = map2.latLngToLayerPoint([lat, lng]);
      const fits = 2 * pixels(map2, radius, lat) >= share2 * room2.measure(text, look);
      if (fits) room2.place({ text, look, x, y: y + below, angle: 0 });
    }
    for (const [row, radius] of circles) {
      const at = own.places[row];
      if (at) room2.keep(map2.latLngToLayerPoint([at[1], at[0]]), radius);
    }
    if (zoom < 13.5) {
      const largest = [...own.parents].sort((a, b) => b[3] - a[3]);
      for (const [name, ...at] of largest) put(name.toUpperCase(), at, LOOKS.parent, 0.4);
    }
    const share = zoom < 12.5 ? 1 : zoom < 15 ? 0.7 : 0;
    const rows = own.places.map((at, row) => ({ at, row })).sort((a, b) => (b.at?.[2] ?? 0) - (a.at?.[2] ?? 0));
    for (const { at, row } of rows) {
      const circle = circles.get(row);
      const below = circle ? circle + LOOKS.district.height / 2 + ROOM + 1 : 0;
      if (at) put(districts.nameOf(row), at, LOOKS.district, share, below);
    }
  }
  function runs({ block: block3 }, ring, { scale: scale2, x, y }, frame) {
    const lines = [[]];
    for (let v = block3.starts[ring]; v < block3.starts[ring + 1]; v += 1) {
      const point = { x: block3.xs[v] * scale2 - x, y: block3.ys[v] * scale2 - y };
      const inside = point.x >= frame.left && point.x <= frame.right && point.y >= frame.top && point.y <= frame.bottom;
      const now = lines[lines.length - 1];
      const last = now[now.length - 1];
      if (inside && last && Math.hypot(point.x - last.x, point.y - last.y) < 3 && v + 1 < block3.starts[ring + 1])
        continue;
      if (inside) now.push(point);
      else if (now.length) lines.push([]);
    }
    return lines.filter((line4) => line4.length > 1);
  }
  function nameLines(map2, room2, layer, look, from, frame, bounds2) {
    const at = placeOf(map2, layer.block.bits);
    for (const [place2, zoom] of from.entries()) {
      if (at.zoom < zoom) continue;
      for (let i = 0; i < layer.block.count; i += 1) {
        const name = importanceOf(layer, i) === place2 + 1 ? wordsOf2(layer, i) : null;
        if (name === null || room2.isFull() || !isSeen(layer.block, i, at, bounds2)) continue;
        const text = said(name);
        const width = room2.measure(text, look);
        const [west, north, east, south] = layer.block.boxes.subarray(4 * i, 4 * i + 4);
        if (Math.hypot(east - west, south - north) * at.scale < width) continue;
        for (let ring = layer.block.ringOf[i]; ring < layer.block.ringOf[i + 1]; ring += 1) {
          for (const line4 of runs(layer, ring, at, frame)) {
            const spot = straight(line4, width * 1.05);
            if (spot) room2.place({ text, look, ...spot }, APART);
          }
        }
      }
    }
  }
  function nameWater(map2, room2, layer, bounds2) {
    const at = placeOf(map2, layer.block.bits);
    for (let i = 0; i < layer.block.count; i += 1) {
      const name = wordsOf2(layer, i);
      if (name === null || !isSeen(layer.block, i, at, bounds2)) continue;
      const text = said(name);
      const [west, north, east, south] = layer.block.boxes.subarray(4 * i, 4 * i + 4);
      const [width, height] = [(east - west) * at.scale, (south - north) * at.scale];
      if (width < 0.8 * room2.measure(text, LOOKS.water) || height < 0.8 * LOOKS.water.height) continue;
      const spot = { x: (west + east) / 2 * at.scale - at.x, y: (north + south) / 2 * at.scale - at.y };
      room2.place({ text, look: LOOKS.water, ...spot, angle: 0 }, APART);
    }
  }
  function namePlaces(map2, room2, layer, bounds2, towns) {
    const at = placeOf(map2, layer.block.bits);
    for (
      const [importance, zoom] of
      /** @type {[number, number][]} */
      towns ? [[1, 8]] : [
        [2, 11],
        [3, 13]
      ]
    ) {
      if (at.zoom < zoom) continue;
      for (let i = 0; i < layer.block.count; i += 1) {
        const name = wordsOf2(layer, i);
        if (name === null || importanceOf(layer, i) !== importance) continue;
        if (!isSeen(layer.block, i, at, bounds2)) continue;
        const [west, north] = layer.block.boxes.subarray(4 * i, 4 * i + 2);
        const spot = { x: west * at.scale - at.x, y: north * at.scale - at.y };
        room2.place({ text: said(name), look: towns ? LOOKS.town : LOOKS.place, ...spot, angle: 0 });
      }
    }
  }
  function write2(brush, { text, look, x, y, angle }) {
    brush.save();
    brush.translate(x, y);
    brush.rotate(angle);
    brush.font = look.font;
    brush.strokeText(text, 0, 0);
    brush.fillStyle = look.colour;
    brush.fillText(text, 0, 0);
    brush.restore();
  }
  function draw4(map2, layers3, roads2, isOn) {
    const widths = /* @__PURE__ */ new Map();
    const ofKind = (kind) => layers3.filter((layer) => layer.kind === kind && layer.on);
    function paint3(brush, bounds2) {
      if (!isOn() || !bounds2.min || !bounds2.max) return;
      const measure2 = (text, { font }) => {
        const key = `${font}/${text}`;
        let width = widths.get(key);
        if (width === void 0) {
          brush.font = font;
          width = brush.measureText(text).width;
          widths.set(key, width);
        }
        return width;
      };
      const frame = { left: bounds2.min.x, top: bounds2.min.y, right: bounds2.max.x, bottom: bounds2.max.y };
      const room2 = roomFor(measure2, frame);
      for (const layer of ofKind("place")) namePlaces(map2, room2, layer, bounds2, true);
      nameDistricts(map2, room2);
      for (const layer of ofKind("water")) nameWater(map2, room2, layer, bounds2);
      for (const layer of ofKind("river")) nameLines(map2, room2, layer, LOOKS.water, [10, 12, 13.5, 14], frame, bounds2);
      for (const layer of ofKind("place")) namePlaces(map2, room2, layer, bounds2, false);
      for (const layer of roads2 ? [...ofKind("road"), roads2] : ofKind("road")) {
        nameLines(map2, room2, layer, LOOKS.road, [11, 12, 13, 14], frame, bounds2);
      }
      brush.textAlign = "center";
      brush.textBaseline = "middle";
      brush.lineJoin = "round";
      brush.lineWidth = HALO;
      brush.strokeStyle = "rgba(255, 255, 255, 0.9)";
      for (const label2 of room2.labels) write2(brush, label2);
    }
    const canvas = new PaneCanvas(map2, "names", "445", paint3);
    writers.set(map2, () => canvas.again());
    return () => canvas.again();
  }

  // find.js
  var MOST_ASSETS = 8;
  var MOST_PLACES = 5;
  var PAUSE = 120;
  var box2 = byId("find-text");
  var list3 = byId("find-list");
  var shown = [];
  var chosen2 = -1;
  var away = false;
  var optionAt = (place2) => byId(`find-${place2}`);
  function choose2(place2) {
    chosen2 = place2;
    shown.forEach((_, at) => optionAt(at).setAttribute("aria-selected", String(at === place2)));
    if (place2 < 0) box2.removeAttribute("aria-activedescendant");
    else {
      box2.setAttribute("aria-activedescendant", `find-${place2}`);
      optionAt(place2).scrollIntoView({ block: "nearest" });
    }
  }
  function open2(isOpen) {
    list3.hidden = !isOpen;
    box2.setAttribute("aria-expanded", String(isOpen && shown.length > 0));
    if (!isOpen) choose2(-1);
  }
  function take(place2) {
    const line4 = shown[place2];
    open2(false);
    away = true;
    line4?.go();
  }
  function option({ text, note }, place2) {
    const item = element(
      "div",
      { role: "option", id: `find-${place2}`, "aria-selected": "false" },
      element("span", { text }),
      element("small", { text: note })
    );
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => take(place2));
    return item;
  }
  function show2(groups, text, note) {
    shown = groups.flatMap(({ lines }) => lines);
    chosen2 = -1;
    box2.removeAttribute("aria-activedescendant");
    let place2 = 0;
    list3.replaceChildren(
      ...groups.map(
        ({ heading, lines }, number2) => element(
          "div",
          { role: "group", "aria-labelledby": `find-group-${number2}` },
          element("div", { class: "find-heading", id: `find-group-${number2}`, text: heading }),
          ...lines.map((line4) => option(line4, place2++))
        )
      )
    );
    if (text && (note || !shown.length))
      list3.prepend(element("div", { class: "quiet", text: note || say("map.find_nothing") }));
    list3.setAttribute("role", shown.length ? "listbox" : "group");
    list3.dataset.text = text;
    open2(Boolean(text));
    const count = shown.length ? say("map.find_count", { count: shown.length }) : say("map.find_nothing");
    if (text) byId("news").textContent = [note, count].filter(Boolean).join(" ");
  }
  function press2(event) {
    const last = shown.length - 1;
    const moves = { ArrowDown: chosen2 >= last ? 0 : chosen2 + 1, ArrowUp: chosen2 <= 0 ? last : chosen2 - 1 };
    if (chosen2 >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      open2(true);
      choose2(moves[event.key]);
    } else if (event.key === "Enter" && !list3.hidden) take(Math.max(chosen2, 0));
    else if (event.key === "Escape") open2(false);
  }
  var parents = [...new Set(districts.data.id.flatMap((_, row) => districts.data.parent?.[row] ?? []))];
  var called = (key) => languages.map((language3) => sayIn(language3, key));
  var listed = [
    districts.data.id.map((id, row) => id === page.outside ? [] : [districts.nameOf(row), ...called("map.district")]),
    parents.map((parent) => [parent, ...called("map.parent")])
  ];
  var drawn = [];
  named().then((found) => {
    drawn = found;
    listed[2] = found.map(({ name }) => [name].flat());
  });
  var partsOf = (parent) => districts.data.id.flatMap((_, row) => districts.data.parent[row] === parent ? [row] : []);
  var group = (heading, lines) => ({ heading, lines, cost: Math.min(...lines.map(({ cost }) => cost)) });
  var rowsOf2 = (ids) => districts.data.id.flatMap((id, row) => ids.includes(id) ? [row] : []);
  function boundsOf(rows) {
    const bounds2 = L.latLngBounds([]);
    for (const row of rows) bounds2.extend(districts.bounds(row));
    return bounds2;
  }
  function placeOf2(ids) {
    const rows = rowsOf2(ids);
    const within = [...new Set(rows.map((row) => districts.data.parent?.[row]))];
    if (rows.length === 1) return districts.nameOf(rows[0]);
    return within.length === 1 && within[0] ? within[0] : say("map.find_districts", { count: rows.length });
  }
  function start5(assets3, view2, isHidden3, showOnly = null) {
    let asked = 0;
    let timer;
    function areaLines({ listed: [own, larger] }) {
      const ofLarger = larger.map(({ row, cost: cost2 }) => {
        const parts = partsOf(parents[row]);
        const note = say("map.find_districts", { count: parts.length });
        return { cost: cost2, text: parents[row], note, go: () => view2.goToBox(boundsOf(parts), `${parents[row]}: ${note}`) };
      });
      const ofDistricts = own.filter(({ row }) => districts.bounds(row).isValid()).map(({ row, cost: cost2 }) => ({
        cost: cost2,
        text: districts.nameOf(row),
        note: districts.data.parent?.[row] ?? "",
        go: () => view2.goToDistrict(row, box2)
      }));
      const { cost } = group("", [...ofLarger, ...ofDistricts]);
      return [
        { heading: say("map.parent"), lines: ofLarger, cost },
        { heading: say("map.district"), lines: ofDistricts, cost }
      ];
    }
    function typeLines({ kinds }) {
      const lines = kinds.flatMap(({ type, code, places, ids, count, cost }) => {
        if (!showOnly || type === null || count < 2) return [];
        const text = labelled("asset_type", type) + (ids ? ` · ${placeOf2(ids)}` : "");
        const codes = places ? { asset_type: [code], district: places } : { asset_type: [code] };
        const go = () => {
          showOnly(codes);
          if (ids) view2.goToBox(boundsOf(rowsOf2(ids)), text);
        };
        return [{ cost: cost - 1, text, note: say("map.find_all", { count }), go }];
      });
      return group(say("map.find_types"), lines);
    }
    function streetLines({ streets }) {
      const lines = streets.map(({ index, name, where, count, bounds: bounds2, cost }) => {
        const note = [where, say("map.assets_of", { count })].filter(Boolean).join(" · ");
        const go = () => count > 1 ? view2.goToStreet(index, bounds2, `${name}: ${note}`) : view2.goToAsset(index, box2);
        return { cost, text: name, note, go };
      });
      return group(say("map.find_streets"), lines);
    }
    function baseMapLines({ listed: [, , places = []] }) {
      const heading = say("map.context");
      const lines = places.slice(0, MOST_PLACES).map(({ row, cost }) => {
        const { name, bounds: bounds2 } = drawn[row];
        const text = said(name);
        return { cost: cost + 1, text, note: "", go: () => view2.goToBox(bounds2, text) };
      });
      return group(heading, lines);
    }
    async function assetLines({ assets: hits, more }) {
      const hidden = await Promise.all(hits.map(({ index }) => isHidden3(index)));
      const lines = hits.map(({ index, name, id, byId: byId2, type, district: district3, cost }, place2) => ({
        cost,
        text: name || id || "",
        note: [
          type === null ? null : labelled("asset_type", type),
          district3 === null ? null : districts.nameOfId(district3),
          name && byId2 ? id : null,
          hidden[place2] ? say("map.find_hidden") : null
        ].filter(Boolean).join(" · "),
        go: () => view2.goToAsset(index, box2)
      }));
      const part = more ? say("map.of", { part: hits.length, whole: hits.length + more }) : "";
      return group([say("map.assets"), part].filter(Boolean).join(" · "), lines);
    }
    async function search() {
      asked += 1;
      const mine = asked;
      const text = box2.value.trim();
      const found = text ? await assets3.find(text, { limit: MOST_ASSETS, listed }) : null;
      const groups = found ? [...areaLines(found), typeLines(found), streetLines(found), await assetLines(found), baseMapLines(found)].filter(({ lines }) => lines.length).sort((one, other) => one.cost - other.cost) : [];
      const note = found?.apart ? say("map.find_apart") : found?.similar ? say("map.find_similar") : "";
      if (mine === asked) show2(groups, text, note);
    }
    box2.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    const isFresh = () => list3.dataset.text === box2.value.trim();
    box2.addEventListener("keydown", async (event) => {
      if (event.key !== "Enter" || isFresh()) press2(event);
      else {
        clearTimeout(timer);
        await search();
        if (isFresh()) take(0);
      }
    });
    box2.addEventListener("blur", () => open2(false));
    const again = () => {
      if (box2.value.trim() && list3.hidden) search();
    };
    box2.addEventListener("focus", () => {
      if (!away) again();
      away = false;
    });
    box2.addEventListener("click", again);
    onChange(() => {
      if (box2.value.trim()) search().then(() => open2(false));
    });
  }

  // about.js
  var about = block("about");
  var exerciseTag = (exercise) => exercise ? [element("em", { class: "tag", word: "map.status.exercise" })] : [];
  var ofSide = (name, side) => side ? `${name} (${side})` : name;
  function source({ use, kind, name, side, title, publisher, licence, url, date: date2, exercise }) {
    const label2 = labelled("source", title);
    const heading = /^https?:\/\//.test(url || "") ? element("a", { text: label2, href: url, rel: "noreferrer noopener", target: "_blank" }) : element("strong", { text: label2 });
    const parts = [
      publisher,
      date2 ? date(date2) : say("map.about.undated"),
      licence ?? say("map.about.unlicensed")
    ];
    return element(
      "li",
      {},
      element("span", { class: "use", text: say(use, { name: ofSide(labelled(kind, name), side) }) }),
      heading,
      element("small", { text: parts.filter(Boolean).join(" · ") }),
      ...exerciseTag(exercise)
    );
  }
  var stepsOf = ({ source: source2, steps }) => [labelled("source", source2), ...steps[language()]];
  function priceEntry(price) {
    const rule2 = { amount: { money: price.amount }, rule: { word: page.rules[price.per] } };
    return element(
      "li",
      {},
      element("span", { class: "use", text: ofSide(labelled("asset_type", price.asset_type), price.side) }),
      element("strong", { text: inCurrency(price.symbols ?? page.symbols).say("map.about.price", rule2) }),
      element("small", { text: stepsOf(price).join("; ") }),
      ...exerciseTag(price.exercise)
    );
  }
  function stress({ name, sentence, exercise }) {
    return element(
      "li",
      {},
      element("span", { class: "use", text: name[language()] }),
      element("span", { text: sentence[language()] }),
      ...exerciseTag(exercise)
    );
  }
  function finding({ severity, texts }) {
    const [sentence, remedy] = texts[language()];
    return element(
      "li",
      {},
      element("em", { class: `tag ${severity}`, word: `map.about.${severity}` }),
      element("span", { text: ` ${sentence}` }),
      element("small", { text: remedy })
    );
  }
  var pairs2 = (rows) => rows.flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]);
  function draw5() {
    byId("findings").replaceChildren(...about.findings.map(finding));
    byId("sources").replaceChildren(...about.sources.map(source));
    byId("prices").replaceChildren(...about.prices.map(priceEntry), ...about.stresses.map(stress));
    byId("versions").replaceChildren(...pairs2(about.versions));
    byId("inputs").replaceChildren(...pairs2(about.inputs));
  }

  // surroundings.js
  function wire(id, turn) {
    const box3 = byId(id);
    box3.addEventListener("change", () => turn(box3.checked));
  }
  var named2 = true;
  var repaints = [];
  async function surround(map2) {
    const [layers3, roads2] = await Promise.all([layers2, roads]);
    const rename = draw4(map2, layers3, roads2, () => named2);
    repaints.push(draw3(map2, layers3), rename);
    onChange(rename);
    return layers3;
  }
  async function drawContext(map2) {
    const layers3 = await surround(map2);
    const repaint = () => repaints.forEach((again) => again());
    layers3.forEach(
      (layer, place2) => wire(`show-context-${place2}`, (on) => {
        layer.on = on;
        repaint();
      })
    );
    wire("show-names", (on) => {
      named2 = on;
      repaint();
    });
    if (data2.online) drawOnline(map2, data2.online);
  }
  function drawOnline(map2, { tiles, attribution, max_zoom: maxNativeZoom }) {
    map2.createPane("online").style.zIndex = "150";
    const layer = L.tileLayer(tiles, { pane: "online", maxNativeZoom, maxZoom: 22 });
    const credit = element("span", { text: ` · ${attribution}` });
    wire("show-online", (on) => {
      if (on) {
        layer.addTo(map2);
        byId("credit").append(credit);
      } else {
        layer.remove();
        credit.remove();
      }
    });
  }
  function hover(map2, assets3, shareOf) {
    if (!matchMedia("(hover: hover)").matches) return;
    const tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1 });
    let latest = null;
    let busy = false;
    function show3(text, place2) {
      tip.setContent(element("span", { text })).setLatLng(place2);
      if (!map2.hasLayer(tip)) map2.openTooltip(tip);
    }
    function none() {
      latest = null;
      map2.closeTooltip(tip);
    }
    function district3(place2) {
      const row = districts.at(map2, place2);
      if (row === null) {
        map2.closeTooltip(tip);
        return;
      }
      const { data: data3 } = districts;
      const figures2 = {
        ead: () => money(districts.ead(row)),
        ead_per_value: () => percent(data3.ead_per_value[row]),
        score: () => scoreText(data3.score[row], data3.score_low[row], data3.score_high[row]) ?? notKnown(),
        share: () => shareOf(row),
        assets_exposed: () => number(data3.assets_exposed[row]),
        outline: () => data3.parent[row] || ""
      };
      show3([districts.nameOf(row), figures2[districts.painting()]()].filter(Boolean).join(" · "), place2);
    }
    async function look(event) {
      latest = event;
      if (busy) return;
      busy = true;
      while (latest) {
        const now = latest;
        const { latlng } = now;
        const index = await assets3.at(latlng);
        const asset = index === null ? null : await assets3.attributes(index, false).catch(() => null);
        if (now !== latest) continue;
        if (asset) show3(asset.name || asset.id, latlng);
        else district3(latlng);
        latest = null;
      }
      busy = false;
    }
    map2.on("mousemove", look);
    map2.on("mouseout movestart", none);
  }

  // view.js
  var calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  findMarkerPicture();
  function room(map2) {
    const narrow2 = isNarrow();
    const legend = byId("legend");
    const left = !narrow2 && legend.open ? legend.offsetLeft + legend.offsetWidth + 14 : 62;
    const [edge, frame] = [10, 44];
    const titles2 = document.getElementById("other-titles");
    const top = Math.max(58, titles2 ? titles2.offsetTop + titles2.offsetHeight + 4 : 0);
    const { x: width, y: height } = map2.getSize();
    const foot = narrow2 && !legend.open && height > 420 ? map2.getContainer().getBoundingClientRect().bottom - legend.getBoundingClientRect().top + edge : edge;
    const right = edge + covered();
    const maxWidth = Math.min(narrow2 ? 290 : 460, width - left - right - frame);
    return {
      maxWidth,
      minWidth: Math.min(narrow2 ? 220 : 300, maxWidth),
      maxHeight: Math.round(Math.min(height * 0.72, height - top - foot - frame)),
      autoPanPaddingTopLeft: [left, top],
      autoPanPaddingBottomRight: [right, foot]
    };
  }
  function labelPopup(popup) {
    const box3 = (
      /** @type {HTMLElement} */
      popup.getElement()
    );
    box3.setAttribute("role", "dialog");
    box3.setAttribute("aria-label", say("map.popup"));
    box3.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", say("map.close"));
    for (const part of box3.querySelectorAll(
      /** @type {"div"} */
      ".leaflet-popup-scrolled"
    )) part.tabIndex = 0;
    return box3;
  }
  function labelZoom(zoom) {
    for (const [name, key] of [
      ["in", "map.zoom_in"],
      ["out", "map.zoom_out"]
    ]) {
      const button = zoom.getContainer()?.querySelector(
        /** @type {"a"} */
        `.leaflet-control-zoom-${name}`
      );
      if (!button) continue;
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
    }
  }
  function fitCity(map2, opening) {
    const box3 = L.latLngBounds(page.bounds);
    const room2 = { paddingTopLeft: [12, 12], paddingBottomRight: [12 + covered(), 12], animate: false };
    map2.fitBounds(box3, room2);
    map2.setMaxBounds(map2.getBounds().pad(3));
    map2.setMinZoom(Math.max(1, map2.getZoom() - 2));
    const view2 = view();
    if (view2) map2.setView([view2.lat, view2.lng], view2.zoom, { animate: false });
    else if (opening) map2.fitBounds(opening, room2);
    map2.options.zoomSnap = 1;
  }
  function beCalm(map2) {
    map2.options.inertia = false;
    map2._zoomAnimated = false;
    map2._fadeAnimated = false;
    map2.panBy = (offset, options) => L.Map.prototype.panBy.call(map2, offset, { ...options, animate: false });
  }
  function viewOf(map2, assets3, content) {
    let opened2 = null;
    let returnTo = null;
    let asked = 0;
    let surrounded = Promise.resolve();
    function openPopup(build, place2, from) {
      map2.closePopup();
      opened2 = build;
      returnTo = from || null;
      const box3 = labelPopup(L.popup(room(map2)).setLatLng(place2).setContent(build()).openOn(map2));
      if (from) {
        box3.tabIndex = -1;
        box3.focus();
      }
    }
    function openAsset(index, place2, from) {
      asked += 1;
      const mine = asked;
      const show3 = (build) => {
        if (mine === asked) openPopup(build, place2, from);
      };
      assets3.attributes(index).then(
        (figures2) => show3(() => content.asset(figures2)),
        () => show3(() => element("p", { word: "map.layer.no_figures" }))
      );
    }
    function choose3(row) {
      districts.choose(row);
      content.choose?.(row);
    }
    function openDistrict(row, place2, from) {
      asked += 1;
      content.choose?.(row);
      openPopup(() => content.district(districts.figures(row)), place2, from);
    }
    function flyTo(bounds2, maxZoom, then) {
      const options = {
        maxZoom: Math.max(maxZoom, map2.getMinZoom()),
        paddingTopLeft: [30, 30],
        paddingBottomRight: [30 + covered(), 30]
      };
      asked += 1;
      const mine = asked;
      close();
      map2.invalidateSize({ pan: false, animate: false });
      const end = calm ? "moveend" : "zoomend";
      const leave = () => map2.off(end, arrive);
      const arrive = () => {
        map2.off("dragstart", leave);
        queueMicrotask(() => {
          if (mine === asked) then();
        });
      };
      map2.once(end, arrive);
      map2.once("dragstart", leave);
      if (calm) map2.fitBounds(bounds2, { ...options, animate: false });
      else map2.flyToBounds(bounds2, { ...options, duration: 0.6 });
    }
    function goToDistrict(row, from) {
      const bounds2 = districts.bounds(row);
      choose3(row);
      flyTo(bounds2, 16, () => openDistrict(row, bounds2.getCenter(), from));
    }
    async function goToAsset(index, from) {
      await content.reveal(index);
      const box3 = await assets3.bounds(index);
      if (box3) flyTo(box3, 17, () => openAsset(index, box3.getCenter(), from));
      else openAsset(index, map2.getCenter(), from);
    }
    function goToBox(bounds2, news) {
      flyTo(bounds2, 17, () => {
        byId("news").textContent = news;
      });
    }
    async function goToStreet(index, bounds2, news) {
      await content.reveal(index);
      goToBox(bounds2, news);
    }
    function clickOutsideAssets(place2) {
      const row = districts.at(map2, place2);
      choose3(row);
      if (row !== null) openDistrict(row, place2);
    }
    function wireMap() {
      map2.on("popupclose", () => {
        opened2 = null;
        if (returnTo) (returnTo.offsetParent === null ? chosenTab() : returnTo).focus();
        returnTo = null;
      });
      map2.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") map2.closePopup();
      });
      map2.on("moveend", () => {
        const { lat, lng } = map2.getCenter();
        write({ view: [lat.toFixed(5), lng.toFixed(5), map2.getZoom()].join(",") });
      });
    }
    function refreshPopup() {
      const popup = map2._popup;
      if (!opened2 || !popup) return;
      popup.setContent(opened2());
      labelPopup(popup);
    }
    function wireLanguage(zoom, redraw) {
      const buttons = document.querySelectorAll(
        /** @type {"button"} */
        "[data-language]"
      );
      for (const button of buttons) {
        button.addEventListener("click", () => {
          const lang = String(button.dataset.language);
          write({ lang });
          speak(lang);
        });
      }
      onChange(() => {
        for (const button of buttons) {
          button.setAttribute("aria-pressed", String(button.dataset.language === language()));
        }
        draw5();
        redraw();
        labelZoom(zoom);
        refreshPopup();
      });
    }
    function start7(draw6, redraw, opening) {
      document.documentElement.classList.add("live");
      if (calm) beCalm(map2);
      start3();
      const zoom = L.control.zoom({ position: "topleft" }).addTo(map2);
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(map2);
      map2.invalidateSize();
      fitCity(map2, opening);
      surrounded = drawContext(map2);
      draw6();
      hover(map2, assets3, content.shareOf);
      if (page.exercise.length) exerciseMark(map2);
      new ResizeObserver(() => map2.invalidateSize({ pan: false, animate: false })).observe(map2.getContainer());
      wireMap();
      wireLanguage(zoom, redraw);
    }
    function markReady() {
      Promise.all([assets3.ready, surrounded]).then(
        () => requestAnimationFrame(
          () => requestAnimationFrame(() => {
            performance.mark("map-ready");
            window.__mapReady = true;
          })
        )
      );
    }
    return {
      start: start7,
      markReady,
      openAsset,
      openDistrict,
      goToDistrict,
      goToAsset,
      goToBox,
      goToStreet,
      clickOutsideAssets,
      refreshPopup
    };
  }

  // compared.js
  function oneByOne(map2, view2, boxes) {
    let shown2 = -1;
    function follow() {
      const side = boxes.findIndex((box3) => box3.contains(map2.getCenter()));
      if (side < 0 || side === shown2) return;
      shown2 = side;
      showAll(side);
    }
    map2.on("moveend", follow);
    follow();
    const buttons = [...document.querySelectorAll("#sides .go")];
    const go = (side) => view2.goToBox(boxes[side], String(buttons[side].textContent));
    buttons.forEach((button, side) => button.addEventListener("click", () => go(side)));
    onChange2(() => {
      const [chosen3] = pairNow().moves[state.move];
      const side = ["_left", "_right"].findIndex((end) => chosen3.endsWith(end));
      if (side < 0 || side === shown2) return;
      map2.closePopup();
      go(side);
    });
  }
  function start6(map2) {
    const content = { asset: assetPopup, district: district2, reveal, shareOf: () => "" };
    const view2 = viewOf(map2, assets, content);
    const boxes = data.apart.map((box3) => L.latLngBounds(box3));
    view2.start(() => draw(map2, view2.openAsset, view2.clickOutsideAssets), draw2, boxes[0]);
    start(map2, panes2());
    if (boxes.length) oneByOne(map2, view2, boxes);
    start5(assets, view2, isHidden2);
    start4(map2, { divider: divider_exports });
    start2();
    onChange2(() => {
      show(map2, state.pair, move(), painting());
      draw2();
      view2.refreshPopup();
    });
    speak(language2());
    changed();
    view2.markReady();
  }
  globalThis.inventory = { start: withBrowser(start6) };
})();
