// What a click shows: every figure of one asset or one district, as text only.
"use strict";

inventory.popups = (() => {
  const { element, words } = inventory;

  const known = (value) => value !== null && value !== undefined;
  const wordOf = (column, row) => (column.codes[row] < 0 ? null : column.words[column.codes[row]]);

  // A list of terms and figures; a figure is text or an element, one that is missing is «not known».
  function facts(rows) {
    const list = element("dl", { class: "facts" });
    for (const [term, value] of rows) {
      list.append(element("dt", { word: term }), element("dd", {}, known(value) ? value : words.say("number.not_known")));
    }
    return list;
  }

  function table(heads, rows) {
    const body = rows.map((cells) => element("tr", {}, ...cells.map((cell, place) => element(
      place === 0 ? "th" : "td", { text: cell, ...(place === 0 ? { scope: "row" } : {}) }))));
    return element("table", { class: "figures" },
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { word: head, scope: "col" })))),
      element("tbody", {}, ...body));
  }

  function years(period) {
    return known(period) ? words.say("map.years", { count: period, years: period }) : words.say("map.scenario");
  }

  const amount = (value) => (known(value) ? words.money(value) : words.say("number.not_known"));

  function status(text) {
    return words.say(text === "exercise" ? "map.status.exercise" : "map.status.real");
  }

  // Hazards and assets of which only bounds are known have a part in the bounds, and none in the figure.
  function boundsBeside(ead, low, high) {
    const said = bounds(low, high);
    return known(ead) && known(low) && ead < low ? words.say("map.bounds_of_more", { bounds: said }) : said;
  }

  function bounds(low, high) {
    if (!known(low)) return words.say("number.not_known");
    if (!known(high)) return words.say("map.at_least", { low: { money: low } });
    return words.say("map.low_to_high", { low: { money: low }, high: { money: high } });
  }

  // How a value or an expected annual damage came about, where the word is one of the program's.
  function rule(text) {
    const key = inventory.page.rules[text];
    return key ? words.say(key) : text;
  }

  // What a price was made of; an own value has none, nor has one that is not known.
  function priceRow(one) {
    const unpriced = ["map.value_rule.field", "number.not_known"].includes(inventory.page.rules[one.value_rule]);
    const text = unpriced || one.hidden.includes("value") ? null : inventory.about.priceOf(one.asset_type);
    return text ? [["map.price", text]] : [];
  }

  function intensity(mean, most, unit) {
    if (!known(mean)) return words.say("number.not_known");
    const [usual, highest] = [words.number(mean, 2), words.number(most, 2)];
    return usual === highest ? `${usual}\u00a0${unit}` : words.say("map.mean_and_most", { mean: usual, most: highest, unit });
  }

  // A hazard without damage curves is not priced, which is not the same as a damage that is not known.
  function harm(one, hidden) {
    if (!inventory.isPriced(one.hazard)) return words.say(inventory.isByYear(one.hazard) ? "map.priced_by_year" : "map.not_priced");
    if (!known(one.damage_fraction)) return words.say("number.not_known");
    if (hidden.includes("damage")) return words.percent(one.damage_fraction);
    return `${words.percent(one.damage_fraction)} = ${amount(one.damage)}`;
  }

  // The file of a very large city has no damage under each map, and says so.
  const withoutDamage = () => inventory.assets.data.left_out.includes("damage");

  function mapLine(one, hidden) {
    const share = words.percent(one.exposed_fraction)
      + (one.unknown_fraction > 0 ? ` + ${words.say("map.unknown_share", { share: { percent: one.unknown_fraction } })}` : "");
    const dry = !(one.exposed_fraction > 0);
    const deep = dry ? "–" : intensity(one.intensity_mean, one.intensity_max, inventory.hazardUnit(one.hazard));
    const found = [years(one.return_period), share, deep];
    return withoutDamage() ? found : [...found, dry ? "–" : harm(one, hidden)];
  }

  // What a stress does a year; an asset that it does not reach so often loses no day and nothing.
  function stressFacts(one, hidden) {
    const days = known(one.days_lost) ? words.say("map.days", { days: one.days_lost }) : null;
    const damage = known(one.yearly_damage) ? amount(one.yearly_damage) : null;
    return [["map.days_lost", days], ...(hidden.includes("yearly_damage") ? [] : [["map.yearly_damage", damage]])];
  }

  // One hazard on an asset: its expected annual damage, and a line for each map that touches it or leaves it open.
  function hazardPart(name, asset) {
    const parts = [element("h3", { text: name })];
    const annual = asset.ead.find((one) => one.hazard === name);
    if (annual && !asset.hidden.includes("ead")) {
      parts.push(facts([["map.ead", amount(annual.ead)], ["map.bounds", bounds(annual.ead_low, annual.ead_high)],
        ["map.rule", words.say("map.rule.from_maps", { rule: rule(annual.rule), count: inventory.restsOn(name) })]]));
    }
    for (const one of asset.stresses.filter((stress) => stress.hazard === name)) parts.push(facts(stressFacts(one, asset.hidden)));
    const maps = asset.maps.filter((one) => one.hazard === name);
    if (maps.length) {
      const heads = ["map.return_period", "map.exposed_share", "map.intensity", ...(withoutDamage() ? [] : ["map.damage"])];
      parts.push(table(heads, maps.map((one) => mapLine(one, asset.hidden))));
    }
    return parts;
  }

  // All hazards together: one figure by how they hang together, or the range of what that may be.
  function jointPart(one, hidden) {
    if (!one || hidden.includes("ead")) return [];
    const range = known(one.least) && words.money(one.least) !== words.money(one.most);
    return [element("h3", { word: "map.joint" }), facts([["map.ead", amount(one.ead)],
      ...(range ? [["map.joint.range", bounds(one.least, one.most)]] : []),
      ["map.bounds", boundsBeside(one.ead, one.ead_low, one.ead_high)], ["map.joint.relation", rule(one.relation)]])];
  }

  function asset(one) {
    const box = element("article", { class: "popup" }, element("h2", { text: one.name || one.id }));
    box.append(facts([
      ["map.asset_id", one.id],
      ["map.asset_type", one.asset_type],
      ["map.owner", one.owner],
      ["map.district", one.districtName],
      ["map.value", known(one.value) ? `${amount(one.value)} (${rule(one.value_rule)})` : null],
      ...priceRow(one),
      ["map.data_status", status(one.data_status)],
    ].filter(([term]) => !one.hidden.includes(term.replace("map.", ""))))); // what is internal is not «not known»
    const touching = inventory.hazards.all.map((hazard) => hazard.name)
      .filter((name) => one.maps.some((map) => map.hazard === name));
    for (const name of touching) box.append(...hazardPart(name, one));
    box.append(...jointPart(one.joint, one.hidden));
    if (touching.length && withoutDamage()) box.append(element("p", { class: "quiet", word: "map.less.popup" }));
    if (!touching.length) box.append(element("p", { word: "map.touched_by_none" }));
    box.append(...inventory.reckoning.part(one));
    return box;
  }

  // The internal columns of an asset's layer, by the lead of its id; a layer's name may hold a colon, or be «constructor».
  function hiddenIn(hidden) {
    const longestFirst = Object.entries(hidden).sort(([one], [other]) => other.length - one.length);
    return (id) => (longestFirst.find(([layer]) => id.startsWith(`${layer}:`)) || [null, []])[1];
  }

  // A count so small that it could name somebody is not told to the public; its rule says so.
  const people = (one) => {
    if (known(one.people_exposed)) {
      return `${words.number(Math.round(one.people_exposed))} (${rule(one.people_rule)})`;
    }
    return known(one.people_rule) ? rule(one.people_rule) : null;
  };

  // How many are displaced under the rarest map of each hazard for which rates are declared.
  const displaced = ([hazard, count]) => {
    if (!known(count)) return `${hazard}: ${words.say("number.not_known")}`;
    return `${hazard}: ${count < 0 ? words.say("map.people_rule.few") : words.number(count)}`;
  };

  function district(one) {
    const box = element("article", { class: "popup" }, element("h2", { text: one.name }));
    box.append(facts([
      ["map.parent", one.parent],
      ["map.rank", known(one.rank) ? words.number(one.rank) : null],
      ["map.ead", amount(one.ead)],
      ["map.bounds", boundsBeside(one.ead, one.ead_low, one.ead_high)],
      ["map.assets_exposed", words.say("map.of", { part: one.assets_exposed, whole: one.assets })],
      ["map.assets_without_figure", words.number(one.assets_without_figure)],
      ["map.people_exposed", people(one)],
      ...(known(one.displaced) && one.displaced.length ? [["map.displaced", one.displaced.map(displaced).join("; ")]] : []),
      ["map.score", known(one.score) ? words.number(one.score, 2) : null],
      ["map.data_status", status(one.data_status)],
    ].filter(([term, value]) => term !== "map.parent" || known(value))));
    if (one.file) {
      const href = `${one.file.split("/").map(encodeURIComponent).join("/")}#lang=${words.language()}`;
      box.append(element("p", {}, element("a", { href, word: "map.open_district", values: { count: one.assets } })));
    }
    return box;
  }

  return { asset, district, facts, table, status, hiddenIn, amount, bounds, rule, years, known, wordOf };
})();
