"use strict";
(() => {
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
    function number3(value, decimals) {
      if (isMissing(value)) return say2("number.not_known");
      const digits = decimals === void 0 ? { maximumFractionDigits: 3 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return formatOf(Intl.NumberFormat, language3(), { ...digits, roundingMode: "halfEven" }).format(Number(value));
    }
    function percent2(value) {
      if (isMissing(value)) return say2("number.not_known");
      const share2 = Number(value);
      if (share2 < 0) return `-${percent2(-share2)}`;
      const exact = Math.round(1e11 * share2) / 1e9;
      const whole = Math.ceil(exact);
      let tenths = Math.floor(10 * exact + 0.5);
      if (exact < whole && whole <= tenths / 10) tenths -= 1;
      if (exact > 0 && tenths === 0) return `<${number3(0.1)}%`;
      return `${number3(tenths / 10, exact === whole ? 0 : 1)}%`;
    }
    const scaled = (value) => formatOf(Intl.NumberFormat, language3(), { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);
    function money2(value) {
      if (isMissing(value)) return say2("number.not_known");
      const amount2 = Number(value);
      const symbol = symbols[language3()];
      const lead = (amount2 < 0 ? "-" : "") + symbol + (symbol.length > 2 ? " " : "");
      const size = Math.abs(amount2);
      if (size >= 1e12) return `${lead}${scaled(size / 1e12)} ${say2("number.trillion")}`;
      if (size >= 1e9) return `${lead}${scaled(size / 1e9)} ${say2("number.billion")}`;
      if (size >= 1e6) return `${lead}${scaled(size / 1e6)} ${say2("number.million")}`;
      return lead + number3(size, 0);
    }
    function date2(text) {
      if (!text) return say2("number.not_known");
      const locale = language3() === "en" ? "en-GB" : language3();
      return formatOf(Intl.DateTimeFormat, locale, { dateStyle: "long", timeZone: "UTC" }).format(
        /* @__PURE__ */ new Date(`${text}T00:00:00Z`)
      );
    }
    const signed2 = (value, write3) => (value > 0 ? "+" : "") + write3(value).replace("-", "−");
    function written4(value) {
      if (typeof value === "number") return number3(value);
      if (value === null || typeof value !== "object" || Array.isArray(value)) return String(value);
      if ("money" in value) return money2(value.money);
      if ("percent" in value) return percent2(value.percent);
      if ("change" in value) return signed2(value.change, number3);
      if ("money_change" in value) return signed2(value.money_change, money2);
      if ("word" in value) return say2(value.word, value.values);
      return date2(value.date);
    }
    function named3(kind, value) {
      if (Array.isArray(value)) return value.map((part2) => named3(kind, part2)).join(", ");
      return typeof value === "string" ? labelled2(kind, value) : written4(value);
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
    return { say: say2, term: term2, labelled: labelled2, number: number3, percent: percent2, money: money2, date: date2, written: written4, signed: signed2 };
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
      const names2 = (
        /** @type {string[]} */
        JSON.parse(String(box3.dataset.names))
      );
      box3.textContent = [...new Set(names2.map((name) => labelled(String(box3.dataset.kind), name)))].join(", ");
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
    const { text, word, values, ...attributes } = options;
    if (text !== void 0) box3.textContent = text;
    if (word !== void 0) {
      box3.dataset.word = word;
      if (values !== void 0) box3.dataset.values = JSON.stringify(values);
      box3.textContent = say(word, values);
    }
    for (const [name, value] of Object.entries(attributes)) box3.setAttribute(name, String(value));
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

  // about.js
  var about = block("about");
  var exerciseTag = (exercise) => exercise ? [element("em", { class: "tag", word: "map.status.exercise" })] : [];
  var ofSide = (name, side) => side ? `${name} (${side})` : name;
  function source({ use, kind, name, side, title, publisher, licence, url, date: date2, exercise }) {
    const label2 = labelled("source", title);
    const heading2 = /^https?:\/\//.test(url || "") ? element("a", { text: label2, href: url, rel: "noreferrer noopener", target: "_blank" }) : element("strong", { text: label2 });
    const parts = [
      publisher,
      date2 ? date(date2) : say("map.about.undated"),
      licence ?? say("map.about.unlicensed")
    ];
    return element(
      "li",
      {},
      element("span", { class: "use", text: say(use, { name: ofSide(labelled(kind, name), side) }) }),
      heading2,
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
  var pairs = (rows) => rows.flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]);
  function draw() {
    byId("findings").replaceChildren(...about.findings.map(finding));
    byId("sources").replaceChildren(...about.sources.map(source));
    byId("prices").replaceChildren(...about.prices.map(priceEntry), ...about.stresses.map(stress));
    byId("versions").replaceChildren(...pairs(about.versions));
    byId("inputs").replaceChildren(...pairs(about.inputs));
  }
  function priceOf(type) {
    const named3 = (name) => about.prices.find((price2) => price2.asset_type === name);
    const price = named3(type) || named3("*");
    return price ? [money(price.amount), ...stepsOf(price)].join("; ") : null;
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
  function hatch(context, colour2) {
    const tile = canvasOf(HATCH, HATCH);
    const brush = brushOf(tile);
    brush.fillStyle = "#f4f5f7";
    brush.fillRect(0, 0, HATCH, HATCH);
    brush.strokeStyle = colour2;
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
    _hatching(colour2) {
      var _a;
      this._patterns ?? (this._patterns = {});
      (_a = this._patterns)[colour2] ?? (_a[colour2] = hatch(this._ctx, colour2));
      return this._patterns[colour2];
    }
    /** @param {CanvasRenderingContext2D} context @param {L.Path} layer */
    _fillStroke(context, layer2) {
      const { options } = layer2;
      if (options.fill && options.hatch) {
        context.globalAlpha = Number(options.fillOpacity);
        context.fillStyle = this._hatching(String(options.fillColor));
        context.fill("evenodd");
        super._fillStroke(context, { options: Object.assign(Object.create(options), { fill: false }) });
        return;
      }
      super._fillStroke(context, layer2);
    }
  };
  var PaneCanvas = class extends L.Canvas {
    /** @param {L.Map} map @param {string} pane @param {string} height @param {(brush: CanvasRenderingContext2D, bounds: L.Bounds) => void} paint */
    constructor(map, pane, height, paint2) {
      const box3 = map.createPane(pane);
      box3.style.zIndex = height;
      box3.style.pointerEvents = "none";
      super({ pane, padding: 0.2 });
      this._paint = paint2;
      this.addTo(map);
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
  function exerciseMark(map) {
    const mark = new PaneCanvas(map, "exercise", "460", writeExercise);
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
      for (const part2 of parts) {
        const last = filled2[filled2.length - 1];
        if (!last.length || last.length + part2.length <= rows) last.push(...part2);
        else filled2.push([...part2]);
      }
      if (filled2.length <= columns) return filled2;
    }
  }

  // classes.js
  var tables = block("classes");
  var classes = (name) => tables[name];
  function classOf(name, value) {
    const { classes: classes2 } = tables[name];
    const isIn = ({ low: low2, high }, number3) => low2 !== null && number3 >= low2 && (high === null || number3 < high);
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

  // shapes.js
  var STEPS_PER_DEGREE = 1e6;
  function coordinates(xy) {
    const points = new Array(xy.length / 2);
    let x = 0;
    let y = 0;
    for (let i = 0; i < points.length; i += 1) {
      x += xy[2 * i];
      y += xy[2 * i + 1];
      points[i] = [y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE];
    }
    return points;
  }
  function cut(list4, lengths) {
    let start10 = 0;
    return lengths?.map((length) => {
      start10 += length;
      return list4.slice(start10 - length, start10);
    });
  }
  function unpack(packed) {
    const parts = [];
    for (const [kind, shapes] of Object.entries(packed)) {
      const points = coordinates(shapes.xy);
      const lines = cut(points, shapes.rings);
      const at = (lines && cut(lines, shapes.parts)) ?? lines ?? points;
      shapes.rows.forEach((row2, place2) => {
        parts.push(
          /** @type {Part} */
          { row: row2, kind: (
            /** @type {Kind} */
            kind
          ), at: at[place2] }
        );
      });
    }
    return parts;
  }
  var polygons = (packed) => unpack(packed).filter((part2) => part2.kind === "polygon");

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
  function hazardsOf(all4, pane, lead = "") {
    const byMap = /* @__PURE__ */ new Map();
    let renderer;
    let shown3 = [];
    function zones(hazard, body) {
      const table3 = classes(`${lead}hazard-${hazard}`).classes;
      return L.layerGroup(
        polygons(body.shapes).filter(({ row: row2 }) => table3[body.codes[row2]]).map(({ row: row2, at }) => {
          const { colour: colour2, no_data } = table3[body.codes[row2]];
          return L.polygon(at, {
            pane,
            renderer,
            interactive: false,
            weight: 0.5,
            color: colour2,
            fill: true,
            fillColor: colour2,
            fillOpacity: 0.85,
            hatch: no_data
          });
        })
      );
    }
    function pictures(body) {
      const look = { pane, interactive: false };
      const layers2 = [
        L.imageOverlay(address(body.png), body.bounds, { ...look, opacity: 0.9, className: "hazard-picture" })
      ];
      if (body.no_data) layers2.push(L.svgOverlay(
        /** @type {any} */
        hatched(body.no_data),
        body.bounds,
        look
      ));
      if (body.edge) layers2.push(edge(body.edge));
      return layers2;
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
    function layersOf(hazard, map) {
      const name = `${hazard}/${map}`;
      let layers2 = byMap.get(name);
      if (!layers2) {
        const body = bodyOf(`${lead}hazard-${name.replace("/", "-")}`);
        layers2 = body.png === void 0 ? [zones(hazard, body)] : pictures(body);
        byMap.set(name, layers2);
      }
      return layers2;
    }
    function draw7(map) {
      map.createPane(pane).style.zIndex = "420";
      renderer = new Renderer({ pane, padding: 0.3 });
    }
    function show4(map, hazard, place2) {
      shown3.forEach((layer2) => layer2.remove());
      shown3 = hazard < 0 ? [] : layersOf(hazard, place2);
      shown3.forEach((layer2) => layer2.addTo(map));
    }
    return { all: all4, draw: draw7, show: show4 };
  }
  var hazards = hazardsOf(block("hazards"), "hazards");
  var hazardOf = (name) => (
    /** @type {Hazard} */
    hazards.all.find((hazard) => hazard.name === name)
  );

  // popups.js
  var known = (value) => value !== null && value !== void 0;
  var wordOf = (column, row2) => column.codes[row2] < 0 ? null : column.words[column.codes[row2]];
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
  function table(heads, rows) {
    const body = rows.map(
      ([head, ...cells]) => element("tr", {}, element("th", { text: head, scope: "row" }), ...cells.map((text) => element("td", { text })))
    );
    return element(
      "table",
      { class: "figures" },
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { word: head, scope: "col" })))),
      element("tbody", {}, ...body)
    );
  }
  function years(period) {
    return known(period) ? say("map.years", { count: period, years: period }) : say("map.scenario");
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
    return (id) => longestFirst.find(([layer2]) => id.startsWith(`${layer2}:`))?.[1] ?? [];
  }
  var shownFacts = (rows, hidden) => facts(rows.filter(([term2]) => !hidden.includes(term2.replace("map.", ""))));
  function estimated(count2, atLeast = false) {
    if (atLeast) {
      const step2 = 10 ** Math.max(0, String(Math.floor(count2)).length - 3);
      return say("map.answer.or_more", { figure: number(Math.floor(count2 / step2) * step2) });
    }
    const whole = Math.round(count2);
    const rounded = Number(whole.toPrecision(3));
    return rounded < 1e3 ? number(rounded) : say("map.about_people", { people: rounded });
  }
  function people({ people_exposed: count2, people_rule: by }) {
    if (known(count2)) return `${estimated(count2)} (${rule(String(by))})`;
    return known(by) ? rule(by) : null;
  }
  function displaced([hazard, count2]) {
    const name = labelled("hazard", hazard);
    if (!known(count2)) return `${name}: ${notKnown()}`;
    return `${name}: ${typeof count2 === "string" ? rule(count2) : estimated(count2)}`;
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

  // breakdown.js
  var breakdown = block("breakdown");
  var shipped = new Set(breakdown.assets);
  var curves = new Map(breakdown.curves.map(([hazard, type, curve]) => [JSON.stringify([hazard, type]), curve]));
  var opened = null;
  async function unpack2(text) {
    const columns = JSON.parse(new TextDecoder().decode(await assetsOnMap.open(text)));
    const byAsset = /* @__PURE__ */ new Map();
    columns.index.forEach((index, row2) => {
      const intersections = byAsset.get(index) ?? [];
      byAsset.set(index, intersections);
      const intersection = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row2]]));
      intersections.push(intersection);
    });
    return byAsset;
  }
  async function intersectionsOf(index) {
    if (!shipped.has(index)) return null;
    opened ?? (opened = unpack2(breakdown.intersections));
    return (await opened).get(index) ?? [];
  }
  function underMap(place2, intersections) {
    const { unit, maps, priced } = hazards.all[place2];
    const rows = intersections.map(({ share: share2, intensity: intensity2, curve }) => [
      percent(share2),
      known(intensity2) ? `${number(intensity2, 2)} ${unit}` : notKnown(),
      priced ? number(curve, 3) : say("map.not_priced")
    ]);
    const box3 = element(
      "div",
      {},
      element("h4", { text: years(maps[intersections[0].map].return_period) }),
      table(["map.breakdown.share", "map.intensity", "map.breakdown.fraction"], rows)
    );
    const more = intersections[0].of - intersections.length;
    if (more) box3.append(element("p", { class: "quiet", word: "map.breakdown.more", values: { count: more } }));
    return box3;
  }
  function underHazard(place2, intersections, type) {
    const { name } = hazards.all[place2];
    const parts = [element("h3", { text: labelled("hazard", name) })];
    const curve = curves.get(JSON.stringify([name, type]));
    if (curve) parts.push(element("p", { word: "map.breakdown.curve", values: { curve } }));
    for (const map of new Set(intersections.map((intersection) => intersection.map)))
      parts.push(
        underMap(
          place2,
          intersections.filter((intersection) => intersection.map === map)
        )
      );
    return parts;
  }
  function part({ intersections, asset_type: type }) {
    if (!intersections)
      return [element("p", { class: "quiet", word: "map.breakdown.not_here", values: { most: breakdown.limit } })];
    if (!intersections.length) return [];
    const fold = element(
      "details",
      { class: "breakdown" },
      element("summary", { word: "map.breakdown.title" }),
      element("p", { word: "map.breakdown.rule" }),
      ...breakdown.convention.map((sentence) => element("p", { ...sentence }))
    );
    for (const place2 of new Set(intersections.map((intersection) => intersection.hazard))) {
      fold.append(
        ...underHazard(
          place2,
          intersections.filter((intersection) => intersection.hazard === place2),
          type
        )
      );
    }
    return [fold];
  }

  // districts.js
  var OUTLINE = { weight: 1, color: "#374151", opacity: 1 };
  function districtsOf(data4, pane) {
    const layers2 = data4.id.map(() => []);
    const byId2 = new Map(data4.id.map((id, row2) => [id, row2]));
    let painting = "ead";
    let chosen3 = null;
    let ofYear2 = null;
    const byName = data4;
    let perValue = null;
    function column(name) {
      if (name !== "ead_per_value") return name === "ead" && ofYear2 ? ofYear2 : byName[name];
      perValue ?? (perValue = data4.ead_per_value.map((value, row2) => known(data4.rank[row2]) ? value : null));
      return perValue;
    }
    function style(row2) {
      const edge = row2 === chosen3 ? { ...OUTLINE, weight: 4 } : OUTLINE;
      if (painting === "outline") return { ...edge, fill: false };
      const { edge: color, colour: colour2, no_data } = (
        /** @type {Class} */
        classOf(painting, column(painting)[row2])
      );
      return { ...edge, color, fill: true, fillColor: colour2, fillOpacity: 0.82, hatch: no_data };
    }
    function repaint() {
      layers2.forEach((parts, row2) => parts.forEach((part2) => part2.setStyle(style(row2))));
    }
    const seen = /* @__PURE__ */ new Set();
    const shared = new Set(data4.name.filter((name) => seen.size === seen.add(name).size));
    function nameOf(row2) {
      if (data4.id[row2] === page.outside) return say("map.outside_districts");
      const name = data4.name[row2] || data4.id[row2];
      const parent = shared.has(data4.name[row2]) && data4.parent?.[row2];
      return parent ? `${name} (${parent})` : name;
    }
    function figures2(row2) {
      const district2 = Object.fromEntries(
        Object.entries(data4).filter(([, column2]) => Array.isArray(column2)).map(([name, column2]) => [name, column2[row2]])
      );
      return {
        ...district2,
        name: nameOf(row2),
        people_rule: wordOf(data4.people_rule, row2),
        not_ranked: wordOf(data4.not_ranked, row2),
        data_status: wordOf(data4.data_status, row2)
      };
    }
    function draw7(map) {
      map.createPane(pane).style.zIndex = "400";
      const renderer = new Renderer({ pane, padding: 0.3 });
      for (const { row: row2, at: at2 } of polygons(data4.shapes)) {
        layers2[row2].push(L.polygon(at2, { pane, renderer, interactive: false, ...style(row2) }).addTo(map));
      }
    }
    function paint2(map, name, ead2 = null) {
      painting = name;
      ofYear2 = ead2;
      repaint();
      map.getPane(pane).style.zIndex = name === "outline" ? "430" : "400";
    }
    function choose3(row2) {
      chosen3 = row2;
      repaint();
      if (row2 !== null) layers2[row2].forEach((part2) => part2.bringToFront());
    }
    function at(map, place2) {
      const point = map.latLngToLayerPoint(place2);
      const row2 = layers2.findIndex((parts) => parts.some((part2) => part2._pxBounds && part2._containsPoint(point)));
      return row2 < 0 ? null : row2;
    }
    function bounds2(row2) {
      const box3 = L.latLngBounds([]);
      layers2[row2].forEach((part2) => box3.extend(part2.getBounds()));
      return box3;
    }
    function nameOfId(id) {
      const row2 = byId2.get(id);
      return row2 === void 0 ? id : nameOf(row2);
    }
    const count2 = (name) => column(name).filter((figure, row2) => known(figure) && data4.id[row2] !== page.outside).length;
    const ead = (row2) => column("ead")[row2];
    return {
      data: data4,
      draw: draw7,
      paint: paint2,
      choose: choose3,
      at,
      bounds: bounds2,
      nameOf,
      nameOfId,
      figures: figures2,
      painting: () => painting,
      count: count2,
      ead
    };
  }
  var districts = districtsOf(block("districts"), "districts");

  // sought.js
  function textsOf({ data: data4, nameOf }, row2) {
    if (row2 === void 0 || data4.id[row2] === page.outside) return [];
    const parent = data4.parent?.[row2];
    return parent ? [nameOf(row2), parent] : [nameOf(row2)];
  }
  function soughtIn(areas2, { asset_type: types2 = [], district: places = [] }) {
    const rows = new Map(areas2.data.id.map((id, row2) => [id, row2]));
    const texts = places.map((id) => textsOf(areas2, rows.get(id ?? "")));
    const within2 = places.length ? texts.map((text, code) => text[1] ?? text[0] ?? places[code] ?? "") : [""];
    const names2 = [...new Set(within2)];
    return {
      lists: {
        kinds: types2.map((type) => type === null ? [] : labelsOf("asset_type", type)),
        places: texts,
        areas: within2.map((name) => names2.indexOf(name))
      },
      /** Codes as words. @param {FoundAssets} found @returns {Sought<number>} */
      inWords: ({ kinds, streets, assets: assets3, ...rest }) => ({
        ...rest,
        kinds: kinds.map((kind) => ({
          ...kind,
          type: types2[kind.code],
          ids: kind.places?.map((code) => places[code]) ?? null
        })),
        streets: streets.map((street) => ({ ...street, where: names2[street.area] })),
        assets: assets3.map((asset) => ({
          ...asset,
          type: types2[asset.kind] ?? null,
          district: places[asset.place] ?? null
        }))
      })
    };
  }

  // assets.js
  var data = block("assets");
  var STATES = ["exposed", "no_data", "not_exposed", "unusable"];
  var layer = assetsOnMap.layer(data.layer);
  var hiddenOf = hiddenIn(data.hidden);
  var withoutDamage = data.left_out.includes("damage");
  var sought = soughtIn(districts, data.filters);
  var colour = "any";
  function figures(values) {
    const maps = [];
    const ead = [];
    const stresses = [];
    hazards.all.forEach((hazard, place2) => {
      hazard.maps.forEach(({ return_period }, number3) => {
        const of3 = (name) => values[`${place2}.${number3}.${name}`];
        if (!known(of3("exposed_fraction"))) return;
        maps.push({
          hazard: hazard.name,
          return_period,
          exposed_fraction: of3("exposed_fraction"),
          no_data_fraction: of3("no_data_fraction"),
          intensity_mean: of3("intensity_mean"),
          intensity_max: of3("intensity_max"),
          damage_ratio: of3("damage_ratio"),
          damage: of3("damage")
        });
      });
      const of2 = (name) => values[`${place2}.${name}`];
      const touching = maps.filter((map) => map.hazard === hazard.name);
      if (known(hazard.reach) && touching.length) {
        const frequent = hazard.maps[hazard.reach].return_period;
        const reached = touching.some(({ return_period: period }) => period === frequent);
        stresses.push({
          hazard: hazard.name,
          disruption_days: reached ? of2("disruption_days") : 0,
          annual_damage: reached ? of2("annual_damage") : 0
        });
      }
      if (known(of2("rule"))) {
        ead.push({
          hazard: hazard.name,
          ead: of2("ead"),
          ead_low: of2("ead_low"),
          ead_high: of2("ead_high"),
          rule: of2("rule")
        });
      }
    });
    const of = (name) => values[`joint.${name}`];
    const joint = known(of("relation")) ? {
      relation: of("relation"),
      ead: of("ead"),
      lower: of("ead_least"),
      upper: of("ead_most"),
      ead_low: of("ead_low"),
      ead_high: of("ead_high")
    } : null;
    const facts2 = (
      /** @type {AssetFacts} */
      /** @type {unknown} */
      values
    );
    return {
      ...facts2,
      maps,
      ead,
      stresses,
      joint,
      id: String(values.asset_id),
      hidden: hiddenOf(values.asset_id),
      districtName: districts.nameOfId(values.district)
    };
  }
  var colourOf = ({ hazard, map }) => hazard < 0 ? "any" : `map-${hazard}-${map}`;
  function within({ filter, district: district2 }) {
    const words = data.filters.district;
    if (district2 === null || !words) return filter;
    const code = words.indexOf(districts.data.id[district2]);
    const { district: chosen3 } = filter;
    return { ...filter, district: !chosen3 || chosen3.includes(code) ? [code] : [] };
  }
  var tableOf = ({ hazard }) => classes(hazard < 0 ? "assets" : `assets-${hazard}`);
  var stateOf = (state2, code) => String(tableOf(state2).classes[code].value);
  var drawnState = ({ value }) => value === "exposed" || value === "no_data" || value === "not_exposed" ? value : null;
  var isWanted = (state2, { value }, code) => value !== "exposed" || !state2.classes || state2.classes.includes(code);
  function isDrawn(state2, code) {
    const entry = tableOf(state2).classes[code];
    const own = drawnState(entry);
    return own !== null && state2[own] && isWanted(state2, entry, code);
  }
  var codesThat = (state2, stays) => ({
    ...state2.filter,
    [colourOf(state2)]: tableOf(state2).classes.flatMap((entry, code) => stays(entry, code) ? [code] : [])
  });
  var shown = (state2) => codesThat(state2, (_, code) => isDrawn(state2, code));
  var withoutSelection = (state2) => ({
    ...state2,
    hazard: -1,
    map: 0,
    filter: {},
    classes: null,
    district: null,
    exposed: true,
    no_data: true,
    not_exposed: true
  });
  var listed = (state2) => ({ ...shown(state2), ...within(state2) });
  var isFiltered = ({ filter, classes: classes2 }) => classes2 !== null || Object.keys(filter).length > 0;
  function show(state2) {
    const wanted = colourOf(state2);
    if (wanted !== colour) layer.setColour(wanted);
    colour = wanted;
    return layer.setFilter(shown(state2));
  }
  function showOn(view2, state2) {
    view2.setColour(colourOf(state2));
    return view2.setFilter(shown(state2));
  }
  async function hiding(state2, index) {
    const codes = await layer.classes(index) ?? {};
    const codeOf = (name) => codes[name] + 256 * (codes[`${name}-high`] || 0);
    const code = codes[colourOf(state2)];
    const entry = tableOf(state2).classes[code];
    const own = drawnState(entry);
    return {
      filters: Object.keys(state2.filter).filter((name) => !state2.filter[name].includes(codeOf(name))),
      state: own !== null && !state2[own] ? own : null,
      classes: !isWanted(state2, entry, code)
    };
  }
  async function classCounts(state2) {
    const counted3 = await layer.counts(colourOf(state2), within(state2));
    return counted3.slice(0, tableOf(state2).classes.length);
  }
  async function counts(state2) {
    const byState = Object.fromEntries(["assets", ...STATES, "other"].map((name) => [name, 0]));
    for (const [code, count2] of (await classCounts(state2)).entries()) {
      const wanted = isWanted(state2, tableOf(state2).classes[code], code);
      byState[wanted ? stateOf(state2, code) : "other"] += count2;
      byState.assets += count2;
    }
    return byState;
  }
  async function countsOf(state2, types2) {
    const words = data.filters.asset_type;
    if (!types2.length) return null;
    if (!words) return counts(state2);
    const { asset_type: chosen3 } = state2.filter;
    const codes = types2.map((name) => words.indexOf(name)).filter((code) => !chosen3 || chosen3.includes(code));
    return counts({ ...state2, filter: { ...state2.filter, asset_type: codes } });
  }
  async function sum(state2, column, also = null) {
    const wanted = { ...codesThat(state2, (entry, code) => isWanted(state2, entry, code)), ...within(state2) };
    return (await layer.sums([column], colourOf(state2), wanted, also))[column];
  }
  var indexes = async (state2) => (await layer.codes(colourOf(state2), listed(state2))).flatMap((code, index) => code === null ? [] : [index]);
  var codesOf = async (name) => (await layer.codes(name, {})).map(Number);
  async function exposedByDistrict(state2) {
    const words = data.filters.district;
    if (!words || !state2.exposed) return [];
    const wanted = codesThat(state2, (entry, code) => entry.value === "exposed" && isWanted(state2, entry, code));
    const counted3 = await layer.counts("district", wanted);
    const rows = new Map(districts.data.id.map((id, row2) => [id, row2]));
    return words.flatMap((id, code) => {
      const row2 = rows.get(String(id));
      return row2 === void 0 || !counted3[code] ? [] : [
        /** @type {[number, number]} */
        [row2, counted3[code]]
      ];
    });
  }
  var states = async (state2) => (await layer.codes(colourOf(state2), listed(state2))).map((code) => code === null ? void 0 : stateOf(state2, code));
  async function ranked(state2, order) {
    const whole = !isFiltered(state2) && state2.district === null;
    if (whole && state2.exposed && state2.no_data && state2.not_exposed) return null;
    const codes = await layer.codes(colourOf(state2), listed(state2));
    const first2 = new Set(order);
    return [...order, ...codes.keys()].filter(
      (index, place2) => codes[index] !== null && (place2 < order.length || !first2.has(index))
    );
  }
  async function brief(index) {
    const asset = figures(await layer.attributes(index));
    const priced = asset.ead.filter(({ rule: rule2 }) => page.rules[rule2] !== "map.rule.bounds_only");
    const alone = [...asset.ead].sort(
      (some, other) => Number(other.ead) - Number(some.ead) || Number(other.ead_low) - Number(some.ead_low)
    )[0];
    const { ead_low = null, ead_high = null } = asset.joint || alone || {};
    const sure = priced.length > 0 && priced.every((figure) => known(figure.ead));
    const ead = asset.joint ? asset.joint.ead : sure ? Math.max(...priced.map((figure) => Number(figure.ead))) : null;
    return {
      index,
      id: asset.id,
      name: asset.name,
      asset_type: asset.asset_type,
      ead,
      ead_low,
      ead_high,
      exposed_share: Math.max(0, ...asset.maps.map((map) => map.exposed_fraction))
    };
  }
  function draw2(map, open3, miss) {
    map.getPane("assets").style.zIndex = "440";
    layer.on("assetclick", (event) => open3(event.index, event.latlng));
    layer.on("assetmiss", (event) => miss(event.latlng));
  }
  var assets = {
    ready: layer.ready,
    find: async (text, asked3) => sought.inWords(await layer.find(text, { ...sought.lists, ...asked3 })),
    at: (place2) => layer.at(place2),
    bounds: (index) => layer.bounds(index),
    attributes: async (index, whole = true) => ({
      ...figures(await layer.attributes(index)),
      // opening them takes a page long, once: not for a name under the pointer
      intersections: whole ? await intersectionsOf(index) : null
    })
  };

  // figures.js
  var data2 = block("tiles");
  var CITY = districts.data.id.length;
  var INSIDE = districts.data.id.filter((id) => id !== page.outside).length;
  function yearsOf(hazard) {
    const projected = projectedFor(hazard);
    return projected === null ? [] : Object.keys(data2.years[projected]).map(Number);
  }
  function projectedFor(hazard) {
    const all4 = Object.keys(data2.years);
    if (hazard >= 0) return all4.includes(String(hazard)) ? hazard : null;
    return all4.length === 1 ? Number(all4[0]) : null;
  }
  function ofYear({ hazard, year }) {
    const projected = projectedFor(hazard);
    return year === null || projected === null ? null : data2.years[projected][year] ?? null;
  }
  var yearWord = ({ hazard, year }) => ({
    word: "map.tile.ead_of_year",
    values: { hazard: hazards.all[Number(projectedFor(hazard))].name, year: String(year) }
  });
  function eadColumn({ hazard, year }) {
    const projected = projectedFor(hazard);
    if (year !== null && projected !== null) return `${projected}.y${year}.ead`;
    return hazard >= 0 && data2.ead[hazard] ? `${hazard}.ead` : null;
  }
  function eadHead(state2, usual) {
    if (state2.year !== null && projectedFor(state2.hazard) !== null) return yearWord(state2);
    if (state2.hazard < 0) return usual;
    const { name } = hazards.all[state2.hazard];
    return data2.ead[state2.hazard] ? { word: "map.table.ead_of", values: { hazard: name } } : { word: "map.head_all", values: { head: usual } };
  }
  function mapOf(hazard, map) {
    const { name, maps } = hazards.all[hazard];
    const period = maps[map].return_period;
    if (maps.length === 1 && !known(period)) return { map: { word: "map.answer.hazard", values: { hazard: name } } };
    const when = known(period) ? { word: "map.years", values: { count: period, years: period } } : { word: "map.scenario" };
    return { map: { word: "map.answer.map", values: { hazard: name, period: when } } };
  }
  function listingOf(state2) {
    const { hazard, map } = state2;
    if (page.by === "ead") {
      const year = ofYear(state2);
      const district2 = (year ?? data2.ead[hazard])?.sum ?? null;
      const projected = year ? { assets: year.assets, atLeast: year.at_least } : {};
      return { money: true, asset: eadColumn(state2), district: district2, ...projected, head: (usual) => eadHead(state2, usual) };
    }
    if (hazard < 0) {
      const joined2 = hazards.all.length > 1;
      const head2 = (usual) => joined2 ? { word: "map.head_all", values: { head: usual } } : usual;
      return { money: false, asset: null, district: null, head: head2 };
    }
    const values = mapOf(hazard, map);
    const damage2 = withoutDamage ? null : data2.damage[hazard][map];
    if (damage2) {
      const head2 = () => ({ word: "map.head_of", values: { ...values, head: { word: "map.damage" } } });
      return { money: true, asset: `${hazard}.${map}.damage`, district: damage2.sum, head: head2 };
    }
    const head = (usual) => ({ word: "map.head_of", values: { ...values, head: usual } });
    return { money: false, asset: `${hazard}.${map}.exposed_fraction`, district: data2.exposed[hazard][map], head };
  }
  function gapsOfDamage({ hazard: chosen3, map: shown3, district: district2 }) {
    const place2 = district2 ?? CITY;
    const gaps2 = data2.damage.flatMap(
      (maps, hazard) => maps.flatMap((damage2, map) => {
        const without = damage2 ? data2.exposed[hazard][map][place2] - damage2.assets[place2] : 0;
        const asked3 = chosen3 < 0 || hazard === chosen3 && map === shown3;
        return asked3 && without > 0 ? [{ ...mapOf(hazard, map), count: without }] : [];
      })
    );
    const [most] = gaps2.sort((one, other) => other.count - one.count);
    return most ? [say(chosen3 < 0 ? "map.answer.without_damage_on" : "map.answer.without_damage", most)] : [];
  }
  async function leastCovering(state2) {
    const counted3 = hazards.all.flatMap(
      ({ maps }, hazard) => maps.map(async (_, map) => {
        const of = { ...state2, hazard, map, classes: null };
        return { ...mapOf(hazard, map), count: (wholeCounts(of) ?? await counts(of)).no_data };
      })
    );
    const [most] = (await Promise.all(counted3)).sort((one, other) => other.count - one.count);
    return most ?? null;
  }
  function eadByDistrict(state2) {
    const sums = known(state2.only) ? data2.ead[state2.only] : ofYear(state2);
    return sums ? sums.sum.slice(0, CITY) : null;
  }
  var comparedWith = (state2, other) => other && other.year !== null && state2.year === null && state2.hazard < 0 ? { ...state2, only: projectedFor(other.hazard) } : state2;
  var amount = ({ money: money2, atLeast }) => atLeast && known(money2) ? say("map.answer.or_more", { figure: { money: money2 } }) : money(money2);
  async function sumOf(state2, table3, column, also = null) {
    if (!table3) return null;
    if (!isFiltered(state2)) {
      const place2 = state2.district ?? CITY;
      return { money: table3.sum[place2], assets: table3.assets[place2] };
    }
    if (column === null || withoutDamage && column.endsWith(".damage")) return null;
    const { sum: sum2, assets: count2 } = await sum(state2, column, also);
    return { money: count2 ? sum2 : null, assets: count2 };
  }
  async function eadOf(state2, hazard, year) {
    const projected = year === null ? null : projectedFor(hazard);
    if (year !== null && projected === null) return null;
    const ofYear2 = projected === null ? null : data2.years[projected][Number(year)];
    const table3 = ofYear2 ?? (hazard < 0 ? data2.joint : data2.ead[hazard]);
    const column = ofYear2 ? `${projected}.y${year}.ead` : hazard < 0 ? data2.total : `${hazard}.ead`;
    const found = await sumOf(state2, table3, column);
    return found && { ...found, kind: "year", year, atLeast: ofYear2?.at_least ?? false };
  }
  async function mappedOf(state2) {
    const [projected, table3] = [projectedFor(state2.hazard), ofYear(state2)];
    if (!table3) return null;
    const found = await sumOf(state2, table3.mapped, `${projected}.ead`, `${projected}.y${state2.year}.ead`);
    return found && { ...found, kind: "year", year: null, atLeast: false };
  }
  async function eventOf(state2, counted3) {
    const { hazard, map } = state2;
    if (hazard < 0) return null;
    const found = await sumOf(state2, data2.damage[hazard][map], `${hazard}.${map}.damage`);
    const { exposed, not_exposed: spared } = await counted3;
    const none = found?.money === null && exposed === 0 && spared > 0;
    return found && { ...found, ...none ? { money: 0 } : {}, kind: "event", year: null, atLeast: false };
  }
  function peopleOf({ hazard, map, district: district2 }) {
    const of = hazard < 0 ? data2.people_in_any : data2.people[hazard][map];
    if (!of) return null;
    const atLeast = district2 === null && of.districts < INSIDE;
    const place2 = district2 ?? CITY;
    return { people: of.people[place2], districts: of.districts, withheld: of.withheld[place2] ?? null, atLeast };
  }
  async function partOf(state2, types2) {
    const counts2 = await countsOf(state2, types2);
    return counts2 && counts2.assets > 0 ? { exposed: counts2.exposed, assets: counts2.assets } : null;
  }
  var wholeCounts = (state2) => isFiltered(state2) || state2.district !== null ? null : hazards.all[state2.hazard]?.maps[state2.map].counts ?? page.counts;
  async function figuresOf(state2) {
    const several = hazards.all.flatMap(({ maps }) => maps).length > 1;
    const counted3 = wholeCounts(state2) ?? counts(state2);
    const [counts2, event, ead, mapped, health, education, least] = await Promise.all([
      counted3,
      state2.year === null ? eventOf(state2, counted3) : null,
      eadOf(state2, state2.only ?? state2.hazard, state2.year),
      mappedOf(state2),
      partOf(state2, data2.essential.health),
      partOf(state2, data2.essential.education),
      state2.ask === "unknown" && state2.hazard < 0 && several ? leastCovering(state2) : null
    ]);
    return { counts: counts2, damage: event ?? ead, ead, mapped, people: peopleOf(state2), health, education, least };
  }

  // signs.js
  var [INK, PAPER] = ["#1a2230", "#ffffff"];
  var FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  function outlined(brush, fill3) {
    brush.lineJoin = "round";
    brush.lineWidth = 4;
    brush.strokeStyle = PAPER;
    brush.stroke();
    brush.lineWidth = 1.4;
    brush.strokeStyle = INK;
    brush.stroke();
    brush.fillStyle = fill3;
    brush.fill();
  }
  var fontOf = (size) => `700 ${Math.min(13, Math.max(10, Math.round(size)))}px ${FONT}`;
  function number2(brush, text, x, y, size) {
    brush.font = fontOf(size);
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = PAPER;
    brush.fillText(text, x, y + 0.5);
  }
  var PAINT = {
    exposed(brush, x, y, { size, text }) {
      brush.beginPath();
      brush.arc(x, y, size, 0, 2 * Math.PI);
      outlined(brush, "#26344a");
      brush.font = fontOf(size);
      if (brush.measureText(text).width + 2 < 2 * size) number2(brush, text, x, y, size);
    },
    statements(brush, x, y, { size, text }) {
      brush.beginPath();
      brush.arc(x, y, size, Math.PI * 0.72, Math.PI * 2.5);
      brush.lineTo(x - size * 0.75, y + size * 1.4);
      brush.closePath();
      outlined(brush, "#3b2f8f");
      number2(brush, text, x, y, size);
    },
    actions(brush, x, y, { size, text }) {
      brush.beginPath();
      brush.rect(x - size, y - size, 2 * size, 2 * size);
      outlined(brush, "#14532d");
      number2(brush, text, x, y, size);
    },
    decisions(brush, x, y, { size, hollow }) {
      brush.beginPath();
      for (let point = 0; point < 10; point += 1) {
        const [reach2, turn] = [point % 2 ? size * 0.48 : size * 1.2, Math.PI * (point / 5 - 0.5)];
        brush.lineTo(x + reach2 * Math.cos(turn), y + reach2 * Math.sin(turn));
      }
      brush.closePath();
      outlined(brush, hollow ? PAPER : "#f5b301");
    }
  };
  function stripes(brush) {
    const tile = canvasOf(8, 8);
    const line3 = brushOf(tile);
    line3.fillStyle = INK;
    line3.globalAlpha = 0.75;
    line3.fillRect(0, 3, 8, 1.3);
    return (
      /** @type {CanvasPattern} */
      brush.createPattern(tile, "repeat")
    );
  }
  function front(brush, pattern) {
    brush.fillStyle = pattern;
    brush.fill("evenodd");
    brush.lineJoin = "round";
    for (
      const [width, colour2] of
      /** @type {[number, string][]} */
      [
        [5.5, PAPER],
        [2.6, INK]
      ]
    ) {
      brush.lineWidth = width;
      brush.strokeStyle = colour2;
      brush.stroke();
    }
  }
  var optionsOf = (sign3) => (
    /** @type {SignOptions} */
    sign3.options
  );
  var Renderer2 = class extends L.Canvas {
    /** @param {Brush} brush */
    _fillStroke(brush) {
      this._stripes ?? (this._stripes = stripes(brush));
      brush.globalAlpha = 1;
      front(brush, this._stripes);
    }
    /** @param {Sign} sign */
    _drawSign(sign3) {
      if (!this._drawing || sign3._empty() || !sign3._point) return;
      const { paint: paint2, ...form } = optionsOf(sign3);
      this._ctx.save();
      paint2(this._ctx, sign3._point.x, sign3._point.y, form);
      this._ctx.restore();
    }
  };
  var Sign = class extends L.CircleMarker {
    _project() {
      this._point = this._map.latLngToLayerPoint(this._latlng).add(optionsOf(this).shift);
      this._updateBounds();
    }
    _updatePath() {
      this._renderer._drawSign(this);
    }
  };
  function nextToWords(paint2) {
    const canvas = element("canvas", { class: "drawn", width: 52, height: 40, "aria-hidden": "true" });
    const brush = brushOf(canvas);
    brush.scale(2, 2);
    paint2(brush);
    return canvas;
  }
  var frontSign = () => nextToWords((brush) => {
    brush.beginPath();
    brush.rect(4, 4, 18, 12);
    front(brush, stripes(brush));
  });
  var signOf = (name, hollow = false) => nextToWords((brush) => PAINT[name](brush, 13, 9.5, { size: 7, text: "", hollow }));

  // icons.js
  var SIDE = 15;
  function placeOf(type) {
    const words = data.filters.asset_type;
    return layer.known.head.icons?.of[words ? words.indexOf(type) : 0] ?? -1;
  }
  function signOf2(place2) {
    const shape = new Path2D(layer.known.head.icons?.paths[place2]);
    return nextToWords((brush) => {
      brush.translate(13 - SIDE / 2, 10 - SIDE / 2);
      brush.fillStyle = "#1f2937";
      brush.fill(shape);
    });
  }
  function signsOf(type) {
    const place2 = placeOf(type);
    return place2 < 0 ? [] : [signOf2(place2)];
  }
  function all2() {
    const types2 = /* @__PURE__ */ new Map();
    for (const type of data.filters.asset_type ?? []) {
      const place2 = placeOf(String(type));
      if (type !== null && place2 >= 0) types2.set(place2, [...types2.get(place2) ?? [], type]);
    }
    return [...types2].map(([place2, own]) => ({ sign: signOf2(place2), types: own }));
  }

  // asset_popup.js
  function priceRow({ value_rule, asset_type, hidden }) {
    const unpriced = ["map.value_rule.field", "number.not_known"].includes(page.rules[value_rule]);
    const text = unpriced || hidden.includes("value") ? null : priceOf(asset_type);
    return text ? [["map.price", text]] : [];
  }
  function intensity({ hazard, intensity_mean: mean, intensity_max: greatest }) {
    if (!known(mean)) return notKnown();
    const { unit } = hazardOf(hazard);
    const [usual, highest3] = [number(mean, 2), number(greatest, 2)];
    return usual === highest3 ? `${usual} ${unit}` : say("map.mean_and_most", { mean: usual, most: highest3, unit });
  }
  function damage({ hazard: name, damage_ratio: ratio, damage: amount2 }, hidden) {
    const hazard = hazardOf(name);
    if (!hazard.priced) return say(hazard.by_year ? "map.priced_by_year" : "map.not_priced");
    if (!known(ratio)) return notKnown();
    if (hidden.includes("damage")) return percent(ratio);
    return `${percent(ratio)} = ${money(amount2)}`;
  }
  function mapLine(onMap, hidden) {
    const { exposed_fraction: exposed, no_data_fraction: noData } = onMap;
    const share2 = percent(exposed) + (noData > 0 ? ` + ${say("map.unknown_share", { share: { percent: noData } })}` : "");
    const dry = !(exposed > 0);
    const cells = [years(onMap.return_period), share2, dry ? "–" : intensity(onMap)];
    return withoutDamage ? cells : [...cells, dry ? "–" : damage(onMap, hidden)];
  }
  function stressFacts({ disruption_days: days, annual_damage: annual }, hidden) {
    const rows = [["map.disruption_days", known(days) ? say("map.days", { days }) : null]];
    if (!hidden.includes("annual_damage")) rows.push(["map.annual_damage", money(annual)]);
    return rows;
  }
  function inYears(name, asset) {
    const place2 = hazards.all.findIndex((hazard) => hazard.name === name);
    const money2 = (
      /** @type {Record<string, any>} */
      /** @type {unknown} */
      asset
    );
    return Object.entries(data2.years[place2] ?? {}).map(([year, { at_least: atLeast }]) => [
      { word: "map.year.of", values: { year } },
      amount({ money: money2[`${place2}.y${year}.ead`] ?? null, atLeast })
    ]);
  }
  function hazardPart(name, asset) {
    const parts = [element("h3", { text: labelled("hazard", name) })];
    const annual = asset.ead.find(({ hazard }) => hazard === name);
    if (annual && !asset.hidden.includes("ead")) {
      parts.push(
        facts([
          [asMapped("map.ead", hazardOf(name).terrain), money(annual.ead)],
          ["map.bounds", bounds(annual.ead_low, annual.ead_high)],
          ["map.rule", say("map.rule.from_maps", { rule: rule(annual.rule), count: hazardOf(name).rests_on })],
          ...inYears(name, asset)
        ])
      );
    }
    for (const stress2 of asset.stresses.filter(({ hazard }) => hazard === name))
      parts.push(facts(stressFacts(stress2, asset.hidden)));
    const maps = asset.maps.filter(({ hazard }) => hazard === name);
    if (maps.length) {
      const heads = ["map.return_period", "map.exposed_share", "map.intensity", ...withoutDamage ? [] : ["map.damage"]];
      parts.push(
        table(
          heads,
          maps.map((onMap) => mapLine(onMap, asset.hidden))
        )
      );
    }
    return parts;
  }
  function jointPart({ joint, hidden }) {
    if (!joint || hidden.includes("ead")) return [];
    const { relation, ead, lower, upper, ead_low, ead_high } = joint;
    const rows = [[asMapped("map.ead"), money(ead)]];
    if (known(lower) && money(lower) !== money(upper)) rows.push(["map.joint.range", bounds(lower, upper)]);
    rows.push(["map.bounds", boundsOfAll(ead, ead_low, ead_high)], ["map.joint.relation", rule(relation)]);
    return [element("h3", { word: "map.joint" }), facts(rows)];
  }
  function assetPopup(asset) {
    const box3 = element(
      "article",
      { class: "popup" },
      element("h2", {}, ...signsOf(asset.asset_type), asset.name || asset.id)
    );
    box3.append(
      shownFacts(
        [
          ["map.asset_id", asset.id],
          ["map.asset_type", labelled("asset_type", asset.asset_type)],
          ["map.owner", asset.owner],
          ["map.district", asset.districtName],
          ["map.value", known(asset.value) ? `${money(asset.value)} (${rule(asset.value_rule)})` : null],
          ...priceRow(asset),
          ["map.data_status", statusOfFigures(asset.data_status)]
        ],
        asset.hidden
      )
    );
    const touching = hazards.all.map((hazard) => hazard.name).filter((name) => asset.maps.some((map) => map.hazard === name));
    for (const name of touching) box3.append(...hazardPart(name, asset));
    box3.append(...jointPart(asset));
    if (touching.length && withoutDamage) box3.append(element("p", { class: "quiet", word: "map.less.popup" }));
    if (!touching.length) box3.append(element("p", { word: "map.touched_by_none" }));
    box3.append(...part(asset));
    return box3;
  }

  // cells.js
  var STARTS = String.raw`'*[ \xa0\u3000"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]`;
  var FIRST = new RegExp(`^(?=${STARTS})`);
  var FURTHER = new RegExp(`([;\\t\\n\\r])(?=${STARTS})`, "g");
  var harmless = (text) => text.replace(FURTHER, "$1'").replace(FIRST, "'");
  function cell(value) {
    if (value === null || value === void 0) return "";
    if (typeof value === "number") return String(value);
    return `"${harmless(String(value)).replace(/"/g, '""')}"`;
  }

  // asset_table.js
  var GROUP = 4096;
  function heading(name, hazards2) {
    const [place2, ...rest] = name.split(".");
    const hazard = hazards2[Number(place2)];
    const figure = rest.pop();
    if (!hazard || !figure) return name;
    const parts = rest.map((part2) => part2.startsWith("y") ? part2.slice(1) : hazard.maps[Number(part2)].return_period);
    return [hazard.name, ...parts, figure].filter((part2) => part2 !== null).join(" ");
  }
  async function table2(state2) {
    const states2 = await states(state2);
    const lines = [];
    for (let number3 = 0; number3 * GROUP < states2.length; number3 += 1) {
      const first2 = number3 * GROUP;
      const group2 = await layer.group(number3);
      const names2 = Object.keys(group2);
      if (!lines.length) lines.push([...names2.map((name) => heading(name, hazards.all)), "state"].map(cell).join(","));
      if (page.exercise.length && group2.data_status) group2.data_status = group2.data_status.map(() => "exercise");
      const size = names2.length ? group2[names2[0]].length : 0;
      for (let i = 0; i < size; i += 1) {
        if (states2[first2 + i] === void 0) continue;
        lines.push([...names2.map((name) => group2[name][i]), states2[first2 + i]].map(cell).join(","));
      }
    }
    return `\uFEFF${lines.join("\r\n")}\r
`;
  }

  // browser.js
  function withBrowser(start10) {
    return (map) => {
      if (assetsOnMap.canOpen()) {
        start10(map);
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

  // resilience_popups.js
  var KINDS = ["shock", "stress", "unsorted"];
  var inWords = (name) => typeof name === "string" ? name : name[language()];
  var joined = (parts, between = " · ") => parts.filter(Boolean).join(between);
  var share = (value) => known(value) ? percent(value) : notKnown();
  function years2({ first_year: first2, last_year: last }) {
    const [from, to] = [first2, last].map((year) => known(year) ? String(year) : "");
    if (from && to) return from === to ? from : `${from}–${to}`;
    if (!from && !to) return "";
    return say(from ? "focus.from_year" : "focus.to_year", { year: from || to });
  }
  var counted = (counts2) => joined(
    KINDS.map((kind, place2) => counts2[place2] ? say(`focus.kind.${kind}`, { count: counts2[place2] }) : ""),
    ", "
  );
  function written2(value, { written: how, unit }) {
    if (how === "money") return money(value);
    if (how === "share") return share(value);
    const number3 = number(value, how === "count" ? 0 : void 0);
    if (!unit || unit === "%") return number3 + unit;
    return `${number3} ${labelled("unit", unit)}`;
  }
  function statement({ row: row2, kind, text, group: group2, place: place2, pressure }) {
    const kindText = say(`focus.of.${KINDS[kind]}`);
    return element(
      "li",
      {},
      element("span", { text: text || say("focus.no_text") }),
      element("small", {
        text: joined([group2, kindText, pressure && inWords(pressure), row2 === null && place2])
      })
    );
  }
  function programme(entry) {
    const money2 = known(entry.budget) ? joined([money(entry.budget), entry.fund]) : entry.fund;
    const plan = [entry.programme, entry.activity, entry.sub_activity].filter(Boolean).join(" / ");
    const serves = [...entry.shocks_and_stresses, ...entry.drivers].map(inWords).join(", ");
    return element(
      "li",
      {},
      element("span", { text: entry.action || say("focus.no_text") }),
      element("small", {
        text: joined([
          entry.owner,
          entry.partner,
          years2(entry),
          entry.status && term("focus.status.", entry.status),
          money2
        ])
      }),
      ...[serves, plan].filter(Boolean).map((text) => element("small", { text }))
    );
  }
  function decision({ choice: choice2, figures: figures2, rank, reason, day, group: group2, stands }) {
    const choiceAndFigures = [
      choice2 && term("focus.choice.", choice2),
      figures2 && term("focus.figures.", figures2)
    ];
    const rankThen = known(rank) ? say("focus.rank_then", { rank }) : "";
    return element(
      "li",
      stands ? {} : { class: "past" },
      element("span", { text: joined(choiceAndFigures, ", ") }),
      ...reason ? [element("q", { text: reason })] : [],
      element("small", {
        text: joined([date(day), group2, rankThen, !stands && say("focus.no_longer")])
      })
    );
  }
  function median(values) {
    const sorted2 = [...values].sort((a, b) => a - b);
    const middle2 = sorted2.length >> 1;
    if (!sorted2.length) return null;
    return sorted2.length % 2 ? sorted2[middle2] : (sorted2[middle2 - 1] + sorted2[middle2]) / 2;
  }
  function names(rows, count2) {
    const named3 = rows.map(districts.nameOf).join(", ");
    return count2 > rows.length ? say("focus.and_more", { names: named3, count: count2 - rows.length }) : named3;
  }
  function resiliencePopups(data4) {
    function robustness(row2) {
      const { robustness: word, compared } = data4.ranking;
      const known2 = word[row2];
      if (known2) return term("focus.robustness.", known2);
      return say(compared[row2] ? "focus.robustness.never" : "focus.robustness.unknown");
    }
    function score(row2) {
      const { score: whole, score_low, score_high } = data4.ranking;
      return scoreText(whole[row2], score_low[row2], score_high[row2]);
    }
    function among(row2) {
      const values = { top: data4.top, draws: data4.draws, share: share(districts.data.share?.[row2]) };
      return say("focus.among", { ...values, robustness: robustness(row2) });
    }
    function rankFacts(row2) {
      const { ranking } = data4;
      const dominators = ranking.non_dominated[row2] ? say("focus.nobody_front") : names(ranking.dominating_districts[row2], ranking.dominated_by[row2]);
      const dominated = names(ranking.dominated_districts[row2], ranking.dominates[row2]) || say("focus.nobody");
      const dominance = ranking.non_dominated.includes(true) && ranking.compared[row2] ? [
        ["focus.dominated_by", dominators],
        ["focus.beats", dominated]
      ] : [];
      if (!ranking.compared[row2]) return facts([["focus.rank", notRanked(districts.figures(row2))]]);
      return facts([
        ["focus.share", among(row2)],
        ["focus.rank", rankOf(ranking.rank[row2], districts.data.assets[row2])],
        ["focus.linear_rank", number(ranking.linear_rank[row2])],
        ["focus.score", score(row2)],
        ...dominance
      ]);
    }
    function valueText(criterion, row2) {
      const { value: values, value_least: lowest, value_most: highest3 } = criterion;
      const [value, lower, upper] = [values, lowest, highest3].map((column) => column[row2]);
      if (known(value)) return written2(value, criterion);
      if (!known(lower) && !known(upper)) return notKnown();
      const [low2, high] = [lower, upper].map((bound2) => known(bound2) ? written2(bound2, criterion) : "?");
      return low2 === high ? low2 : say("focus.not_known_between", { low: low2, high });
    }
    function medianText(criterion) {
      const middle2 = median(criterion.value.filter(known));
      return middle2 === null ? notKnown() : written2(middle2, criterion);
    }
    const missing = (row2) => data4.criteria.filter(({ value, value_least: least, value_most: most }) => [value, least, most].every((of) => !known(of[row2]))).map(({ name }) => inWords(name));
    function ranked2(row2) {
      if (!data4.criteria.length) return [];
      const exercise = element("p", {}, element("em", { class: "tag", word: "map.status.exercise" }));
      return [
        ...data4.ranking.exercise[row2] ? [exercise] : [],
        rankFacts(row2),
        table(
          ["focus.criterion", "focus.value", "focus.median", "focus.criterion_score"],
          data4.criteria.map((item) => [
            inWords(item.name),
            valueText(item, row2),
            medianText(item),
            scoreText(item.score[row2], item.score_low[row2], item.score_high[row2]) ?? notKnown()
          ])
        )
      ];
    }
    const listed3 = (head, lines) => lines.length ? [element("h3", { word: head }), element("ul", { class: "entries" }, ...lines)] : [];
    function statements(row2) {
      const counts2 = data4.statements.counts.find(([place2]) => place2 === row2);
      if (!counts2) return [];
      const lines = data4.statements.all.filter((entry) => entry.row === row2).map(statement);
      return [
        element("h3", { word: "focus.head.statements" }),
        element("p", { text: counted(counts2.slice(1)) }),
        ...lines.length ? [element("ul", { class: "entries" }, ...lines)] : []
      ];
    }
    function district2(box3, row2) {
      const [heading2, ...figures2] = box3.children;
      heading2.after(
        ...ranked2(row2),
        ...statements(row2),
        ...listed3("focus.head.actions", data4.programmes.all.filter(({ rows }) => rows.includes(row2)).map(programme)),
        ...listed3("focus.head.decisions", data4.decisions.filter((entry) => entry.row === row2).map(decision)),
        element("h3", { word: "focus.risk" }),
        ...figures2
      );
      return box3;
    }
    return { among, district: district2, robustness, missing };
  }

  // resilience.js
  var SIGNED = ["statements", "actions", "decisions"];
  var LAYERS = ["front", ...SIGNED];
  var SHIFTS = { statements: [0, -11], actions: [-11, 12], decisions: [12, 12] };
  var line = (sign3, text, count2) => element(
    "li",
    {},
    sign3,
    element("span", { text }),
    ...count2 === void 0 ? [] : [element("span", { class: "count", text: number(count2) })]
  );
  var note = (word, values) => values.count > 0 ? [element("p", { class: "note", word, values })] : [];
  function resilienceOf(data4) {
    const popups = resiliencePopups(data4);
    const inForce = data4.decisions.filter(({ stands, choice: choice2 }) => stands && choice2 === "chosen");
    const isAgainst = ({ figures: figures2 }) => figures2 === "against";
    const shown3 = { front: false, statements: false, actions: false, decisions: false };
    const groups = {};
    let placed = [];
    const actions = /* @__PURE__ */ new Map();
    for (const row2 of data4.programmes.all.flatMap(({ rows }) => rows)) actions.set(row2, (actions.get(row2) || 0) + 1);
    const counts2 = {
      statements: new Map(data4.statements.counts.map(([row2, ...of]) => [row2, of.reduce((sum2, count2) => sum2 + count2, 0)])),
      actions,
      decisions: new Map(inForce.flatMap(({ row: row2 }) => row2 === null ? [] : [[row2, 1]]))
    };
    const totals = {
      front: data4.ranking.non_dominated.filter(Boolean).length,
      statements: data4.statements.total,
      actions: data4.programmes.all.length,
      decisions: data4.decisions.length
    };
    const first2 = LAYERS.filter((name) => totals[name] > 0 && name !== "actions");
    function frontLayers(map) {
      map.createPane("front").style.zIndex = "432";
      const look = {
        pane: "front",
        renderer: new Renderer2({ pane: "front", padding: 0.3 }),
        interactive: false,
        fill: true
      };
      return polygons(districts.data.shapes).filter(({ row: row2 }) => data4.ranking.non_dominated[row2]).map(({ at: at2 }) => L.polygon(at2, look));
    }
    function signLayers(name, renderer) {
      const greatest = Math.max(...counts2[name].values());
      const against = new Set(inForce.filter(isAgainst).map(({ row: row2 }) => row2));
      return [...counts2[name]].flatMap(([row2, count2]) => {
        const at2 = data4.at[row2];
        if (!at2) return [];
        const size = name === "decisions" ? 10 : 8 + 8 * Math.sqrt(count2 / greatest) * Math.min(1, greatest / 4);
        const options = {
          pane: "signs",
          renderer,
          interactive: false,
          radius: size * 1.5 + 3,
          shift: SHIFTS[name],
          paint: PAINT[name],
          size,
          text: String(count2),
          hollow: against.has(row2),
          row: row2
        };
        return [new Sign(at2, options)];
      });
    }
    function draw7(map) {
      map.createPane("signs").style.zIndex = "450";
      const renderer = new Renderer2({ pane: "signs", padding: 0.3 });
      groups.front = L.layerGroup(frontLayers(map));
      for (const name of SIGNED) groups[name] = L.layerGroup(signLayers(name, renderer));
      show4(map);
    }
    function show4(map) {
      for (const name of LAYERS) groups[name]?.[shown3[name] ? "addTo" : "removeFrom"](map);
      placed = SIGNED.filter((name) => shown3[name]).flatMap(
        (name) => (
          /** @type {L.CircleMarker[]} */
          groups[name]?.getLayers() ?? []
        )
      );
    }
    function at(map, place2) {
      const point = map.latLngToLayerPoint(place2);
      const hit = placed.filter((sign3) => sign3._point && point.distanceTo(sign3._point) <= optionsOf(sign3).size + 2).pop();
      return hit ? optionsOf(hit).row : null;
    }
    const isSigned = (row2) => placed.some((sign3) => optionsOf(sign3).row === row2);
    function remember2() {
      const chosen3 = LAYERS.filter((name) => shown3[name]);
      write({ also: chosen3.join() === first2.join() ? null : chosen3.join(",") || "none" });
    }
    function recall2() {
      const stored = read().get("also");
      const wanted = stored === null ? first2 : stored.split(",");
      for (const name of LAYERS) shown3[name] = wanted.includes(name) && totals[name] > 0;
    }
    function label2() {
      for (const name of LAYERS) byId(`count-${name}`).textContent = number(totals[name]);
      const elsewhere = data4.statements.all.filter(({ row: row2 }) => row2 === null);
      byId("elsewhere").hidden = elsewhere.length === 0;
      byId("count-elsewhere").textContent = number(elsewhere.length);
      byId("elsewhere-rows").replaceChildren(...elsewhere.map(statement));
    }
    function start10(map, changed2) {
      for (const name of LAYERS) {
        const box3 = byId(`show-${name}`);
        box3.checked = shown3[name];
        box3.closest("label").hidden = totals[name] === 0;
        byId(`sign-${name}`).replaceWith(name === "front" ? frontSign() : signOf(name));
        box3.addEventListener("change", () => {
          shown3[name] = box3.checked;
          show4(map);
          remember2();
          changed2();
        });
      }
      byId("nothing-yet").hidden = data4.compared || data4.unread.length > 0 || LAYERS.some((name) => totals[name] > 0);
      label2();
      onChange(label2);
    }
    const legends = {
      front: () => [
        line(frontSign(), say("focus.non_dominated"), totals.front),
        ...note("focus.front_unsure", { count: data4.ranking.not_judged })
      ],
      statements: () => [
        line(
          signOf("statements"),
          say(data4.statements.withheld ? "focus.statements" : "focus.statements_in", {
            count: totals.statements,
            districts: counts2.statements.size
          })
        ),
        element("p", { class: "note", text: counted(data4.statements.kinds) }),
        ...note("focus.withheld", { count: data4.statements.withheld }),
        ...note("focus.unplaced", { count: data4.statements.unplaced }),
        ...note("focus.misplaced", { count: data4.statements.misplaced })
      ],
      actions: () => [
        line(
          signOf("actions"),
          say("focus.actions_in", { count: totals.actions, districts: counts2.actions.size })
        ),
        ...note("focus.whole_city", { count: data4.programmes.whole_city }),
        ...note("focus.actions_misplaced", { count: data4.programmes.misplaced })
      ],
      decisions: () => {
        const against = inForce.filter(isAgainst).length;
        const rest = data4.decisions.length - inForce.length;
        return [
          line(signOf("decisions"), say("focus.chosen"), inForce.length - against),
          line(signOf("decisions", true), say("focus.chosen_against"), against),
          ...note("focus.other_decisions", { count: rest })
        ];
      }
    };
    function legend() {
      return LAYERS.filter((name) => shown3[name]).flatMap((name) => {
        const parts = legends[name]();
        return [
          element("h2", { word: `focus.head.${name}` }),
          element("ul", {}, ...parts.filter(({ tagName }) => tagName === "LI")),
          ...parts.filter(({ tagName }) => tagName !== "LI")
        ];
      });
    }
    recall2();
    const values = { top: data4.top, draws: data4.draws };
    const shareOf = (row2) => say("focus.share_and_sureness", {
      share: share(districts.data.share?.[row2]),
      robustness: popups.robustness(row2)
    });
    const district2 = (box3, { id }) => popups.district(box3, districts.data.id.indexOf(id));
    return {
      draw: draw7,
      start: start10,
      at,
      isSigned,
      legend,
      values,
      share,
      shareOf,
      district: district2,
      among: popups.among,
      missing: popups.missing
    };
  }
  var resilience = hasBlock("preliminary") ? resilienceOf(block("preliminary")) : null;

  // lists.js
  var MOST = 500;
  var MOST_OF_HAZARD = 100;
  var MOST_ON_PAPER = 5e3;
  function row(cells, open3, marked = "") {
    const button = open3 ? element("button", { type: "button", class: "go" }) : element("span");
    const line3 = element("tr", { class: [open3 ? "flies" : "", marked].filter(Boolean).join(" ") });
    for (const { text, note: note2, number: number3, heads } of cells) {
      const cell2 = heads ? element("th", { scope: "row" }, button) : element("td", { class: number3 ? "number" : "" });
      const inner = heads ? button : cell2;
      inner.append(heads ? element("span", { text }) : text, ...note2 ? [element("small", { text: note2 })] : []);
      line3.append(cell2);
    }
    if (open3) line3.addEventListener("click", () => open3(button));
    return line3;
  }
  function ordered(count2, { value, down }) {
    const texts = new Intl.Collator(language(), { numeric: true });
    const compare = (a, b) => typeof a === "string" ? texts.compare(a, String(b)) : a - Number(b);
    return Array.from({ length: count2 }, (_, place2) => place2).sort((first2, second2) => {
      const [a, b] = [value(first2), value(second2)];
      if (!known(a) || !known(b)) return Number(known(b)) - Number(known(a)) || first2 - second2;
      return (down ? -compare(a, b) : compare(a, b)) || first2 - second2;
    });
  }
  var sentenceOf = ({ dataset }) => ({ word: String(dataset.word), values: JSON.parse(dataset.values ?? "{}") });
  function rename(box3, sentence) {
    box3.dataset.word = sentence.word;
    box3.dataset.values = JSON.stringify(sentence.values ?? {});
    box3.textContent = written(sentence);
  }
  function list(id, count2, columns, first2, line3, sorted2) {
    const body = byId(id);
    const heads = [...body.closest("table")?.querySelectorAll("th[scope=col]") ?? []];
    let chosen3 = first2;
    let { down } = columns[first2];
    let rows = count2;
    function fill3(size = rows, by = chosen3) {
      rows = size;
      if (by !== chosen3) {
        chosen3 = by;
        down = columns[by].down;
      }
      body.replaceChildren(...ordered(rows, { value: columns[chosen3].value, down }).map(line3));
      heads.forEach((head, place2) => {
        head.setAttribute("aria-sort", place2 !== chosen3 ? "none" : down ? "descending" : "ascending");
      });
      sorted2?.(chosen3);
    }
    heads.forEach((head, place2) => {
      const button = element(
        "button",
        { type: "button", class: "sort" },
        ...head.childNodes,
        element("span", { class: "arrow", "aria-hidden": "true" })
      );
      button.addEventListener("click", () => {
        down = place2 === chosen3 ? !down : columns[place2].down;
        chosen3 = place2;
        fill3();
      });
      head.replaceChildren(button);
    });
    onChange(() => fill3());
    return fill3;
  }
  var damageText = ([ead, low2, high]) => known(ead) || !known(low2) ? money(ead) : bounds(low2, high);
  var middle = ([ead, low2, high]) => known(ead) || !known(low2) ? ead : (low2 + (high ?? low2)) / 2;
  function districtDamage(open3) {
    const { data: data4, nameOf, bounds: bounds2 } = districts;
    const { last } = page;
    const lasts = { share: data4.share ?? [], ead_per_value: data4.ead_per_value, assets: data4.assets };
    let listing = { money: page.by === "ead", asset: null, district: null, head: (usual2) => usual2 };
    const of = (place2) => {
      if (listing.district) return [listing.district[place2], null, null];
      return page.by === "ead" ? [data4.ead[place2], data4.ead_low[place2], data4.ead_high[place2]] : [data4.assets_exposed[place2], null, null];
    };
    const columns = [
      { value: (place2) => data4.rank[place2], down: false },
      { value: nameOf, down: false },
      { value: (place2) => middle(of(place2)), down: true },
      { value: (place2) => lasts[last][place2], down: true }
    ];
    const ranked2 = data4.rank.some(known);
    const lastText = (value) => {
      if (!known(value)) return "–";
      if (last === "share" && resilience) return resilience.share(value);
      return last === "ead_per_value" ? percent(value) : number(value);
    };
    const first2 = last === "share" ? 3 : 0;
    const section = (
      /** @type {HTMLElement} */
      byId("focus-rows").closest("section")
    );
    const heads = [...section.querySelectorAll(
      /** @type {"span"} */
      "thead [data-word]"
    )];
    const [title] = section.querySelectorAll(
      /** @type {"span"} */
      "h2 [data-word]"
    );
    const [usualTitle, usual] = [sentenceOf(title), heads.map(sentenceOf)];
    const figure = (place2) => {
      if (!listing.money) return number(of(place2)[0]);
      if (listing.atLeast) return amount({ money: of(place2)[0] ?? null, atLeast: true });
      return damageText(of(place2));
    };
    const projected = (place2) => {
      const count2 = listing.assets?.[place2] ?? 0;
      return count2 === 0 || count2 === data4.assets[place2] ? "" : say("map.list_projected", { count: count2 });
    };
    const line3 = (place2) => row(
      [
        { text: known(data4.rank[place2]) ? number(data4.rank[place2]) : "–", number: true },
        {
          text: nameOf(place2),
          note: [data4.parent[place2], say("map.assets_of", { count: data4.assets[place2] }), projected(place2)].filter(Boolean).join(" · "),
          heads: true
        },
        { text: figure(place2), number: true },
        { text: lastText(lasts[last][place2]), number: true }
      ],
      bounds2(place2).isValid() ? (button) => open3(place2, button) : null,
      ranked2 && !known(data4.rank[place2]) ? "unranked" : ""
    );
    const fill3 = list(
      "focus-rows",
      data4.id.length,
      columns,
      first2,
      line3,
      (column) => rename(title, column === 0 || column === first2 ? usualTitle : sentenceOf(heads[column]))
    );
    const keyOf = ({ ask, year, hazard, map }) => [ask, year, hazard, map].join(" ");
    let shown3 = page.by === "ead" ? keyOf({ ask: "first", year: null, hazard: -1, map: 0 }) : "";
    return (state2) => {
      const { ask, hazard } = state2;
      const now = keyOf(state2);
      if (now === shown3) return;
      shown3 = now;
      const ofYear2 = ofYear(state2);
      listing = listingOf(state2);
      const rest = ofYear2 ? "map.head_mapped" : "map.head_all";
      const stays = last === "assets" ? [0] : [0, 3];
      heads.forEach((head, place2) => {
        const as = stays.includes(place2) ? { word: rest, values: { head: usual[place2] } } : usual[place2];
        rename(head, place2 === 2 ? listing.head(usual[place2]) : ofYear2 || hazard >= 0 ? as : usual[place2]);
      });
      const ofMap = page.by !== "ead" && listing.district !== null;
      fill3(void 0, ask === "first" ? first2 : ask === "change" || ofMap ? 2 : void 0);
    };
  }
  function highest(indexes2, values, most) {
    const figures2 = Float64Array.from(
      indexes2,
      (at) => Number.isNaN(values[at]) ? Number.NEGATIVE_INFINITY : values[at]
    );
    const least = figures2.slice().sort()[Math.max(0, figures2.length - most)];
    const above = indexes2.filter((_, place2) => figures2[place2] > least).sort((one, other) => values[other] - values[one]);
    const equal = indexes2.filter((_, place2) => figures2[place2] === least);
    return [...above, ...equal.slice(0, Math.max(0, most - above.length))];
  }
  function worstAssets(open3) {
    const { worst: worst2 } = data;
    const city = worst2.index.map(
      (index, place2) => (
        /** @type {Listed} */
        {
          index,
          id: worst2.id[place2],
          name: worst2.name[place2],
          asset_type: worst2.asset_type[place2],
          ead: worst2.ead[place2],
          ead_low: worst2.ead_low[place2],
          ead_high: worst2.ead_high[place2],
          exposed_share: worst2.exposed_share[place2]
        }
      )
    );
    let rows = city;
    let asked3 = 0;
    const [body, count2] = [byId("asset-rows"), byId("asset-count")];
    const nameOf = (place2) => rows[place2].name || rows[place2].id;
    let chosen3 = null;
    let money2 = page.by === "ead";
    const head = (
      /** @type {HTMLElement} */
      body.closest("table")?.querySelector("th:last-of-type [data-word]")
    );
    const usual = sentenceOf(head);
    const of = (place2) => {
      const { index, ead, ead_low: low2, ead_high: high, exposed_share: share2 } = rows[place2];
      if (!chosen3) return money2 ? [ead, low2, high] : [share2, null, null];
      return [Number.isNaN(chosen3[index]) ? null : chosen3[index], null, null];
    };
    const columns = [
      { value: nameOf, down: false },
      { value: (place2) => middle(of(place2)), down: true }
    ];
    const figure = (place2) => {
      if (!money2) return percent(of(place2)[0]);
      return hiddenOf(rows[place2].id).includes("ead") ? "–" : damageText(of(place2));
    };
    const fill3 = list(
      "asset-rows",
      rows.length,
      columns,
      1,
      (place2) => row(
        [
          { text: nameOf(place2), note: labelled("asset_type", rows[place2].asset_type), heads: true },
          { text: figure(place2), number: true }
        ],
        (button) => open3(rows[place2].index, button)
      )
    );
    function showCount(passing) {
      count2.hidden = passing === null;
      const values = { listed: rows.length, count: passing };
      count2.replaceChildren(
        ...passing === null ? [] : [element("span", { word: passing ? "map.list_count" : "map.list_none", values })]
      );
    }
    return async (state2, most = null) => {
      asked3 += 1;
      const mine = asked3;
      const listing = listingOf(state2);
      const values = listing.asset === null ? null : await layer.column(listing.asset);
      const passing = await ranked(state2, [...worst2.index, ...worst2.next]);
      if (mine !== asked3) return;
      const all4 = values ? (passing ?? [...values.keys()]).filter((at) => listing.money || !Number.isNaN(values[at])) : passing ?? [...worst2.index, ...worst2.next];
      const sequence = values ? highest(all4, values, most ?? MOST_OF_HAZARD) : most === null ? passing : all4;
      const inPage = new Map(city.map((listed3) => [listed3.index, listed3]));
      const opened3 = sequence && await Promise.all(sequence.slice(0, most ?? MOST).map((index) => inPage.get(index) ?? brief(index)));
      if (mine !== asked3) return;
      const next = opened3 || city;
      rename(head, listing.head(usual));
      if (next !== rows || values !== chosen3) {
        rows = next;
        chosen3 = values;
        money2 = listing.money;
        fill3(rows.length);
      }
      body.dataset.of = String(all4.length);
      showCount(passing?.length ?? null);
    };
  }
  function forPaper(panel2, most) {
    const list4 = (
      /** @type {HTMLTableElement} */
      panel2.querySelector("table.list")
    );
    const body = list4.tBodies[0];
    const copy = (
      /** @type {HTMLTableElement} */
      list4.cloneNode(true)
    );
    const cut2 = Math.min(most, body.children.length);
    const whole = Number(body.dataset.of ?? body.children.length);
    [...copy.tBodies[0].rows].slice(cut2).forEach((row2) => row2.remove());
    const foot = copy.createTFoot();
    foot.append(element("tr", {}, element("td")));
    foot.setAttribute("aria-hidden", "true");
    for (const box3 of copy.querySelectorAll("[id]")) box3.removeAttribute("id");
    for (const button of copy.querySelectorAll("th .sort")) button.replaceWith(...button.childNodes);
    const title = panel2.querySelector("h2")?.textContent ?? "";
    const note2 = panel2.querySelector(":scope > h2 + p.quiet:not([hidden])");
    const count2 = (
      /** @type {HTMLElement | null} */
      note2?.querySelector("[data-word='map.list_count']")
    );
    const listed3 = count2 ? JSON.parse(count2.dataset.values ?? "{}").count : whole;
    const lines = [
      ...note2 && !count2 ? [String(note2.textContent)] : [],
      ...count2 ? [say("map.list_count", { listed: cut2, count: listed3 })] : [],
      ...!count2 && cut2 < whole ? [say("map.list_first", { listed: cut2, count: whole })] : []
    ];
    return [element("h2", { text: title }), ...lines.map((text) => element("p", { text })), copy];
  }
  function start(view2) {
    const listDistricts = districtDamage(view2.goToDistrict);
    const listAssets = worstAssets(view2.goToAsset);
    return (state2, most = null) => {
      listDistricts(state2);
      return listAssets(state2, most);
    };
  }

  // card.js
  var WORST = 5;
  function basis({ assets: assets3 }) {
    const maps = hazards.all.reduce((sum2, hazard) => sum2 + hazard.maps.length, 0);
    return element("p", {
      class: "quiet",
      text: say("map.card.rests_on", {
        assets: say("map.assets_of", { count: assets3 }),
        maps: say("map.maps", { count: maps })
      })
    });
  }
  function ofChoice(row2, state2) {
    const { district: district2, head, money: money2, atLeast = false } = listingOf(state2);
    if (!district2) return [];
    const text = money2 ? amount({ money: district2[row2], atLeast }) : number(district2[row2]);
    const term2 = head({ word: money2 ? "map.ead_short" : "map.assets_exposed" });
    const note2 = state2.year !== null && ofYear(state2) ? "map.card.mapped" : "map.card.all_hazards";
    return [facts([[term2, text]]), element("p", { class: "quiet", word: note2 })];
  }
  function gaps({ id, assets: assets3, assets_without_figure: without, people_exposed: people2 }, state2, criteria) {
    const lines = [
      ...assets3 === 0 ? [say("map.card.no_assets")] : [],
      ...gapsOfDamage({ ...state2, district: districts.data.id.indexOf(id) }),
      ...without > 0 ? [say("map.card.without_ead", { count: without })] : [],
      ...known(people2) ? [] : [say("map.card.no_people")],
      ...criteria.length ? [say("map.card.no_value", { criteria: criteria.join(", ") })] : [],
      ...page.not_assessed.slice(1).map((sentence) => written(sentence))
    ];
    return [
      element("h3", { word: "map.card.unknown" }),
      element("ul", { class: "entries" }, ...lines.map((text) => element("li", { text }))),
      element("p", { class: "quiet", word: "map.answer.not_safe" })
    ];
  }
  function worst(row2, state2, open3, grown) {
    const list4 = element("ul", { class: "entries" });
    const { money: money2, asset: column, head: headOf } = listingOf(state2);
    const ofMap = page.by === "ead" ? null : column;
    const title = { word: money2 ? "map.card.worst" : "map.card.most_exposed" };
    const head = element("h3", { ...ofMap && !money2 ? headOf(title) : title });
    const box3 = element("div", { class: "worst" }, head, list4);
    const { worst: all4 } = data;
    const { hazard, map } = ofMap ? state2 : { hazard: -1, map: 0 };
    const within2 = { ...withoutSelection(state2), hazard, map, district: row2, not_exposed: false };
    Promise.all([ranked(within2, [...all4.index, ...all4.next]), ofMap ? layer.column(ofMap) : null]).then(([order, values]) => {
      const first2 = values ? highest(order ?? [], values, WORST).filter((at) => !Number.isNaN(values[at])) : (order ?? []).slice(0, WORST);
      return Promise.all(first2.map(async (at) => ({ ...await brief(at), ofMap: values?.[at] ?? null })));
    }).then((found) => {
      box3.hidden = found.length === 0;
      list4.replaceChildren(
        ...found.map((asset) => {
          const go = element("button", { type: "button", class: "go", text: asset.name || asset.id });
          go.addEventListener("click", () => open3(asset.index));
          const figure = money2 ? damageText(ofMap ? [asset.ofMap, null, null] : [asset.ead, asset.ead_low, asset.ead_high]) : percent(ofMap ? asset.ofMap : asset.exposed_share);
          const note2 = [labelled("asset_type", asset.asset_type), figure].join(" · ");
          return element("li", {}, go, element("small", { text: note2 }));
        })
      );
      grown();
    });
    return box3;
  }
  function complete(box3, area, { state: state2, open: open3, grown, missing }) {
    const row2 = districts.data.id.indexOf(area.id);
    box3.querySelector("h2")?.after(basis(area), ...ofChoice(row2, state2));
    box3.append(worst(row2, state2, open3, grown), ...gaps(area, state2, missing(row2)));
    return box3;
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
  function reader(bytes, start10) {
    let at = start10;
    const take2 = (length) => {
      if (at + length > bytes.length) throw new RangeError("length");
      at += length;
      return bytes.subarray(at - length, at);
    };
    const numbers = (count2) => {
      const result = new Uint32Array(count2);
      const planes = take2(1)[0];
      if (planes > 4) throw new RangeError("planes");
      for (let shift = 0; shift < 8 * planes; shift += 8) {
        const plane = take2(count2);
        for (let i = 0; i < count2; i += 1) result[i] |= plane[i] << shift;
      }
      return result;
    };
    const signed2 = (count2) => {
      const result = new Int32Array(numbers(count2).buffer);
      for (let i = 0; i < count2; i += 1) result[i] = result[i] >>> 1 ^ -(result[i] & 1);
      return result;
    };
    return { take: take2, numbers, signed: signed2, atEnd: () => at === bytes.length };
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
    let first2 = axis ? head.y : head.x;
    let four = 0;
    let other = 0;
    for (let ring = 0; ring < head.rings; ring += 1) {
      const start10 = starts[ring];
      const end = starts[ring + 1];
      first2 += firsts[ring];
      list4[start10] = first2;
      if (end - start10 === 4) {
        list4[start10 + 1] = first2 + fours[0][four];
        list4[start10 + 2] = list4[start10 + 1] + fours[1][four];
        list4[start10 + 3] = list4[start10 + 2] + fours[2][four] - fours[0][four];
        four += 1;
      } else {
        for (let i = start10 + 1; i < end; i += 1, other += 1) list4[i] = list4[i - 1] + others[other];
      }
    }
    return list4;
  }
  function boxesOf(head, ringOf, starts, xs, ys) {
    const boxes2 = new Int32Array(4 * head.count);
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
      boxes2.set([west, north, east, south], 4 * asset);
    }
    return boxes2;
  }
  function groupBoxes(boxes2, count2) {
    const groups = new Int32Array(4 * Math.ceil(count2 / BOX_BLOCK));
    for (let group2 = 0; 4 * group2 < groups.length; group2 += 1) {
      const box3 = [2147483647, 2147483647, -2147483648, -2147483648];
      const end = 4 * Math.min(count2, (group2 + 1) * BOX_BLOCK);
      for (let i = 4 * group2 * BOX_BLOCK; i < end; i += 4) {
        box3[0] = Math.min(box3[0], boxes2[i]);
        box3[1] = Math.min(box3[1], boxes2[i + 1]);
        box3[2] = Math.max(box3[2], boxes2[i + 2]);
        box3[3] = Math.max(box3[3], boxes2[i + 3]);
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
    const boxes2 = boxesOf(head, ringOf, starts, xs, ys);
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
      boxes: boxes2,
      groups: groupBoxes(boxes2, head.count)
    };
  }

  // base_map.js
  var data3 = block("context");
  async function opened2({ kind, shapes, words }) {
    return { kind, words, block: block2(await assetsOnMap.open(shapes)), on: true };
  }
  var layers = Promise.all(data3.layers.map(opened2)).catch(() => (
    /** @type {Layer[]} */
    []
  ));
  var roads = data3.roads ? opened2(data3.roads).catch(() => null) : Promise.resolve(null);
  function placeOf2(map, bits) {
    const zoom = map.getZoom();
    const { x, y } = map.getPixelOrigin();
    return { scale: 2 ** (zoom + 8 - bits), x, y, zoom };
  }
  function isSeen({ boxes: boxes2 }, i, { scale: scale2, x, y }, { min, max }) {
    if (!min || !max) return false;
    const [west, north, east, south] = boxes2.subarray(4 * i, 4 * i + 4);
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
  var wordsOf = ({ block: block3, words }, i) => words[(block3.classes[1][i] | block3.classes[2][i] << 8) - 1] ?? null;
  var TOGETHER = 64;
  function pathsOf(layer2, importance, at, bounds2) {
    const paths = [];
    let held = TOGETHER;
    for (let i = 0; i < layer2.block.count; i += 1) {
      if (importance !== null && importanceOf(layer2, i) !== importance || !isSeen(layer2.block, i, at, bounds2)) continue;
      if (held === TOGETHER) {
        paths.push(new Path2D());
        held = 0;
      }
      trace(paths[paths.length - 1], layer2.block, i, at);
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
  function line2(brush, paths, colour2, width) {
    brush.strokeStyle = colour2;
    brush.lineWidth = width;
    for (const path of paths) brush.stroke(path);
  }
  function fill(brush, paths, colour2) {
    brush.fillStyle = colour2;
    for (const path of paths) brush.fill(path);
  }
  function paintRoads(brush, layer2, at, bounds2) {
    const ranks = [4, 3, 2, 1].map((rank) => ({ rank, width: widthOf(ROADS, rank, at.zoom) })).filter(({ width }) => width).map(({ rank, width }) => ({ width, paths: pathsOf(layer2, rank, at, bounds2) }));
    for (const { paths, width } of ranks) line2(brush, paths, "#7f8a99", width + EDGE);
    for (const { paths, width } of ranks) line2(brush, paths, "#ffffff", width);
  }
  function paintRivers(brush, layer2, at, bounds2) {
    for (const rank of [4, 3, 2, 1]) {
      const width = widthOf(RIVERS, rank, at.zoom);
      if (width) line2(brush, pathsOf(layer2, rank, at, bounds2), "#9cc6e3", width);
    }
  }
  var filled = (colour2) => (brush, layer2, at, bounds2) => fill(brush, pathsOf(layer2, null, at, bounds2), colour2);
  function paintCoast(brush, layer2, at, bounds2) {
    line2(brush, pathsOf(layer2, null, at, bounds2), "#4f86ad", 1.3);
  }
  function paintBorder(brush, layer2, at, bounds2) {
    brush.setLineDash([7, 4]);
    line2(brush, pathsOf(layer2, null, at, bounds2), "#56627a", 1.5);
    brush.setLineDash([]);
  }
  function paintPlain(brush, layer2, at, bounds2) {
    const paths = pathsOf(layer2, null, at, bounds2);
    if (layer2.block.kinds.includes(2)) fill(brush, paths, "rgba(203, 213, 225, 0.5)");
    line2(brush, paths, "#64748b", 1.2);
  }
  var PANES = (
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
  function draw3(map, all4) {
    const canvases = PANES.flatMap(([pane, height, kinds]) => {
      const shown3 = kinds.flatMap((kind) => all4.filter((layer2) => layer2.kind === kind));
      if (!shown3.length) return [];
      return new PaneCanvas(map, pane, height, (brush, bounds2) => {
        brush.lineJoin = "round";
        brush.lineCap = "butt";
        for (const layer2 of shown3) {
          if (layer2.on) PAINTERS[String(layer2.kind)](brush, layer2, placeOf2(map, layer2.block.bits), bounds2);
        }
      });
    });
    return () => canvases.forEach((canvas) => canvas.again());
  }
  var latLng = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(256 * x, 256 * y), 0);
  async function named() {
    const found = /* @__PURE__ */ new Map();
    for (const layer2 of await layers) {
      const { boxes: boxes2, bits, count: count2 } = layer2.block;
      for (let i = 0; i < count2; i += 1) {
        const name = wordsOf(layer2, i);
        if (name === null) continue;
        const key = `${layer2.kind} ${name}`;
        if (!found.has(key)) found.set(key, { name, bounds: L.latLngBounds([]) });
        const [west, north, east, south] = [...boxes2.subarray(4 * i, 4 * i + 4)].map((end) => end / 2 ** bits);
        found.get(key)?.bounds.extend(latLng(west, south)).extend(latLng(east, north));
      }
    }
    return [...found.values()];
  }

  // names.js
  var FAMILY = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  var lookOf = (style, size, colour2) => ({ font: `${style} ${size}px ${FAMILY}`, colour: colour2, height: size });
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
  var MOST2 = 220;
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
    const count2 = Math.max(1, Math.ceil(width / height));
    return Array.from({ length: count2 }, (_, place2) => {
      const along = ((place2 + 0.5) / count2 - 0.5) * width;
      return around(x + along * Math.cos(angle), y + along * Math.sin(angle), height / 2);
    });
  }
  function straight(line3, width) {
    let best = null;
    let longest = width;
    for (let from = 0; from < line3.length - 1; from += 1) {
      const first2 = Math.atan2(line3[from + 1].y - line3[from].y, line3[from + 1].x - line3[from].x);
      let to = from + 1;
      for (; to < line3.length - 1; to += 1) {
        const next = Math.atan2(line3[to + 1].y - line3[to].y, line3[to + 1].x - line3[to].x);
        const turn = Math.abs(Math.atan2(Math.sin(next - first2), Math.cos(next - first2)));
        if (turn > BEND) break;
      }
      const [dx, dy] = [line3[to].x - line3[from].x, line3[to].y - line3[from].y];
      const length = Math.hypot(dx, dy);
      if (length < longest) continue;
      longest = length;
      const angle = Math.atan2(dy, dx);
      const upright = Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle;
      best = { x: line3[from].x + dx / 2, y: line3[from].y + dy / 2, angle: upright };
    }
    return best;
  }
  function roomFor(measure3, frame) {
    const taken = [];
    const written4 = /* @__PURE__ */ new Map();
    const labels2 = [];
    function place2(label2, apart2 = Number.POSITIVE_INFINITY) {
      const { text, look, x, y } = label2;
      const near2 = written4.get(text) ?? [];
      if (labels2.length >= MOST2 || near2.some((other) => Math.hypot(other.x - x, other.y - y) < apart2)) return false;
      const boxes2 = boxesOf2(label2, measure3(text, look), look.height);
      const within2 = boxes2.every(
        (box3) => box3.left >= frame.left && box3.right <= frame.right && box3.top >= frame.top && box3.bottom <= frame.bottom
      );
      if (!within2 || boxes2.some((box3) => taken.some((other) => touch(box3, other)))) return false;
      taken.push(...boxes2);
      written4.set(text, [...near2, { x, y }]);
      labels2.push(label2);
      return true;
    }
    function keep({ x, y }, radius) {
      taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
    }
    return { labels: labels2, place: place2, keep, measure: measure3, isFull: () => labels2.length >= MOST2 };
  }
  function pixels(map, radius, latitude) {
    const metres = 40075016686e-3 * Math.cos(latitude * Math.PI / 180) / (256 * 2 ** map.getZoom());
    return radius / metres;
  }
  var kept = /* @__PURE__ */ new WeakMap();
  var writers = /* @__PURE__ */ new WeakMap();
  function keepFree(map, radii) {
    kept.set(map, radii);
    writers.get(map)?.();
  }
  function nameDistricts(map, room2) {
    const { districts: own } = data3;
    if (!own) return;
    const zoom = map.getZoom();
    const circles = kept.get(map) ?? /* @__PURE__ */ new Map();
    function put(text, [lng, lat, radius], look, share3, below = 0) {
      const { x, y } = map.latLngToLayerPoint([lat, lng]);
      const fits = 2 * pixels(map, radius, lat) >= share3 * room2.measure(text, look);
      if (fits) room2.place({ text, look, x, y: y + below, angle: 0 });
    }
    for (const [row2, radius] of circles) {
      const at = own.places[row2];
      if (at) room2.keep(map.latLngToLayerPoint([at[1], at[0]]), radius);
    }
    if (zoom < 13.5) {
      const largest = [...own.parents].sort((a, b) => b[3] - a[3]);
      for (const [name, ...at] of largest) put(name.toUpperCase(), at, LOOKS.parent, 0.4);
    }
    const share2 = zoom < 12.5 ? 1 : zoom < 15 ? 0.7 : 0;
    const rows = own.places.map((at, row2) => ({ at, row: row2 })).sort((a, b) => (b.at?.[2] ?? 0) - (a.at?.[2] ?? 0));
    for (const { at, row: row2 } of rows) {
      const circle = circles.get(row2);
      const below = circle ? circle + LOOKS.district.height / 2 + ROOM + 1 : 0;
      if (at) put(districts.nameOf(row2), at, LOOKS.district, share2, below);
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
    return lines.filter((line3) => line3.length > 1);
  }
  function nameLines(map, room2, layer2, look, from, frame, bounds2) {
    const at = placeOf2(map, layer2.block.bits);
    for (const [place2, zoom] of from.entries()) {
      if (at.zoom < zoom) continue;
      for (let i = 0; i < layer2.block.count; i += 1) {
        const name = importanceOf(layer2, i) === place2 + 1 ? wordsOf(layer2, i) : null;
        if (name === null || room2.isFull() || !isSeen(layer2.block, i, at, bounds2)) continue;
        const text = said(name);
        const width = room2.measure(text, look);
        const [west, north, east, south] = layer2.block.boxes.subarray(4 * i, 4 * i + 4);
        if (Math.hypot(east - west, south - north) * at.scale < width) continue;
        for (let ring = layer2.block.ringOf[i]; ring < layer2.block.ringOf[i + 1]; ring += 1) {
          for (const line3 of runs(layer2, ring, at, frame)) {
            const spot = straight(line3, width * 1.05);
            if (spot) room2.place({ text, look, ...spot }, APART);
          }
        }
      }
    }
  }
  function nameWater(map, room2, layer2, bounds2) {
    const at = placeOf2(map, layer2.block.bits);
    for (let i = 0; i < layer2.block.count; i += 1) {
      const name = wordsOf(layer2, i);
      if (name === null || !isSeen(layer2.block, i, at, bounds2)) continue;
      const text = said(name);
      const [west, north, east, south] = layer2.block.boxes.subarray(4 * i, 4 * i + 4);
      const [width, height] = [(east - west) * at.scale, (south - north) * at.scale];
      if (width < 0.8 * room2.measure(text, LOOKS.water) || height < 0.8 * LOOKS.water.height) continue;
      const spot = { x: (west + east) / 2 * at.scale - at.x, y: (north + south) / 2 * at.scale - at.y };
      room2.place({ text, look: LOOKS.water, ...spot, angle: 0 }, APART);
    }
  }
  function namePlaces(map, room2, layer2, bounds2, towns) {
    const at = placeOf2(map, layer2.block.bits);
    for (
      const [importance, zoom] of
      /** @type {[number, number][]} */
      towns ? [[1, 8]] : [
        [2, 11],
        [3, 13]
      ]
    ) {
      if (at.zoom < zoom) continue;
      for (let i = 0; i < layer2.block.count; i += 1) {
        const name = wordsOf(layer2, i);
        if (name === null || importanceOf(layer2, i) !== importance) continue;
        if (!isSeen(layer2.block, i, at, bounds2)) continue;
        const [west, north] = layer2.block.boxes.subarray(4 * i, 4 * i + 2);
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
  function draw4(map, layers2, roads2, isOn) {
    const widths = /* @__PURE__ */ new Map();
    const ofKind = (kind) => layers2.filter((layer2) => layer2.kind === kind && layer2.on);
    function paint2(brush, bounds2) {
      if (!isOn() || !bounds2.min || !bounds2.max) return;
      const measure3 = (text, { font }) => {
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
      const room2 = roomFor(measure3, frame);
      for (const layer2 of ofKind("place")) namePlaces(map, room2, layer2, bounds2, true);
      nameDistricts(map, room2);
      for (const layer2 of ofKind("water")) nameWater(map, room2, layer2, bounds2);
      for (const layer2 of ofKind("river")) nameLines(map, room2, layer2, LOOKS.water, [10, 12, 13.5, 14], frame, bounds2);
      for (const layer2 of ofKind("place")) namePlaces(map, room2, layer2, bounds2, false);
      for (const layer2 of roads2 ? [...ofKind("road"), roads2] : ofKind("road")) {
        nameLines(map, room2, layer2, LOOKS.road, [11, 12, 13, 14], frame, bounds2);
      }
      brush.textAlign = "center";
      brush.textBaseline = "middle";
      brush.lineJoin = "round";
      brush.lineWidth = HALO;
      brush.strokeStyle = "rgba(255, 255, 255, 0.9)";
      for (const label2 of room2.labels) write2(brush, label2);
    }
    const canvas = new PaneCanvas(map, "names", "445", paint2);
    writers.set(map, () => canvas.again());
    return () => canvas.again();
  }

  // circles.js
  var EVERY_FROM = 15;
  var ROOM2 = 24;
  var FEWEST = 50;
  var LARGEST = 30;
  var SMALLEST = 3;
  var FAINT = "0.35";
  var PANE = "circles";
  function areaOf(ring) {
    const at = ring.map((place2) => L.CRS.EPSG3857.latLngToPoint(L.latLng(place2), 0));
    const twice = at.reduce((sum2, { x, y }, i) => {
      const next = at[(i + 1) % at.length];
      return sum2 + x * next.y - next.x * y;
    }, 0);
    return Math.abs(twice) / 2;
  }
  var areas = null;
  function pixels2(row2, zoom) {
    if (!areas) {
      areas = /* @__PURE__ */ new Map();
      for (const { row: row3, at } of polygons(districts.data.shapes)) {
        const [outer, ...holes] = at.map(areaOf);
        areas.set(row3, holes.reduce((left, hole) => left - hole, outer) + (areas.get(row3) ?? 0));
      }
    }
    return (areas.get(row2) ?? 0) * 4 ** zoom;
  }
  function isCrowded(counted3, zoom, room2 = pixels2) {
    if (zoom >= EVERY_FROM || counted3.length < 2) return false;
    const assets3 = counted3.reduce((sum2, [, count2]) => sum2 + count2, 0);
    return assets3 >= FEWEST && assets3 * ROOM2 ** 2 > counted3.reduce((sum2, [row2]) => sum2 + room2(row2, zoom), 0);
  }
  var radiusOf = (count2, greatest, most) => Math.max(SMALLEST, most * Math.sqrt(count2 / greatest));
  function placeOf3(row2) {
    const at = data3.districts?.places[row2];
    if (at) return [at[1], at[0]];
    const { lat, lng } = districts.bounds(row2).getCenter();
    return [lat, lng];
  }
  function circlesOf(map, assetPane, { isSigned = () => false, changed: changed2 = () => {
  } } = {}) {
    map.createPane(PANE).style.zIndex = "443";
    const renderer = new Renderer2({ pane: PANE, padding: 0.3 });
    const group2 = L.layerGroup().addTo(map);
    let counted3 = [];
    let asked3 = 0;
    function draw7() {
      const zoom = map.getZoom();
      const were = group2.getLayers().length;
      const circles = isCrowded(counted3, zoom) ? [...counted3].sort(([, a], [, b]) => b - a) : [];
      group2.clearLayers();
      const taken = /* @__PURE__ */ new Map();
      const room2 = circles.map(([row2]) => pixels2(row2, zoom)).sort((a, b) => a - b);
      const most = Math.min(LARGEST, Math.max(9, 0.6 * Math.sqrt(room2[room2.length >> 1] ?? 0)));
      for (const [row2, count2] of circles) {
        const size = radiusOf(count2, circles[0][1], most);
        const signed2 = isSigned(row2);
        if (!signed2) taken.set(row2, size + 2);
        const options = {
          pane: PANE,
          renderer,
          interactive: false,
          radius: size + 3,
          shift: signed2 ? [0, -size - 24] : [0, 0],
          paint: PAINT.exposed,
          size,
          text: number(count2),
          hollow: false,
          row: row2
        };
        new Sign(placeOf3(row2), options).addTo(group2);
      }
      map.getPane(assetPane).style.opacity = circles.length ? FAINT : "";
      map.getPane(PANE).style.display = circles.length ? "" : "none";
      keepFree(map, taken);
      if (Boolean(were) !== Boolean(circles.length)) changed2();
    }
    async function show4(now) {
      asked3 += 1;
      const mine = asked3;
      const counts2 = await exposedByDistrict(now);
      if (mine !== asked3) return;
      counted3 = counts2.filter(([row2]) => pixels2(row2, 0) > 0);
      draw7();
    }
    map.on("zoomend", draw7);
    onChange(draw7);
    function at(place2) {
      const point = map.latLngToLayerPoint(place2);
      const hit = (
        /** @type {L.CircleMarker[]} */
        group2.getLayers().filter((sign3) => sign3._point && point.distanceTo(sign3._point) <= optionsOf(sign3).size + 1).pop()
      );
      return hit ? optionsOf(hit).row : null;
    }
    return { show: show4, at, count: () => group2.getLayers().length };
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
  var listShown = () => byId(list2);
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
  function reach() {
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
    reach();
  }
  function close() {
    if (docked || narrow.matches) open(false);
  }
  var covered = () => docked || narrow.matches || isBeside() ? 0 : panel.offsetWidth + 14;
  var show2 = (name) => select(byId(`tab-${name}`));
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
  function start2() {
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
  var FONT2 = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  var ROW = 20;
  var COLUMN = 300;
  var SHEET = 830;
  var NOT_KNOWN = "#7d8692";
  var isHatched = (box3) => box3.classList.contains("hatched");
  function painted(map) {
    const height = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
    return Object.values(map.getPanes()).filter((pane) => pane.parentElement === map.getPane("mapPane") && pane !== map.getPane("online")).sort((a, b) => height(a) - height(b)).flatMap((pane) => [...pane.querySelectorAll(
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
  function paintMap(brush, map, divider) {
    const frame = map.getContainer().getBoundingClientRect();
    brush.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
    brush.fillRect(0, 0, frame.width, frame.height);
    for (const part2 of painted(map)) {
      const { left, top, width, height } = part2.getBoundingClientRect();
      if (!width || !height || !isHatched(part2) && part2.width === 0) continue;
      const image = isHatched(part2) ? hatching(part2, width, height) : part2;
      brush.save();
      divider?.clipPicture(brush, part2);
      const pane = (
        /** @type {HTMLElement} */
        part2.closest(".leaflet-pane")
      );
      brush.globalAlpha = Number(getComputedStyle(part2).opacity) * Number(getComputedStyle(pane).opacity);
      brush.imageSmoothingEnabled = part2.tagName === "CANVAS";
      brush.drawImage(image, left - frame.left, top - frame.top, width, height);
      brush.restore();
    }
    divider?.paint(brush);
    scale(brush, map, frame);
  }
  function scale(brush, map, frame) {
    const line3 = map.getContainer().querySelector(".leaflet-control-scale-line");
    if (!line3) return;
    const { left, width } = line3.getBoundingClientRect();
    const x = Math.min(left - frame.left, frame.width - covered() - width - 14);
    const y = frame.height - 12;
    brush.fillStyle = "rgba(255, 255, 255, 0.85)";
    brush.fillRect(x - 6, y - 46, width + 12, 54);
    brush.fillStyle = "#1a2230";
    brush.fillRect(x, y, width, 2);
    brush.font = `13px ${FONT2}`;
    brush.fillText(String(line3.textContent), x, y - 5);
    brush.fillText(`↑ ${say("map.north")}`, x, y - 26);
  }
  var legendRows = () => [...document.querySelectorAll("#legend-body :is(h2, li, p):not([hidden])")];
  function sign(brush, box3, x, y) {
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
  function dip(brush, { size, colour: colour2, weight }) {
    brush.font = `${weight} ${size}px ${FONT2}`;
    brush.fillStyle = colour2;
  }
  function wrapped(brush, text, look, room2) {
    dip(brush, look);
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
      if (brush.measureText(longer).width <= room2 || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.map((line3) => ({ text: line3, look }));
  }
  var rowsOf = (columns) => Math.max(...columns.map(({ length }) => length));
  function footLines(brush, width, columns) {
    const textOf = (selector) => document.querySelector(selector)?.textContent ?? "";
    const whole = (text, look) => text ? wrapped(brush, text, look, width - 24) : [];
    const legend = [];
    let headed = false;
    for (const row2 of legendRows()) {
      const box3 = row2.querySelector(".swatch, .sign, .drawn");
      const parts = row2.tagName === "LI" ? [...row2.children].slice(1) : [row2];
      const text = parts.map(({ textContent }) => textContent).join("  ");
      const lines = wrapped(brush, text, row2.tagName === "H2" ? HEAD : PLAIN, width / columns - 46);
      if (!headed) legend.push([]);
      legend[legend.length - 1].push(
        ...lines.map((line3, place2) => ({ ...line3, box: place2 === 0 ? box3 : null, shift: box3 ? 30 : 0 }))
      );
      headed = row2.tagName === "H2";
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
      if (box3) sign(brush, box3, x, y);
      dip(brush, look);
      brush.fillText(text, x + shift, y);
    };
    above.forEach((line3, place2) => put(line3, 12, top + 24 + place2 * ROW));
    const middle2 = top + 34 + above.length * ROW;
    legend.forEach(
      (column, at) => column.forEach((line3, place2) => put(line3, 12 + at * (width / columns), middle2 + place2 * ROW))
    );
    below.forEach((line3, place2) => put(line3, 12, middle2 + 8 + (rowsOf(legend) + place2) * ROW));
  }
  function paint(map, canvas, divider, second2) {
    const box3 = map.getContainer().getBoundingClientRect();
    const { height } = box3;
    const beside = second2?.from === 0 ? box3.width : 0;
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
    paintMap(brush, map, divider);
    if (second2) {
      const { x, y } = second2.map.getSize();
      brush.translate(beside, 0);
      brush.beginPath();
      brush.rect(second2.from, 0, x - second2.from, y);
      brush.clip();
      paintMap(brush, second2.map);
      brush.fillStyle = "#1a2230";
      brush.fillRect(second2.from, 0, 3, y);
    }
    brush.restore();
    brush.scale(enlarged, enlarged);
    paintFoot(brush, height / enlarged, room2, columns, lines);
  }
  var ready = (map) => Promise.all(
    painted(map).filter(isHatched).map(({ mask }) => mask.decode())
  );

  // downloads.js
  function save(blob, ending) {
    const link3 = document.createElement("a");
    link3.href = URL.createObjectURL(blob);
    link3.download = `${page.city.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
    link3.click();
    setTimeout(() => URL.revokeObjectURL(link3.href), 6e4);
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
  function start3(map, { table: table3, list: list4, lengthen, divider, second: second2 }) {
    const sheet = byId("print-picture");
    const on = (name, take2) => document.getElementById(`take-${name}`)?.addEventListener("click", take2);
    if (table3) on("table", async () => save(new Blob([await table3()], { type: "text/csv" }), "csv"));
    on("picture", async () => {
      await ready(map);
      const canvas = canvasOf(0, 0);
      paint(map, canvas, divider, second2?.());
      canvas.toBlob((blob) => blob && save(blob, "png"));
    });
    let rows = TOP;
    const print = async (most) => {
      rows = most;
      await ready(map);
      window.print();
    };
    on("print", () => print(TOP));
    on("full", async () => {
      await lengthen?.(true);
      return print(Number.POSITIVE_INFINITY);
    });
    on("link", link);
    window.addEventListener("beforeprint", () => {
      paint(map, sheet, divider, second2?.());
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

  // find.js
  var MOST_ASSETS = 8;
  var MOST_PLACES = 5;
  var PAUSE = 120;
  var box = byId("find-text");
  var list3 = byId("find-list");
  var shown2 = [];
  var chosen2 = -1;
  var away = false;
  var optionAt = (place2) => byId(`find-${place2}`);
  function choose2(place2) {
    chosen2 = place2;
    shown2.forEach((_, at) => optionAt(at).setAttribute("aria-selected", String(at === place2)));
    if (place2 < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", `find-${place2}`);
      optionAt(place2).scrollIntoView({ block: "nearest" });
    }
  }
  function open2(isOpen) {
    list3.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen && shown2.length > 0));
    if (!isOpen) choose2(-1);
  }
  function take(place2) {
    const line3 = shown2[place2];
    open2(false);
    away = true;
    line3?.go();
  }
  function option({ text, note: note2 }, place2) {
    const item = element(
      "div",
      { role: "option", id: `find-${place2}`, "aria-selected": "false" },
      element("span", { text }),
      element("small", { text: note2 })
    );
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => take(place2));
    return item;
  }
  function show3(groups, text, note2) {
    shown2 = groups.flatMap(({ lines }) => lines);
    chosen2 = -1;
    box.removeAttribute("aria-activedescendant");
    let place2 = 0;
    list3.replaceChildren(
      ...groups.map(
        ({ heading: heading2, lines }, number3) => element(
          "div",
          { role: "group", "aria-labelledby": `find-group-${number3}` },
          element("div", { class: "find-heading", id: `find-group-${number3}`, text: heading2 }),
          ...lines.map((line3) => option(line3, place2++))
        )
      )
    );
    if (text && (note2 || !shown2.length))
      list3.prepend(element("div", { class: "quiet", text: note2 || say("map.find_nothing") }));
    list3.setAttribute("role", shown2.length ? "listbox" : "group");
    list3.dataset.text = text;
    open2(Boolean(text));
    const count2 = shown2.length ? say("map.find_count", { count: shown2.length }) : say("map.find_nothing");
    if (text) byId("news").textContent = [note2, count2].filter(Boolean).join(" ");
  }
  function press2(event) {
    const last = shown2.length - 1;
    const moves = { ArrowDown: chosen2 >= last ? 0 : chosen2 + 1, ArrowUp: chosen2 <= 0 ? last : chosen2 - 1 };
    if (chosen2 >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      open2(true);
      choose2(moves[event.key]);
    } else if (event.key === "Enter" && !list3.hidden) take(Math.max(chosen2, 0));
    else if (event.key === "Escape") open2(false);
  }
  var parents = [...new Set(districts.data.id.flatMap((_, row2) => districts.data.parent?.[row2] ?? []))];
  var called = (key) => languages.map((language3) => sayIn(language3, key));
  var listed2 = [
    districts.data.id.map((id, row2) => id === page.outside ? [] : [districts.nameOf(row2), ...called("map.district")]),
    parents.map((parent) => [parent, ...called("map.parent")])
  ];
  var drawn = [];
  named().then((found) => {
    drawn = found;
    listed2[2] = found.map(({ name }) => [name].flat());
  });
  var partsOf = (parent) => districts.data.id.flatMap((_, row2) => districts.data.parent[row2] === parent ? [row2] : []);
  var group = (heading2, lines) => ({ heading: heading2, lines, cost: Math.min(...lines.map(({ cost: cost2 }) => cost2)) });
  var rowsOf2 = (ids) => districts.data.id.flatMap((id, row2) => ids.includes(id) ? [row2] : []);
  function boundsOf(rows) {
    const bounds2 = L.latLngBounds([]);
    for (const row2 of rows) bounds2.extend(districts.bounds(row2));
    return bounds2;
  }
  function placeOf4(ids) {
    const rows = rowsOf2(ids);
    const within2 = [...new Set(rows.map((row2) => districts.data.parent?.[row2]))];
    if (rows.length === 1) return districts.nameOf(rows[0]);
    return within2.length === 1 && within2[0] ? within2[0] : say("map.find_districts", { count: rows.length });
  }
  function start4(assets3, view2, isHidden, showOnly2 = null) {
    let asked3 = 0;
    let timer;
    function areaLines({ listed: [own, larger] }) {
      const ofLarger = larger.map(({ row: row2, cost: cost3 }) => {
        const parts = partsOf(parents[row2]);
        const note2 = say("map.find_districts", { count: parts.length });
        return { cost: cost3, text: parents[row2], note: note2, go: () => view2.goToBox(boundsOf(parts), `${parents[row2]}: ${note2}`) };
      });
      const ofDistricts = own.filter(({ row: row2 }) => districts.bounds(row2).isValid()).map(({ row: row2, cost: cost3 }) => ({
        cost: cost3,
        text: districts.nameOf(row2),
        note: districts.data.parent?.[row2] ?? "",
        go: () => view2.goToDistrict(row2, box)
      }));
      const { cost: cost2 } = group("", [...ofLarger, ...ofDistricts]);
      return [
        { heading: say("map.parent"), lines: ofLarger, cost: cost2 },
        { heading: say("map.district"), lines: ofDistricts, cost: cost2 }
      ];
    }
    function typeLines({ kinds }) {
      const lines = kinds.flatMap(({ type, code, places, ids, count: count2, cost: cost2 }) => {
        if (!showOnly2 || type === null || count2 < 2) return [];
        const text = labelled("asset_type", type) + (ids ? ` · ${placeOf4(ids)}` : "");
        const codes = places ? { asset_type: [code], district: places } : { asset_type: [code] };
        const go = () => {
          showOnly2(codes);
          if (ids) view2.goToBox(boundsOf(rowsOf2(ids)), text);
        };
        return [{ cost: cost2 - 1, text, note: say("map.find_all", { count: count2 }), go }];
      });
      return group(say("map.find_types"), lines);
    }
    function streetLines({ streets }) {
      const lines = streets.map(({ index, name, where, count: count2, bounds: bounds2, cost: cost2 }) => {
        const note2 = [where, say("map.assets_of", { count: count2 })].filter(Boolean).join(" · ");
        const go = () => count2 > 1 ? view2.goToStreet(index, bounds2, `${name}: ${note2}`) : view2.goToAsset(index, box);
        return { cost: cost2, text: name, note: note2, go };
      });
      return group(say("map.find_streets"), lines);
    }
    function baseMapLines({ listed: [, , places = []] }) {
      const heading2 = say("map.context");
      const lines = places.slice(0, MOST_PLACES).map(({ row: row2, cost: cost2 }) => {
        const { name, bounds: bounds2 } = drawn[row2];
        const text = said(name);
        return { cost: cost2 + 1, text, note: "", go: () => view2.goToBox(bounds2, text) };
      });
      return group(heading2, lines);
    }
    async function assetLines({ assets: hits, more }) {
      const hidden = await Promise.all(hits.map(({ index }) => isHidden(index)));
      const lines = hits.map(({ index, name, id, byId: byId2, type, district: district2, cost: cost2 }, place2) => ({
        cost: cost2,
        text: name || id || "",
        note: [
          type === null ? null : labelled("asset_type", type),
          district2 === null ? null : districts.nameOfId(district2),
          name && byId2 ? id : null,
          hidden[place2] ? say("map.find_hidden") : null
        ].filter(Boolean).join(" · "),
        go: () => view2.goToAsset(index, box)
      }));
      const part2 = more ? say("map.of", { part: hits.length, whole: hits.length + more }) : "";
      return group([say("map.assets"), part2].filter(Boolean).join(" · "), lines);
    }
    async function search() {
      asked3 += 1;
      const mine = asked3;
      const text = box.value.trim();
      const found = text ? await assets3.find(text, { limit: MOST_ASSETS, listed: listed2 }) : null;
      const groups = found ? [...areaLines(found), typeLines(found), streetLines(found), await assetLines(found), baseMapLines(found)].filter(({ lines }) => lines.length).sort((one, other) => one.cost - other.cost) : [];
      const note2 = found?.apart ? say("map.find_apart") : found?.similar ? say("map.find_similar") : "";
      if (mine === asked3) show3(groups, text, note2);
    }
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    const isFresh = () => list3.dataset.text === box.value.trim();
    box.addEventListener("keydown", async (event) => {
      if (event.key !== "Enter" || isFresh()) press2(event);
      else {
        clearTimeout(timer);
        await search();
        if (isFresh()) take(0);
      }
    });
    box.addEventListener("blur", () => open2(false));
    const again = () => {
      if (box.value.trim() && list3.hidden) search();
    };
    box.addEventListener("focus", () => {
      if (!away) again();
      away = false;
    });
    box.addEventListener("click", again);
    onChange(() => {
      if (box.value.trim()) search().then(() => open2(false));
    });
  }

  // layer/tiles.js
  var ICONS_FROM = 15;

  // filters.js
  var all3 = data.filters;
  function wordOf2(name, word) {
    if (word === null) return say("number.not_known");
    return name === "district" ? districts.nameOfId(word) : labelled(name, word);
  }
  var foldOf = (name) => document.querySelector(`#filters [data-filter="${name}"]`);
  var fillers = /* @__PURE__ */ new Map();
  function boxes(name, whole, options, chosen3, change2) {
    const body = byId(`filter-${name}`);
    const fold = (
      /** @type {HTMLDetailsElement} */
      foldOf(name)
    );
    const make = () => body.replaceChildren(
      ...options().map(({ code, text, sign: sign3 }) => {
        const box3 = element("input", { type: "checkbox", value: code });
        box3.checked = chosen3?.includes(code) ?? false;
        box3.addEventListener("change", () => {
          const checked = [...body.querySelectorAll("input")].filter((one) => one.checked);
          change2(checked.length ? checked.map((one) => Number(one.value)) : void 0);
        });
        return element("label", {}, box3, ...sign3 ? [sign3] : [], element("span", { text }));
      })
    );
    if (!fillers.has(name)) fold.addEventListener("toggle", () => fold.open && fillers.get(name)?.());
    fillers.set(name, make);
    if (fold.open && !body.contains(document.activeElement)) make();
    const count2 = fold.querySelector(".count");
    if (count2) count2.textContent = chosen3 ? say("map.of", { part: chosen3.length, whole }) : "";
  }
  function fill2(filter, changed2) {
    const order = new Intl.Collator(language(), { numeric: true });
    for (const name of Object.keys(all3)) {
      const options = () => all3[name].map((word, code) => ({ code, text: wordOf2(name, word) })).sort((a, b) => order.compare(a.text, b.text));
      boxes(name, all3[name].length, options, filter[name], (codes) => {
        if (codes) filter[name] = codes;
        else delete filter[name];
        changed2();
      });
    }
  }
  function inWords2(state2) {
    const table3 = tableOf(state2);
    return [
      ...Object.entries(state2.filter).flatMap(([name, codes]) => codes.map((code) => wordOf2(name, all3[name][code]))),
      ...(state2.classes ?? []).map((code) => classLabel(table3.classes[code], table3))
    ].join(", ");
  }
  function start5(filter) {
    for (const name of Object.keys(filter)) {
      const fold = foldOf(name);
      if (fold) fold.open = true;
    }
  }
  var written3 = (filter) => Object.fromEntries(
    Object.keys(all3).map((name) => [name, filter[name]?.map((code) => all3[name][code] ?? "") ?? null])
  );
  function read2(address2) {
    const filter = {};
    for (const name of Object.keys(all3)) {
      const codes = address2.getAll(name).map((word) => all3[name].indexOf(word || null)).filter((code) => code >= 0);
      if (codes.length) filter[name] = codes;
    }
    return filter;
  }

  // answers.js
  function mapText({ hazard: place2, map }) {
    const hazard = hazards.all[place2];
    if (!hazard) return "";
    return say("map.answer.map", { hazard: hazard.name, period: years(hazard.maps[map].return_period) });
  }
  function viewText(state2) {
    const year = state2.year === null ? "" : say("map.year.of", { year: String(state2.year) });
    const where = state2.district === null ? "" : districts.nameOf(state2.district);
    const filtered = inWords2(state2);
    return [
      mapText(state2) || say("map.no_hazard"),
      year,
      where,
      filtered && say("map.filtered", { filter: filtered })
    ].filter(Boolean).join(" · ");
  }
  var terrainOf = ({ hazard }) => hazard < 0 ? page.terrain : hazards.all[hazard].terrain;
  function damageTile(state2, { damage: damage2, ead }) {
    if (!damage2) return null;
    if (damage2.kind === "event") {
      const note3 = say("map.tile.exposed_with_figure", { count: damage2.assets });
      const yearly = ead && known(ead.money) ? [say("map.tile.ead", { ead: { money: ead.money } })] : [];
      return { word: "map.tile.event", texts: [amount(damage2)], note: [note3, ...yearly].join(" · ") };
    }
    const note2 = say("map.tile.assets_with_figure", { count: damage2.assets });
    const word = damage2.year === null ? asMapped("map.ead_short", terrainOf(state2)) : yearWord(state2);
    return { word, texts: [amount(damage2)], note: note2 };
  }
  function assetsTile({ counts: counts2 }) {
    const parts = ["other", "not_exposed", "no_data", "unusable"].filter((name) => !["other", "unusable"].includes(name) || counts2[name] > 0).map((name) => say(`map.tile.${name}`, { count: counts2[name] }));
    return {
      word: "map.assets_exposed",
      texts: [say("map.of", { part: counts2.exposed, whole: counts2.assets })],
      note: parts.join(" · ")
    };
  }
  function peopleTile(state2, { people: people2 }) {
    if (!people2) return null;
    const notes = [
      state2.district === null ? say("map.tile.people_in", { count: people2.districts }) : say("map.tile.estimate"),
      ...isFiltered(state2) ? [say("map.tile.people_unfiltered")] : []
    ];
    const text = known(people2.people) ? estimated(people2.people, people2.atLeast) : people2.withheld ? rule(people2.withheld) : notKnown();
    return { word: "map.tile.people", texts: [text], note: notes.join(" · ") };
  }
  function servicesTile({ health, education }) {
    const parts = (
      /** @type {const} */
      ["health", "education"].flatMap((name) => {
        const of = name === "health" ? health : education;
        return of ? [say(`map.tile.${name}`, { part: of.exposed, whole: of.assets })] : [];
      })
    );
    return parts.length ? { word: "map.tile.services", texts: parts } : null;
  }
  function tiles(state2, figures2) {
    return [damageTile(state2, figures2), assetsTile(figures2), peopleTile(state2, figures2), servicesTile(figures2)].flatMap(
      (tile) => {
        if (!tile) return [];
        const { word, texts, note: note2 } = tile;
        const term2 = typeof word === "string" ? { word } : word;
        return [
          element(
            "div",
            {},
            element("dt", { ...term2 }),
            element(
              "dd",
              {},
              ...texts.map((text) => element("strong", { text, ...texts.length > 1 ? { class: "parts" } : {} })),
              ...note2 ? [element("small", { text: note2 })] : []
            )
          )
        ];
      }
    );
  }
  function highest2() {
    const { data: of, nameOf } = districts;
    const rows = of.id.map((_, row2) => row2).filter((row2) => known(of.rank[row2]) && (page.by !== "ead" || known(of.ead_per_value[row2]))).sort((a, b) => Number(of.rank[a]) - Number(of.rank[b])).slice(0, 3);
    const named3 = rows.map(
      (row2) => say("map.answer.district", {
        district: nameOf(row2),
        figure: page.by === "ead" ? percent(of.ead_per_value[row2]) : number(of.assets_exposed[row2]),
        assets: say("map.assets_of", { count: of.assets[row2] })
      })
    );
    return named3.join(", ");
  }
  function ofDistrict(row2) {
    const area = districts.figures(row2);
    if (page.rank === "map.rank.priority" && resilience) {
      if (!known(area.rank)) return say("map.answer.not_ranked", { reason: notRanked(area) });
      return say("map.answer.rank", { rank: rankOf(area.rank, area.assets), share: resilience.among(row2) });
    }
    const figure = page.by === "ead" ? percent(area.ead_per_value) : number(area.assets_exposed);
    const values = { figure, assets: say("map.assets_of", { count: area.assets }) };
    return say(page.by === "ead" ? "map.answer.indicator" : "map.answer.indicator_exposed", values);
  }
  function first(state2, figures2) {
    if (state2.district !== null) return [ofDistrict(state2.district)];
    if (page.first) return [written(page.first)];
    const names2 = highest2();
    if (!names2) return floods(state2, figures2);
    if (page.by === "ead") return [say("map.answer.first", { districts: names2 })];
    return [say("map.answer.first_exposed", { districts: names2 }), ...allHazards()];
  }
  function allHazards() {
    const names2 = hazards.all.map(({ name }) => labelled("hazard", name));
    return names2.length > 1 ? [say("map.answer.all_hazards", { hazards: names2.join(", ") })] : [];
  }
  function floods(state2, { counts: counts2 }) {
    const values = { map: mapText(state2), part: counts2.exposed, count: counts2.assets };
    const lines = [say(state2.hazard < 0 ? "map.answer.exposed_any" : "map.answer.exposed", values)];
    if (counts2.other > 0) lines.push(say("map.answer.other_classes", { count: counts2.other }));
    if (state2.hazard < 0) lines.push(...allHazards());
    if (counts2.no_data > 0) lines.push(say("map.answer.no_data", { count: counts2.no_data }));
    return lines;
  }
  function cost(state2, { damage: damage2 }) {
    if (!damage2 || !known(damage2.money)) return [say("map.answer.no_cost")];
    const values = { map: mapText(state2), damage: amount(damage2), count: damage2.assets };
    if (damage2.kind === "event")
      return [say("map.answer.cost_event", values), ...isFiltered(state2) ? [] : gapsOfDamage(state2)];
    const projected = projectedFor(state2.hazard);
    if (damage2.year !== null && projected !== null)
      return [
        say("map.answer.cost_in_year", {
          ...values,
          hazard: hazards.all[projected].name,
          year: String(damage2.year)
        })
      ];
    const mapped = terrainOf(state2);
    const terrain = mapped ? [say("map.answer.as_mapped", { terrain: mapped })] : [];
    return [say(state2.hazard < 0 ? "map.answer.cost_year" : "map.answer.cost_year_of", values), ...terrain];
  }
  function change(state2, figures2) {
    const projected = projectedFor(state2.hazard);
    if (state2.year === null || projected === null || !figures2.mapped) return cost(state2, figures2);
    return [
      say("map.answer.change", {
        hazard: hazards.all[projected].name,
        mapped: money(figures2.mapped.money),
        year: String(state2.year),
        ead: figures2.ead ? amount(figures2.ead) : money(null),
        count: figures2.ead?.assets ?? 0
      }),
      say("map.answer.new_land")
    ];
  }
  function unknown(state2, { counts: counts2, ead, least }) {
    const of = say(state2.hazard < 0 ? "map.answer.unknown_any" : "map.answer.unknown", {
      map: mapText(state2),
      count: counts2.no_data,
      assets: counts2.assets
    });
    const without = ead && state2.hazard < 0 ? counts2.assets - counts2.unusable - ead.assets : 0;
    const gaps2 = [
      ...least && least.count > counts2.no_data ? [say("map.answer.least_covering", { ...least, assets: counts2.assets })] : [],
      ...counts2.unusable > 0 ? [say("map.answer.unusable", { count: counts2.unusable })] : [],
      ...known(ead?.money) ? [] : [say("map.answer.no_ead")],
      ...without > 0 ? [say("map.card.without_ead", { count: without })] : [],
      ...known(ead?.money) && state2.hazard < 0 ? [] : gapsOfDamage(state2)
    ];
    const rest = page.not_assessed.map((sentence) => written(sentence));
    return [of, ...gaps2, ...state2.district === null ? rest : [], say("map.answer.not_safe")];
  }
  var ANSWERS = { first, floods, cost, change, unknown };
  function asked(state2, figures2) {
    const sentences = state2.ask ? ANSWERS[state2.ask](state2, figures2) : floods(state2, figures2);
    const ofTables = state2.ask === "first" || state2.districts !== "outline";
    return isFiltered(state2) && ofTables ? [...sentences, say("map.answer.unfiltered")] : sentences;
  }
  function draw5(state2, figures2) {
    const where = state2.district === null ? [] : [say("map.answer.where", { district: districts.nameOf(state2.district) })];
    const none = isFiltered(state2) ? "map.list_none" : "map.answer.no_assets";
    const sentences = figures2.counts.assets ? asked(state2, figures2) : [say(none)];
    byId("view-text").textContent = viewText(state2);
    byId("answer").textContent = [...where, ...sentences].join(" ");
    byId("tiles").replaceChildren(...tiles(state2, figures2));
  }
  var canAnswer = (ask) => ask !== "change" || Object.keys(data2.years).length > 0;

  // surroundings.js
  function wire(id, turn) {
    const box3 = byId(id);
    box3.addEventListener("change", () => turn(box3.checked));
  }
  var named2 = true;
  var repaints = [];
  async function surround(map) {
    const [layers2, roads2] = await Promise.all([layers, roads]);
    const rename2 = draw4(map, layers2, roads2, () => named2);
    repaints.push(draw3(map, layers2), rename2);
    onChange(rename2);
    return layers2;
  }
  async function drawContext(map) {
    const layers2 = await surround(map);
    const repaint = () => repaints.forEach((again) => again());
    layers2.forEach(
      (layer2, place2) => wire(`show-context-${place2}`, (on) => {
        layer2.on = on;
        repaint();
      })
    );
    wire("show-names", (on) => {
      named2 = on;
      repaint();
    });
    if (data3.online) drawOnline(map, data3.online);
  }
  function drawOnline(map, { tiles: tiles2, attribution, max_zoom: maxNativeZoom }) {
    map.createPane("online").style.zIndex = "150";
    const layer2 = L.tileLayer(tiles2, { pane: "online", maxNativeZoom, maxZoom: 22 });
    const credit = element("span", { text: ` · ${attribution}` });
    wire("show-online", (on) => {
      if (on) {
        layer2.addTo(map);
        byId("credit").append(credit);
      } else {
        layer2.remove();
        credit.remove();
      }
    });
  }
  function hover(map, assets3, shareOf) {
    if (!matchMedia("(hover: hover)").matches) return;
    const tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1 });
    let latest2 = null;
    let busy = false;
    function show4(text, place2) {
      tip.setContent(element("span", { text })).setLatLng(place2);
      if (!map.hasLayer(tip)) map.openTooltip(tip);
    }
    function none() {
      latest2 = null;
      map.closeTooltip(tip);
    }
    function district2(place2) {
      const row2 = districts.at(map, place2);
      if (row2 === null) {
        map.closeTooltip(tip);
        return;
      }
      const { data: data4 } = districts;
      const figures2 = {
        ead: () => money(districts.ead(row2)),
        ead_per_value: () => percent(data4.ead_per_value[row2]),
        score: () => scoreText(data4.score[row2], data4.score_low[row2], data4.score_high[row2]) ?? notKnown(),
        share: () => shareOf(row2),
        assets_exposed: () => number(data4.assets_exposed[row2]),
        outline: () => data4.parent[row2] || ""
      };
      show4([districts.nameOf(row2), figures2[districts.painting()]()].filter(Boolean).join(" · "), place2);
    }
    async function look(event) {
      latest2 = event;
      if (busy) return;
      busy = true;
      while (latest2) {
        const now = latest2;
        const { latlng } = now;
        const index = await assets3.at(latlng);
        const asset = index === null ? null : await assets3.attributes(index, false).catch(() => null);
        if (now !== latest2) continue;
        if (asset) show4(asset.name || asset.id, latlng);
        else district2(latlng);
        latest2 = null;
      }
      busy = false;
    }
    map.on("mousemove", look);
    map.on("mouseout movestart", none);
  }

  // second_map.js
  var select2 = byId("other");
  var range = byId("swipe");
  var aside = byId("side-by-side");
  var box2 = byId("other-map");
  var second = null;
  function choices() {
    const maps = hazards.all.flatMap(
      ({ name, maps: maps2 }, hazard) => maps2.map(({ return_period: period }, map) => ({
        hazard,
        map,
        year: null,
        key: `${name}:${period ?? ""}`,
        text: say("map.answer.map", { hazard: name, period: years(period) })
      }))
    );
    const ahead = Object.entries(data2.years).flatMap(
      ([hazard, of]) => Object.keys(of).map((year) => ({
        hazard: projectedFor(-1) === null ? Number(hazard) : -1,
        map: 0,
        year: Number(year),
        key: `:${hazard}:${year}`,
        text: say("map.tile.ead_of_year", { hazard: hazards.all[Number(hazard)].name, year })
      }))
    );
    const mapped = ahead.length ? [{ hazard: -1, map: 0, year: null, key: ":", text: say("map.year.mapped") }] : [];
    return [...maps, ...mapped, ...ahead];
  }
  var link2 = read();
  var choice = choices().find(({ key }) => key === link2.get("with")) ?? null;
  aside.checked = link2.get("beside") === "1";
  range.value = link2.get("at") ?? "50";
  lieBeside();
  var stateOf2 = (state2) => choice ? { ...state2, ...choice, classes: null } : null;
  var place = () => Math.round(Number(range.value) / 100 * byId("map-box").offsetWidth);
  function lieBeside() {
    byId("map-box").classList.toggle("beside", choice !== null && aside.checked);
  }
  function clip() {
    box2.style.clipPath = aside.checked ? "" : `inset(0 0 0 ${place()}px)`;
    byId("swipe-line").style.left = `${place()}px`;
    range.setAttribute(
      "aria-valuetext",
      say("compare.divider_at", { left: { percent: Number(range.value) / 100 } })
    );
  }
  var align = (from, to, zoom) => to.setView(from.containerPointToLatLng(to.getSize().divideBy(2)), zoom, { animate: false });
  function together(map, other) {
    let busy = false;
    const follow = (from, to) => () => {
      if (busy) return;
      busy = true;
      align(from, to, from.getZoom() === to.getZoom() ? void 0 : from.getZoom());
      busy = false;
    };
    map.on("move zoomend", follow(map, other));
    other.on("move zoomend", follow(other, map));
    map.on("resize", () => other.invalidateSize({ pan: false, animate: false }));
  }
  function secondMap(map, choose3) {
    const other = L.map(box2, {
      center: map.getCenter(),
      zoom: map.getZoom(),
      zoomControl: false,
      attributionControl: false,
      zoomSnap: 0,
      // follows the first
      maxZoom: map.options.maxZoom,
      minZoom: map.getMinZoom(),
      zoomAnimation: false,
      keyboard: false
    });
    const areas2 = districtsOf(districts.data, "districts");
    const pictures = hazardsOf(hazards.all, "hazards");
    const layer2 = assetsOnMap.view(data.layer, "assets-other");
    if (page.exercise.length) exerciseMark(other);
    areas2.draw(other);
    pictures.draw(other);
    layer2.addTo(other);
    const circles = circlesOf(other, "assets-other");
    surround(other);
    other.getPane("assets-other").style.zIndex = "440";
    other.on("click", ({ latlng }) => choose3(areas2.at(other, latlng)));
    together(map, other);
    const show4 = (state2) => {
      const now = stateOf2(state2);
      if (!now) return;
      areas2.choose(now.district);
      const ead = eadByDistrict(comparedWith(now, state2));
      areas2.paint(other, now.hazard < 0 ? "ead" : "outline", ead);
      pictures.show(other, now.hazard, now.map);
      showOn(layer2, now);
      circles.show(now);
    };
    return { other, show: show4 };
  }
  var hazardOf2 = ({ hazard, year, only }) => year === null ? only ?? hazard : Number(projectedFor(hazard));
  function apart(one, other) {
    if (one === other) return [];
    const reason = one < 0 || other < 0 ? { word: "map.compare.all_and_one" } : hazards.all[one].apart[other];
    return reason ? [reason] : [];
  }
  function exposedRow([state2, other], [left, right]) {
    if ((other.year !== null || state2.year !== null) && state2.hazard !== other.hazard) {
      const texts = [state2, other].map(
        ({ year }, side) => year === null ? number([left, right][side].counts.exposed) : "–"
      );
      return { head: { word: "map.assets_exposed" }, texts: [...texts, "–"], notes: [] };
    }
    const notes = apart(state2.hazard, other.hazard);
    const [a, b] = [left.counts.exposed, right.counts.exposed];
    const difference = notes.length ? say("compare.not_comparable") : signed(b - a, number);
    return { head: { word: "map.assets_exposed" }, texts: [number(a), number(b), difference], notes };
  }
  function damageRow([state2, other], [{ damage: left, mapped: former }, { damage: right, mapped: latter }]) {
    const [hazard, second2] = [hazardOf2(state2), hazardOf2(other)];
    const both = left?.kind === right?.kind;
    const named3 = both && left?.kind === "year" && hazard === second2;
    const head = !named3 ? { word: "map.compare.damage" } : hazard < 0 ? { word: "map.ead_short" } : { word: "map.table.ead_of", values: { hazard: hazards.all[hazard].name } };
    const texts = [left, right].map((damage2) => {
      if (!damage2 || !known(damage2.money)) return say("number.not_known");
      const text = amount(damage2);
      return damage2.kind === "year" && !named3 ? say("map.tile.ead", { ead: text }) : text;
    });
    if (!left || !right || !known(left.money) || !known(right.money)) return { head, texts: [...texts, "–"], notes: [] };
    const notes = both ? apart(hazard, second2) : [{ word: "map.compare.kinds" }];
    if (notes.length) return { head, texts: [...texts, say("compare.not_comparable")], notes };
    const [from, to] = [state2.year === null && latter ? latter : left, other.year === null && former ? former : right];
    const counted3 = { left: left.assets, right: right.assets, both: from.assets };
    if (named3 && left.assets !== right.assets) notes.push({ word: "map.compare.assets", values: counted3 });
    if (!known(from.money) || !known(to.money) || from.assets !== to.assets)
      return { head, texts: [...texts, say("compare.not_comparable")], notes };
    const figure = signed(to.money - from.money, money);
    const bound2 = right.atLeast ? "map.answer.or_more" : "map.answer.or_less";
    const difference = left.atLeast === right.atLeast ? figure : say(bound2, { figure });
    return { head, texts: [...texts, difference], notes };
  }
  var titleOf = (of) => {
    const year = of.year === null ? "" : say("map.year.of", { year: String(of.year) });
    const map = mapText(
      /** @type {State} */
      of
    );
    return [map, year].filter(Boolean).join(" · ") || say("map.year.mapped");
  };
  function start6(map, state2, choose3, chosen3) {
    let shown3 = null;
    let asked3 = 0;
    const middle2 = () => map.getSize().subtract([covered(), 0]).divideBy(2);
    function fill3() {
      const all4 = choices();
      byId("compare").hidden = all4.length < 2;
      const now = all4.find(
        (one) => choice && one.hazard === choice.hazard && one.map === choice.map && one.year === choice.year
      );
      select2.replaceChildren(
        element("option", { value: "", word: "map.compare.none" }),
        ...all4.map(({ key, text }) => element("option", { value: key, text }))
      );
      select2.value = now?.key ?? "";
    }
    async function differences() {
      asked3 += 1;
      const mine = asked3;
      const list4 = byId("differences");
      const other = stateOf2(state2);
      list4.hidden = other === null;
      if (other === null) return;
      const sides = [comparedWith(state2, other), comparedWith(other, state2)];
      const both = await Promise.all(sides.map(figuresOf));
      if (mine !== asked3) return;
      const rows = [exposedRow(sides, both), damageRow(sides, both)];
      const notes = new Map(rows.flatMap(({ notes: notes2 }) => notes2).map((note2) => [note2.word, note2]));
      list4.replaceChildren(
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("td"),
            ...["compare.left", "compare.right", "compare.difference"].map(
              (word) => element("th", { scope: "col", class: "number", word })
            )
          )
        ),
        element(
          "tbody",
          {},
          ...rows.map(
            ({ head, texts }) => element(
              "tr",
              {},
              element("th", { scope: "row", ...head }),
              ...texts.map((text) => element("td", { class: "number", text }))
            )
          )
        ),
        element(
          "tfoot",
          {},
          ...[...notes.values()].map((note2) => element("tr", {}, element("td", { colspan: 4, ...note2 })))
        )
      );
    }
    function refresh() {
      const open3 = choice !== null;
      const moved = open3 || !box2.hidden;
      box2.hidden = !open3;
      byId("swipe-box").hidden = !open3;
      byId("aside-label").hidden = !open3;
      byId("other-titles").hidden = !open3;
      byId("swipe-line").hidden = aside.checked;
      range.hidden = aside.checked;
      if (moved) {
        const { x } = map.getSize();
        const seen = map.containerPointToLatLng(middle2());
        lieBeside();
        clip();
        map.invalidateSize({ pan: false, animate: false });
        if (map.getSize().x !== x) {
          map.panBy(map.latLngToContainerPoint(seen).subtract(middle2()), { animate: false });
          foldLegend();
        }
      }
      if (open3) {
        shown3 ?? (shown3 = secondMap(map, choose3));
        second = shown3.other;
        second.invalidateSize({ pan: false, animate: false });
        align(map, second, map.getZoom());
        shown3.show(state2);
        byId("title-left").textContent = titleOf(state2);
        byId("title-right").textContent = titleOf(
          /** @type {Choice} */
          choice
        );
      }
      const now = choices().find(({ key }) => key === select2.value);
      const between = open3 && !aside.checked && range.value !== "50";
      write({
        with: now?.key ?? null,
        beside: open3 && aside.checked ? 1 : null,
        at: between ? range.value : null
      });
      differences();
    }
    fill3();
    select2.addEventListener("change", () => {
      choice = choices().find(({ key }) => key === select2.value) ?? null;
      refresh();
      chosen3();
    });
    aside.addEventListener("change", refresh);
    range.addEventListener("input", clip);
    range.addEventListener("change", () => write({ at: range.value }));
    map.on("resize", () => choice !== null && clip());
    onChange(() => {
      fill3();
      refresh();
    });
    return refresh;
  }
  function forPicture() {
    if (!second || choice === null) return null;
    return { map: second, from: aside.checked ? 0 : place() };
  }

  // swatch.js
  function swatch({ colour: colour2, no_data }) {
    const sign3 = element("span", { class: "swatch", "aria-hidden": "true" });
    if (no_data) sign3.style.backgroundImage = `repeating-linear-gradient(135deg, ${colour2} 0 1.2px, #f4f5f7 1.2px 5px)`;
    else sign3.style.backgroundColor = colour2;
    return sign3;
  }
  function sign2(entry) {
    const mark = element("span", { class: `sign sign-${entry.value}`, "aria-hidden": "true" });
    if (entry.value === "exposed") mark.style.background = entry.colour;
    return mark;
  }

  // legend.js
  var asked2 = 0;
  function ranges(name, title, values, gaps2 = true) {
    const table3 = classes(name);
    const rows = table3.classes.filter(({ no_data }) => gaps2 || !no_data).map((entry) => element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table3) })));
    return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
  }
  function measure2({ hazard }) {
    if (hazard >= 0) return say("map.legend.assets_measure", { measure: hazards.all[hazard].measure });
    return say(tableOf({ hazard }).unit === "money" ? "map.legend.assets_ead" : "map.assets");
  }
  function assets2(states2, { compared, circled }) {
    const table3 = tableOf(states2[0]);
    const cells = table3.classes.map(() => element("span", { class: "count" }));
    const rows = table3.classes.map(
      (entry, place2) => element("li", {}, sign2(entry), element("span", { text: classLabel(entry, table3) }), cells[place2])
    );
    for (const [place2, row2] of rows.entries()) row2.hidden = !states2.some((state2) => isDrawn(state2, place2));
    const mine = asked2;
    Promise.all(states2.map(classCounts)).then((counted3) => {
      if (mine !== asked2) return;
      for (const [place2, row2] of rows.entries()) {
        if (!compared) cells[place2].textContent = number(counted3[0][place2]);
        if (counted3.every((counts2) => counts2[place2] === 0)) row2.hidden = true;
      }
      heading2.hidden = !circled && rows.every((row2) => row2.hidden);
    });
    const circle = element("li", {}, signOf("exposed"), element("span", { word: "map.legend.assets_exposed" }));
    const hazard = compared ? hazards.all[states2[0].hazard] : null;
    const name = hazard ? labelled("hazard", hazard.name) : "";
    const heading2 = element("h2", { text: [measure2(states2[0]), name].filter(Boolean).join(" · ") });
    return [heading2, element("ul", {}, ...circled ? [circle] : [], ...rows)];
  }
  function types() {
    const rows = all2().map(({ sign: sign3, types: types2 }) => {
      const names2 = types2.map((type) => labelled("asset_type", type)).join(", ");
      return element("li", {}, sign3, element("span", { text: names2 }));
    });
    return rows.length ? [element("ul", {}, ...rows)] : [];
  }
  function hazardPart2({ hazard: place2, map }) {
    const hazard = hazards.all[place2];
    if (!hazard) return [];
    const { return_period: period, grid, no_data: gaps2 } = hazard.maps[map];
    const values = { hazard: hazard.name, period: years(period), measure: hazard.measure };
    const rows = ranges(`hazard-${place2}`, "map.legend.hazard", values, gaps2);
    const beyond = element("p", { class: "note", word: grid ? "map.legend.beyond" : "map.legend.between_zones" });
    return [...rows, ...hazard.outside === "unknown" ? [beyond] : []];
  }
  function draw6(state2, { circled, hasIcons }) {
    const other = stateOf2(state2);
    const colourings = !other ? [[state2]] : other.hazard === state2.hazard ? [[state2, other]] : [[state2], [other]];
    asked2 += 1;
    const byEad = [...state2.districts === "ead" ? [state2] : [], ...other && other.hazard < 0 ? [other] : []];
    const paintings = {
      ead: () => {
        const ofYear2 = byEad.find(({ year }) => year !== null);
        if (!ofYear2) {
          const { word, values: values2 } = asMapped("map.legend.ead");
          return ranges("ead", word, values2);
        }
        const { values } = yearWord(ofYear2);
        return ranges("ead", byEad.length > 1 ? "map.legend.ead_of" : "map.legend.ead_year", values);
      },
      ead_per_value: () => ranges("ead_per_value", "map.legend.ead_per_value"),
      assets_exposed: () => ranges("assets_exposed", "map.legend.assets_exposed"),
      score: () => ranges("score", "map.legend.score"),
      share: () => ranges("share", "focus.legend.share", resilience?.values),
      outline: () => []
    };
    byId("legend-body").replaceChildren(
      ...paintings[state2.districts](),
      ...byEad.length && state2.districts !== "ead" ? paintings.ead() : [],
      ...hazardPart2(state2),
      ...other && other.hazard !== state2.hazard ? hazardPart2(other) : [],
      ...resilience ? resilience.legend() : [],
      ...colourings.flatMap(
        (states2, place2) => assets2(states2, { compared: other !== null, circled: circled && place2 === 0 })
      ),
      ...hasIcons ? types() : []
    );
  }

  // panel.js
  var STATES2 = ["exposed", "no_data", "not_exposed"];
  var state = {
    ask: "first",
    districts: firstPainting(),
    hazard: -1,
    map: 0,
    year: null,
    district: null,
    exposed: true,
    no_data: true,
    not_exposed: true,
    filter: {},
    classes: null
  };
  var listeners2 = [];
  var counted2 = page.counts;
  var recounts = 0;
  var before = state.districts;
  var latest = null;
  var input = (id) => (
    /** @type {HTMLInputElement} */
    byId(id)
  );
  var hazardNow = () => (
    /** @type {Hazard | undefined} */
    hazards.all[state.hazard]
  );
  var radioOf = (value) => document.querySelector(
    /** @type {"input"} */
    `input[name=districts][value="${CSS.escape(value)}"]`
  );
  function checkPainting() {
    const radio = radioOf(state.districts);
    if (radio) radio.checked = true;
  }
  function onChange2(paint2, showCounts) {
    listeners2.push({ paint: paint2, showCounts });
  }
  var classesWritten = () => state.classes?.map((code) => String(tableOf(state).classes[code].low ?? "")) ?? null;
  function remember() {
    const hazard = hazardNow();
    const usual = posed(state.ask);
    const painting = hazard ? "outline" : usual.districts;
    const hidden = (of) => STATES2.filter((name) => !of[name]).join(",");
    write({
      ask: state.ask === "first" ? null : state.ask ?? "none",
      by: state.districts === painting ? null : state.districts,
      hazard: hazard ? hazard.name : usual.hazard >= 0 ? "" : null,
      period: hazard ? hazard.maps[state.map].return_period : null,
      year: state.year ?? (usual.year === null ? null : ""),
      in: state.district === null ? null : districts.data.id[state.district],
      hide: hidden(state) === hidden(usual) ? null : hidden(state),
      from: classesWritten(),
      ...written3(state.filter)
    });
  }
  function firstPainting() {
    return page.last === "ead_per_value" ? "ead_per_value" : page.painting;
  }
  var rarest = (hazard) => (hazards.all[hazard]?.maps.length ?? 1) - 1;
  function costed() {
    const hazard = data2.damage.findIndex((maps) => maps.at(-1));
    if (radioOf("ead") || hazard < 0) return { districts: radioOf("ead") ? "ead" : page.painting };
    return { hazard, map: rarest(hazard), districts: "outline" };
  }
  var PRESETS = {
    first: () => ({ districts: firstPainting() }),
    floods: () => {
      const shock = hazards.all.findIndex(({ kind }) => kind === "shock");
      const hazard = shock < 0 ? hazards.all.length - 1 : shock;
      return { hazard, map: Math.max(0, rarest(hazard)), districts: "outline", not_exposed: false };
    },
    cost: costed,
    change: () => {
      const projected = projectedFor(-1) ?? Number(Object.keys(data2.years)[0]);
      return {
        hazard: projectedFor(-1) === null ? projected : -1,
        year: yearsOf(projected).pop() ?? null,
        districts: "ead"
      };
    },
    unknown: () => ({ districts: radioOf("ead") ? "ead" : page.painting, exposed: false, not_exposed: false })
  };
  var TABS = { first: "focus", floods: "assets", cost: "assets", change: "focus", unknown: "assets" };
  var posed = (ask) => ({
    ...{ hazard: -1, map: 0, year: null, districts: page.painting },
    ...{ exposed: true, no_data: true, not_exposed: true, classes: null },
    ...ask ? PRESETS[ask]() : {}
  });
  var pose = (ask) => Object.assign(state, posed(ask), { ask });
  function recall() {
    const link3 = read();
    const ask = (
      /** @type {Ask} */
      link3.get("ask")
    );
    if (ask in PRESETS && canAnswer(ask)) pose(ask);
    else if (link3.get("ask") === "none") state.ask = null;
    if (link3.has("hazard")) {
      if (!link3.has("ask")) state.ask = null;
      state.hazard = hazards.all.findIndex(({ name }) => name === link3.get("hazard"));
      const hazard = hazardNow();
      if (hazard) {
        const place2 = hazard.maps.findIndex(({ return_period }) => String(return_period) === link3.get("period"));
        state.map = place2 < 0 ? hazard.maps.length - 1 : place2;
        state.districts = "outline";
      }
    }
    const year = Number(link3.get("year"));
    if (link3.has("year")) state.year = yearsOf(state.hazard).includes(year) ? year : null;
    const by = radioOf(link3.get("by") || "");
    if (by) state.districts = /** @type {Painting} */
    by.value;
    const district2 = districts.data.id.indexOf(link3.get("in") ?? "");
    if (district2 >= 0) {
      state.district = district2;
      districts.choose(district2);
    }
    Object.assign(state.filter, read2(link3));
    if (link3.has("hide") || !(ask in PRESETS)) {
      const hide = (link3.get("hide") || "").split(",");
      for (const name of STATES2) state[name] = !hide.includes(name);
    }
    const from = link3.getAll("from");
    const classes2 = tableOf(state).classes.flatMap(
      (entry, code) => entry.value === "exposed" && from.includes(String(entry.low ?? "")) ? [code] : []
    );
    if (classes2.length) state.classes = classes2;
  }
  function hazardName(hazard) {
    return say(hazard.kind === "stress" ? "map.kind.stress" : "map.kind.shock", {
      hazard: hazard.name,
      maps: say("map.maps", { count: hazard.maps.length })
    });
  }
  function fillHazards() {
    const select3 = byId("hazard");
    select3.replaceChildren(
      element("option", { value: "-1", word: "map.no_hazard" }),
      ...hazards.all.map((hazard, place2) => element("option", { value: place2, text: hazardName(hazard) }))
    );
    select3.value = String(state.hazard);
  }
  function fillYears() {
    const select3 = byId("year");
    const all4 = yearsOf(state.hazard);
    select3.hidden = all4.length === 0;
    select3.replaceChildren(
      element("option", { value: "", word: "map.year.mapped" }),
      ...all4.map((year) => element("option", { value: year, word: "map.year.of", values: { year: String(year) } }))
    );
    select3.value = state.year === null ? "" : String(state.year);
  }
  function labelPeriod(hazard) {
    const period = hazard.maps[state.map].return_period;
    const text = years(period);
    const slider = input("period");
    byId("period-word").hidden = !known(period);
    slider.max = String(hazard.maps.length - 1);
    slider.value = String(state.map);
    slider.setAttribute("aria-valuetext", text);
    byId("period-text").textContent = text;
  }
  function chip(text, clear) {
    const button = element("button", { type: "button", class: "chip" }, element("span", { text }));
    button.append(element("span", { "aria-hidden": "true", text: " ×" }));
    button.setAttribute("aria-label", say("map.clear", { what: text }));
    button.addEventListener("click", () => {
      clear();
      chosenTab().focus();
    });
    return button;
  }
  function labelOnly() {
    const filtered = inWords2(state);
    const chips = [
      ...state.district === null ? [] : [chip(districts.nameOf(state.district), () => chooseDistrict(null))],
      ...filtered ? [chip(filtered, clearFilter)] : []
    ];
    byId("only").hidden = chips.length === 0;
    byId("only").replaceChildren(...chips);
    byId("filter-none").hidden = !isFiltered(state);
  }
  function emptyFilter() {
    for (const name of Object.keys(state.filter)) delete state.filter[name];
    state.classes = null;
  }
  function clearFilter() {
    emptyFilter();
    changed();
  }
  function fillClasses() {
    const table3 = tableOf(state);
    const options = table3.classes.flatMap(
      (entry, code) => entry.value === "exposed" ? [{ code, text: classLabel(entry, table3), sign: sign2(entry) }] : []
    );
    byId("classes-word").textContent = say(
      state.hazard < 0 ? "map.filter.damage" : "map.filter.intensity",
      state.hazard < 0 ? {} : { measure: hazards.all[state.hazard].measure }
    );
    byId("filter-classes").parentElement.hidden = options.length < 2;
    boxes(
      "classes",
      options.length,
      () => options,
      state.classes ?? void 0,
      (codes) => {
        state.classes = codes ?? null;
        changed();
      }
    );
  }
  function label() {
    const hazard = hazardNow();
    byId("periods").hidden = hazard === void 0;
    byId("period").hidden = hazard === void 0 || hazard.maps.length < 2;
    if (hazard) labelPeriod(hazard);
    for (const name of STATES2) input(`show-${name}`).checked = state[name];
    for (const name of [...STATES2, "unusable"]) byId(`count-${name}`).textContent = number(counted2[name]);
    byId("unusable").hidden = counted2.unusable === 0;
    fill2(state.filter, changed);
    fillClasses();
    byId("drawn").hidden = isFiltered(state) || STATES2.some((name) => !state[name]);
    for (const button of document.querySelectorAll(
      /** @type {"button"} */
      "[data-ask]"
    ))
      button.setAttribute("aria-pressed", String(button.dataset.ask === state.ask));
    checkPainting();
    labelOnly();
    const painted2 = page.by === "ead" ? ["ead_per_value", "ead", "score"] : ["score", "assets_exposed"];
    for (const name of resilience ? [
      ...painted2,
      /** @type {Painting} */
      "share"
    ] : painted2) {
      const box3 = byId(`count-${name}`);
      box3.textContent = number(districts.count(name));
      box3.closest("label").hidden = districts.count(name) === 0;
    }
  }
  function announce(lead) {
    const { exposed, no_data, not_exposed } = counted2;
    byId("news").textContent = [lead, say("map.news", { exposed, no_data, not_exposed })].filter(Boolean).join(" ");
  }
  async function changed(lead = "") {
    remember();
    byId("hazard").setAttribute("value", String(state.hazard));
    byId("hazard").value = String(state.hazard);
    fillYears();
    listeners2.forEach(({ paint: paint2 }) => paint2(state));
    recounts += 1;
    const mine = recounts;
    const whole = wholeCounts(state);
    if (whole) count(whole, lead);
    const found = await figuresOf(state);
    if (mine !== recounts) return;
    latest = found;
    if (!whole) count(found.counts, lead);
    answer();
  }
  function answer() {
    if (!latest) return;
    draw5(state, latest);
    reach();
  }
  function count(counts2, lead) {
    counted2 = counts2;
    label();
    listeners2.forEach(({ showCounts }) => showCounts(state, counts2));
    announce(lead);
  }
  function showOnly(filter) {
    emptyFilter();
    Object.assign(state.filter, filter);
    state.district = null;
    districts.choose(null);
    changed();
  }
  function chooseDistrict(row2) {
    if (state.district === row2) return;
    state.district = row2;
    districts.choose(row2);
    changed();
  }
  function paintOneThing(hazard) {
    if (hazard && state.districts !== "outline") {
      before = state.districts;
      state.districts = "outline";
    } else if (!hazard && state.districts === "outline") state.districts = before;
    checkPainting();
  }
  function wire2() {
    for (const button of document.querySelectorAll(
      /** @type {"button"} */
      "[data-ask]"
    )) {
      button.addEventListener("click", () => {
        const ask = (
          /** @type {Ask} */
          button.dataset.ask
        );
        pose(ask);
        byId("panel").classList.add("asked");
        show2(TABS[ask]);
        write({ tab: null });
        changed();
      });
    }
    for (const radio of document.querySelectorAll(
      /** @type {"input"} */
      "input[name=districts]"
    )) {
      radio.addEventListener("change", () => {
        state.districts = /** @type {Painting} */
        radio.value;
        changed();
      });
    }
    for (const name of STATES2) {
      const box3 = input(`show-${name}`);
      box3.addEventListener("change", () => {
        state[name] = box3.checked;
        changed();
      });
    }
    const [hazard, period, year] = [input("hazard"), input("period"), input("year")];
    hazard.addEventListener("change", () => {
      state.hazard = Number(hazard.value);
      state.map = Math.max(0, rarest(state.hazard));
      state.year = null;
      state.classes = null;
      if (state.ask === "first" || state.ask === "change") state.ask = "floods";
      paintOneThing(state.hazard >= 0);
      changed();
    });
    period.addEventListener("input", () => {
      state.map = Number(period.value);
      state.year = null;
      changed();
    });
    year.addEventListener("change", () => {
      state.year = year.value === "" ? null : Number(year.value);
      if (state.year !== null) state.ask = "change";
      changed();
    });
    byId("filter-none").addEventListener("click", () => {
      clearFilter();
      document.querySelector(
        /** @type {"summary"} */
        "#filters summary"
      )?.focus();
    });
  }
  function start7() {
    recall();
    if (state.ask && !linked()) show2(TABS[state.ask]);
    fillHazards();
    start5(state.filter);
    byId("layer-hazards").hidden = hazards.all.length === 0;
    wire2();
    onChange(() => {
      fillHazards();
      fillYears();
      label();
      answer();
    });
  }
  async function reveal(index) {
    const hiding2 = await hiding(state, index);
    for (const name of hiding2.filters) delete state.filter[name];
    if (hiding2.state) state[hiding2.state] = true;
    if (hiding2.classes) state.classes = null;
    if (hiding2.filters.length || hiding2.state || hiding2.classes) changed(say("map.revealed"));
  }

  // table_view.js
  var ROW2 = 32;
  var TALLEST = 8e6;
  var AROUND = 8;
  async function columnsOf(state2) {
    const { hazard: place2, map } = state2;
    const hazard = hazards.all[place2];
    const table3 = tableOf(state2);
    const names2 = /* @__PURE__ */ new Map();
    const columns = [];
    const codes = await layer.codes(colourOf(state2), {});
    const numbers = async (name2, head, write3) => {
      const values = await layer.column(name2);
      columns.push({
        head,
        number: true,
        key: (index) => Number.isNaN(values[index]) ? null : values[index],
        text: (index) => Number.isNaN(values[index]) ? "–" : write3(values[index])
      });
    };
    const coded = async (name2) => {
      const all4 = data.filters[name2];
      if (!all4) return;
      const of = await codesOf(name2);
      const texts = all4.map((word) => {
        if (!known(word)) return say("number.not_known");
        return name2 === "district" ? districts.nameOfId(word) : labelled(name2, word);
      });
      const text = (index) => texts[of[index]];
      columns.push({ head: { word: `map.${name2}` }, number: false, text, key: text });
    };
    columns.push({
      head: { word: "map.asset" },
      number: false,
      key: null,
      text: (index) => names2.get(index) ?? "…"
    });
    await coded("asset_type");
    await coded("district");
    columns.push({
      head: { word: "map.table.state" },
      number: false,
      key: (index) => codes[index],
      text: (index) => say(`map.class.${table3.classes[Number(codes[index])].value}`)
    });
    if (hazard) {
      const values = { hazard: hazard.name, period: years(hazard.maps[map].return_period), measure: hazard.measure };
      const unit = (value) => `${number(value, 2)} ${hazard.unit}`;
      await numbers(`${place2}.${map}.intensity_max`, { word: "map.table.intensity", values }, unit);
      if (data2.damage[place2][map] && !withoutDamage)
        await numbers(`${place2}.${map}.damage`, { word: "map.table.damage", values }, money);
      if (data2.ead[place2]) await numbers(`${place2}.ead`, { word: "map.table.ead_mapped", values }, money);
    } else if (data2.total) await numbers(data2.total, asMapped("map.ead_short"), money);
    if (ofYear(state2)) await numbers(`${projectedFor(place2)}.y${state2.year}.ead`, yearWord(state2), money);
    await coded("owner");
    const [name, ...others] = columns;
    return matchMedia("(max-width: 600px)").matches ? [name, ...others.sort((one, other) => Number(other.number) - Number(one.number))] : columns;
  }
  function sorted(rows, key, down) {
    const keys = rows.map(key);
    const texts = [...new Set(keys)].filter((value) => typeof value === "string");
    texts.sort(new Intl.Collator(language(), { numeric: true }).compare);
    const ranks = new Map(texts.map((text, rank) => [text, rank]));
    const figures2 = Float64Array.from(keys, (value) => {
      if (!known(value)) return Number.POSITIVE_INFINITY;
      const figure = typeof value === "string" ? Number(ranks.get(value)) : value;
      return down ? -figure : figure;
    });
    const places = Uint32Array.from(rows.keys()).sort((one, other) => figures2[one] - figures2[other] || one - other);
    return Array.from(places, (place2) => rows[place2]);
  }
  function start8(state2, open3) {
    const view2 = byId("table-view");
    const body = element("div", { class: "rows", role: "rowgroup" });
    const space = element("div", { class: "space" });
    const scroll = element("div", { class: "scroll", tabindex: "0" });
    const head = element("div", { class: "heads", role: "row" });
    const title = element("h2", { id: "table-head" });
    const close2 = element("button", { type: "button", class: "plain", id: "close-table", word: "map.table.close" });
    const grid = element("div", { role: "table", "aria-labelledby": "table-head" });
    let columns = [];
    let rows = [];
    let order = [];
    let chosen3 = 0;
    let down = true;
    let asked3 = 0;
    const inSight = () => Math.ceil(scroll.clientHeight / ROW2) + 1;
    const height = () => Math.min(rows.length * ROW2, TALLEST);
    function first2() {
      const room2 = height() - scroll.clientHeight;
      const last = Math.max(0, rows.length - Math.floor(scroll.clientHeight / ROW2));
      return room2 <= 0 ? 0 : Math.min(last, Math.round(scroll.scrollTop / room2 * last));
    }
    function line3(index, place2) {
      const cells = columns.map(({ text, number: number3 }, at) => {
        const cell2 = element("div", { role: at ? "cell" : "rowheader", class: number3 ? "number" : "" });
        if (at) cell2.textContent = text(index);
        else {
          const go = element("button", { type: "button", class: "go", text: text(index) });
          go.addEventListener("click", () => {
            hide();
            open3(index);
          });
          cell2.append(go);
        }
        return cell2;
      });
      return element("div", { role: "row", "aria-rowindex": place2 + 2 }, ...cells);
    }
    async function draw7() {
      asked3 += 1;
      const mine = asked3;
      const from = Math.max(0, first2() - AROUND);
      const part2 = order.slice(from, first2() + inSight() + AROUND);
      const found = await layer.labels(part2);
      if (mine !== asked3 || view2.hidden) return;
      columns[0].text = (index) => found[part2.indexOf(index)] ?? "–";
      body.replaceChildren(...part2.map((index, place2) => line3(index, from + place2)));
      body.style.transform = `translateY(${Math.max(0, scroll.scrollTop - (first2() - from) * ROW2)}px)`;
    }
    async function sort() {
      const column = columns[chosen3];
      if (!column.key) {
        const names2 = await layer.labels(rows);
        const byIndex = new Map(rows.map((index, place2) => [index, names2[place2]]));
        column.key = (index) => byIndex.get(index) ?? null;
        if (column !== columns[chosen3]) return;
      }
      order = sorted(rows, column.key, down);
      [...head.children].forEach((cell2, place2) => {
        cell2.setAttribute("aria-sort", place2 !== chosen3 ? "none" : down ? "descending" : "ascending");
      });
      scroll.scrollTop = 0;
      return draw7();
    }
    function fillHeads() {
      head.replaceChildren(
        ...columns.map(({ head: sentence, number: number3 }, place2) => {
          const text = element("span", { text: written(sentence) });
          const cell2 = element("div", { role: "columnheader", class: number3 ? "number" : "" });
          const button = element(
            "button",
            { type: "button", class: "sort" },
            text,
            element("span", { class: "arrow", "aria-hidden": "true" })
          );
          button.addEventListener("click", () => {
            down = place2 === chosen3 ? !down : number3;
            chosen3 = place2;
            sort();
          });
          cell2.append(button);
          return cell2;
        })
      );
    }
    async function fill3() {
      if (view2.hidden) return;
      title.textContent = say("map.table.loading");
      columns = await columnsOf(state2);
      rows = await indexes(state2);
      if (view2.hidden) return;
      chosen3 = columns.reduce((best, { number: number3 }, place2) => number3 ? place2 : best, 1);
      down = columns[chosen3].number;
      grid.setAttribute("aria-rowcount", String(rows.length + 1));
      const widths = columns.map(({ number: number3 }, at) => at ? number3 ? 118 : 104 : 160);
      grid.style.setProperty("--columns", widths.map((width) => `minmax(${width}px, ${width}fr)`).join(" "));
      grid.style.setProperty("--least", `${widths.reduce((sum2, width) => sum2 + width, 0)}px`);
      space.style.height = `${height()}px`;
      title.textContent = say("map.table.title", { count: rows.length });
      fillHeads();
      await sort();
    }
    function hide() {
      view2.hidden = true;
      asked3 += 1;
      byId("open-table").focus();
    }
    space.append(body);
    grid.append(head, space);
    scroll.append(grid);
    view2.append(
      element(
        "div",
        { class: "bar" },
        title,
        ...page.exercise.length ? [element("em", { class: "tag", word: "map.status.exercise" })] : [],
        close2
      ),
      scroll
    );
    scroll.addEventListener("scroll", draw7, { passive: true });
    window.addEventListener("resize", () => {
      if (!view2.hidden) draw7();
    });
    close2.addEventListener("click", hide);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !view2.hidden) hide();
    });
    byId("open-table").addEventListener("click", () => {
      view2.hidden = false;
      fill3();
      close2.focus();
    });
    onChange(fill3);
    return fill3;
  }

  // view.js
  var calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  findMarkerPicture();
  function room(map) {
    const narrow2 = isNarrow();
    const legend = byId("legend");
    const left = !narrow2 && legend.open ? legend.offsetLeft + legend.offsetWidth + 14 : 62;
    const [edge, frame] = [10, 44];
    const titles = document.getElementById("other-titles");
    const top = Math.max(58, titles ? titles.offsetTop + titles.offsetHeight + 4 : 0);
    const { x: width, y: height } = map.getSize();
    const foot = narrow2 && !legend.open && height > 420 ? map.getContainer().getBoundingClientRect().bottom - legend.getBoundingClientRect().top + edge : edge;
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
    for (const part2 of box3.querySelectorAll(
      /** @type {"div"} */
      ".leaflet-popup-scrolled"
    )) part2.tabIndex = 0;
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
  function fitCity(map, opening) {
    const box3 = L.latLngBounds(page.bounds);
    const room2 = { paddingTopLeft: [12, 12], paddingBottomRight: [12 + covered(), 12], animate: false };
    map.fitBounds(box3, room2);
    map.setMaxBounds(map.getBounds().pad(3));
    map.setMinZoom(Math.max(1, map.getZoom() - 2));
    const view2 = view();
    if (view2) map.setView([view2.lat, view2.lng], view2.zoom, { animate: false });
    else if (opening) map.fitBounds(opening, room2);
    map.options.zoomSnap = 1;
  }
  function beCalm(map) {
    map.options.inertia = false;
    map._zoomAnimated = false;
    map._fadeAnimated = false;
    map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  }
  function viewOf(map, assets3, content) {
    let opened3 = null;
    let returnTo = null;
    let asked3 = 0;
    let surrounded = Promise.resolve();
    function openPopup(build, place2, from) {
      map.closePopup();
      opened3 = build;
      returnTo = from || null;
      const box3 = labelPopup(L.popup(room(map)).setLatLng(place2).setContent(build()).openOn(map));
      if (from) {
        box3.tabIndex = -1;
        box3.focus();
      }
    }
    function openAsset(index, place2, from) {
      asked3 += 1;
      const mine = asked3;
      const show4 = (build) => {
        if (mine === asked3) openPopup(build, place2, from);
      };
      assets3.attributes(index).then(
        (figures2) => show4(() => content.asset(figures2)),
        () => show4(() => element("p", { word: "map.layer.no_figures" }))
      );
    }
    function choose3(row2) {
      districts.choose(row2);
      content.choose?.(row2);
    }
    function openDistrict(row2, place2, from) {
      asked3 += 1;
      content.choose?.(row2);
      openPopup(() => content.district(districts.figures(row2)), place2, from);
    }
    function flyTo(bounds2, maxZoom, then) {
      const options = {
        maxZoom: Math.max(maxZoom, map.getMinZoom()),
        paddingTopLeft: [30, 30],
        paddingBottomRight: [30 + covered(), 30]
      };
      asked3 += 1;
      const mine = asked3;
      close();
      map.invalidateSize({ pan: false, animate: false });
      const end = calm ? "moveend" : "zoomend";
      const leave = () => map.off(end, arrive);
      const arrive = () => {
        map.off("dragstart", leave);
        queueMicrotask(() => {
          if (mine === asked3) then();
        });
      };
      map.once(end, arrive);
      map.once("dragstart", leave);
      if (calm) map.fitBounds(bounds2, { ...options, animate: false });
      else map.flyToBounds(bounds2, { ...options, duration: 0.6 });
    }
    function goToDistrict(row2, from) {
      const bounds2 = districts.bounds(row2);
      choose3(row2);
      flyTo(bounds2, 16, () => openDistrict(row2, bounds2.getCenter(), from));
    }
    async function goToAsset(index, from) {
      await content.reveal(index);
      const box3 = await assets3.bounds(index);
      if (box3) flyTo(box3, 17, () => openAsset(index, box3.getCenter(), from));
      else openAsset(index, map.getCenter(), from);
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
      const row2 = districts.at(map, place2);
      choose3(row2);
      if (row2 !== null) openDistrict(row2, place2);
    }
    function wireMap() {
      map.on("popupclose", () => {
        opened3 = null;
        if (returnTo) (returnTo.offsetParent === null ? chosenTab() : returnTo).focus();
        returnTo = null;
      });
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") map.closePopup();
      });
      map.on("moveend", () => {
        const { lat, lng } = map.getCenter();
        write({ view: [lat.toFixed(5), lng.toFixed(5), map.getZoom()].join(",") });
      });
    }
    function refreshPopup() {
      const popup = map._popup;
      if (!opened3 || !popup) return;
      popup.setContent(opened3());
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
        draw();
        redraw();
        labelZoom(zoom);
        refreshPopup();
      });
    }
    function start10(draw7, redraw, opening) {
      document.documentElement.classList.add("live");
      if (calm) beCalm(map);
      start2();
      const zoom = L.control.zoom({ position: "topleft" }).addTo(map);
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
      map.invalidateSize();
      fitCity(map, opening);
      surrounded = drawContext(map);
      draw7();
      hover(map, assets3, content.shareOf);
      if (page.exercise.length) exerciseMark(map);
      new ResizeObserver(() => map.invalidateSize({ pan: false, animate: false })).observe(map.getContainer());
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
      start: start10,
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

  // map.js
  function start9(map) {
    const view2 = viewOf(map, assets, {
      asset: assetPopup,
      district: (figures2) => {
        const box3 = district(figures2);
        const given = { state, open: goTo, grown, missing: resilience?.missing ?? (() => []) };
        return complete(resilience ? resilience.district(box3, figures2) : box3, figures2, given);
      },
      reveal,
      shareOf: (row2) => resilience?.shareOf(row2) ?? "",
      choose: chooseDistrict
    });
    function grown() {
      map._popup?.update();
    }
    function goTo(index) {
      view2.goToAsset(index);
    }
    function signFirst(place2, otherwise) {
      const row2 = resilience?.at(map, place2) ?? circles?.at(place2) ?? null;
      if (row2 === null) {
        otherwise();
        return;
      }
      districts.choose(row2);
      view2.openDistrict(row2, place2);
    }
    let circles = null;
    function draw7() {
      districts.draw(map);
      hazards.draw(map);
      resilience?.draw(map);
      draw2(
        map,
        (index, place2) => signFirst(place2, () => view2.openAsset(index, place2)),
        (place2) => signFirst(place2, () => view2.clickOutsideAssets(place2))
      );
      circles = circlesOf(map, "assets", { isSigned: resilience?.isSigned, changed: drawLegend });
    }
    function drawLegend() {
      const hasIcons = map.getZoom() >= ICONS_FROM;
      draw6(state, { circled: Boolean(circles?.count()), hasIcons });
    }
    function refresh(state2) {
      const ead = eadByDistrict(comparedWith(state2, stateOf2(state2)));
      districts.paint(map, state2.districts, ead);
      hazards.show(map, state2.hazard, state2.map);
      show(state2);
      circles?.show(state2);
    }
    let before2 = map.getZoom();
    map.on("zoomend", () => {
      const now = map.getZoom();
      if (before2 >= ICONS_FROM !== now >= ICONS_FROM) drawLegend();
      before2 = now;
    });
    view2.start(draw7, drawLegend);
    start7();
    resilience?.start(map, changed);
    const listAssets = start(view2);
    start4(
      assets,
      view2,
      async (index) => {
        const { filters, state: state2, classes: classes2 } = await hiding(state, index);
        return filters.length > 0 || state2 !== null || classes2;
      },
      (codes) => {
        map.closePopup();
        showOnly(codes);
      }
    );
    onChange2(refresh, drawLegend);
    onChange2(
      (state2) => listAssets(state2),
      () => {
      }
    );
    const compared = () => {
      refresh(state);
      drawLegend();
    };
    onChange2(start6(map, state, chooseDistrict, compared), () => {
    });
    onChange2(start8(state, view2.goToAsset), () => {
    });
    start3(map, {
      table: () => table2(state),
      list: (most) => forPaper(listShown(), most),
      lengthen: (whole) => listAssets(state, whole ? MOST_ON_PAPER : null),
      second: forPicture
    });
    speak(language2());
    changed();
    view2.markReady();
  }
  globalThis.inventory = { start: withBrowser(start9) };
})();
