// Opens the pieces of a layer as a page would, and writes as JSON the answers to a list of calls ([name, …arguments]),
// else all of the layer: blocks' arrays as base64, groups of columns.

import fs from "node:fs";
import { fromText } from "../../../asset_inventory/outputs/map/static/src/layer/packing.js";
import { serve } from "../../../asset_inventory/outputs/map/static/src/layer/serve.js";

globalThis.Path2D ??= class {}; // icons are not drawn here

const PIECE = /<script type="text\/plain" data-layer="(\w+)" data-part="(\w+)">([^<]*)<\/script>/g;
const [head, ...pieces] = [...fs.readFileSync(process.argv[2], "utf-8").matchAll(PIECE)];
const about = JSON.parse(Buffer.from(fromText(head[3])).toString("utf-8"));
const waiting = new Map();
let asked = 0;

const receive = serve(
  (message) => {
    if (message.say !== "answer") return;
    if ("fault" in message) throw new Error(message.fault);
    waiting.get(message.id)(message.value);
  },
  { budget: Infinity },
);

const ask = (name, ...given) =>
  new Promise((resolve) => {
    asked += 1;
    waiting.set(asked, resolve);
    receive({ layer: "it", do: "call", id: asked, name, given });
  });

const text = (value) => {
  if (Array.isArray(value)) return value.map(text);
  return ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
    : value;
};

receive({ layer: "it", do: "open", head: about });
for (const [, , part, body] of pieces) receive({ layer: "it", do: "part", part: Number(part), text: body });

async function whole() {
  const found = { blocks: [], groups: [] };
  const blocks = about.parts.filter((part) => part.kind === "blocks").length;
  for (let i = 0; i < blocks; i += 1) {
    const block = await ask("block", i);
    found.blocks.push(Object.fromEntries(Object.entries(block).map(([name, value]) => [name, text(value)])));
  }
  for (let i = 0; i * 4096 < about.count; i += 1) found.groups.push(await ask("group", i));
  return found;
}

async function answersTo(calls) {
  const answers = [];
  for (const call of calls) answers.push((await ask(...call)) ?? null);
  return answers;
}

const [, , , calls] = process.argv;
const found = await (calls ? answersTo(JSON.parse(calls)) : whole());
process.stdout.write(JSON.stringify(found), () => process.exit(0));
