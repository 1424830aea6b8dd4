// The class tables: one for each thing that is coloured, used by the map and by its legend.
"use strict";

(() => {
  const tables = inventory.block("classes");
  const { words } = inventory;

  inventory.classes = (name) => tables[name];

  // The class of a number; what is missing is unknown, what is below every class is null.
  inventory.classOf = (name, value) => {
    const { classes } = tables[name];
    if (value === null || value === undefined) return classes.find((one) => one.unknown);
    return classes.find((one) => one.low !== null && value >= one.low && (one.high === null || value < one.high)) || null;
  };

  function bound(value, unit) {
    if (unit === "money") return words.money(value);
    if (unit === "share") return words.percent(value);
    return words.number(value) + (unit ? `\u00a0${unit}` : "");
  }

  inventory.classLabel = (one, { unit }) => {
    if (one.label !== null) return one.label;
    const values = {};
    if (one.low !== null) values.low = bound(one.low, unit);
    if (one.high !== null) values.high = bound(one.high, unit);
    if (one.key !== null) return words.say(one.key, values);
    if (one.high === null) return words.say("map.class.from", values);
    return words.say(one.bottom ? "map.class.under" : "map.class.between", values);
  };
})();
