// Assets: all of the city in one layer, coloured by how they are counted under the hazard map that is shown, or under any.
"use strict";

inventory.assets = ((data) => {
  const { popups, hazards } = inventory;
  const STATES = ["exposed", "unknown", "not_exposed", "unusable"]; // in the order of the class table
  const layer = assetsOnMap.layer(data.layer);
  let colour = "any";

  const hiddenOf = popups.hiddenIn(data.hidden);

  // The columns of an asset as its popup reads them; a map that neither touches it nor leaves it open has no line.
  function figures(values) {
    const maps = [];
    const ead = [];
    const stresses = [];
    hazards.all.forEach((hazard, place) => {
      hazard.maps.forEach(({ return_period: period }, number) => {
        const of = (name) => values[`${place}.${number}.${name}`];
        if (!popups.known(of("exposed_fraction"))) return;
        maps.push({
          hazard: hazard.name, return_period: period,
          exposed_fraction: of("exposed_fraction"), unknown_fraction: of("unknown_fraction"),
          intensity_mean: of("intensity_mean"), intensity_max: of("intensity_max"),
          damage_fraction: of("damage_fraction"), damage: of("damage"),
        });
      });
      if (hazard.days && maps.some((one) => one.hazard === hazard.name)) {
        stresses.push({ hazard: hazard.name, days_lost: values[`${place}.days_lost`], yearly_damage: values[`${place}.yearly_damage`] });
      }
      if (popups.known(values[`${place}.rule`])) {
        const [annual, low, high, rule] = ["ead", "ead_low", "ead_high", "rule"].map((name) => values[`${place}.${name}`]);
        ead.push({ hazard: hazard.name, ead: annual, ead_low: low, ead_high: high, rule });
      }
    });
    const of = (name) => values[`joint.${name}`];
    const joint = popups.known(of("relation")) ? { relation: of("relation"), ead: of("ead"), least: of("ead_least"),
      most: of("ead_most"), ead_low: of("ead_low"), ead_high: of("ead_high") } : null;
    return { ...values, maps, ead, stresses, joint, id: values.asset_id, hidden: hiddenOf(values.asset_id), districtName: inventory.districts.nameOfId(values.district) };
  }

  const colourOf = ({ hazard, map }) => (hazard < 0 ? "any" : `map-${hazard}-${map}`);

  // What the filter lets through: a word's code is in one byte, or in two where there are many words.
  function passing(filter) {
    const found = {};
    for (const [name, code] of Object.entries(filter)) {
      found[name] = [code & 255];
      if (data.filters[name].length > 256) found[`${name}-high`] = [code >> 8];
    }
    return found;
  }

  // What is painted: the map that colours, what the filter lets through, and the states that stay.
  function show(state) {
    const wanted = colourOf(state);
    if (wanted !== colour) layer.setColour(wanted);
    colour = wanted;
    return layer.setFilter(shown(state));
  }

  const shown = (state) => ({ ...passing(state.filter),
    [colourOf(state)]: STATES.flatMap((name, code) => (state[name] ? [code] : [])) });

  // What leaves an asset out of what is painted: names of filters, and its own state.
  async function hiding(state, index) {
    const codes = await layer.classes(index);
    const codeOf = (name) => codes[name] + 256 * (codes[`${name}-high`] || 0);
    const own = STATES[codes[colourOf(state)]];
    return {
      filters: Object.keys(state.filter).filter((name) => codeOf(name) !== state.filter[name]),
      state: state[own] === false ? own : null,
    };
  }

  // How what the filter lets through is counted, whichever states are painted.
  function counts(state) {
    return layer.counts(colourOf(state), passing(state.filter)).then((found) => ({
      assets: found.reduce((sum, one) => sum + one, 0),
      ...Object.fromEntries(STATES.map((name, code) => [name, found[code]])),
    }));
  }

  // The assets that are painted, by `order` and then as the layer has them; null where all are.
  async function ranked(state, order) {
    if (!Object.keys(state.filter).length && STATES.every((name) => state[name] !== false)) return null;
    const codes = await layer.codes(colourOf(state), shown(state));
    const first = new Set(order);
    return [...order, ...codes.keys()].filter((index, place) => codes[index] !== null && (place < order.length || !first.has(index)));
  }

  // What a list shows of an asset: its damage over all hazards and its greatest exposed share, as `worst` has them.
  async function brief(index) {
    const one = figures(await layer.attributes(index));
    const priced = one.ead.filter(({ rule }) => inventory.page.rules[rule] !== "map.rule.bounds_only");
    // several hazards have one figure together; where one alone harms, the others add nothing
    const alone = [...one.ead].sort((some, other) => other.ead - some.ead || other.ead_low - some.ead_low)[0];
    const { ead_low = null, ead_high = null } = one.joint || alone || {};
    const sure = priced.length > 0 && priced.every((figure) => popups.known(figure.ead));
    const ead = one.joint ? one.joint.ead : sure ? Math.max(...priced.map((figure) => figure.ead)) : null;
    return { index, id: one.id, name: one.name, asset_type: one.asset_type, ead, ead_low, ead_high,
      exposed_share: Math.max(0, ...one.maps.map((map) => map.exposed_fraction)) };
  }

  function draw(map, open, miss) {
    map.getPane("assets").style.zIndex = 440;
    layer.on("assetclick", (event) => open(event.index, event.latlng));
    layer.on("assetmiss", (event) => miss(event.latlng));
  }

  return {
    data, draw, show, hiding, counts, ranked, brief, layer, hiddenOf,
    states: (state) => layer.codes(colourOf(state), shown(state)).then((codes) => codes.map((code) => STATES[code])),
    ready: layer.ready,
    search: (text, most) => layer.search(text, most),
    at: (place) => layer.at(place),
    bounds: (index) => layer.bounds(index),
    attributes: async (index) => ({ ...figures(await layer.attributes(index)), pieces: await inventory.reckoning.of(index) }),
  };
})(inventory.block("assets"));
