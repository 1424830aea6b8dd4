// The lists beside the map: focus areas by rank, and the assets that matter most; every head sorts, every row flies there.
"use strict";

inventory.lists = (() => {
  const { element, words, popups } = inventory;

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
  function list(id, count, columns, first, line) {
    const body = document.getElementById(id);
    const heads = [...body.closest("table").querySelectorAll("th[scope=col]")];
    let chosen = first;
    let { down } = columns[first];

    function fill() {
      const order = ordered(count, { value: columns[chosen].value, down });
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
    words.onChange(fill);
  }

  function focusAreas(open) {
    const { data, nameOf, bounds } = inventory.districts;
    const shares = inventory.preliminary && inventory.preliminary.compared ? inventory.preliminary : null;
    const columns = [
      { value: (place) => data.rank[place], down: false },
      { value: nameOf, down: false },
      { value: (place) => data.ead[place], down: true },
      // a score of 0 is worst
      shares ? { value: (place) => data.share[place], down: true } : { value: (place) => data.score[place], down: false },
    ];
    const last = (place) => (shares ? shares.share(data.share[place]) : words.number(data.score[place], 2));
    list("focus-rows", data.id.length, columns, shares ? 3 : 0, (place) => row([
      { text: popups.known(data.rank[place]) ? words.number(data.rank[place]) : "–", number: true },
      { text: nameOf(place), note: data.parent[place], heads: true },
      { text: popups.amount(data.ead[place]), number: true },
      { text: popups.known(columns[3].value(place)) ? last(place) : "–", number: true },
    ], bounds(place).isValid() ? (button) => open(place, button) : null));
  }

  function worstAssets(open) {
    const { data: { worst }, hiddenOf } = inventory.assets;
    const nameOf = (place) => worst.name[place] || worst.id[place];
    const columns = [{ value: nameOf, down: false }, { value: (place) => worst.ead[place], down: true }];
    list("asset-rows", worst.index.length, columns, 1, (place) => row([
      { text: nameOf(place), note: worst.asset_type[place], heads: true },
      { text: hiddenOf(worst.id[place]).includes("ead") ? "–" : popups.amount(worst.ead[place]), number: true },
    ], (button) => open(worst.index[place], button)));
  }

  function start(openDistrict, openAsset) {
    focusAreas(openDistrict);
    worstAssets(openAsset);
  }

  return { start };
})();
