// Names taken apart into words, once; and what a word of a query costs in each of them: nothing where it stands there, more
// where it begins a word or means the same, most where it is a typing error away.

import { ABBREVIATIONS, SAME, SILENT, STATE_SCHOOLS } from "./abbreviations.js";

/** @import { Index, Unit } from "./types.js" */

/** Small letters without accents and apostrophes. @param {string} text */
export function plain(text) {
  const small = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return small.replace(/(\p{L})['’ʼ`](?=\p{L})/gu, "$1");
}

export const NONE = 255; // no match
export const EDITED = 64; // more than all other costs of a query together
const [EXACT, BEGINS, MEANS, PART] = [0, 1, 1, 3];
const MOST_KNOWN = 65536; // names that are remembered to be met again

const loud = (/** @type {string} */ phrase) => phrase.split(" ").filter((word) => !SILENT.has(word));
const LONG = new Map(
  Object.values(ABBREVIATIONS)
    .flatMap((table) => Object.entries(table))
    .map(([short, long]) => [short, loud(long)]),
);
const ALSO = new Map(
  SAME.flatMap((group) => group.map((one) => [loud(one).join(" "), group.filter((other) => other !== one).map(loud)])),
);
const LONGEST = Math.max(...[...ALSO.keys()].map((phrase) => phrase.split(" ").length));

const [NOTHING, LETTER, DIGIT] = [0, 1, 2];
const LINE_END = 10;
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  return /[a-z]/.test(sign) ? LETTER : /\d/.test(sign) ? DIGIT : NOTHING;
});

/** @param {string} text @param {number} at */
function kindAt(text, at) {
  const code = text.charCodeAt(at);
  if (code < 128) return KINDS[code];
  return (code >= 0xd800 && code < 0xe000) || /[\p{L}\p{N}]/u.test(text[at]) ? LETTER : NOTHING;
}

/**
 * Visits the words of a text: letters and numbers apart, a number without the zeros that lead it, so that «01» is «1»; and
 * the end of every line.
 * @param {string} text in plain letters
 * @param {(word: string) => void} visit
 * @param {() => void} [endLine]
 */
function eachWord(text, visit, endLine = () => {}) {
  let before = "";
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    let start = at;
    do at += 1;
    while (at < text.length && kind !== NOTHING && kindAt(text, at) === kind);
    if (kind === NOTHING) {
      if (text.charCodeAt(start) === LINE_END) {
        endLine();
        before = "";
      }
      continue;
    }
    while (kind === DIGIT && text[start] === "0" && start < at - 1) start += 1;
    const word = text.slice(start, at);
    before = word === "n" && STATE_SCHOOLS.has(before) ? "negeri" : word;
    visit(before);
  }
  endLine();
}

/** @param {string} text in plain letters */
export function wordsOf(text) {
  /** @type {string[]} */
  const words = [];
  eachWord(text, (word) => words.push(word));
  return words;
}

const isNumber = (/** @type {string} */ word) => KINDS[word.charCodeAt(0)] === DIGIT;

/** Numbers of inventories are as many as assets: they are looked for in the names themselves. @param {string} word */
const isLongNumber = (word) => word.length > 4 && isNumber(word);

/** Room for whole numbers that grows. */
function numbers() {
  let held = new Uint32Array(1024);
  let length = 0;
  return {
    /** @param {number} value */
    push(value) {
      if (length === held.length) {
        const wider = new Uint32Array(2 * length);
        wider.set(held);
        held = wider;
      }
      held[length] = value;
      length += 1;
    },
    size: () => length,
    all: () => held.subarray(0, length),
  };
}

