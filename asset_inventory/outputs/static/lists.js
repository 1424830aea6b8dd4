// The lists beside the map: focus areas by rank, and the assets that matter most; every row flies there.
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

  function focusAreas(open) {
    const { data } = inventory.districts;
    const lines = data.id.map((_, place) => row([
      { text: popups.known(data.rank[place]) ? words.number(data.rank[place]) : "–", number: true },
      { text: inventory.districts.nameOf(place), note: data.parent[place], heads: true },
      { text: popups.amount(data.ead[place]), number: true },
      { text: popups.known(data.score[place]) ? words.number(data.score[place], 2) : "–", number: true },
    ], inventory.districts.bounds(place).isValid() ? (button) => open(place, button) : null));
    document.getElementById("focus-rows").replaceChildren(...lines);
  }

  function worstAssets(open) {
    const { worst, hidden } = inventory.assets.data;
    const isHidden = (id) => (hidden[id.split(":")[0]] || []).includes("ead");
    const lines = worst.index.map((index, place) => row([
      { text: worst.name[place] || worst.id[place], note: worst.asset_type[place], heads: true },
      { text: isHidden(worst.id[place]) ? "–" : popups.amount(worst.ead[place]), number: true },
    ], (button) => open(index, button)));
    document.getElementById("asset-rows").replaceChildren(...lines);
  }

  function start(openDistrict, openAsset) {
    const fill = () => { focusAreas(openDistrict); worstAssets(openAsset); };
    fill();
    words.onChange(fill);
  }

  return { start };
})();
