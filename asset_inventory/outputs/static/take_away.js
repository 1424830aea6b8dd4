// What a reader takes away: the table that the filter leaves, the picture of the view, the printed sheet.
"use strict";

inventory.takeAway = (() => {
  const GROUP = 4096; // assets that are opened together
  const { assets, hazards, page, words } = inventory;

  // A spreadsheet runs what begins so as a formula, at the start of a cell and where it splits one (;, tab, line feed):
  // an apostrophe before it makes it text. `io/table_files.py` writes the same.
  const STARTS = String.raw`'*[ \xa0\u3000"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]`;
  const first = new RegExp(`^(?=${STARTS})`);
  const further = new RegExp(`([;\\t\\n\\r])(?=${STARTS})`, "g");
  const harmless = (text) => text.replace(further, "$1'").replace(first, "'");

  function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    return `"${harmless(String(value)).replace(/"/g, '""')}"`;
  }

  // `0.2.damage` is the damage under the third map of the first hazard.
  function heading(name) {
    const [place, ...rest] = name.split(".");
    const hazard = hazards.all[place];
    if (!hazard || !rest.length) return name;
    const period = rest.length > 1 ? hazard.maps[rest[0]].return_period : null;
    return [hazard.name, period, rest[rest.length - 1]].filter((part) => part !== null).join(" ");
  }

  async function table(state) {
    const states = await assets.states(state);
    const lines = [];
    for (let number = 0; number * GROUP < states.length; number += 1) {
      const first = number * GROUP;
      const group = await assets.layer.group(number);
      const names = Object.keys(group);
      if (!lines.length) lines.push([...names.map(heading), "state"].map(cell).join(","));
      // what rests on an exercise is an exercise
      if (page.exercise.length && group.data_status) group.data_status = group.data_status.map(() => "exercise");
      const size = names.length ? group[names[0]].length : 0;
      for (let i = 0; i < size; i += 1) {
        if (states[first + i] === undefined) continue;
        lines.push([...names.map((name) => group[name][i]), states[first + i]].map(cell).join(","));
      }
    }
    return `\ufeff${lines.join("\r\n")}\r\n`;
  }

  function save(blob, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${page.city.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // The sheet bears the picture of the view however it is asked for: by the button or by the browser's own command.
  function beforePrint(map) {
    const sheet = document.getElementById("print-picture");
    inventory.picture.paint(map, sheet);
    sheet.setAttribute("aria-label", words.written(page.title));
    document.documentElement.classList.add("pictured");
  }

  function afterPrint() {
    document.documentElement.classList.remove("pictured");
    document.getElementById("print-picture").width = 0;
  }

  async function picture(map) {
    await inventory.picture.ready(map);
    const canvas = document.createElement("canvas");
    inventory.picture.paint(map, canvas);
    canvas.toBlob((blob) => save(blob, "png"));
  }

  function start(map, panel) {
    const on = (name, take) => document.getElementById(`take-${name}`)?.addEventListener("click", take);
    on("table", async () => save(new Blob([await table(panel.state)], { type: "text/csv" }), "csv"));
    on("picture", () => picture(map));
    on("print", () => inventory.picture.ready(map).then(() => window.print()));
    window.addEventListener("beforeprint", () => beforePrint(map));
    window.addEventListener("afterprint", afterPrint);
  }

  return { start };
})();
