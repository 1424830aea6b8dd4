// What the page contains: the elements of its template, and blocks of data.

const find = (/** @type {string} */ name) => document.getElementById(`data-${name}`);

export const hasBlock = (/** @type {string} */ name) => find(name) !== null;

/**
 * An element that the page's template contains for sure.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 */
export const byId = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * A block of data; its text is removed from the page once it is read.
 * @template T
 * @param {string} name
 * @returns {T}
 */
export function block(name) {
  const box = /** @type {HTMLElement} */ (find(name));
  const value = JSON.parse(box.textContent);
  box.remove();
  return value;
}

/** @type {import("./data.js").Page} */
export const page = block("page");
