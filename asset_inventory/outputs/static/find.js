// Finds districts and assets by a part of their name or id; the arrows choose, Enter flies there.
"use strict";

inventory.find = (() => {
  const MOST_DISTRICTS = 4;
  const MOST_ASSETS = 12;
  const PAUSE = 120; // milliseconds of quiet before a search
  const { element, words, districts, assets } = inventory;
  const { plain } = assetsOnMap.search;
  const box = document.getElementById("find-text");
  const list = document.getElementById("find-list");
  let found = []; // {text, note, go} of each line
  let chosen = -1;
  let asked = 0;
  let timer = null;
  let isHidden = null; // whether a filter leaves an asset out of the map

  function districtsWith(text, go) {
    const sought = plain(text);
    return districts.data.id.map((_, row) => row)
      .filter((row) => plain(districts.nameOf(row)).includes(sought) && districts.bounds(row).isValid())
      .slice(0, MOST_DISTRICTS)
      .map((row) => ({ text: districts.nameOf(row), note: words.say("map.district"), go: () => go(row, box) }));
  }

  async function assetsWith(text, go) {
    const hits = await assets.search(text, MOST_ASSETS);
    const figures = await Promise.all(hits.map((one) => assets.attributes(one.index)));
    const hidden = await Promise.all(hits.map((one) => isHidden(one.index)));
    return figures.map((one, place) => ({
      text: one.name || one.id,
      note: [one.asset_type, one.name ? one.id : null, hidden[place] ? words.say("map.find_hidden") : null]
        .filter(Boolean).join(" · "),
      go: () => go(hits[place].index, box),
    }));
  }

  async function seek(openDistrict, openAsset) {
    asked += 1;
    const mine = asked;
    const text = box.value.trim();
    const lines = text ? [...districtsWith(text, openDistrict), ...await assetsWith(text, openAsset)] : [];
    if (mine === asked) show(lines, text);
  }

  function show(lines, text) {
    found = lines;
    choose(-1);
    list.replaceChildren(...lines.map((one, place) => {
      const line = element("li", { role: "option", id: `find-${place}`, "aria-selected": "false" },
        element("span", { text: one.text }), element("small", { text: one.note }));
      line.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
      line.addEventListener("click", () => take(place));
      return line;
    }));
    if (text && !lines.length) list.append(element("li", { class: "quiet", word: "map.find_nothing" }));
    open(Boolean(text));
    if (text) {
      document.getElementById("news").textContent = lines.length
        ? words.say("map.find_count", { count: lines.length }) : words.say("map.find_nothing");
    }
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  }

  function choose(place) {
    chosen = place;
    [...list.children].forEach((line, one) => line.setAttribute("aria-selected", String(one === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", `find-${place}`);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function take(place) {
    const one = found[place];
    open(false);
    if (one) one.go();
  }

  function press(event) {
    const last = found.length - 1;
    const moves = { ArrowDown: chosen >= last ? 0 : chosen + 1, ArrowUp: chosen <= 0 ? last : chosen - 1 };
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      open(true);
      choose(moves[event.key]);
    } else if (event.key === "Enter" && !list.hidden) take(Math.max(chosen, 0));
    else if (event.key === "Escape") open(false);
  }

  function start(openDistrict, openAsset, hidden) {
    isHidden = hidden;
    const search = () => seek(openDistrict, openAsset);
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    box.addEventListener("keydown", press);
    box.addEventListener("blur", () => open(false));
    box.addEventListener("focus", () => { if (box.value.trim()) search(); });
    words.onChange(() => { if (box.value.trim()) search().then(() => open(false)); });
  }

  return { start };
})();
