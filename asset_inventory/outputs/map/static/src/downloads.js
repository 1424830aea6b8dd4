// What a reader takes along: the table that the filter leaves, the picture of the view, the printed sheet.

import { byId, page } from "./blocks.js";
import { canvasOf } from "./canvas.js";
import * as picture from "./picture.js";
import * as words from "./words.js";

/** @param {Blob} blob @param {string} ending */
function save(blob, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${page.city.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const TOP = 10; // rows on the printed page

// The address opens the same view; where a page may not copy, it is shown to be copied by hand.
async function link() {
  /** @type {HTMLInputElement} */
  const box = byId("link-text");
  const copied = byId("link-copied");
  box.value = location.href;
  box.hidden = false;
  box.select();
  box.scrollIntoView({ block: "nearest" });
  copied.hidden = true;
  try {
    await navigator.clipboard.writeText(location.href);
    copied.hidden = false;
    copied.scrollIntoView({ block: "nearest" });
    byId("news").textContent = words.say("map.take.link_copied");
  } catch {
    // the box is selected
  }
}

/**
 * Wires the buttons that the page has; the printed sheet bears the picture of the view also when the browser's own
 * command asks for it, and below it the first rows of the list (`list`), or all of them.
 * @param {L.Map} map
 * @param {{ table?: () => Promise<string>, list?: (most: number) => HTMLElement[], lengthen?: (whole: boolean) => unknown,
 *   divider?: picture.Divider, second?: () => picture.Second | null }} parts
 */
export function start(map, { table, list, lengthen, divider, second }) {
  /** @type {HTMLCanvasElement} */
  const sheet = byId("print-picture");
  const on = (/** @type {string} */ name, /** @type {() => unknown} */ take) =>
    document.getElementById(`take-${name}`)?.addEventListener("click", take);
  if (table) on("table", async () => save(new Blob([await table()], { type: "text/csv" }), "csv"));
  on("picture", async () => {
    await picture.ready(map);
    const canvas = canvasOf(0, 0);
    picture.paint(map, canvas, divider, second?.());
    canvas.toBlob((blob) => blob && save(blob, "png"));
  });
  let rows = TOP;
  /** @param {number} most */
  const print = async (most) => {
    rows = most;
    await picture.ready(map);
    window.print();
  };
  on("print", () => print(TOP));
  on("full", async () => {
    await lengthen?.(true);
    return print(Number.POSITIVE_INFINITY);
  });
  on("link", link);
  window.addEventListener("beforeprint", () => {
    picture.paint(map, sheet, divider, second?.());
    sheet.setAttribute("aria-label", words.written(page.title));
    if (list) byId("print-list").replaceChildren(...list(rows));
    document.documentElement.classList.add("pictured");
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("pictured");
    sheet.width = 0;
    if (rows > TOP) lengthen?.(false);
    rows = TOP;
  });
}
