// «About»: the sources with their licences, and what the figures were reckoned with.
"use strict";

inventory.about = ((about) => {
  const { element, words } = inventory;

  function source(one) {
    const title = /^https?:\/\//.test(one.url || "")
      ? element("a", { text: one.title, href: one.url, rel: "noreferrer noopener", target: "_blank" })
      : element("strong", { text: one.title });
    const parts = [one.publisher, one.date ? words.date(one.date) : words.say("map.about.undated"), one.licence];
    const use = words.say(one.use, { name: one.name });
    const line = element("li", {}, element("span", { class: "use", text: use }), title,
      element("small", { text: parts.filter(Boolean).join(" · ") }));
    if (one.exercise) line.append(element("em", { class: "tag", word: "map.status.exercise" }));
    return line;
  }

  function price(one) {
    const rule = { amount: { money: one.amount }, rule: { word: inventory.page.rules[one.per] } };
    const line = element("li", {}, element("span", { class: "use", text: one.asset_type }),
      element("strong", { word: "map.about.price", values: rule }),
      element("small", { text: [one.source, ...one.steps[words.language()]].join("; ") }));
    if (one.exercise) line.append(element("em", { class: "tag", word: "map.status.exercise" }));
    return line;
  }

  function stress(one) {
    const line = element("li", {}, element("span", { class: "use", text: one.name[words.language()] }),
      element("span", { text: one.says[words.language()] }));
    if (one.exercise) line.append(element("em", { class: "tag", word: "map.status.exercise" }));
    return line;
  }

  function finding(one) {
    const [sentence, remedy] = one.says[words.language()];
    return element("li", {}, element("em", { class: `tag ${one.severity}`, word: `map.about.${one.severity}` }),
      element("span", { text: ` ${sentence}` }), element("small", { text: remedy }));
  }

  function pairs(rows) {
    return rows.flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]);
  }

  function draw() {
    document.getElementById("findings").replaceChildren(...about.findings.map(finding));
    document.getElementById("sources").replaceChildren(...about.sources.map(source));
    document.getElementById("prices").replaceChildren(...about.prices.map(price), ...about.stresses.map(stress));
    document.getElementById("versions").replaceChildren(...pairs(about.versions));
    document.getElementById("inputs").replaceChildren(...pairs(about.inputs));
  }

  // The price of an asset's type and all that went into it, as one sentence; null where nobody says one.
  function priceOf(type) {
    const named = (name) => about.prices.find((price) => price.asset_type === name);
    const one = named(type) || named("*");
    return one ? [words.money(one.amount), one.source, ...one.steps[words.language()]].join("; ") : null;
  }

  return { draw, priceOf };
})(inventory.block("about"));
