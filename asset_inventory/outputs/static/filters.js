// Which assets are looked at: of one type, one owner, one district; the words are the city's own.
"use strict";

inventory.filters = ((all) => {
  const { element, words, districts } = inventory;
  const selects = [...document.querySelectorAll("[data-filter]")];

  function wordOf(name, word) {
    if (word === null) return words.say("number.not_known");
    return name === "district" ? districts.nameOfId(word) : word;
  }

  function fill(filter) {
    for (const select of selects) {
      const name = select.dataset.filter;
      const order = new Intl.Collator(words.language(), { numeric: true });
      const options = all[name].map((word, code) => ({ code, text: wordOf(name, word) }))
        .sort((one, other) => order.compare(one.text, other.text))
        .map(({ code, text }) => element("option", { value: code, text }));
      select.replaceChildren(element("option", { value: "", word: "map.filter_all" }), ...options);
      select.value = name in filter ? String(filter[name]) : "";
    }
    const text = document.getElementById("filter-text");
    if (text) text.textContent = Object.entries(filter).map(([name, code]) => wordOf(name, all[name][code])).join(", ");
  }

  function start(filter, changed) {
    for (const select of selects) {
      select.addEventListener("change", () => {
        if (select.value === "") delete filter[select.dataset.filter];
        else filter[select.dataset.filter] = Number(select.value);
        changed();
      });
    }
    const none = document.getElementById("filter-none");
    if (none) {
      none.addEventListener("click", () => {
        for (const name of Object.keys(filter)) delete filter[name];
        changed();
      });
    }
    if (Object.keys(filter).length) document.getElementById("filters").open = true;
  }

  // To and from the address: words, because codes change with the next delivery.
  const written = (filter) => Object.fromEntries(
    Object.keys(all).map((name) => [name, name in filter ? all[name][filter[name]] ?? "" : null]));

  function read(address) {
    const filter = {};
    for (const name of Object.keys(all)) {
      if (!address.has(name)) continue;
      const code = all[name].indexOf(address.get(name) || null);
      if (code >= 0) filter[name] = code;
    }
    return filter;
  }

  return { fill, start, written, read };
})(inventory.assets.data.filters);
