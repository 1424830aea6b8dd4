// The page's scripts, in node.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const STATIC = path.join(__dirname, "../../../asset_inventory/outputs/static");
const read = (name) => fs.readFileSync(path.join(STATIC, name), "utf-8");

for (const name of ["deflated", "inflate", "decode", "columns", "search", "hit", "tiles", "store", "figures", "serve"]) {
  vm.runInThisContext(read(`heavy/${name}.js`), { filename: `${name}.js` });
}

module.exports = globalThis.assetsOnMap;