/** Takes names apart: `add` gives their numbers, from 1 on, 0 for none. Names that are often given have one, mostly. */
export function indexing() {
  const names = [""];
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @type {string[]} */
  const vocabulary = [];
  /** @type {Map<string, number>} */
  const lookup = new Map();
  /** The words that an abbreviation stands for. @type {Map<number, number[]>} */
  const meant = new Map();
  const [held, ends, lead] = [numbers(), numbers(), numbers()];
  ends.push(0);
  lead.push(0);

  /** @param {string} word */
  function numberOf(word) {
    let number = lookup.get(word);
    if (number === undefined) {
      number = vocabulary.push(word) - 1;
      lookup.set(word, number);
      const long = LONG.get(word);
      if (long) meant.set(number, long.map(numberOf));
    }
    return number;
  }

  /** @param {string} word */
  function hold(word) {
    if (isLongNumber(word)) return;
    const number = numberOf(word);
    if (lead.size() < ends.size() + 1) lead.push(number);
    held.push(number);
    for (const one of meant.get(number) ?? []) held.push(one);
  }

  function endName() {
    ends.push(held.size());
    if (lead.size() < ends.size()) lead.push(0);
  }

  /** @param {(string | null)[]} all */
  function add(all) {
    if (known.size > MOST_KNOWN) known.clear();
    const fresh = names.length;
    const found = all.map((name) => {
      if (!name) return 0;
      let number = known.get(name);
      if (number === undefined) {
        number = names.push(name) - 1;
        known.set(name, number);
      }
      return number;
    });
    // all at once: a browser is slow where each is folded by itself
    const lines = names.slice(fresh).map((name) => (/[\n\r]/.test(name) ? name.replace(/[\n\r]/g, " ") : name));
    if (lines.length) eachWord(plain(lines.join("\n")), hold, endName);
    return found;
  }

  /** @returns {Index} */
  function finish() {
    const [words, until] = [held.all(), ends.all()];
    const from = new Uint32Array(vocabulary.length + 1);
    for (const word of words) from[word + 1] += 1;
    for (let word = 0; word < vocabulary.length; word += 1) from[word + 1] += from[word];
    const next = from.slice();
    const posts = new Uint32Array(words.length);
    for (let name = 1; name < names.length; name += 1) {
      for (let at = until[name - 1]; at < until[name]; at += 1) {
        posts[next[words[at]]] = name;
        next[words[at]] += 1;
      }
    }
    const starts = new Uint32Array(vocabulary.length);
    vocabulary.reduce((at, word, number) => {
      starts[number] = at;
      return at + word.length + 1;
    }, 1);
    const lengths = Uint8Array.from(names, (name) => (name ? Math.min(name.length, 254) : 255));
    const hay = `\n${vocabulary.join("\n")}\n`;
    return { names, vocabulary, lookup, hay, starts, from, posts, lead: lead.all().slice(), lengths, letters: null };
  }

  return { add, finish };
}

/**
 * The last of sorted starts that is not beyond a place.
 * @param {ArrayLike<number>} starts
 * @param {number} place
 */
export function lineAt(starts, place) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A bit for each letter of a word: one that lacks many letters of another cannot be near it. 0 for a number.
 * @param {string} word
 */
function lettersOf(word) {
  let bits = 0;
  if (isNumber(word)) return bits;
  for (let at = 0; at < word.length; at += 1) bits |= 1 << Math.min(Math.max(word.charCodeAt(at) - 96, 0), 27);
  return bits;
}

/** @param {number} bits */
function ones(bits) {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) count += 1;
  return count;
}

const rows = [0, 1, 2].map(() => new Uint8Array(256));

/**
 * How many letters are wrong, missing, too many or exchanged with the next; more than `most` where it is more than that.
 * @param {string} typed
 * @param {string} word
 * @param {number} most
 * @param {boolean} unfinished whether the word may go on after what was typed
 */
