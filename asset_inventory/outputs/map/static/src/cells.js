// A value as a cell of a CSV file.

// A spreadsheet runs what begins so as a formula, at the start of a cell and where it splits one (;, tab, line feed):
// an apostrophe before it makes it text. `io/table_files.py` writes the same.
const STARTS = String.raw`'*[ \xa0\u3000"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]`;
const FIRST = new RegExp(`^(?=${STARTS})`);
const FURTHER = new RegExp(`([;\\t\\n\\r])(?=${STARTS})`, "g");
const harmless = (/** @type {string} */ text) => text.replace(FURTHER, "$1'").replace(FIRST, "'");

/** @param {unknown} value */
export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  return `"${harmless(String(value)).replace(/"/g, '""')}"`;
}
