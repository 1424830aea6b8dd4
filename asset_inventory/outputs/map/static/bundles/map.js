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
    const box2 = (
      /** @type {HTMLElement} */
      find(name)
    );
    const value = JSON.parse(box2.textContent);
    box2.remove();
    return value;
  }
  var page = block("page");

  // sentences.js
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
      return new Intl.NumberFormat(language3(), { ...digits, roundingMode: "halfEven" }).format(Number(value));
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
    const scaled = (value) => new Intl.NumberFormat(language3(), { maximumFractionDigits: 1, roundingMode: "halfEven" }).format(value);
    function money2(value) {
      if (isMissing(value)) return say2("number.not_known");
      const amount = Number(value);
      const symbol = symbols[language3()];
      const lead = (amount < 0 ? "-" : "") + symbol + (symbol.length > 2 ? " " : "");
      const size = Math.abs(amount);
      if (size >= 1e12) return `${lead}${scaled(size / 1e12)} ${say2("number.trillion")}`;
      if (size >= 1e9) return `${lead}${scaled(size / 1e9)} ${say2("number.billion")}`;
      if (size >= 1e6) return `${lead}${scaled(size / 1e6)} ${say2("number.million")}`;
      return lead + number3(size, 0);
    }
    function date2(text) {
      if (!text) return say2("number.not_known");
      const locale = language3() === "en" ? "en-GB" : language3();
      return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
        /* @__PURE__ */ new Date(`${text}T00:00:00Z`)
      );
    }
    const signed = (value, write2) => (value > 0 ? "+" : "") + write2(value);
    function written4(value) {
      if (typeof value === "number") return number3(value);
      if (value === null || typeof value !== "object" || Array.isArray(value)) return String(value);
      if ("money" in value) return money2(value.money);
      if ("percent" in value) return percent2(value.percent);
      if ("change" in value) return signed(value.change, number3);
      if ("money_change" in value) return signed(value.money_change, money2).replace("-", "−");
      if ("word" in value) return say2(value.word, value.values);
      return date2(value.date);
    }
    function named(kind, value) {
      if (Array.isArray(value)) return value.map((part2) => named(kind, part2)).join(", ");
      return typeof value === "string" ? labelled2(kind, value) : written4(value);
    }
    function say2(key, values = {}) {
      const forms = catalogues2[language3()][key];
      if (forms === void 0) throw new Error(`no word for ${key}`);
      const many = forms.length > 1 && typeof values.count === "number" && new Intl.PluralRules(language3()).select(values.count) !== "one";
      return forms[many ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => named(name, values[name]));
    }
    function term2(family, text) {
      const key = `${family}${text.replaceAll(" ", "_")}`;
      return key in catalogues2[language3()] ? say2(key) : text;
    }
    return { say: say2, term: term2, labelled: labelled2, number: number3, percent: percent2, money: money2, date: date2, written: written4 };
  }

  // words.js
  var catalogues = block("words");
  var labels = block("labels");
  var listeners = [];
  var chosen = page.language;
  var language = () => chosen;
  var languages = Object.keys(catalogues);
  var spoken = sentencesOf(catalogues, page.symbols, language, labels);
  var { say, term, labelled, number, percent, money, date, written } = spoken;
  var sayIn = (language3, key) => sentencesOf(catalogues, page.symbols, () => language3).say(key);
  function onChange(listener) {
    listeners.push(listener);
  }
  var all = (selector) => document.querySelectorAll(selector);
  function relabel() {
    for (const box2 of all("[data-word]")) {
      box2.textContent = say(String(box2.dataset.word), JSON.parse(box2.dataset.values || "{}"));
    }
    for (const box2 of all("[data-names]")) {
      const names2 = (
        /** @type {string[]} */
        JSON.parse(String(box2.dataset.names))
      );
      box2.textContent = [...new Set(names2.map((name) => labelled(String(box2.dataset.kind), name)))].join(", ");
    }
    for (const box2 of all("[data-word-label]")) box2.setAttribute("aria-label", say(String(box2.dataset.wordLabel)));
    for (const box2 of all("[data-word-hint]")) box2.setAttribute("placeholder", say(String(box2.dataset.wordHint)));
  }
  function speak(language3) {
    chosen = language3;
    document.documentElement.lang = language3;
    document.title = written(page.title);
    relabel();
    listeners.forEach((listener) => listener());
  }
  function element(tag, options = {}, ...children) {
    const box2 = document.createElement(tag);
    const { text, word, values, ...attributes } = options;
    if (text !== void 0) box2.textContent = text;
    if (word !== void 0) {
      box2.dataset.word = word;
      if (values !== void 0) box2.dataset.values = JSON.stringify(values);
      box2.textContent = say(word, values);
    }
    for (const [name, value] of Object.entries(attributes)) box2.setAttribute(name, String(value));
    box2.append(...children);
    return box2;
  }

  // address.js
  var read = () => new URLSearchParams(location.hash.slice(1));
  function write(changes) {
    const parts = read();
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) parts.delete(name);
      else parts.set(name, String(value));
    }
    try {
      history.replaceState(null, "", `#${parts}`);
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
    const parts = [publisher, date2 ? date(date2) : say("map.about.undated"), licence];
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
      element("strong", { word: "map.about.price", values: rule2 }),
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
    const named = (name) => about.prices.find((price2) => price2.asset_type === name);
    const price = named(type) || named("*");
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
  var Exercise = class extends L.GridLayer {
    createTile() {
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const size = this.getTileSize();
      const tile = canvasOf(size.x * ratio, size.y * ratio);
      const brush = brushOf(tile);
      brush.scale(ratio, ratio);
      brush.translate(size.x / 2, size.y / 2);
      brush.rotate(-Math.PI / 7);
      brush.font = "700 21px system-ui, sans-serif";
      brush.textAlign = "center";
      brush.lineWidth = 3;
      brush.strokeStyle = "rgba(255, 255, 255, 0.45)";
      brush.fillStyle = "rgba(122, 20, 32, 0.5)";
      const text = say("map.exercise_mark");
      brush.strokeText(text, 0, 0);
      brush.fillText(text, 0, 0);
      return tile;
    }
  };
  function exerciseMark(map) {
    const pane = map.createPane("exercise");
    pane.style.zIndex = "460";
    pane.style.pointerEvents = "none";
    return new Exercise({ pane: "exercise", updateWhenZooming: false, keepBuffer: 1 }).addTo(map);
  }
  function findMarkerPicture() {
    const box2 = document.body.appendChild(element("div", { class: "leaflet-default-icon-path" }));
    const iconUrl = getComputedStyle(box2).backgroundImage.replace(/^url\("(.+)"\)$/, "$1");
    box2.remove();
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: "" });
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
  function cut(list3, lengths) {
    let start8 = 0;
    return lengths?.map((length) => {
      start8 += length;
      return list3.slice(start8 - length, start8);
    });
  }
  function unpack(packed) {
    const parts = [];
    for (const [kind, shapes] of Object.entries(packed)) {
      const points = coordinates(shapes.xy);
      const lines = cut(points, shapes.rings);
      const at = (lines && cut(lines, shapes.parts)) ?? lines ?? points;
      shapes.rows.forEach((row2, place) => {
        parts.push(
          /** @type {Part} */
          { row: row2, kind: (
            /** @type {Kind} */
            kind
          ), at: at[place] }
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
    const box2 = Object.assign(element("div", { class: "hatched" }), { mask });
    mask.src = address(png);
    box2.style.maskImage = `url(${address(png)})`;
    box2.style.webkitMaskImage = box2.style.maskImage;
    return box2;
  }
  function hazardsOf(all3, pane, lead = "") {
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
    function draw4(map) {
      map.createPane(pane).style.zIndex = "420";
      renderer = new Renderer({ pane, padding: 0.3 });
    }
    function show3(map, hazard, place) {
      shown3.forEach((layer2) => layer2.remove());
      shown3 = hazard < 0 ? [] : layersOf(hazard, place);
      shown3.forEach((layer2) => layer2.addTo(map));
    }
    return { all: all3, draw: draw4, show: show3 };
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
    const list3 = element("dl", { class: "facts" });
    for (const [term2, value] of rows) {
      const { word, values } = typeof term2 === "string" ? { word: term2, values: void 0 } : term2;
      list3.append(element("dt", { word, values }), element("dd", { text: value ?? notKnown() }));
    }
    return list3;
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
  function bounds(low2, high) {
    if (!known(low2)) return notKnown();
    if (!known(high)) return say("map.at_least", { low: { money: low2 } });
    return say("map.low_to_high", { low: { money: low2 }, high: { money: high } });
  }
  function boundsOfAll(ead, low2, high) {
    const range = bounds(low2, high);
    return known(ead) && known(low2) && ead < low2 ? say("map.bounds_of_more", { bounds: range }) : range;
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
  function estimated(count) {
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
    return `${name}: ${count < 0 ? say("map.people_rule.few") : estimated(count)}`;
  }
  var rankOf = (rank, assets3) => `${number(rank)} (${say("map.assets_of", { count: assets3 })})`;
  function notRanked({ not_ranked: reason, assets: assets3 }) {
    return reason ? `${term("map.not_ranked.", reason)} (${say("map.assets_of", { count: assets3 })})` : "–";
  }
  function district(area) {
    const box2 = element("article", { class: "popup" }, element("h2", { text: area.name }));
    const parent = known(area.parent) ? [["map.parent", area.parent]] : [];
    const leaving = area.displaced?.length ? [["map.displaced", area.displaced.map(displaced).join("; ")]] : [];
    box2.append(
      facts([
        ...parent,
        [page.rank ?? "map.rank", known(area.rank) ? rankOf(area.rank, area.assets) : notRanked(area)],
        [asMapped("map.ead"), money(area.ead)],
        ["map.bounds", boundsOfAll(area.ead, area.ead_low, area.ead_high)],
        ["map.ead_per_value", percent(area.ead_per_value)],
        ["map.assets_exposed", say("map.of", { part: area.assets_exposed, whole: area.assets })],
        ["map.assets_without_figure", number(area.assets_without_figure)],
        ["map.people_exposed", people(area)],
        ...leaving,
        ["map.score", number(area.score, 2)],
        ["map.data_status", status(area.data_status)]
      ])
    );
    if (area.file) {
      const href = `${area.file.split("/").map(encodeURIComponent).join("/")}#lang=${language()}`;
      box2.append(element("p", {}, element("a", { href, word: "map.open_district", values: { count: area.assets } })));
    }
    return box2;
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
  function underMap(place, intersections) {
    const { unit, maps, priced } = hazards.all[place];
    const rows = intersections.map(({ share: share2, intensity: intensity2, curve }) => [
      percent(share2),
      known(intensity2) ? `${number(intensity2, 2)} ${unit}` : notKnown(),
      priced ? number(curve, 3) : say("map.not_priced")
    ]);
    const box2 = element(
      "div",
      {},
      element("h4", { text: years(maps[intersections[0].map].return_period) }),
      table(["map.breakdown.share", "map.intensity", "map.breakdown.fraction"], rows)
    );
    const more = intersections[0].of - intersections.length;
    if (more) box2.append(element("p", { class: "quiet", word: "map.breakdown.more", values: { count: more } }));
    return box2;
  }
  function underHazard(place, intersections, type) {
    const { name } = hazards.all[place];
    const parts = [element("h3", { text: labelled("hazard", name) })];
    const curve = curves.get(JSON.stringify([name, type]));
    if (curve) parts.push(element("p", { word: "map.breakdown.curve", values: { curve } }));
    for (const map of new Set(intersections.map((intersection) => intersection.map)))
      parts.push(
        underMap(
          place,
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
    for (const place of new Set(intersections.map((intersection) => intersection.hazard))) {
      fold.append(
        ...underHazard(
          place,
          intersections.filter((intersection) => intersection.hazard === place),
          type
        )
      );
    }
    return [fold];
  }

  // districts.js
  var OUTLINE = { weight: 1, color: "#374151", opacity: 1 };
  function districtsOf(data2, pane) {
    const layers2 = data2.id.map(() => []);
    const byId2 = new Map(data2.id.map((id, row2) => [id, row2]));
    let painting = "ead";
    let chosen3 = null;
    const byName = data2;
    const column = (name) => byName[name];
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
    function nameOf2(row2) {
      if (data2.id[row2] === page.outside) return say("map.outside_districts");
      return data2.name[row2] || data2.id[row2];
    }
    function figures2(row2) {
      const district2 = Object.fromEntries(
        Object.entries(data2).filter(([, column2]) => Array.isArray(column2)).map(([name, column2]) => [name, column2[row2]])
      );
      return {
        ...district2,
        name: nameOf2(row2),
        people_rule: wordOf(data2.people_rule, row2),
        not_ranked: wordOf(data2.not_ranked, row2),
        data_status: wordOf(data2.data_status, row2)
      };
    }
    function draw4(map) {
      map.createPane(pane).style.zIndex = "400";
      const renderer = new Renderer({ pane, padding: 0.3 });
      for (const { row: row2, at: at2 } of polygons(data2.shapes)) {
        layers2[row2].push(L.polygon(at2, { pane, renderer, interactive: false, ...style(row2) }).addTo(map));
      }
    }
    function paint2(map, name) {
      painting = name;
      repaint();
      map.getPane(pane).style.zIndex = name === "outline" ? "430" : "400";
    }
    function choose2(row2) {
      chosen3 = row2;
      repaint();
      if (row2 !== null) layers2[row2].forEach((part2) => part2.bringToFront());
    }
    function at(map, place) {
      const point = map.latLngToLayerPoint(place);
      const row2 = layers2.findIndex((parts) => parts.some((part2) => part2._pxBounds && part2._containsPoint(point)));
      return row2 < 0 ? null : row2;
    }
    function bounds2(row2) {
      const box2 = L.latLngBounds([]);
      layers2[row2].forEach((part2) => box2.extend(part2.getBounds()));
      return box2;
    }
    function nameOfId(id) {
      const row2 = byId2.get(id);
      return row2 === void 0 ? id : nameOf2(row2);
    }
    const count = (name) => column(name).filter(known).length;
    return {
      data: data2,
      draw: draw4,
      paint: paint2,
      choose: choose2,
      at,
      bounds: bounds2,
      nameOf: nameOf2,
      nameOfId,
      figures: figures2,
      painting: () => painting,
      count
    };
  }
  var districts = districtsOf(block("districts"), "districts");

  // assets.js
  var data = block("assets");
  var STATES = ["exposed", "no_data", "not_exposed", "unusable"];
  var layer = assetsOnMap.layer(data.layer);
  var hiddenOf = hiddenIn(data.hidden);
  var withoutDamage = data.left_out.includes("damage");
  var colour = "any";
  function figures(values) {
    const maps = [];
    const ead = [];
    const stresses = [];
    hazards.all.forEach((hazard, place) => {
      hazard.maps.forEach(({ return_period }, number3) => {
        const of3 = (name) => values[`${place}.${number3}.${name}`];
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
      const of2 = (name) => values[`${place}.${name}`];
      if (hazard.days && maps.some((map) => map.hazard === hazard.name)) {
        stresses.push({
          hazard: hazard.name,
          disruption_days: of2("disruption_days"),
          annual_damage: of2("annual_damage")
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
  function passing(filter) {
    const codes = {};
    for (const [name, code] of Object.entries(filter)) {
      codes[name] = [code & 255];
      if (data.filters[name].length > 256) codes[`${name}-high`] = [code >> 8];
    }
    return codes;
  }
  var tableOf = ({ hazard }) => classes(hazard < 0 ? "assets" : `assets-${hazard}`);
  var stateOf = (state2, code) => String(tableOf(state2).classes[code].value);
  var drawnState = ({ value }) => value === "exposed" || value === "no_data" || value === "not_exposed" ? value : null;
  var isWanted = (state2, { value }, code) => value !== "exposed" || !state2.classes || state2.classes.includes(code);
  var codesThat = (state2, stays) => ({
    ...passing(state2.filter),
    [colourOf(state2)]: tableOf(state2).classes.flatMap((entry, code) => stays(entry, code) ? [code] : [])
  });
  var shown = (state2) => codesThat(state2, (entry, code) => {
    const own = drawnState(entry);
    return own !== null && state2[own] && isWanted(state2, entry, code);
  });
  var isFiltered = ({ filter, classes: classes2 }) => classes2 !== null || Object.keys(filter).length > 0;
  function show(state2) {
    const wanted = colourOf(state2);
    if (wanted !== colour) layer.setColour(wanted);
    colour = wanted;
    return layer.setFilter(shown(state2));
  }
  async function hiding(state2, index) {
    const codes = await layer.classes(index) ?? {};
    const codeOf = (name) => codes[name] + 256 * (codes[`${name}-high`] || 0);
    const code = codes[colourOf(state2)];
    const entry = tableOf(state2).classes[code];
    const own = drawnState(entry);
    return {
      filters: Object.keys(state2.filter).filter((name) => codeOf(name) !== state2.filter[name]),
      state: own !== null && !state2[own] ? own : null,
      classes: !isWanted(state2, entry, code)
    };
  }
  async function classCounts(state2) {
    const counted3 = await layer.counts(colourOf(state2), passing(state2.filter));
    return counted3.slice(0, tableOf(state2).classes.length);
  }
  async function counts(state2) {
    const byState = Object.fromEntries(["assets", ...STATES].map((name) => [name, 0]));
    for (const [code, count] of (await classCounts(state2)).entries()) {
      if (!isWanted(state2, tableOf(state2).classes[code], code)) continue;
      byState[stateOf(state2, code)] += count;
      byState.assets += count;
    }
    return byState;
  }
  var states = async (state2) => (await layer.codes(colourOf(state2), shown(state2))).map((code) => code === null ? void 0 : stateOf(state2, code));
  async function ranked(state2, order) {
    if (!isFiltered(state2) && state2.exposed && state2.no_data && state2.not_exposed) return null;
    const codes = await layer.codes(colourOf(state2), shown(state2));
    const first = new Set(order);
    return [...order, ...codes.keys()].filter(
      (index, place) => codes[index] !== null && (place < order.length || !first.has(index))
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
    search: (text, limit) => layer.search(text, limit),
    at: (place) => layer.at(place),
    bounds: (index) => layer.bounds(index),
    attributes: async (index) => ({
      ...figures(await layer.attributes(index)),
      intersections: await intersectionsOf(index)
    })
  };

  // asset_popup.js
  function priceRow({ value_rule, asset_type, hidden }) {
    const unpriced = ["map.value_rule.field", "number.not_known"].includes(page.rules[value_rule]);
    const text = unpriced || hidden.includes("value") ? null : priceOf(asset_type);
    return text ? [["map.price", text]] : [];
  }
  function intensity({ hazard, intensity_mean: mean, intensity_max: greatest }) {
    if (!known(mean)) return notKnown();
    const { unit } = hazardOf(hazard);
    const [usual, highest] = [number(mean, 2), number(greatest, 2)];
    return usual === highest ? `${usual} ${unit}` : say("map.mean_and_most", { mean: usual, most: highest, unit });
  }
  function damage({ hazard: name, damage_ratio: ratio, damage: amount }, hidden) {
    const hazard = hazardOf(name);
    if (!hazard.priced) return say(hazard.by_year ? "map.priced_by_year" : "map.not_priced");
    if (!known(ratio)) return notKnown();
    if (hidden.includes("damage")) return percent(ratio);
    return `${percent(ratio)} = ${money(amount)}`;
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
  function hazardPart(name, asset) {
    const parts = [element("h3", { text: labelled("hazard", name) })];
    const annual = asset.ead.find(({ hazard }) => hazard === name);
    if (annual && !asset.hidden.includes("ead")) {
      parts.push(
        facts([
          [asMapped("map.ead", hazardOf(name).terrain), money(annual.ead)],
          ["map.bounds", bounds(annual.ead_low, annual.ead_high)],
          ["map.rule", say("map.rule.from_maps", { rule: rule(annual.rule), count: hazardOf(name).rests_on })]
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
    const box2 = element("article", { class: "popup" }, element("h2", { text: asset.name || asset.id }));
    box2.append(
      shownFacts(
        [
          ["map.asset_id", asset.id],
          ["map.asset_type", labelled("asset_type", asset.asset_type)],
          ["map.owner", asset.owner],
          ["map.district", asset.districtName],
          ["map.value", known(asset.value) ? `${money(asset.value)} (${rule(asset.value_rule)})` : null],
          ...priceRow(asset),
          ["map.data_status", status(asset.data_status)]
        ],
        asset.hidden
      )
    );
    const touching = hazards.all.map((hazard) => hazard.name).filter((name) => asset.maps.some((map) => map.hazard === name));
    for (const name of touching) box2.append(...hazardPart(name, asset));
    box2.append(...jointPart(asset));
    if (touching.length && withoutDamage) box2.append(element("p", { class: "quiet", word: "map.less.popup" }));
    if (!touching.length) box2.append(element("p", { word: "map.touched_by_none" }));
    box2.append(...part(asset));
    return box2;
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
    const [place, ...rest] = name.split(".");
    const hazard = hazards2[Number(place)];
    if (!hazard || !rest.length) return name;
    const period = rest.length > 1 ? hazard.maps[Number(rest[0])].return_period : null;
    return [hazard.name, period, rest[rest.length - 1]].filter((part2) => part2 !== null).join(" ");
  }
  async function table2(state2) {
    const states2 = await states(state2);
    const lines = [];
    for (let number3 = 0; number3 * GROUP < states2.length; number3 += 1) {
      const first = number3 * GROUP;
      const group = await layer.group(number3);
      const names2 = Object.keys(group);
      if (!lines.length) lines.push([...names2.map((name) => heading(name, hazards.all)), "state"].map(cell).join(","));
      if (page.exercise.length && group.data_status) group.data_status = group.data_status.map(() => "exercise");
      const size = names2.length ? group[names2[0]].length : 0;
      for (let i = 0; i < size; i += 1) {
        if (states2[first + i] === void 0) continue;
        lines.push([...names2.map((name) => group[name][i]), states2[first + i]].map(cell).join(","));
      }
    }
    return `\uFEFF${lines.join("\r\n")}\r
`;
  }

  // browser.js
  function withBrowser(start8) {
    return (map) => {
      if (assetsOnMap.canOpen()) {
        start8(map);
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

  // picture.js
  var FONT = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  var ROW = 20;
  var COLUMN = 300;
  var NOT_KNOWN = "#7d8692";
  var isHatched = (box2) => box2.classList.contains("hatched");
  function painted(map) {
    const height = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
    return Object.values(map.getPanes()).filter((pane) => pane.parentElement === map.getPane("mapPane")).sort((a, b) => height(a) - height(b)).flatMap((pane) => [...pane.querySelectorAll(
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
      brush.globalAlpha = Number(getComputedStyle(part2).opacity);
      brush.imageSmoothingEnabled = part2.tagName === "CANVAS";
      brush.drawImage(image, left - frame.left, top - frame.top, width, height);
      brush.restore();
    }
    divider?.paint(brush);
    scale(brush, map, frame);
  }
  function scale(brush, map, frame) {
    const line2 = map.getContainer().querySelector(".leaflet-control-scale-line");
    if (!line2) return;
    const { left, width } = line2.getBoundingClientRect();
    const [x, y] = [left - frame.left, frame.height - 12];
    brush.fillStyle = "rgba(255, 255, 255, 0.85)";
    brush.fillRect(x - 6, y - 46, width + 12, 54);
    brush.fillStyle = "#1a2230";
    brush.fillRect(x, y, width, 2);
    brush.font = `13px ${FONT}`;
    brush.fillText(String(line2.textContent), x, y - 5);
    brush.fillText(`↑ ${say("map.north")}`, x, y - 26);
  }
  var legendRows = () => [...document.querySelectorAll("#legend-body h2, #legend-body li, #legend-body p")];
  function sign(brush, box2, x, y) {
    if (box2 instanceof HTMLCanvasElement) {
      brush.drawImage(box2, x - 2, y - 15, 26, 20);
      return;
    }
    const look = getComputedStyle(box2);
    brush.fillStyle = box2.className === "swatch" && look.backgroundImage !== "none" ? hatch(brush, NOT_KNOWN) : look.backgroundColor;
    brush.beginPath();
    if (box2.className === "swatch") brush.rect(x, y - 12, 22, 14);
    else if (box2.classList.contains("sign-no_data")) {
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
  var MARK = { size: 13, colour: "#7a1420", weight: 700 };
  var HEAD = { size: 13, colour: "#1a2230", weight: 700 };
  var PLAIN = { size: 13, colour: "#1a2230", weight: 400 };
  var FINE = { size: 11, colour: "#4a5568", weight: 400 };
  function dip(brush, { size, colour: colour2, weight }) {
    brush.font = `${weight} ${size}px ${FONT}`;
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
    return lines.map((line2) => ({ text: line2, look }));
  }
  function footLines(brush, width, columns) {
    const textOf = (selector) => document.querySelector(selector)?.textContent ?? "";
    const whole = (text, look) => text ? wrapped(brush, text, look, width - 24) : [];
    const legend = legendRows().flatMap((row2) => {
      const box2 = row2.querySelector(".swatch, .sign, .drawn");
      const parts = row2.tagName === "LI" ? [...row2.children].slice(1) : [row2];
      const text = parts.map(({ textContent }) => textContent).join("  ");
      const lines = wrapped(brush, text, row2.tagName === "H2" ? HEAD : PLAIN, width / columns - 46);
      return lines.map((line2, place) => ({ ...line2, box: place === 0 ? box2 : null, shift: box2 ? 30 : 0 }));
    });
    return {
      above: [
        ...whole(`${textOf("h1")} · ${textOf(".date")}`, TITLE),
        ...[...document.querySelectorAll("[data-picture]")].flatMap(
          ({ textContent }) => whole(String(textContent).trim(), PLAIN)
        ),
        ...whole(page.exercise.length ? say("map.exercise") : "", MARK),
        ...whole(textOf(".audience"), MARK)
      ],
      legend,
      below: whole(textOf("#credit"), FINE)
    };
  }
  function paintFoot(brush, top, width, columns, { above, legend, below }) {
    const each = Math.ceil(legend.length / columns);
    const put = ({ text, look, box: box2, shift = 0 }, x, y) => {
      if (box2) sign(brush, box2, x, y);
      dip(brush, look);
      brush.fillText(text, x + shift, y);
    };
    above.forEach((line2, place) => put(line2, 12, top + 24 + place * ROW));
    const middle2 = top + 34 + above.length * ROW;
    legend.forEach(
      (line2, place) => put(line2, 12 + Math.floor(place / each) * (width / columns), middle2 + place % each * ROW)
    );
    below.forEach((line2, place) => put(line2, 12, middle2 + 8 + (each + place) * ROW));
  }
  function paint(map, canvas, divider) {
    const { width, height } = map.getContainer().getBoundingClientRect();
    const columns = Math.max(1, Math.floor(width / COLUMN));
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const brush = brushOf(canvas);
    const lines = footLines(brush, width, columns);
    const foot = 44 + (lines.above.length + Math.ceil(lines.legend.length / columns) + lines.below.length) * ROW;
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
    brush.restore();
    paintFoot(brush, height, width, columns, lines);
  }
  var ready = (map) => Promise.all(
    painted(map).filter(isHatched).map(({ mask }) => mask.decode())
  );

  // downloads.js
  function save(blob, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${page.city.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 6e4);
  }
  function start(map, { table: table3, divider }) {
    const sheet = byId("print-picture");
    const on = (name, take2) => document.getElementById(`take-${name}`)?.addEventListener("click", take2);
    if (table3) on("table", async () => save(new Blob([await table3()], { type: "text/csv" }), "csv"));
    on("picture", async () => {
      await ready(map);
      const canvas = canvasOf(0, 0);
      paint(map, canvas, divider);
      canvas.toBlob((blob) => blob && save(blob, "png"));
    });
    on("print", () => ready(map).then(() => window.print()));
    window.addEventListener("beforeprint", () => {
      paint(map, sheet, divider);
      sheet.setAttribute("aria-label", written(page.title));
      document.documentElement.classList.add("pictured");
    });
    window.addEventListener("afterprint", () => {
      document.documentElement.classList.remove("pictured");
      sheet.width = 0;
    });
  }

  // layer/search.js
  var plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

  // find.js
  var MOST_DISTRICTS = 4;
  var MOST_ASSETS = 12;
  var PAUSE = 120;
  var box = byId("find-text");
  var list = byId("find-list");
  var shown2 = [];
  var chosen2 = -1;
  function choose(place) {
    chosen2 = place;
    [...list.children].forEach((line2, at) => line2.setAttribute("aria-selected", String(at === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", `find-${place}`);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }
  function open(isOpen) {
    list.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  }
  function take(place) {
    const line2 = shown2[place];
    open(false);
    line2?.go();
  }
  function show2(lines, text) {
    shown2 = lines;
    choose(-1);
    list.replaceChildren(
      ...lines.map(({ text: text2, note: note2 }, place) => {
        const line2 = element(
          "li",
          { role: "option", id: `find-${place}`, "aria-selected": "false" },
          element("span", { text: text2 }),
          element("small", { text: note2 })
        );
        line2.addEventListener("mousedown", (event) => event.preventDefault());
        line2.addEventListener("click", () => take(place));
        return line2;
      })
    );
    if (text && !lines.length) list.append(element("li", { class: "quiet", word: "map.find_nothing" }));
    open(Boolean(text));
    if (text) {
      byId("news").textContent = lines.length ? say("map.find_count", { count: lines.length }) : say("map.find_nothing");
    }
  }
  function press(event) {
    const last = shown2.length - 1;
    const moves = { ArrowDown: chosen2 >= last ? 0 : chosen2 + 1, ArrowUp: chosen2 <= 0 ? last : chosen2 - 1 };
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      open(true);
      choose(moves[event.key]);
    } else if (event.key === "Enter" && !list.hidden) take(Math.max(chosen2, 0));
    else if (event.key === "Escape") open(false);
  }
  function districtsWith(text, go) {
    const sought = plain(text);
    return districts.data.id.map((_, row2) => row2).filter((row2) => plain(districts.nameOf(row2)).includes(sought) && districts.bounds(row2).isValid()).slice(0, MOST_DISTRICTS).map((row2) => ({ text: districts.nameOf(row2), note: say("map.district"), go: () => go(row2, box) }));
  }
  function start2(assets3, view2, isHidden) {
    let asked2 = 0;
    let timer;
    async function assetsWith(text) {
      const hits = await assets3.search(text, MOST_ASSETS);
      const figures2 = await Promise.all(hits.map(({ index }) => assets3.attributes(index)));
      const hidden = await Promise.all(hits.map(({ index }) => isHidden(index)));
      return figures2.map(({ name, id, asset_type }, place) => ({
        text: name || id,
        note: [
          labelled("asset_type", asset_type),
          name ? id : null,
          hidden[place] ? say("map.find_hidden") : null
        ].filter(Boolean).join(" · "),
        go: () => view2.goToAsset(hits[place].index, box)
      }));
    }
    async function search() {
      asked2 += 1;
      const mine = asked2;
      const text = box.value.trim();
      const lines = text ? [...districtsWith(text, view2.goToDistrict), ...await assetsWith(text)] : [];
      if (mine === asked2) show2(lines, text);
    }
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    box.addEventListener("keydown", press);
    box.addEventListener("blur", () => open(false));
    box.addEventListener("focus", () => {
      if (box.value.trim()) search();
    });
    onChange(() => {
      if (box.value.trim()) search().then(() => open(false));
    });
  }

  // resilience_popups.js
  var KINDS = ["shock", "stress", "unsorted"];
  var inWords = (name) => typeof name === "string" ? name : name[language()];
  var joined = (parts, between = " · ") => parts.filter(Boolean).join(between);
  var share = (value) => known(value) ? percent(value) : notKnown();
  function years2({ first_year: first, last_year: last }) {
    const [from, to] = [first, last].map((year) => known(year) ? String(year) : "");
    if (from && to) return from === to ? from : `${from}–${to}`;
    if (!from && !to) return "";
    return say(from ? "focus.from_year" : "focus.to_year", { year: from || to });
  }
  var counted = (counts3) => joined(
    KINDS.map((kind, place) => counts3[place] ? say(`focus.kind.${kind}`, { count: counts3[place] }) : ""),
    ", "
  );
  function written2(value, { written: how, unit }) {
    if (how === "money") return money(value);
    if (how === "share") return share(value);
    return number(value, how === "count" ? 0 : void 0) + (unit ? ` ${labelled("unit", unit)}` : "");
  }
  function statement({ row: row2, kind, text, group, place, pressure }) {
    const kindText = say(`focus.of.${KINDS[kind]}`);
    return element(
      "li",
      {},
      element("span", { text: text || say("focus.no_text") }),
      element("small", {
        text: joined([group, kindText, pressure && inWords(pressure), row2 === null && place])
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
  function decision({ choice, figures: figures2, rank, reason, day, group, stands }) {
    const choiceAndFigures = [
      choice && term("focus.choice.", choice),
      figures2 && term("focus.figures.", figures2)
    ];
    const rankThen = known(rank) ? say("focus.rank_then", { rank }) : "";
    return element(
      "li",
      stands ? {} : { class: "past" },
      element("span", { text: joined(choiceAndFigures, ", ") }),
      ...reason ? [element("q", { text: reason })] : [],
      element("small", {
        text: joined([date(day), group, rankThen, !stands && say("focus.no_longer")])
      })
    );
  }
  function names(rows, count) {
    const named = rows.map(districts.nameOf).join(", ");
    return count > rows.length ? say("focus.and_more", { names: named, count: count - rows.length }) : named;
  }
  function resiliencePopups(data2) {
    function robustness(row2) {
      const { robustness: word, compared } = data2.ranking;
      const known2 = word[row2];
      if (known2) return term("focus.robustness.", known2);
      return say(compared[row2] ? "focus.robustness.never" : "focus.robustness.unknown");
    }
    function score(row2) {
      const { score: whole, score_low, score_high } = data2.ranking;
      const [low2, high] = [score_low[row2], score_high[row2]];
      if (known(whole[row2])) return number(whole[row2], 2);
      if (!known(low2)) return null;
      const [from, to] = [low2, high].map((bound2) => number(bound2, 2));
      return from === to ? from : say("focus.between", { low: from, high: to });
    }
    function rankFacts(row2) {
      const { ranking } = data2;
      const simulations = {
        top: data2.top,
        draws: data2.draws,
        share: share(districts.data.share?.[row2]),
        robustness: robustness(row2)
      };
      const dominators = ranking.non_dominated[row2] ? say("focus.nobody_front") : names(ranking.dominating_districts[row2], ranking.dominated_by[row2]);
      const dominated = names(ranking.dominated_districts[row2], ranking.dominates[row2]) || say("focus.nobody");
      const dominance = ranking.non_dominated.includes(true) && ranking.compared[row2] ? [
        ["focus.dominated_by", dominators],
        ["focus.beats", dominated]
      ] : [];
      if (!ranking.compared[row2]) return facts([["focus.rank", notRanked(districts.figures(row2))]]);
      return facts([
        ["focus.share", say("focus.among", simulations)],
        ["focus.rank", rankOf(ranking.rank[row2], districts.data.assets[row2])],
        ["focus.linear_rank", number(ranking.linear_rank[row2])],
        ["focus.score", score(row2)],
        ...dominance
      ]);
    }
    function valueText(criterion, row2) {
      const { value: values, value_least: lowest, value_most: highest } = criterion;
      const [value, lower, upper] = [values, lowest, highest].map((column) => column[row2]);
      if (known(value)) return written2(value, criterion);
      if (!known(lower) && !known(upper)) return notKnown();
      const [low2, high] = [lower, upper].map((bound2) => known(bound2) ? written2(bound2, criterion) : "?");
      return low2 === high ? low2 : say("focus.not_known_between", { low: low2, high });
    }
    function ranked2(row2) {
      if (!data2.criteria.length) return [];
      const exercise = element("p", {}, element("em", { class: "tag", word: "map.status.exercise" }));
      return [
        ...data2.ranking.exercise[row2] ? [exercise] : [],
        rankFacts(row2),
        table(
          ["focus.criterion", "focus.value", "focus.criterion_score"],
          data2.criteria.map((item) => [inWords(item.name), valueText(item, row2), number(item.score[row2], 2)])
        )
      ];
    }
    const listed = (head, lines) => lines.length ? [element("h3", { word: head }), element("ul", { class: "entries" }, ...lines)] : [];
    function statements(row2) {
      const counts3 = data2.statements.counts.find(([place]) => place === row2);
      if (!counts3) return [];
      const lines = data2.statements.all.filter((entry) => entry.row === row2).map(statement);
      return [
        element("h3", { word: "focus.head.statements" }),
        element("p", { text: counted(counts3.slice(1)) }),
        ...lines.length ? [element("ul", { class: "entries" }, ...lines)] : []
      ];
    }
    function district2(box2, row2) {
      const [heading2, ...figures2] = box2.children;
      heading2.after(
        ...ranked2(row2),
        ...statements(row2),
        ...listed("focus.head.actions", data2.programmes.all.filter(({ rows }) => rows.includes(row2)).map(programme)),
        ...listed("focus.head.decisions", data2.decisions.filter((entry) => entry.row === row2).map(decision)),
        element("h3", { word: "focus.risk" }),
        ...figures2
      );
      return box2;
    }
    return { district: district2, robustness };
  }

  // signs.js
  var [INK, PAPER] = ["#1a2230", "#ffffff"];
  var FONT2 = "system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";
  function outlined(brush, fill2) {
    brush.lineJoin = "round";
    brush.lineWidth = 4;
    brush.strokeStyle = PAPER;
    brush.stroke();
    brush.lineWidth = 1.4;
    brush.strokeStyle = INK;
    brush.stroke();
    brush.fillStyle = fill2;
    brush.fill();
  }
  function number2(brush, text, x, y, size) {
    brush.font = `700 ${Math.min(13, Math.max(10, size))}px ${FONT2}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = PAPER;
    brush.fillText(text, x, y + 0.5);
  }
  var PAINT = {
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
        const [reach, turn] = [point % 2 ? size * 0.48 : size * 1.2, Math.PI * (point / 5 - 0.5)];
        brush.lineTo(x + reach * Math.cos(turn), y + reach * Math.sin(turn));
      }
      brush.closePath();
      outlined(brush, hollow ? PAPER : "#f5b301");
    }
  };
  function stripes(brush) {
    const tile = canvasOf(8, 8);
    const line2 = brushOf(tile);
    line2.fillStyle = INK;
    line2.globalAlpha = 0.75;
    line2.fillRect(0, 3, 8, 1.3);
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

  // resilience.js
  var SIGNED = ["statements", "actions", "decisions"];
  var LAYERS = ["front", ...SIGNED];
  var SHIFTS = { statements: [0, -11], actions: [-11, 12], decisions: [12, 12] };
  var line = (sign3, text, count) => element(
    "li",
    {},
    sign3,
    element("span", { text }),
    ...count === void 0 ? [] : [element("span", { class: "count", text: number(count) })]
  );
  var note = (word, values) => values.count > 0 ? [element("p", { class: "note", word, values })] : [];
  function resilienceOf(data2) {
    const popups = resiliencePopups(data2);
    const inForce = data2.decisions.filter(({ stands, choice }) => stands && choice === "chosen");
    const isAgainst = ({ figures: figures2 }) => figures2 === "against";
    const shown3 = { front: false, statements: false, actions: false, decisions: false };
    const groups = {};
    let placed = [];
    const actions = /* @__PURE__ */ new Map();
    for (const row2 of data2.programmes.all.flatMap(({ rows }) => rows)) actions.set(row2, (actions.get(row2) || 0) + 1);
    const counts3 = {
      statements: new Map(data2.statements.counts.map(([row2, ...of]) => [row2, of.reduce((sum, count) => sum + count, 0)])),
      actions,
      decisions: new Map(inForce.flatMap(({ row: row2 }) => row2 === null ? [] : [[row2, 1]]))
    };
    const totals = {
      front: data2.ranking.non_dominated.filter(Boolean).length,
      statements: data2.statements.total,
      actions: data2.programmes.all.length,
      decisions: data2.decisions.length
    };
    const first = LAYERS.filter((name) => totals[name] > 0 && name !== "actions");
    function frontLayers(map) {
      map.createPane("front").style.zIndex = "432";
      const look = {
        pane: "front",
        renderer: new Renderer2({ pane: "front", padding: 0.3 }),
        interactive: false,
        fill: true
      };
      return polygons(districts.data.shapes).filter(({ row: row2 }) => data2.ranking.non_dominated[row2]).map(({ at: at2 }) => L.polygon(at2, look));
    }
    function signLayers(name, renderer) {
      const greatest = Math.max(...counts3[name].values());
      const against = new Set(inForce.filter(isAgainst).map(({ row: row2 }) => row2));
      return [...counts3[name]].flatMap(([row2, count]) => {
        const at2 = data2.at[row2];
        if (!at2) return [];
        const size = name === "decisions" ? 10 : 8 + 8 * Math.sqrt(count / greatest) * Math.min(1, greatest / 4);
        const options = {
          pane: "signs",
          renderer,
          interactive: false,
          radius: size * 1.5 + 3,
          shift: SHIFTS[name],
          paint: PAINT[name],
          size,
          text: String(count),
          hollow: against.has(row2),
          row: row2
        };
        return [new Sign(at2, options)];
      });
    }
    function draw4(map) {
      map.createPane("signs").style.zIndex = "450";
      const renderer = new Renderer2({ pane: "signs", padding: 0.3 });
      groups.front = L.layerGroup(frontLayers(map));
      for (const name of SIGNED) groups[name] = L.layerGroup(signLayers(name, renderer));
      show3(map);
    }
    function show3(map) {
      for (const name of LAYERS) groups[name]?.[shown3[name] ? "addTo" : "removeFrom"](map);
      placed = SIGNED.filter((name) => shown3[name]).flatMap(
        (name) => (
          /** @type {L.CircleMarker[]} */
          groups[name]?.getLayers() ?? []
        )
      );
    }
    function at(map, place) {
      const point = map.latLngToLayerPoint(place);
      const hit = placed.filter((sign3) => sign3._point && point.distanceTo(sign3._point) <= optionsOf(sign3).size + 2).pop();
      return hit ? optionsOf(hit).row : null;
    }
    function remember2() {
      const chosen3 = LAYERS.filter((name) => shown3[name]);
      write({ also: chosen3.join() === first.join() ? null : chosen3.join(",") || "none" });
    }
    function recall2() {
      const stored = read().get("also");
      const wanted = stored === null ? first : stored.split(",");
      for (const name of LAYERS) shown3[name] = wanted.includes(name) && totals[name] > 0;
    }
    function label2() {
      for (const name of LAYERS) byId(`count-${name}`).textContent = number(totals[name]);
      const elsewhere = data2.statements.all.filter(({ row: row2 }) => row2 === null);
      byId("elsewhere").hidden = elsewhere.length === 0;
      byId("count-elsewhere").textContent = number(elsewhere.length);
      byId("elsewhere-rows").replaceChildren(...elsewhere.map(statement));
    }
    function start8(map, changed2) {
      for (const name of LAYERS) {
        const box2 = byId(`show-${name}`);
        box2.checked = shown3[name];
        box2.closest("label").hidden = totals[name] === 0;
        byId(`sign-${name}`).replaceWith(name === "front" ? frontSign() : signOf(name));
        box2.addEventListener("change", () => {
          shown3[name] = box2.checked;
          show3(map);
          remember2();
          changed2();
        });
      }
      byId("nothing-yet").hidden = data2.compared || data2.unread.length > 0 || LAYERS.some((name) => totals[name] > 0);
      label2();
      onChange(label2);
    }
    const legends = {
      front: () => [
        line(frontSign(), say("focus.non_dominated"), totals.front),
        ...note("focus.front_unsure", { count: data2.ranking.not_judged })
      ],
      statements: () => [
        line(
          signOf("statements"),
          say(data2.statements.withheld ? "focus.statements" : "focus.statements_in", {
            count: totals.statements,
            districts: counts3.statements.size
          })
        ),
        element("p", { class: "note", text: counted(data2.statements.kinds) }),
        ...note("focus.withheld", { count: data2.statements.withheld }),
        ...note("focus.unplaced", { count: data2.statements.unplaced }),
        ...note("focus.misplaced", { count: data2.statements.misplaced })
      ],
      actions: () => [
        line(
          signOf("actions"),
          say("focus.actions_in", { count: totals.actions, districts: counts3.actions.size })
        ),
        ...note("focus.whole_city", { count: data2.programmes.whole_city }),
        ...note("focus.actions_misplaced", { count: data2.programmes.misplaced })
      ],
      decisions: () => {
        const against = inForce.filter(isAgainst).length;
        const rest = data2.decisions.length - inForce.length;
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
    const values = { top: data2.top, draws: data2.draws };
    const shareOf = (row2) => say("focus.share_and_sureness", {
      share: share(districts.data.share?.[row2]),
      robustness: popups.robustness(row2)
    });
    const district2 = (box2, { id }) => popups.district(box2, districts.data.id.indexOf(id));
    return { draw: draw4, start: start8, at, legend, values, share, shareOf, district: district2 };
  }
  var resilience = hasBlock("preliminary") ? resilienceOf(block("preliminary")) : null;

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
  var asked = 0;
  function ranges(name, title, values) {
    const table3 = classes(name);
    const rows = table3.classes.map(
      (entry) => element("li", {}, swatch(entry), element("span", { text: classLabel(entry, table3) }))
    );
    return [element("h2", { word: title, values }), element("ul", {}, ...rows)];
  }
  function assets2(state2, counts3) {
    const table3 = tableOf(state2);
    const cells = table3.classes.map(
      ({ value }) => element("span", { class: "count", text: value === "exposed" ? "" : number(counts3[String(value)]) })
    );
    const rows = table3.classes.flatMap(
      (entry, place) => entry.value === "unusable" ? [] : [element("li", {}, sign2(entry), element("span", { text: classLabel(entry, table3) }), cells[place])]
    );
    asked += 1;
    const mine = asked;
    classCounts(state2).then((counted3) => {
      if (mine !== asked) return;
      for (const [place, cell2] of cells.entries()) cell2.textContent = number(counted3[place]);
    });
    return [element("h2", { word: "map.assets" }), element("ul", {}, ...rows)];
  }
  function hazardPart2({ hazard: place, map }) {
    const hazard = hazards.all[place];
    if (!hazard) return [];
    const { return_period: period, grid } = hazard.maps[map];
    const rows = ranges(`hazard-${place}`, "map.legend.hazard", {
      hazard: hazard.name,
      period: years(period),
      measure: hazard.measure
    });
    const beyond = element("p", { class: "note", word: grid ? "map.legend.beyond" : "map.legend.between_zones" });
    return [...rows, ...hazard.outside === "unknown" ? [beyond] : []];
  }
  function draw3(state2, counts3) {
    const districts2 = {
      ead: () => {
        const { word, values } = asMapped("map.legend.ead");
        return ranges("ead", word, values);
      },
      assets_exposed: () => ranges("assets_exposed", "map.legend.assets_exposed"),
      score: () => ranges("score", "map.legend.score"),
      share: () => ranges("share", "focus.legend.share", resilience?.values),
      outline: () => []
    };
    byId("legend-body").replaceChildren(
      ...districts2[state2.districts](),
      ...hazardPart2(state2),
      ...resilience ? resilience.legend() : [],
      ...assets2(state2, counts3)
    );
  }

  // lists.js
  var MOST = 500;
  function row(cells, open3, marked = "") {
    const button = open3 ? element("button", { type: "button", class: "go" }) : element("span");
    const line2 = element("tr", { class: [open3 ? "flies" : "", marked].filter(Boolean).join(" ") });
    for (const { text, note: note2, number: number3, heads } of cells) {
      const cell2 = heads ? element("th", { scope: "row" }, button) : element("td", { class: number3 ? "number" : "" });
      const inner = heads ? button : cell2;
      inner.append(heads ? element("span", { text }) : text, ...note2 ? [element("small", { text: note2 })] : []);
      line2.append(cell2);
    }
    if (open3) line2.addEventListener("click", () => open3(button));
    return line2;
  }
  function ordered(count, { value, down }) {
    const texts = new Intl.Collator(language(), { numeric: true });
    const compare = (a, b) => typeof a === "string" ? texts.compare(a, String(b)) : a - Number(b);
    return Array.from({ length: count }, (_, place) => place).sort((first, second) => {
      const [a, b] = [value(first), value(second)];
      if (!known(a) || !known(b)) return Number(known(b)) - Number(known(a)) || first - second;
      return (down ? -compare(a, b) : compare(a, b)) || first - second;
    });
  }
  function list2(id, count, columns, first, line2) {
    const body = byId(id);
    const heads = [...body.closest("table")?.querySelectorAll("th[scope=col]") ?? []];
    let chosen3 = first;
    let { down } = columns[first];
    let rows = count;
    function fill2(size = rows) {
      rows = size;
      body.replaceChildren(...ordered(rows, { value: columns[chosen3].value, down }).map(line2));
      heads.forEach((head, place) => {
        head.setAttribute("aria-sort", place !== chosen3 ? "none" : down ? "descending" : "ascending");
      });
    }
    heads.forEach((head, place) => {
      const button = element(
        "button",
        { type: "button", class: "sort" },
        ...head.childNodes,
        element("span", { class: "arrow", "aria-hidden": "true" })
      );
      button.addEventListener("click", () => {
        down = place === chosen3 ? !down : columns[place].down;
        chosen3 = place;
        fill2();
      });
      head.replaceChildren(button);
    });
    fill2();
    onChange(() => fill2());
    return fill2;
  }
  var damageText = ([ead, low2, high]) => known(ead) || !known(low2) ? money(ead) : bounds(low2, high);
  var middle = ([ead, low2, high]) => known(ead) || !known(low2) ? ead : (low2 + (high ?? low2)) / 2;
  function districtDamage(open3) {
    const { data: data2, nameOf: nameOf2, bounds: bounds2 } = districts;
    const { by, last } = page;
    const lasts = { share: data2.share ?? [], ead_per_value: data2.ead_per_value, assets: data2.assets };
    const of = (place) => [data2.ead[place], data2.ead_low[place], data2.ead_high[place]];
    const columns = [
      { value: (place) => data2.rank[place], down: false },
      { value: nameOf2, down: false },
      {
        value: (place) => by === "ead" ? middle(of(place)) : data2.assets_exposed[place],
        down: true
      },
      { value: (place) => lasts[last][place], down: true }
    ];
    const ranked2 = data2.rank.some(known);
    const lastText = (value) => {
      if (!known(value)) return "–";
      if (last === "share" && resilience) return resilience.share(value);
      return last === "ead_per_value" ? percent(value) : number(value);
    };
    list2(
      "focus-rows",
      data2.id.length,
      columns,
      last === "share" ? 3 : 0,
      (place) => row(
        [
          { text: known(data2.rank[place]) ? number(data2.rank[place]) : "–", number: true },
          {
            text: nameOf2(place),
            note: [data2.parent[place], say("map.assets_of", { count: data2.assets[place] })].filter(Boolean).join(" · "),
            heads: true
          },
          { text: by === "ead" ? damageText(of(place)) : number(data2.assets_exposed[place]), number: true },
          { text: lastText(lasts[last][place]), number: true }
        ],
        bounds2(place).isValid() ? (button) => open3(place, button) : null,
        ranked2 && !known(data2.rank[place]) ? "unranked" : ""
      )
    );
  }
  function worstAssets(open3) {
    const { worst } = data;
    const { by } = page;
    const city = worst.index.map(
      (index, place) => (
        /** @type {Listed} */
        {
          index,
          id: worst.id[place],
          name: worst.name[place],
          asset_type: worst.asset_type[place],
          ead: worst.ead[place],
          ead_low: worst.ead_low[place],
          ead_high: worst.ead_high[place],
          exposed_share: worst.exposed_share[place]
        }
      )
    );
    let rows = city;
    let asked2 = 0;
    const count = byId("asset-count");
    const nameOf2 = (place) => rows[place].name || rows[place].id;
    const of = (place) => [rows[place].ead, rows[place].ead_low, rows[place].ead_high];
    const columns = [
      { value: nameOf2, down: false },
      {
        value: (place) => by === "ead" ? middle(of(place)) : rows[place].exposed_share,
        down: true
      }
    ];
    const figure = (place) => {
      if (by !== "ead") return percent(rows[place].exposed_share);
      return hiddenOf(rows[place].id).includes("ead") ? "–" : damageText(of(place));
    };
    const fill2 = list2(
      "asset-rows",
      rows.length,
      columns,
      1,
      (place) => row(
        [
          { text: nameOf2(place), note: labelled("asset_type", rows[place].asset_type), heads: true },
          { text: figure(place), number: true }
        ],
        (button) => open3(rows[place].index, button)
      )
    );
    function showCount(passing2) {
      count.hidden = passing2 === null;
      const values = { listed: rows.length, count: passing2 };
      count.replaceChildren(...passing2 === null ? [] : [element("span", { word: "map.list_count", values })]);
    }
    return async (state2) => {
      asked2 += 1;
      const mine = asked2;
      const sequence = await ranked(state2, [...worst.index, ...worst.next]);
      if (mine !== asked2) return;
      const inPage = new Map(city.map((listed) => [listed.index, listed]));
      const opened2 = sequence && await Promise.all(sequence.slice(0, MOST).map((index) => inPage.get(index) ?? brief(index)));
      if (mine !== asked2) return;
      rows = opened2 || city;
      fill2(rows.length);
      showCount(sequence?.length ?? null);
    };
  }
  function start3(view2) {
    districtDamage(view2.goToDistrict);
    return worstAssets(view2.goToAsset);
  }

  // filters.js
  var all2 = data.filters;
  var selects = [...document.querySelectorAll(
    /** @type {"select"} */
    "[data-filter]"
  )];
  var nameOf = (select2) => String(select2.dataset.filter);
  function wordOf2(name, word) {
    if (word === null) return say("number.not_known");
    return name === "district" ? districts.nameOfId(word) : labelled(name, word);
  }
  function fill(filter) {
    for (const select2 of selects) {
      const name = nameOf(select2);
      const order = new Intl.Collator(language(), { numeric: true });
      const options = all2[name].map((word, code) => ({ code, text: wordOf2(name, word) })).sort((a, b) => order.compare(a.text, b.text)).map(({ code, text: text2 }) => element("option", { value: code, text: text2 }));
      select2.replaceChildren(element("option", { value: "", word: "map.filter_all" }), ...options);
      select2.value = name in filter ? String(filter[name]) : "";
    }
    const text = document.getElementById("filter-text");
    if (text)
      text.textContent = Object.entries(filter).map(([name, code]) => wordOf2(name, all2[name][code])).join(", ");
  }
  function start4(filter, changed2) {
    for (const select2 of selects) {
      select2.addEventListener("change", () => {
        if (select2.value === "") delete filter[nameOf(select2)];
        else filter[nameOf(select2)] = Number(select2.value);
        changed2();
      });
    }
    document.getElementById("filter-none")?.addEventListener("click", () => {
      for (const name of Object.keys(filter)) delete filter[name];
      changed2();
    });
    const box2 = byId("filters");
    if (Object.keys(filter).length) box2.open = true;
  }
  var written3 = (filter) => Object.fromEntries(Object.keys(all2).map((name) => [name, name in filter ? all2[name][filter[name]] ?? "" : null]));
  function read2(address2) {
    const filter = {};
    for (const name of Object.keys(all2)) {
      if (!address2.has(name)) continue;
      const code = all2[name].indexOf(address2.get(name) || null);
      if (code >= 0) filter[name] = code;
    }
    return filter;
  }

  // panel.js
  var STATES2 = ["exposed", "no_data", "not_exposed"];
  var state = {
    districts: page.painting,
    hazard: -1,
    map: 0,
    exposed: true,
    no_data: true,
    not_exposed: true,
    filter: {},
    classes: null
  };
  var listeners2 = [];
  var counted2 = page.counts;
  var recounts = 0;
  var before = page.painting;
  var counts2 = () => counted2;
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
  function remember() {
    const hazard = hazardNow();
    write({
      by: state.districts === page.painting ? null : state.districts,
      hazard: hazard ? hazard.name : null,
      period: hazard ? hazard.maps[state.map].return_period : null,
      hide: STATES2.filter((name) => !state[name]).join(",") || null,
      ...written3(state.filter)
    });
  }
  function recall() {
    const link = read();
    state.hazard = hazards.all.findIndex(({ name }) => name === link.get("hazard"));
    const hazard = hazardNow();
    if (hazard) {
      const place = hazard.maps.findIndex(({ return_period }) => String(return_period) === link.get("period"));
      state.map = place < 0 ? hazard.maps.length - 1 : place;
      state.districts = "outline";
    }
    const by = radioOf(link.get("by") || "");
    if (by) state.districts = /** @type {Painting} */
    by.value;
    const hide = (link.get("hide") || "").split(",");
    Object.assign(state.filter, read2(link));
    for (const name of STATES2) {
      state[name] = !hide.includes(name);
      input(`show-${name}`).checked = state[name];
    }
    checkPainting();
  }
  function hazardName(hazard) {
    return say(hazard.kind === "stress" ? "map.kind.stress" : "map.kind.shock", {
      hazard: hazard.name,
      maps: say("map.maps", { count: hazard.maps.length })
    });
  }
  function fillHazards() {
    const select2 = byId("hazard");
    select2.replaceChildren(
      element("option", { value: "-1", word: "map.no_hazard" }),
      ...hazards.all.map((hazard, place) => element("option", { value: place, text: hazardName(hazard) }))
    );
    select2.value = String(state.hazard);
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
  function label() {
    const hazard = hazardNow();
    byId("periods").hidden = hazard === void 0;
    byId("period").hidden = hazard === void 0 || hazard.maps.length < 2;
    if (hazard) labelPeriod(hazard);
    for (const name of [...STATES2, "unusable"]) byId(`count-${name}`).textContent = number(counted2[name]);
    byId("unusable").hidden = counted2.unusable === 0;
    fill(state.filter);
    byId("drawn").hidden = Object.keys(state.filter).length > 0;
    const painted2 = page.by === "ead" ? ["ead", "score"] : ["score", "assets_exposed"];
    for (const name of resilience ? [
      ...painted2,
      /** @type {Painting} */
      "share"
    ] : painted2) {
      const box2 = byId(`count-${name}`);
      box2.textContent = number(districts.count(name));
      box2.closest("label").hidden = districts.count(name) === 0;
    }
  }
  function announce(lead) {
    const { exposed, no_data, not_exposed } = counted2;
    byId("news").textContent = [lead, say("map.news", { exposed, no_data, not_exposed })].filter(Boolean).join(" ");
  }
  async function changed(lead = "") {
    remember();
    listeners2.forEach(({ paint: paint2 }) => paint2(state));
    recounts += 1;
    const mine = recounts;
    const whole = hazardNow()?.maps[state.map].counts ?? page.counts;
    const counts3 = isFiltered(state) ? await counts(state) : whole;
    if (mine !== recounts) return;
    counted2 = counts3;
    label();
    listeners2.forEach(({ showCounts }) => showCounts(state, counts3));
    announce(lead);
  }
  function paintOneThing(hazard) {
    if (hazard && state.districts !== "outline") {
      before = state.districts;
      state.districts = "outline";
    } else if (!hazard && state.districts === "outline") state.districts = before;
    checkPainting();
  }
  function wire() {
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
      const box2 = input(`show-${name}`);
      box2.addEventListener("change", () => {
        state[name] = box2.checked;
        changed();
      });
    }
    const [hazard, period] = [input("hazard"), input("period")];
    hazard.addEventListener("change", () => {
      state.hazard = Number(hazard.value);
      state.map = (hazardNow()?.maps.length ?? 1) - 1;
      paintOneThing(state.hazard >= 0);
      changed();
    });
    period.addEventListener("input", () => {
      state.map = Number(period.value);
      changed();
    });
  }
  function start5() {
    recall();
    fillHazards();
    start4(state.filter, changed);
    byId("layer-hazards").hidden = hazards.all.length === 0;
    wire();
    label();
    onChange(() => {
      fillHazards();
      label();
    });
  }
  async function reveal(index) {
    const hiding2 = await hiding(state, index);
    for (const name of hiding2.filters) delete state.filter[name];
    if (hiding2.classes) state.classes = null;
    if (hiding2.state) {
      state[hiding2.state] = true;
      input(`show-${hiding2.state}`).checked = true;
    }
    if (hiding2.filters.length || hiding2.state || hiding2.classes) changed(say("map.revealed"));
  }

  // surroundings.js
  var layers = block("context");
  function drawContext(map) {
    map.createPane("context").style.zIndex = "380";
    const renderer = new Renderer({ pane: "context", padding: 0.3 });
    const look = {
      pane: "context",
      renderer,
      interactive: false,
      color: "#64748b",
      weight: 1.2,
      fillColor: "#cbd5e1",
      fillOpacity: 0.5
    };
    layers.forEach((layer2, place) => {
      const group = L.layerGroup(
        unpack(layer2.shapes).map((part2) => {
          if (part2.kind === "polygon") return L.polygon(part2.at, look);
          return part2.kind === "line" ? L.polyline(part2.at, look) : L.circleMarker(part2.at, { ...look, radius: 2 });
        })
      ).addTo(map);
      const box2 = byId(`show-context-${place}`);
      box2.addEventListener("change", () => box2.checked ? group.addTo(map) : group.remove());
    });
  }
  function hover(map, assets3, shareOf) {
    if (!matchMedia("(hover: hover)").matches) return;
    const tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1 });
    let latest = null;
    let busy = false;
    function show3(text, place) {
      tip.setContent(element("span", { text })).setLatLng(place);
      if (!map.hasLayer(tip)) map.openTooltip(tip);
    }
    function none() {
      latest = null;
      map.closeTooltip(tip);
    }
    function district2(place) {
      const row2 = districts.at(map, place);
      if (row2 === null) {
        map.closeTooltip(tip);
        return;
      }
      const { data: data2 } = districts;
      const figures2 = {
        ead: () => money(data2.ead[row2]),
        score: () => number(data2.score[row2], 2),
        share: () => shareOf(row2),
        assets_exposed: () => number(data2.assets_exposed[row2]),
        outline: () => data2.parent[row2] || ""
      };
      show3([districts.nameOf(row2), figures2[districts.painting()]()].filter(Boolean).join(" · "), place);
    }
    async function look(event) {
      latest = event;
      if (busy) return;
      busy = true;
      while (latest) {
        const now = latest;
        const { latlng } = now;
        const index = await assets3.at(latlng);
        const asset = index === null ? null : await assets3.attributes(index).catch(() => null);
        if (now !== latest) continue;
        if (asset) show3(asset.name || asset.id, latlng);
        else district2(latlng);
        latest = null;
      }
      busy = false;
    }
    map.on("mousemove", look);
    map.on("mouseout movestart", none);
  }

  // tabs.js
  var tabs = [...document.querySelectorAll(
    /** @type {"button"} */
    "[role=tab]"
  )];
  var panel = byId("panel");
  var narrow = matchMedia("(max-width: 700px)");
  var low = matchMedia("(max-height: 560px)");
  var isNarrow = () => narrow.matches;
  var panelOf = (tab) => byId(String(tab.getAttribute("aria-controls")));
  var isChosen = (tab) => tab.getAttribute("aria-selected") === "true";
  var chosenTab = () => (
    /** @type {HTMLElement} */
    tabs.find(isChosen)
  );
  function select(tab) {
    for (const each of tabs) {
      const chosen3 = each === tab;
      each.setAttribute("aria-selected", String(chosen3));
      each.tabIndex = chosen3 ? 0 : -1;
      panelOf(each).hidden = !chosen3 && !(each.id === "tab-layers" && !narrow.matches);
    }
  }
  function open2(isOpen) {
    panel.classList.toggle("open", isOpen);
    for (const tab of tabs) tab.setAttribute("aria-expanded", String(isOpen));
  }
  var close = () => open2(false);
  function press2(tab) {
    const again = isChosen(tab) && panel.classList.contains("open");
    select(tab);
    open2(!again);
  }
  function step(event) {
    const seen = tabs.filter((tab) => tab.offsetParent !== null);
    const place = seen.indexOf(
      /** @type {HTMLElement} */
      event.target
    );
    const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: seen.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const next = seen[(moves[event.key] + seen.length) % seen.length];
    select(next);
    next.focus();
  }
  function fit() {
    const chosen3 = chosenTab();
    const other = tabs.find(({ id }) => id !== "tab-layers");
    select(!narrow.matches && chosen3.id === "tab-layers" && other ? other : chosen3);
    byId("legend").open = !narrow.matches && !low.matches;
  }
  function start6() {
    for (const tab of tabs) if (tab.id !== "tab-layers") panelOf(tab).tabIndex = 0;
    for (const tab of tabs) {
      tab.addEventListener("click", () => press2(tab));
      tab.addEventListener("keydown", step);
    }
    narrow.addEventListener("change", fit);
    close();
    fit();
  }

  // view.js
  var ROOM = 4e3;
  var calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  findMarkerPicture();
  function room(map) {
    const narrow2 = isNarrow();
    const legend = byId("legend");
    const left = !narrow2 && legend.open ? legend.offsetLeft + legend.offsetWidth + 14 : 62;
    const [top, edge, frame] = [58, 10, 44];
    const { x: width, y: height } = map.getSize();
    const foot = narrow2 && !legend.open && height > 420 ? map.getContainer().getBoundingClientRect().bottom - legend.getBoundingClientRect().top + edge : edge;
    const maxWidth = Math.min(narrow2 ? 290 : 460, width - left - edge - frame);
    return {
      maxWidth,
      minWidth: Math.min(narrow2 ? 220 : 300, maxWidth),
      maxHeight: Math.round(Math.min(height * 0.72, height - top - foot - frame)),
      autoPanPaddingTopLeft: [left, top],
      autoPanPaddingBottomRight: [edge, foot]
    };
  }
  function labelPopup(popup) {
    const box2 = (
      /** @type {HTMLElement} */
      popup.getElement()
    );
    box2.setAttribute("role", "dialog");
    box2.setAttribute("aria-label", say("map.popup"));
    box2.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", say("map.close"));
    for (const part2 of box2.querySelectorAll(
      /** @type {"div"} */
      ".leaflet-popup-scrolled"
    )) part2.tabIndex = 0;
    return box2;
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
  function fitCity(map) {
    const box2 = L.latLngBounds(page.bounds);
    map.fitBounds(box2, { padding: [12, 12], animate: false });
    map.setMaxBounds(box2.pad(1).extend(box2.getCenter().toBounds(ROOM)));
    map.setMinZoom(Math.max(1, map.getZoom() - 2));
    const view2 = view();
    if (view2) map.setView([view2.lat, view2.lng], view2.zoom, { animate: false });
  }
  function beCalm(map) {
    map.options.inertia = false;
    map._zoomAnimated = false;
    map._fadeAnimated = false;
    map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  }
  function viewOf(map, assets3, content) {
    let opened2 = null;
    let returnTo = null;
    let asked2 = 0;
    function openPopup(build, place, from) {
      map.closePopup();
      opened2 = build;
      returnTo = from || null;
      const box2 = labelPopup(L.popup(room(map)).setLatLng(place).setContent(build()).openOn(map));
      if (from) {
        box2.tabIndex = -1;
        box2.focus();
      }
    }
    function openAsset(index, place, from) {
      asked2 += 1;
      const mine = asked2;
      const show3 = (build) => {
        if (mine === asked2) openPopup(build, place, from);
      };
      assets3.attributes(index).then(
        (figures2) => show3(() => content.asset(figures2)),
        () => show3(() => element("p", { word: "map.layer.no_figures" }))
      );
    }
    function openDistrict(row2, place, from) {
      asked2 += 1;
      openPopup(() => content.district(districts.figures(row2)), place, from);
    }
    function flyTo(bounds2, maxZoom, then) {
      const options = { maxZoom, padding: [30, 30] };
      asked2 += 1;
      const mine = asked2;
      close();
      map.once(
        "moveend",
        () => queueMicrotask(() => {
          if (mine === asked2) then();
        })
      );
      if (calm) map.fitBounds(bounds2, { ...options, animate: false });
      else map.flyToBounds(bounds2, { ...options, duration: 0.6 });
    }
    function goToDistrict(row2, from) {
      const bounds2 = districts.bounds(row2);
      districts.choose(row2);
      flyTo(bounds2, 16, () => openDistrict(row2, bounds2.getCenter(), from));
    }
    async function goToAsset(index, from) {
      await content.reveal(index);
      const box2 = await assets3.bounds(index);
      if (box2) flyTo(box2, 17, () => openAsset(index, box2.getCenter(), from));
      else openAsset(index, map.getCenter(), from);
    }
    function clickOutsideAssets(place) {
      const row2 = districts.at(map, place);
      districts.choose(row2);
      if (row2 !== null) openDistrict(row2, place);
    }
    function wireMap() {
      map.on("popupclose", () => {
        opened2 = null;
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
      if (!opened2 || !popup) return;
      popup.setContent(opened2());
      labelPopup(popup);
    }
    function wireLanguage(exercise, zoom, redraw) {
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
        exercise?.redraw();
        draw();
        redraw();
        labelZoom(zoom);
        refreshPopup();
      });
    }
    function start8(draw4, redraw) {
      document.documentElement.classList.add("live");
      if (calm) beCalm(map);
      start6();
      const zoom = L.control.zoom({ position: "topleft" }).addTo(map);
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
      map.invalidateSize();
      fitCity(map);
      drawContext(map);
      draw4();
      hover(map, assets3, content.shareOf);
      const exercise = page.exercise.length ? exerciseMark(map) : null;
      wireMap();
      wireLanguage(exercise, zoom, redraw);
    }
    function markReady() {
      assets3.ready.then(
        () => requestAnimationFrame(
          () => requestAnimationFrame(() => {
            performance.mark("map-ready");
            window.__mapReady = true;
          })
        )
      );
    }
    return { start: start8, markReady, openAsset, openDistrict, goToDistrict, goToAsset, clickOutsideAssets, refreshPopup };
  }

  // map.js
  function start7(map) {
    const view2 = viewOf(map, assets, {
      asset: assetPopup,
      district: (figures2) => {
        const box2 = district(figures2);
        return resilience ? resilience.district(box2, figures2) : box2;
      },
      reveal,
      shareOf: (row2) => resilience?.shareOf(row2) ?? ""
    });
    function signFirst(place, otherwise) {
      const row2 = resilience?.at(map, place) ?? null;
      if (row2 === null) {
        otherwise();
        return;
      }
      districts.choose(row2);
      view2.openDistrict(row2, place);
    }
    function draw4() {
      districts.draw(map);
      hazards.draw(map);
      resilience?.draw(map);
      draw2(
        map,
        (index, place) => signFirst(place, () => view2.openAsset(index, place)),
        (place) => signFirst(place, () => view2.clickOutsideAssets(place))
      );
    }
    function refresh(state2) {
      districts.paint(map, state2.districts);
      hazards.show(map, state2.hazard, state2.map);
      show(state2);
    }
    view2.start(draw4, () => draw3(state, counts2()));
    start5();
    resilience?.start(map, changed);
    const listAssets = start3(view2);
    start2(assets, view2, async (index) => {
      const { filters, state: state2, classes: classes2 } = await hiding(state, index);
      return filters.length > 0 || state2 !== null || classes2;
    });
    onChange2(refresh, draw3);
    onChange2(listAssets, () => {
    });
    start(map, { table: () => table2(state) });
    speak(language2());
    changed();
    view2.markReady();
  }
  globalThis.inventory = { start: withBrowser(start7) };
})();
