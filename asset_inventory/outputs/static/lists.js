// The lists beside the map: focus areas by rank, and the assets that matter most; every head sorts, every row flies there.
"use strict";

inventory.lists = (() => {
  const { element, words, popups } = inventory;
  const MOST = 500; // assets in the list

  // `open` is null where there is no place to fly to.
  function row(cells, open) {
    const button = open ? element("button", { type: "button", class: "go" }) : element("span");
    const line = element("tr", open ? { class: "flies" } : {});
    for (const { text, note, number, heads } of cells) {
      const cell = element(heads ? "th" : "td", heads ? { scope: "row" } : { class: number ? "number" : "" });
      if (heads) {
        button.append(element("span", { text }));
        cell.append(button);
      } else cell.append(text);
      if (note) (heads ? button : cell).append(element("small", { text: note }));
      line.append(cell);
    }
    if (open) line.addEventListener("click", () => open(button));
    return line;
  }

  // The places of a list in the order of one of its columns; what is not known stands last, whichever way.
  function ordered(count, { value, down }) {
    const texts = new Intl.Collator(words.language(), { numeric: true });
    const compare = (one, other) => (typeof one === "string" ? texts.compare(one, other) : one - other);
    return Array.from({ length: count }, (_, place) => place).sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (!popups.known(a) || !popups.known(b)) return Number(popups.known(b)) - Number(popups.known(a)) || one - other;
      return (down ? -compare(a, b) : compare(a, b)) || one - other;
    });
  }

  // A list in the body `id`: each of `columns` has the value it sorts by and whether the greatest comes first.
  // Returns what fills it again with `size` rows.
  function list(id, count, columns, first, line) {
    const body = document.getElementById(id);
    const heads = [...body.closest("table").querySelectorAll("th[scope=col]")];
    let chosen = first;
    let { down } = columns[first];
    let rows = count;

    function fill(size = rows) {
      rows = size;
      const order = ordered(rows, { value: columns[chosen].value, down });
      body.replaceChildren(...order.map(line));
      heads.forEach((head, place) => {
        head.setAttribute("aria-sort", place !== chosen ? "none" : down ? "descending" : "ascending");
      });
    }

    heads.forEach((head, place) => {
      const button = element("button", { type: "button", class: "sort" },
        ...head.childNodes, element("span", { class: "arrow", "aria-hidden": "true" }));
      button.addEventListener("click", () => {
        down = place === chosen ? !down : columns[place].down;
        chosen = place;
        fill();
      });
      head.replaceChildren(button);
    });
    fill();
    words.onChange(() => fill());
    return fill;
  }

  // What a list shows of damage: the figure, else its bounds; and what it sorts by.
  const damage = (ead, low, high) => (popups.known(ead) || !popups.known(low) ? popups.amount(ead) : popups.bounds(low, high));
  const middle = (ead, low, high) => (popups.known(ead) || !popups.known(low) ? ead : (low + (popups.known(high) ? high : low)) / 2);

  function focusAreas(open) {
    const { data, nameOf, bounds } = inventory.districts;
    const { by, last } = inventory.page;
    const of = (place) => [data.ead[place], data.ead_low[place], data.ead_high[place]];
    const columns = [
      { value: (place) => data.rank[place], down: false },
      { value: nameOf, down: false },
      by === "ead" ? { value: (place) => middle(...of(place)), down: true } : { value: (place) => data.assets_exposed[place], down: true },
      { value: (place) => data[last][place], down: last !== "score" }, // a score of 0 is worst
    ];
    const lasts = { share: (value) => inventory.preliminary.share(value), score: (value) => words.number(value, 2), assets: words.number };
    list("focus-rows", data.id.length, columns, last === "share" ? 3 : 0, (place) => row([
      { text: popups.known(data.rank[place]) ? words.number(data.rank[place]) : "–", number: true },
      { text: nameOf(place), note: data.parent[place], heads: true },
      { text: by === "ead" ? damage(...of(place)) : words.number(data.assets_exposed[place]), number: true },
      { text: popups.known(data[last][place]) ? lasts[last](data[last][place]) : "–", number: true },
    ], bounds(place).isValid() ? (button) => open(place, button) : null));
  }

  // The assets with the highest figure of those that are on the map; the city's highest are in the page, others are opened.
  function worstAssets(open) {
    const { data: { worst }, hiddenOf, brief } = inventory.assets;
    const by = inventory.page.by;
    const city = worst.index.map((index, place) => ({ index, ...Object.fromEntries(
      ["id", "name", "asset_type", "ead", "ead_low", "ead_high", "exposed_share"].map((name) => [name, worst[name][place]])) }));
    let rows = city;
    let asked = 0;
    const count = document.getElementById("asset-count");
    const nameOf = (place) => rows[place].name || rows[place].id;
    const of = (place) => [rows[place].ead, rows[place].ead_low, rows[place].ead_high];
    const columns = [
      { value: nameOf, down: false },
      { value: by === "ead" ? (place) => middle(...of(place)) : (place) => rows[place].exposed_share, down: true },
    ];
    const figure = (place) => {
      if (by !== "ead") return words.percent(rows[place].exposed_share);
      return hiddenOf(rows[place].id).includes("ead") ? "–" : damage(...of(place));
    };
    const fill = list("asset-rows", rows.length, columns, 1, (place) => row([
      { text: nameOf(place), note: rows[place].asset_type, heads: true },
      { text: figure(place), number: true },
    ], (button) => open(rows[place].index, button)));

    // How many of the assets that the filter leaves the list holds; nothing where it is the city's own.
    function tell(passing) {
      count.hidden = passing === null;
      const values = { listed: rows.length, count: passing };
      count.replaceChildren(...(passing === null ? [] : [element("span", { word: "map.list_count", values })]));
    }

    return async (state) => {
      asked += 1;
      const mine = asked;
      const sequence = await inventory.assets.ranked(state, [...worst.index, ...worst.next]);
      if (mine !== asked) return;
      const known = new Map(city.map((one) => [one.index, one]));
      const listed = sequence && sequence.slice(0, MOST);
      const opened = listed && await Promise.all(listed.map((index) => known.get(index) || brief(index)));
      if (mine !== asked) return;
      rows = opened || city;
      fill(rows.length);
      tell(sequence && sequence.length);
    };
  }

  // Returns what lists again after a change of the filter.
  function start(openDistrict, openAsset) {
    focusAreas(openDistrict);
    return worstAssets(openAsset);
  }

  return { start };
})();