export function editsTo(typed, word, most, unfinished = false) {
  const short = unfinished ? Math.min(word.length, typed.length + most) : word.length;
  if (Math.abs(short - typed.length) > most && !unfinished) return most + 1;
  if (short < typed.length - most || typed.length > 200) return most + 1;
  let [before, last, row] = rows;
  for (let j = 0; j <= short; j += 1) last[j] = j;
  for (let i = 1; i <= typed.length; i += 1) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= short; j += 1) {
      const same = typed[i - 1] === word[j - 1];
      let edits = Math.min(last[j - 1] + Number(!same), last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
        edits = Math.min(edits, before[j - 2] + 1);
      row[j] = edits;
      if (edits < least) least = edits;
    }
    if (least > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return unfinished ? Math.min(...last.subarray(Math.max(0, typed.length - most), short + 1)) : last[short];
}

/** How many typing errors a word may have. @param {string} word */
const mostEdits = (word) => (isNumber(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/**
 * Words that are a few typing errors away, or go on after them.
 * @param {Index} index
 * @param {string} typed
 * @param {boolean} unfinished
 * @param {(word: number, cost: number) => void} visit
 */
function near(index, typed, unfinished, visit) {
  const most = mostEdits(typed);
  if (!most) return;
  index.letters ??= Int32Array.from(index.vocabulary, lettersOf);
  const { letters, vocabulary } = index;
  const own = lettersOf(typed);
  for (let word = 0; word < letters.length; word += 1) {
    const lacking = own & ~letters[word];
    if (letters[word] === 0 || (lacking && ones(lacking) > most)) continue;
    const other = vocabulary[word];
    const whole = editsTo(typed, other, most);
    if (whole <= most) visit(word, EDITED + whole);
    // only what begins alike: else every word is near to some longer one
    else if (unfinished && typed.length > 4 && other[0] === typed[0] && editsTo(typed, other, most, true) <= most)
      visit(word, EDITED + most + 1);
  }
}

/**
 * @param {Index} index
 * @param {string} typed
 * @param {(word: number, cost: number) => void} visit
 */
function containing({ hay, starts, vocabulary }, typed, visit) {
  const within = typed.length > 2 && !isNumber(typed);
  const needle = within ? typed : `\n${typed}`;
  for (let at = hay.indexOf(needle); at >= 0; ) {
    const place = within ? at : at + 1;
    const word = lineAt(starts, place);
    visit(word, place === starts[word] ? BEGINS : PART);
    at = hay.indexOf(needle, starts[word] + vocabulary[word].length);
  }
}

/**
 * What a word costs in every name.
 * @param {Index} index
 * @param {string} typed
 * @param {{ rough: boolean, loose: boolean, last?: boolean }} how rough: parts of words too; loose: typing errors too
 * @param {Uint8Array | null} [leads] notes which words of the vocabulary it is
 */
function costsOfWord(index, typed, { rough, loose, last = false }, leads = null) {
  const costs = new Uint8Array(index.names.length).fill(NONE);
  /** @param {number} word @param {number} cost */
  function visit(word, cost) {
    if (leads) leads[word] = 1;
    for (let at = index.from[word]; at < index.from[word + 1]; at += 1) {
      const name = index.posts[at];
      if (cost < costs[name]) costs[name] = cost;
    }
  }
  if (isLongNumber(typed)) {
    for (let name = 1; name < costs.length; name += 1) if (index.names[name].includes(typed)) costs[name] = EXACT;
  }
  const exact = index.lookup.get(typed);
  if (exact !== undefined) visit(exact, EXACT);
  if (rough) containing(index, typed, visit);
  if (loose) near(index, typed, last, visit);
  return costs;
}

/**
 * What a word of a query, or what means the same, costs in every name.
 * @param {Index} index
 * @param {Unit} unit
 * @param {boolean} loose
 * @param {Uint8Array | null} [leads]
 */
export function costsOf(index, { typed, also, last }, loose, leads = null) {
  const [best, ...others] = typed.map((word, at) =>
    costsOfWord(index, word, { rough: true, loose, last: last && at === typed.length - 1 }, at ? null : leads),
  );
  for (const other of others) {
    for (let name = 0; name < best.length; name += 1) if (other[name] > best[name]) best[name] = other[name];
  }
  for (const words of also) {
    if (!words.every((word) => index.lookup.has(word))) continue;
    const each = words.map((word) => costsOfWord(index, word, { rough: false, loose: false }));
    for (let name = 0; name < best.length; name += 1) {
      if (best[name] > MEANS && each.every((costs) => costs[name] !== NONE)) best[name] = MEANS;
    }
  }
  return best;
}

/** «schools», «pharmacies», «churches» for one of them; else the word. @param {string} word */
function singular(word) {
  if (word.length < 4 || !word.endsWith("s")) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return /(ch|sh|x|ss)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

const LEAST_HALF = 3; // letters

/** «tanjungmas» is «tanjung mas», wherever the blank may be. @param {string[]} words */
const halves = ([word, ...more]) =>
  more.length || isNumber(word)
    ? []
    : Array.from({ length: Math.max(0, word.length - 2 * LEAST_HALF + 1) }, (_, at) => [
        word.slice(0, at + LEAST_HALF),
        word.slice(at + LEAST_HALF),
      ]);

/** What a phrase also stands for. @param {string[]} words */
function meaningsOf(words) {
  const one = [...words.slice(0, -1), singular(words[words.length - 1])];
  const long = words.flatMap((word) => LONG.get(word) ?? [word]);
  const phrases = [words, one, long].map((phrase) => phrase.join(" "));
  return [one, long, ...halves(words), ...phrases.flatMap((phrase) => ALSO.get(phrase) ?? [])].filter(
    (other) => other.join(" ") !== phrases[0],
  );
}

/** @param {string[]} words */
const hasMeaning = (words) =>
  ALSO.has(words.join(" ")) || ALSO.has([...words.slice(0, -1), singular(words[words.length - 1])].join(" "));

/**
 * The words that are searched for: a phrase with a meaning of its own («rumah sakit», «health centre») is one.
 * @param {string} text
 * @returns {Unit[]}
 */
export function unitsOf(text) {
  const all = wordsOf(plain(text));
  const words = all.some((word) => !SILENT.has(word)) ? all.filter((word) => !SILENT.has(word)) : all;
  /** @type {Unit[]} */
  const units = [];
  for (let at = 0; at < words.length; ) {
    let size = Math.min(LONGEST, words.length - at);
    while (size > 1 && !hasMeaning(words.slice(at, at + size))) size -= 1;
    const typed = words.slice(at, at + size);
    at += size;
    units.push({ typed, also: meaningsOf(typed), last: at === words.length });
  }
  return units;
}
