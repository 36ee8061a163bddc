(() => {
"use strict";
const address_js = (() => {
function readAddress() {
  const hash = window.location.hash.slice(1);
  if (!/(^|&)(q|sort|case)=/u.test(hash)) return null;
  const parameters = new URLSearchParams(hash);
  return {
    query: parameters.get("q") ?? "",
    order: parameters.get("sort") ?? "worst",
    id: parameters.get("case"),
  };
}
function addressOf({ query, order, id }) {
  const parts = [];
  if (query) parts.push(`q=${encodeURIComponent(query)}`);
  if (order !== "worst") parts.push(`sort=${encodeURIComponent(order)}`);
  if (id !== null) parts.push(`case=${encodeURIComponent(id)}`);
  return `#${parts.join("&") || "cases"}`;
}
function writeAddress(state) {
  try {
    window.history.replaceState(null, "", addressOf(state));
  } catch {
  }
}
function isShownAbove() {
  return document.querySelector(":target") !== null;
}
return { readAddress, addressOf, writeAddress, isShownAbove };
})();
const beside_js = (() => {
const waiting = new Map();
const given = new Map();
const FOLDER = "report_files/";
const NAME = /^cases-\d{4,}\.js$/;
function takeParts() {
  window.revgateCases = (key, parts) => {
    given.set(key, parts);
    waiting.get(key)?.(parts);
  };
}
function indexBeside() {
  return given.get("index")?.[0] ?? new Promise((done) => {
    waiting.set("index", (parts) => done(parts[0]));
  });
}
let current = null;
async function partsBeside(name, key) {
  if (current?.key !== key) current = { key, parts: load(name, key) };
  return current.parts;
}
function load(name, key) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    const end = () => {
      script.remove();
      given.delete(key);
      waiting.delete(key);
    };
    waiting.set(key, (parts) => {
      end();
      done(parts);
    });
    script.addEventListener("error", () => {
      end();
      current = null;
      failed(new Error(`${FOLDER}${name} beside this page cannot be read`));
    });
    script.src = trusted(FOLDER + name, name);
    document.head.append(script);
  });
}
let policy = null;
function trusted(address, name) {
  if (!NAME.test(name)) throw new Error("not a file of this report");
  if (!window.trustedTypes) return address;
  policy ??= window.trustedTypes.createPolicy("revgate", { createScriptURL: (text) => text });
  return policy.createScriptURL(address);
}
return { takeParts, indexBeside, partsBeside };
})();
const unpack_js = (() => {
async function unpacked(base64) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : bytesOf(base64);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).arrayBuffer();
}
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  return bytes;
}
return { unpacked };
})();
const chunks_js = (() => {
const {unpacked} = unpack_js;
const KEPT = 6;
function chunkReader(table, givenParts) {
  const kept = new Map();
  async function chunk(number) {
    if (!kept.has(number)) {
      kept.set(number, read(number));
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(number);
  }
  async function read(number) {
    const packed = table.files.length ? await fromFile(number) : await fromPage(number);
    return JSON.parse(new TextDecoder().decode(await unpacked(packed)));
  }
  async function fromPage(number) {
    const block = () => document.getElementById(`cases-${number}`);
    if (!block() && document.readyState === "loading") {
      await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
    }
    if (!block()) throw new Error("the page is cut off: its end is missing");
    return block().textContent;
  }
  async function fromFile(number) {
    let file = table.files.length - 1;
    while (table.files[file] > number) file -= 1;
    const parts = await givenParts(`cases-${String(file).padStart(4, "0")}.js`, table.files[file]);
    return parts[number - table.files[file]];
  }
  function numberOf(ordinal) {
    let low = 0;
    let high = table.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (table.chunks[middle] <= ordinal) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  return {
    count: table.chunks.length,
    chunk: read,
    async texts(row) {
      const ordinal = table.ordinal(row);
      if (ordinal < 0) return null;
      const number = numberOf(ordinal);
      return (await chunk(number))[ordinal - table.chunks[number]];
    },
  };
}
return { chunkReader };
})();
const columns_js = (() => {
const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array };
const NO_TIME = 0xffffffff;
const NO_SCORE = 0xffff;
function readColumns(buffer) {
  const text = new TextDecoder();
  const headBytes = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(text.decode(new Uint8Array(buffer, 4, headBytes)));
  let at = 4 + padded(headBytes);
  const ids = head.cases ? text.decode(new Uint8Array(buffer, at, head.id_bytes)).split("\n") : [];
  at += padded(head.id_bytes);
  const columns = {};
  for (const [name, kind] of head.columns) {
    columns[name] = new ARRAYS[kind](buffer, at, head.cases);
    at += padded(columns[name].byteLength);
  }
  return caseTable(head, ids, columns);
}
function padded(bytes) {
  return bytes + ((4 - (bytes % 4)) % 4);
}
function caseTable(head, ids, columns) {
  const candidates = head.targets.map((_, place) => place).slice(1);
  const ordinals = new Uint32Array(head.cases);
  let held = 0;
  for (let row = 0; row < head.cases; row += 1) {
    ordinals[row] = held;
    held += columns.has_text[row];
  }
  const rows = new Map();
  const number = (name, place, none, unit) => (row) => {
    const value = columns[`${name}.${place}`][row];
    return value === none ? NaN : value / unit;
  };
  return {
    ...head,
    ids,
    candidates,
    held,
    row(id) {
      if (!rows.size) ids.forEach((one, row) => rows.set(one, row));
      return rows.get(id) ?? -1;
    },
    idsWith: idSearch(ids),
    ordinal: (row) => (columns.has_text[row] ? ordinals[row] : -1),
    rowOfOrdinal(ordinal) {
      let low = 0;
      let high = head.cases - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ordinals[middle] + columns.has_text[middle] > ordinal) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    tagsOf: (row) => (columns.tags[row] ? head.tag_sets[columns.tags[row] - 1] : []),
    tagCodes: columns.tags,
    column: (name, place) => columns[`${name}.${place}`],
    latency: head.targets.map((_, place) => number("latency", place, NO_TIME, 1e6)),
    score: head.targets.map((_, place) => number("score", place, NO_SCORE, 1e4)),
    hasAnswers: head.answers.length > 0,
    answer(row, place) {
      const code = columns[`answer.${place}`]?.[row];
      return code ? head.answers[code - 1] : "";
    },
    check(row, place) {
      const code = columns[`check.${place}`][row];
      return code ? head.checks[code - 1] : "";
    },
    cause(row, place) {
      const code = columns[`cause.${place}`]?.[row];
      return code ? head.causes[code - 1] : null;
    },
  };
}
function idSearch(ids) {
  let whole = null;
  let starts = null;
  function prepare() {
    starts = new Uint32Array(ids.length + 1);
    const lower = ids.map((id, row) => {
      const text = id.toLowerCase();
      starts[row + 1] = starts[row] + text.length + 1;
      return text;
    });
    whole = lower.join("\n");
  }
  return (word) => {
    if (whole === null) prepare();
    const found = new Uint8Array(ids.length);
    const wanted = word.toLowerCase();
    let row = 0;
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, starts[row + 1])) {
      while (starts[row + 1] <= at) row += 1;
      found[row] = 1;
    }
    return found;
  };
}
return { readColumns };
})();
const elements_js = (() => {
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== ""));
  return element;
}
function badge([symbol, word, tone]) {
  const sign = make("span", { class: "symbol", "aria-hidden": "true" }, symbol);
  return make("span", { class: `badge ${tone}` }, sign, ` ${word}`);
}
function replaceContent(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== ""));
}
return { make, badge, replaceContent };
})();
const grammar_js = (() => {
const KEYS = {
  s: "status", status: "status", change: "status",
  tag: "tag", slice: "tag",
  m: "target", target: "target",
  k: "cause", cause: "cause",
  id: "id", case: "id",
  check: "check", state: "state", answer: "answer", text: "text", is: "is",
};
const NUMBERS = {
  latency: "latency", ms: "latency", ratio: "ratio", score: "score", delta: "delta", "Δ": "delta",
};
const UNITS = { "µs": 1e-6, us: 1e-6, ms: 1e-3, s: 1, min: 60, "%": 0.01, "": 1 };
const TERM =
  /([-!]?)(?:([\p{L}]+)(:|>=|<=|>|<|=)|(@))?((?:"[^"]*"?|[^\s,"])+(?:,(?:"[^"]*"?|[^\s,"])+)*|)/gu;
const HELP = [
  ["iban", "in the id, a tag, a check, a cause or a short answer"],
  ["status:regressed", "also fixed, changed, same, missing, waived; several with commas"],
  ["tag:de or @de", "cases with this tag; * stands for anything: @de/*"],
  ["check:contains", "what is not met; cause:… a regression's cause, as named above"],
  ["target:candidate", "other terms and columns are about this target only"],
  ["state:fault", "how the target ended: passed, failed, fault, skipped, cancelled"],
  ["latency>1s", "also score<0.5, delta<-0.2, ratio>1.5"],
  ["is:flaky", "its own repeats disagree"],
  ['text:"thank you"', "in questions and answers, as far as the list holds them"],
  ["-tag:short", "not; also !tag:short"],
];
function parse(query) {
  const terms = [];
  const problems = [];
  for (const [whole, sign, name, sign2, at, rest] of query.matchAll(TERM)) {
    if (!whole) continue;
    const isNegated = sign !== "";
    const add = (term) => terms.push({ isNegated, ...term });
    if (at) add({ key: "tag", values: alternatives(rest) });
    else if (!name) add({ key: "word", values: [unquoted(rest)] });
    else if (sign2 === ":" && KEYS[name]) add({ key: KEYS[name], values: alternatives(rest) });
    else if (sign2 !== ":" && NUMBERS[name]) {
      const found = /^(-|−|\+)?([\d.]+)\s*(µs|us|ms|s|min|%)?$/u.exec(unquoted(rest));
      if (!found) problems.push(`${whole}: ${name} is compared with a number, such as ${name}>2`);
      else add({ key: NUMBERS[name], op: sign2, value: amount(name, found) });
    } else problems.push(`${whole}: there is no ${name}; to look for these words, quote them`);
  }
  return { terms: terms.filter(isComplete), problems };
}
function isComplete(term) {
  return !term.values || term.values.some((value) => value !== "");
}
function amount(name, [, sign, digits, unit]) {
  const inMilliseconds = name === "ms" && !unit;
  const size = Number(digits) * (inMilliseconds ? 1e-3 : UNITS[unit ?? ""]);
  return sign === "-" || sign === "−" ? -size : size;
}
function alternatives(text) {
  return (text.match(/(?:"[^"]*"?|[^,"])+/gu) ?? []).map(unquoted).filter((value) => value !== "");
}
function unquoted(text) {
  return text.replaceAll('"', "");
}
function pattern(value, isWhole) {
  const source = value.split("*").map((part) => part.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&"));
  const text = source.join("[^]*");
  return new RegExp(isWhole ? `^${text}$` : text, "iu");
}
return { HELP, parse, pattern };
})();
const keys_js = (() => {
const FIELDS = "input, select, textarea, summary, button, a";
function listenToKeys(section, filter, actions) {
  const isOn = () => section.querySelector("#list-keys")?.checked ?? true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const inside = section.contains(event.target);
    const isTyping = event.target.matches?.("input, select, textarea, [contenteditable]");
    if (event.key === "Escape" && inside) {
      event.preventDefault();
      if (isTyping) actions.list();
      else actions.close();
      return;
    }
    if (event.target === filter && event.key === "ArrowDown") {
      event.preventDefault();
      actions.list();
      return;
    }
    if (isTyping || (inside && event.target.matches?.(FIELDS) && ["Enter", " "].includes(event.key))) return;
    if (event.key === "/" && isOn()) {
      event.preventDefault();
      filter.focus();
      filter.select();
      return;
    }
    const action = inside && actionFor(event, actions, isOn());
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
function actionFor(event, actions, isOn) {
  const isGrid = event.target.getAttribute("role") === "grid";
  const always = {
    ArrowDown: () => actions.move(1),
    ArrowUp: () => actions.move(-1),
    PageDown: () => actions.move(10),
    PageUp: () => actions.move(-10),
    Home: () => actions.moveTo(0),
    End: () => actions.moveTo(Infinity),
    Enter: actions.open,
  };
  const letters = {
    j: () => actions.move(1),
    k: () => actions.move(-1),
    n: () => actions.regression(1),
    p: () => actions.regression(-1),
    x: actions.tick,
    "?": actions.help,
  };
  return (isGrid && always[event.key]) || (isOn && letters[event.key]) || null;
}
return { listenToKeys };
})();
const matching_js = (() => {
const {pattern} = grammar_js;
function targetsOf(table, terms) {
  const named = terms.filter((term) => term.key === "target" && !term.isNegated);
  if (!named.length) return { chosen: table.candidates, problems: [] };
  const patterns = named.flatMap((term) => term.values.map((value) => pattern(value, true)));
  const chosen = table.targets.map((_, place) => place)
    .filter((place) => patterns.some((one) => one.test(table.targets[place])));
  const problem = `there is no such target; there are ${table.targets.join(", ")}`;
  return chosen.length ? { chosen, problems: [] } : { chosen: table.candidates, problems: [problem] };
}
function matching(table, terms, chosen, found) {
  const tests = terms.filter((term) => term.key !== "target")
    .map((term) => negated(term, testOf(table, term, chosen, found)));
  const rows = new Uint32Array(table.cases);
  let count = 0;
  for (let row = 0; row < table.cases; row += 1) {
    let passes = true;
    for (let one = 0; passes && one < tests.length; one += 1) passes = tests[one](row);
    if (passes) rows[count++] = row;
  }
  return rows.slice(0, count);
}
function negated(term, test) {
  return term.isNegated ? (row) => !test(row) : test;
}
function testOf(table, term, chosen, found) {
  const against = chosen.filter((place) => place > 0);
  const patterns = (isWhole) => term.values.map((value) => pattern(value, isWhole));
  switch (term.key) {
    case "status":
      return coded(table, "change", against, table.changes.map(([, word]) => word), 0, term.values);
    case "state":
      return coded(table, "state", chosen, table.states.map(([, word]) => word), 0, term.values);
    case "check":
      return lookedUp(table, "check", chosen, table.checks, patterns(false));
    case "cause":
      return lookedUp(table, "cause", against, causeWords(table), patterns(false));
    case "answer":
      return lookedUp(table, "answer", chosen, table.answers, patterns(false));
    case "tag":
      return tagged(table, patterns(true));
    case "id":
      return named(table, term.values);
    case "is":
      return flaky(table, chosen);
    case "text":
      return (row) => found.get(term.values.join(","))?.[row] === 1;
    case "word":
      return anywhere(table, term.values[0]);
    default:
      return numeric(table, term, chosen);
  }
}
function named(table, values) {
  const plain = values.filter((value) => !value.includes("*")).map(table.idsWith);
  const patterns = values.filter((value) => value.includes("*")).map((value) => pattern(value, true));
  return (row) => plain.some((found) => found[row] === 1)
    || patterns.some((one) => one.test(table.ids[row]));
}
function causeWords(table) {
  return table.causes.map(([, anchor, check, reason]) => `${anchor} ${check} ${reason}`);
}
function coded(table, name, places, words, first, values) {
  const wanted = words.map((word) => values.some((v) => word.startsWith(v.toLowerCase())));
  return inAny(table, name, places, (code) => wanted[code - first]);
}
function lookedUp(table, name, places, words, patterns) {
  const wanted = words.map((word) => patterns.some((one) => one.test(word)));
  return inAny(table, name, places, (code) => code > 0 && wanted[code - 1]);
}
function inAny(table, name, places, accepts) {
  const columns = places.map((place) => table.column(name, place)).filter(Boolean);
  if (columns.length === 1) {
    const [only] = columns;
    return (row) => accepts(only[row]) === true;
  }
  return (row) => columns.some((column) => accepts(column[row]) === true);
}
function tagged(table, patterns) {
  const wanted = table.tag_sets.map((tags) => tags.some((tag) => patterns.some((p) => p.test(tag))));
  return (row) => table.tagCodes[row] > 0 && wanted[table.tagCodes[row] - 1];
}
function flaky(table, chosen) {
  const sides = chosen.map((place) => [table.column("passed", place), table.column("answered", place)])
    .filter(([passed]) => passed);
  return (row) => sides.some(([passed, answered]) => passed[row] > 0 && passed[row] < answered[row]);
}
function anywhere(table, text) {
  const word = pattern(text, false);
  const all = table.targets.map((_, place) => place);
  const tests = [
    named(table, [text.includes("*") ? `*${text}*` : text]),
    lookedUp(table, "check", all, table.checks, [word]),
    lookedUp(table, "cause", table.candidates, causeWords(table), [word]),
    lookedUp(table, "answer", all, table.answers, [word]),
    tagged(table, [word]),
  ];
  return (row) => tests.some((test) => test(row));
}
const COMPARES = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => Math.abs(a - b) < 1e-9,
};
function numeric(table, term, chosen) {
  const compare = COMPARES[term.op];
  const values = chosen.map((place) => valueOf(table, term.key, place));
  return (row) => values.some((value) => compare(value(row), term.value));
}
function valueOf(table, key, place) {
  const before = key === "ratio" ? table.latency[0] : table.score[0];
  if (key === "ratio") return (row) => table.latency[place](row) / before(row);
  if (key === "delta") return (row) => table.score[place](row) - before(row);
  return table[key][place];
}
return { targetsOf, matching, valueOf };
})();
const numbers_js = (() => {
function seconds(value) {
  if (Number.isNaN(value)) return "—";
  if (value < 0.001) return `${Math.round(value * 1e6)} µs`;
  if (value < 0.1) return `${(value * 1e3).toFixed(1)} ms`;
  if (value < 1) return `${Math.round(value * 1e3)} ms`;
  if (value < 120) return `${value.toFixed(2)} s`;
  return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
}
function score(value) {
  return Number.isNaN(value) ? "—" : value.toFixed(2);
}
function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
return { seconds, score, count };
})();
const difference_js = (() => {
const SINGLE = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
const TOKEN = new RegExp(
  `[${SINGLE}]\\p{M}*|(?:(?![${SINGLE}])[\\p{L}\\p{N}\\p{M}_])+|\\s|[!-/:-@\\[-^\`{-~]\\p{M}*|` +
    "(?:[^\\p{L}\\p{N}\\p{M}_\\s\\x00-\\x7f]\\p{M}*)+|.",
  "gsu",
);
const MOST_EDITS = 1500;
const LEAST_SHARED = 0.3;
function difference(before, after) {
  if (before === after) return { before: [[false, before]], after: [[false, after]], note: "" };
  const old = before.match(TOKEN) ?? [];
  const now = after.match(TOKEN) ?? [];
  const blocks = blocksOf(old, now);
  const plain = { before: [[false, before]], after: [[false, after]] };
  if (!blocks) return { ...plain, note: "Too different to mark single words." };
  const shared = sharedShare(old, now, blocks);
  if (shared < LEAST_SHARED) {
    const percent = Math.round(shared * 100);
    return { ...plain, note: `Rewritten: ${percent} % of the text is shared.` };
  }
  const merged = withoutIslands(old, blocks);
  return {
    before: merged.map(([same, a, b]) => [!same, old.slice(a, b).join("")]),
    after: merged.map(([same, , , c, d]) => [!same, now.slice(c, d).join("")]),
    note: before.normalize("NFC") === after.normalize("NFC")
      ? "Only the Unicode normalisation differs." : "",
  };
}
function blocksOf(old, now) {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const a = old.slice(head, old.length - tail);
  const b = now.slice(head, now.length - tail);
  const kept = commonPairs(a, b);
  if (!kept) return null;
  const blocks = [];
  let [x, y] = [0, 0];
  const push = (same, n, m) => {
    if (!n && !m) return;
    const last = blocks.at(-1);
    if (last && last[0] === same) [last[2], last[4]] = [x + n, y + m];
    else blocks.push([same, x, x + n, y, y + m]);
    [x, y] = [x + n, y + m];
  };
  push(true, head, head);
  for (const [i, j] of kept) {
    push(false, head + i - x, head + j - y);
    push(true, 1, 1);
  }
  push(false, old.length - tail - x, now.length - tail - y);
  push(true, tail, tail);
  return blocks;
}
function commonPairs(a, b) {
  const [n, m] = [a.length, b.length];
  const most = Math.min(n + m, MOST_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const trace = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice(most + 1 - edits - 1, most + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = most + 1 + k;
      const down = k === -edits || (k !== edits && reach[at - 1] < reach[at + 1]);
      let x = down ? reach[at + 1] : reach[at - 1] + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x += 1;
      reach[at] = x;
      if (x >= n && x - k >= m) return walkBack(trace, n, m);
    }
  }
  return null;
}
function walkBack(trace, n, m) {
  const pairs = [];
  let [x, y] = [n, m];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = (k) => trace[edits][k + edits + 1];
    const k = x - y;
    const down = k === -edits || (k !== edits && reach(k - 1) < reach(k + 1));
    const from = down ? k + 1 : k - 1;
    const fromX = edits ? reach(from) : 0;
    const fromY = edits ? fromX - from : 0;
    while (x > fromX && y > fromY) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}
function sharedShare(old, now, blocks) {
  const weight = (tokens) => tokens.reduce((sum, t) => sum + (/^\s/u.test(t) ? 0 : t.length), 0);
  const total = weight(old) + weight(now);
  const same = blocks.reduce((sum, [is, a, b]) => sum + (is ? weight(old.slice(a, b)) : 0), 0);
  return total ? (2 * same) / total : 1;
}
function withoutIslands(old, blocks) {
  const merged = [];
  blocks.forEach(([same, a, b, c, d], place) => {
    const inside = place > 0 && place < blocks.length - 1;
    const isIsland = inside && b - a <= 3 && old.slice(a, b).join("").length <= 4;
    const last = merged.at(-1);
    if (last && !last[0] && (!same || isIsland)) [last[2], last[4]] = [b, d];
    else merged.push([same && !isIsland, a, b, c, d]);
  });
  return merged;
}
return { difference };
})();
const marks_js = (() => {
const EMOJI = "\\u{1f000}-\\u{1faff}\\u2600-\\u27bf\\u2190-\\u21ff\\u2640\\u2642";
const UNSEEN =
  "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e" +
  "\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0" +
  "\\ufff0-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e0fff}";
const BLANKS = "\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";
const JOINER = `(?<![${EMOJI}\\ufe0f])\\u200d|\\u200d(?![${EMOJI}])`;
const MARKED = new RegExp(`[${UNSEEN}${BLANKS}]|${JOINER}|[ \\t]+(?=\\n)`, "gu");
function marked(text, isChanged = false) {
  if (isChanged && /^[ \t\n]+$/u.test(text)) {
    const seen = text.replaceAll(" ", "·").replaceAll("\t", "⇥").replaceAll("\n", "⏎\n");
    return [mark(seen, "only blanks")];
  }
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(markOf(match[0]));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}
function markOf(text) {
  if (/^[ \t]+$/u.test(text)) {
    return mark(text.replaceAll(" ", "·").replaceAll("\t", "⇥"), `${text.length} blank at the end`);
  }
  const code = text.codePointAt(0);
  const hex = code.toString(16);
  const escape =
    code > 0xffff ? `\\U${hex.padStart(8, "0")}`
    : code < 0x100 ? `\\x${hex.padStart(2, "0")}`
    : `\\u${hex.padStart(4, "0")}`;
  return mark(escape, `U+${hex.toUpperCase().padStart(4, "0")}`);
}
function mark(text, title) {
  const element = document.createElement("span");
  element.className = "unseen";
  element.title = title;
  element.textContent = text;
  return element;
}
return { marked };
})();
const shell_js = (() => {
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`;
}
function named(ids) {
  const names = ids.map(quoted).join(" ");
  return ids.some((id) => id.startsWith("-")) ? `-- ${names}` : names;
}
function accepting(table, place, ids, reason = "") {
  const target = table.candidates.length > 1 ? ` --target ${quoted(table.targets[place])}` : "";
  const why = reason ? quoted(reason) : '"..."';
  return `revgate accept ${quoted(table.run)}${target} --reason ${why} ${named(ids)}`;
}
return { quoted, named, accepting };
})();
const panel_js = (() => {
const {difference} = difference_js;
const {badge, make} = elements_js;
const {marked} = marks_js;
const {score, seconds} = numbers_js;
const {accepting, named, quoted} = shell_js;
function casePanel(table, row, texts, { chosen, link, boxes }) {
  const places = [0, ...table.candidates];
  const against = chosen.find((place) => place > 0) ?? table.candidates[0] ?? 0;
  return [
    head(table, row, link),
    texts ? question(texts) : noTexts(table),
    texts?.a[0].l ? scores(table, places, texts) : null,
    make("div", { class: "panes" }, places.map((place) => pane(table, row, place, texts, against))),
    texts ? repeats(table, places, texts) : null,
    commands(table, row),
    boxes,
    texts?.p ? make("p", { class: "quiet" }, "written in ", make("code", {}, texts.p)) : null,
  ];
}
function head(table, row, link) {
  const id = make("h3", { tabindex: -1, class: "panel-title", id: "case-panel-title" }, table.ids[row]);
  const changes = table.candidates.map((place) => [
    badge(table.changes[table.column("change", place)[row]]),
    table.candidates.length > 1 ? make("span", { class: "quiet" }, table.targets[place]) : null,
  ]);
  const tags = table.tagsOf(row).map((tag) => make("span", { class: "tag" }, tag));
  return [
    id,
    make("p", { class: "panel-facts" }, changes, tags, make("a", { href: link }, "Link to this case")),
    causes(table, row),
  ];
}
function causes(table, row) {
  return table.candidates.map((place) => table.cause(row, place)).filter(Boolean)
    .map(([, anchor, check, reason]) => make("p", { class: "quiet" }, "Cause: ",
      document.getElementById(anchor) ? make("a", { href: `#${anchor}` }, check) : check, ` ${reason}`));
}
function noTexts(table) {
  const why = table.embed === "none"
    ? "This report was written without texts in its list."
    : "Only cases that changed, and some of the others, have their texts in this list.";
  return make("p", { class: "note" }, `${why} The first command below shows this case.`);
}
function question(texts) {
  return make("div", { class: "question" },
    make("p", { class: "head" }, "Prompt"),
    make("pre", { class: "text", dir: "auto" }, marked(texts.q)),
    "e" in texts
      ? make("p", { class: "expect" }, make("span", { class: "term" }, "Expected"), " ",
        make("code", {}, marked(texts.e)))
      : null);
}
function scores(table, places, texts) {
  const found = places.map((place) => new Map(texts.a[place].l ?? []));
  const labels = [...new Set(found.flatMap((one) => [...one.keys()]))];
  const write = (value) => (value === undefined ? "—" : score(value));
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Scores" },
    make("table", { class: "labels" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Label"),
        places.map((place) => make("th", { scope: "col", class: "number" }, table.targets[place])))),
      make("tbody", {}, labels.map((label) => make("tr", {}, make("th", { scope: "row" }, label),
        found.map((one) => make("td", { class: "number" }, write(one.get(label)))))))));
}
function pane(table, row, place, texts, against) {
  const state = table.states[table.column("state", place)[row]];
  const time = table.latency[place](row);
  const [passed, answered] = ["passed", "answered"].map((name) => table.column(name, place)?.[row]);
  return make("section", { class: `pane series-${Math.min(place, 4)}` },
    make("p", { class: "head" },
      make("span", { class: "swatch", "aria-hidden": "true" }), table.targets[place], " ", badge(state),
      Number.isNaN(time) ? null : make("span", { class: "quiet" }, ` ${seconds(time)}`),
      answered > 1 ? make("span", { class: "quiet" }, ` ${passed} of ${answered} repeats passed`) : null),
    texts ? answer(table, texts, place, against) : short(table, row, place),
    findings(texts?.a[place].f));
}
function short(table, row, place) {
  const words = table.answer(row, place) || table.check(row, place);
  return words ? make("p", {}, words) : null;
}
function answer(table, texts, place, against) {
  const mine = texts.a[place];
  if (mine.w) return make("p", { class: "no-answer" }, `No answer. ${mine.w}`);
  if (mine.l) return null;
  const before = texts.a[0].t ?? "";
  const after = mine.t ?? before;
  const other = place === 0 ? texts.a[against] : texts.a[0];
  const css = ["text", "labels"].includes(table.show) ? "answer" : "answer code";
  if (other.w || texts.a[against].w) return make("pre", { class: css, dir: "auto" }, marked(after));
  const found = difference(before, place === 0 ? texts.a[against].t ?? before : after);
  const [pieces, element] = place === 0 ? [found.before, "del"] : [found.after, "ins"];
  return [
    place === 0 ? null : make("p", { class: "quiet" }, found.note || (before === after ? "The same answer." : "")),
    make("pre", { class: css, dir: "auto" }, pieces.map(([isChanged, text]) => (
      isChanged ? make(element, {}, marked(text, true)) : marked(text)))),
  ];
}
function findings(list) {
  if (!list?.length) return null;
  return make("ul", { class: "findings" }, list.map((one) => (
    make("li", {}, make("span", { "aria-hidden": "true" }, "✗"), ` ${one}`))));
}
function repeats(table, places, texts) {
  const several = places.filter((place) => texts.a[place].r);
  if (!several.length) return null;
  const states = new Map(table.states.map((one) => [one[1], one]));
  return several.map((place) => make("div", { class: "scroll", tabindex: 0, role: "region",
    "aria-label": `Repeats of ${table.targets[place]}` },
  make("table", { class: "repeats" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Repeat"),
      make("th", { scope: "col" }, table.targets[place]))),
    make("tbody", {}, texts.a[place].r.map(([number, state, line]) => make("tr", {},
      make("th", { scope: "row" }, number), make("td", {}, badge(states.get(state)), ` ${line}`)))))));
}
function commands(table, row) {
  const lines = [
    `revgate show ${quoted(table.run)} ${named([table.ids[row]])}`,
    `revgate run ${quoted(table.suite)} --case ${quoted(table.ids[row].replace(/[*?[]/g, "[$&]"))}`,
  ];
  const lost = table.candidates.filter((place) => (
    table.changes[table.column("change", place)[row]][1] === "regressed"));
  if (lost.length) lines.push(accepting(table, lost[0], [table.ids[row]]));
  return make("pre", { class: "commands" }, lines.map((line) => (
    [make("span", { class: "prompt" }, "$ "), `${line}\n`])));
}
return { casePanel };
})();
const sorting_js = (() => {
const {valueOf} = matching_js;
const WORST_FIRST = ["regressed", "missing", "waived", "fixed", "changed", "same"];
const ORDERS = ["worst", "plan", "id", "score", "latency", "ratio", "delta"];
function sorted(table, rows, order, chosen) {
  const isBackwards = order.startsWith("-");
  const name = isBackwards ? order.slice(1) : order;
  if (name === "plan") return isBackwards ? rows.slice().reverse() : rows;
  if (name === "id") return byId(table, rows, isBackwards);
  const place = chosen.find((one) => one > 0) ?? chosen[0] ?? 0;
  const value = name === "worst" ? rank(table, chosen) : valueOf(table, name, place);
  const keys = new Float64Array(table.cases);
  for (const row of rows) {
    const key = value(row);
    keys[row] = Number.isNaN(key) ? Infinity : isBackwards ? -key : key;
  }
  if (name === "worst") return byRank(rows, keys);
  return rows.slice().sort((a, b) => keys[a] - keys[b] || a - b);
}
function severity(table, row, place) {
  return WORST_FIRST.indexOf(table.changes[table.column("change", place)[row]][1]);
}
function rank(table, chosen) {
  const ranks = table.changes.map(([, word]) => WORST_FIRST.indexOf(word));
  const columns = chosen.filter((place) => place > 0).map((place) => table.column("change", place));
  return (row) => columns.reduce((worst, column) => Math.min(worst, ranks[column[row]]), 9);
}
function byRank(rows, keys) {
  const sizes = new Map();
  for (const row of rows) sizes.set(keys[row], (sizes.get(keys[row]) ?? 0) + 1);
  const places = new Map();
  let at = 0;
  for (const key of [...sizes.keys()].sort((a, b) => a - b)) {
    places.set(key, at);
    at += sizes.get(key);
  }
  const ordered = new Uint32Array(rows.length);
  for (const row of rows) {
    const place = places.get(keys[row]);
    ordered[place] = row;
    places.set(keys[row], place + 1);
  }
  return ordered;
}
function byId(table, rows, isBackwards) {
  const way = isBackwards ? -1 : 1;
  const ids = table.ids;
  return rows.slice().sort((a, b) => (ids[a] < ids[b] ? -way : ids[a] > ids[b] ? way : a - b));
}
return { ORDERS, sorted, severity };
})();
const rows_js = (() => {
const {badge, make, replaceContent} = elements_js;
const {score, seconds} = numbers_js;
const {severity} = sorting_js;
const TALLEST = 12_000_000; // browsers stop somewhere above
const HEADS = [
  ["change", "worst", "Change"],
  ["id", "id", "Case"],
  ["tags", null, "Tags"],
  ["answer", null, "Answer"],
  ["score", "delta", "Score"],
  ["time", "latency", "Latency"],
];
function rowList(table, grid, on) {
  const heads = HEADS.filter(([name]) => name !== "answer" || table.hasAnswers);
  const head = make("div", { role: "row", class: "list-head list-row", "aria-rowindex": 1 });
  const inside = make("div", { role: "rowgroup", class: "list-window" });
  const range = make("div", { role: "presentation", class: "list-range" }, inside);
  grid.append(make("div", { role: "rowgroup", class: "list-heads" }, head), range);
  grid.classList.toggle("with-answers", table.hasAnswers);
  grid.setAttribute("aria-colcount", heads.length);
  let state = { rows: new Uint32Array(0), chosen: table.candidates, order: "worst", active: -1 };
  let rowHeight = 40;
  let isAsked = false;
  function show(changes) {
    state = { ...state, ...changes };
    drawHead();
    measure();
    draw();
  }
  function drawHead() {
    replaceContent(head, heads.map(([name, order, words]) => {
      const cell = make("div", { role: "columnheader", class: `cell ${name}` });
      if (!order) cell.append(words);
      else cell.append(make("button", { type: "button", onclick: () => on.order(order) }, words, sign(order)));
      const way = { [order]: "ascending", [`-${order}`]: "descending" }[state.order];
      if (way && order) cell.setAttribute("aria-sort", way);
      return cell;
    }));
  }
  function sign(order) {
    const arrow = { [order]: " ▲", [`-${order}`]: " ▼" }[state.order] ?? "";
    return make("span", { "aria-hidden": "true" }, arrow);
  }
  function measure() {
    const one = inside.querySelector(".list-row");
    if (one) rowHeight = one.offsetHeight || rowHeight;
    const height = Math.max(0, grid.clientHeight - head.offsetHeight);
    const total = state.rows.length * rowHeight;
    range.style.height = `${Math.max(Math.min(total, TALLEST), 1)}px`;
    inside.style.height = `${Math.min(height, total)}px`;
    inside.style.top = `${head.offsetHeight}px`;
    return { height, total };
  }
  function offset({ height, total }) {
    if (total <= TALLEST) return grid.scrollTop;
    return (grid.scrollTop / (TALLEST - height)) * (total - height);
  }
  function draw() {
    isAsked = false;
    const sizes = measure();
    const from = Math.max(0, Math.min(offset(sizes), sizes.total - sizes.height));
    const first = Math.floor(from / rowHeight);
    const last = Math.min(state.rows.length, first + Math.ceil(sizes.height / rowHeight) + 1);
    const lines = [];
    for (let place = first; place < last; place += 1) lines.push(line(place));
    const shift = make("div", { role: "presentation", class: "list-shift" }, lines);
    shift.style.transform = `translateY(${first * rowHeight - from}px)`;
    replaceContent(inside, shift);
    grid.setAttribute("aria-rowcount", state.rows.length + 1);
    const isSeen = state.active >= first && state.active < last;
    if (isSeen) grid.setAttribute("aria-activedescendant", `list-row-${state.active}`);
    else grid.removeAttribute("aria-activedescendant");
    const drawn = lines[0]?.offsetHeight;
    if (drawn && Math.abs(drawn - rowHeight) > 0.5) {
      rowHeight = drawn;
      ask();
    }
  }
  function line(place) {
    const row = state.rows[place];
    const cells = {
      change: () => state.chosen.filter((one) => one > 0).map((...of) => [changeBadge(row, ...of), " "]),
      id: () => [on.isTicked(row) ? tickMark() : null, table.ids[row]],
      tags: () => table.tagsOf(row).map((tag) => make("span", { class: "tag" }, tag)),
      answer: () => pair(row, (one) => table.answer(row, one) || "—"),
      score: () => pair(row, (one) => score(table.score[one](row))),
      time: () => pair(row, (one) => seconds(table.latency[one](row))),
    };
    return make("div", {
      role: "row", class: "list-row", id: `list-row-${place}`, "aria-rowindex": place + 2,
      "aria-selected": String(place === state.active), onclick: () => on.open(place),
    }, heads.map(([name]) => {
      const cell = make("div", { role: "gridcell", class: `cell ${name}` }, cells[name]());
      if (name === "id") cell.title = table.ids[row];
      return cell;
    }));
  }
  function tickMark() {
    return [make("span", { "aria-hidden": "true" }, "☑ "), make("span", { class: "unseen-word" }, "ticked: ")];
  }
  function changeBadge(row, place, _, places) {
    const [symbol, word, tone] = table.changes[table.column("change", place)[row]];
    if (places.length === 1) return badge([symbol, word, tone]);
    const whole = `${table.targets[place]}: ${word}`;
    return make("span", { class: `badge ${tone}`, title: whole },
      make("span", { "aria-hidden": "true" }, symbol), make("span", { class: "unseen-word" }, whole));
  }
  function pair(row, write) {
    const [place] = state.chosen.filter((one) => one > 0)
      .sort((a, b) => severity(table, row, a) - severity(table, row, b));
    if (place === undefined) return write(0);
    const [before, after] = [write(0), write(place)];
    return before === after ? after : `${before} → ${after}`;
  }
  function ask() {
    if (!isAsked) window.requestAnimationFrame(draw);
    isAsked = true;
  }
  function reveal(place) {
    const sizes = measure();
    const top = place * rowHeight;
    const from = offset(sizes);
    let wanted = from;
    if (top < from) wanted = top;
    else if (top + rowHeight > from + sizes.height) wanted = top + rowHeight - sizes.height;
    if (wanted !== from) {
      const scale = sizes.total > TALLEST ? (TALLEST - sizes.height) / (sizes.total - sizes.height) : 1;
      grid.scrollTop = wanted * scale;
    }
    draw();
  }
  grid.addEventListener("scroll", ask, { passive: true });
  new ResizeObserver(ask).observe(grid);
  return { show, reveal, activate: (active) => { state = { ...state, active }; ask(); } };
}
return { rowList };
})();
const search_js = (() => {
const {pattern} = grammar_js;
function textSearch(table, reader, tell) {
  const found = new Map();
  let latest = 0;
  async function look(terms) {
    latest += 1;
    const mine = latest;
    for (const term of terms.filter((one) => one.key === "text")) {
      const key = term.values.join(",");
      if (found.has(key)) continue;
      const rows = await scan(term.values.map((one) => pattern(one, false)), () => mine === latest);
      if (!rows) return false;
      found.set(key, rows);
      if (found.size > 8) found.delete(found.keys().next().value);
    }
    return mine === latest;
  }
  async function scan(patterns, isWanted) {
    const rows = new Uint8Array(table.cases);
    for (let number = 0; number < reader.count; number += 1) {
      const cases = await reader.chunk(number);
      if (!isWanted()) return null;
      cases.forEach((texts, place) => {
        const words = [texts.q, texts.e ?? "", ...texts.a.flatMap(saidBy)].join("\n");
        if (patterns.some((one) => one.test(words))) {
          rows[table.rowOfOrdinal(table.chunks[number] + place)] = 1;
        }
      });
      if (number % 8 === 0) {
        tell(`searching texts: ${Math.round((100 * number) / reader.count)} %`);
        await new Promise((done) => setTimeout(done));
      }
    }
    return rows;
  }
  return { found, look };
}
function saidBy(answer) {
  return [answer.t ?? "", answer.w ?? "", ...(answer.f ?? []), ...(answer.l ?? []).map(([label]) => label)];
}
return { textSearch };
})();
const ticks_js = (() => {
const {make, replaceContent} = elements_js;
const {count} = numbers_js;
const {accepting} = shell_js;
function ticks(table, main, on) {
  const ticked = new Map(table.candidates.map((place) => [place, new Set()]));
  const boxes = new Set();
  const said = make("span", { class: "quiet", role: "status" });
  const reason = make("input", { id: "accept-reason", autocomplete: "off", oninput: write });
  const lines = make("pre", { class: "commands", tabindex: 0, role: "region", "aria-label": "Command" });
  const bar = make("section", { id: "accept-bar", class: "accept-bar card", "aria-labelledby": "accept-title", hidden: true },
    make("h2", { id: "accept-title", tabindex: -1 }, "Accept what is ticked"),
    make("p", {}, make("label", { for: "accept-reason" }, "Reason"), " ", reason),
    lines,
    make("p", { class: "accept-does" }, make("button", { type: "button", onclick: copy }, "Copy"), " ",
      make("button", { type: "button", onclick: clear }, "Untick all"), " ", said));
  main.append(bar);
  const lost = (row) => table.candidates.filter((place) => (
    table.changes[table.column("change", place)[row]][1] === "regressed"));
  function box(place, id) {
    const input = make("input", { type: "checkbox", onchange: () => tick(place, id, input.checked) });
    const go = make("button", { type: "button", onclick: focus }, "Go to the command");
    const whose = table.candidates.length > 1 ? ` of ${table.targets[place]}` : "";
    const one = { place, id, input, go };
    boxes.add(one);
    look(one);
    return make("p", { class: "tick" },
      make("label", {}, input, ` Accept this regression${whose}, with others that are ticked`), " ", go);
  }
  function look({ place, id, input, go }) {
    input.checked = ticked.get(place).has(id);
    go.hidden = !input.checked;
  }
  function tick(place, id, isTicked) {
    if (isTicked) ticked.get(place).add(id);
    else ticked.get(place).delete(id);
    changed();
  }
  function changed() {
    for (const one of boxes) {
      if (one.input.isConnected) look(one);
      else boxes.delete(one);
    }
    write();
    const all = [...ticked.values()].reduce((sum, ids) => sum + ids.size, 0);
    bar.hidden = !all;
    said.textContent = `${count(all)} ticked.`;
    on.changed();
  }
  function write() {
    lines.textContent = [...ticked].filter(([, ids]) => ids.size)
      .map(([place, ids]) => `${accepting(table, place, [...ids], reason.value.trim())}\n`).join("");
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(lines.textContent);
      said.textContent = "Copied.";
    } catch {
      window.getSelection().selectAllChildren(lines);
      said.textContent = "Selected: copy it as you copy any text.";
    }
  }
  function clear() {
    for (const ids of ticked.values()) ids.clear();
    changed();
  }
  function focus() {
    bar.querySelector("h2").focus();
  }
  function toggle(row) {
    const places = lost(row);
    const id = table.ids[row];
    const isTicked = !places.every((place) => ticked.get(place).has(id));
    for (const place of places) tick(place, id, isTicked);
  }
  for (const body of document.querySelectorAll("[data-accept]")) {
    const place = Number(body.dataset.target);
    if (ticked.has(place)) body.querySelector(":scope > .commands")?.after(box(place, body.dataset.accept));
  }
  return {
    toggle,
    boxes: (row) => lost(row).map((place) => box(place, table.ids[row])),
    has: (row) => [...ticked.values()].some((ids) => ids.has(table.ids[row])),
  };
}
return { ticks };
})();
const main_js = (() => {
const {addressOf, isShownAbove, readAddress, writeAddress} = address_js;
const {indexBeside, partsBeside, takeParts} = beside_js;
const {chunkReader} = chunks_js;
const {readColumns} = columns_js;
const {make, replaceContent} = elements_js;
const {HELP, parse} = grammar_js;
const {listenToKeys} = keys_js;
const {matching, targetsOf} = matching_js;
const {count} = numbers_js;
const {casePanel} = panel_js;
const {rowList} = rows_js;
const {textSearch} = search_js;
const {ORDERS, sorted} = sorting_js;
const {ticks} = ticks_js;
const {unpacked} = unpack_js;
const section = document.getElementById("case-list");
const part = (name) => section.querySelector(`#list-${name}`);
async function start() {
  const block = document.getElementById("case-index");
  const packed = block ? block.textContent : await indexBeside();
  const table = readColumns(await unpacked(packed));
  const reader = chunkReader(table, partsBeside);
  run(table, reader);
  block?.remove();
}
function run(table, reader) {
  let state = { query: "", order: "worst", id: null };
  let rows = new Uint32Array(0);
  let chosen = table.candidates;
  let active = 0;
  const [filter, panel, grid, said] = ["filter", "panel", "grid", "said"].map(part);
  const search = textSearch(table, reader, (words) => { said.textContent = words; });
  section.hidden = false;
  const list = rowList(table, grid, {
    open: (place) => openAt(place, true),
    order: (name) => apply({ order: state.order === name ? `-${name}` : name }),
    isTicked: (row) => ticked.has(row),
  });
  const ticked = ticks(table, document.getElementById("main"), { changed: () => list.activate(active) });
  async function apply(changes) {
    state = { ...state, ...changes };
    writeAddress(state);
    const { terms, problems } = parse(state.query);
    try {
      if (!(await search.look(terms))) return;
    } catch (error) {
      problems.push(`not all texts could be searched: ${error.message}`);
    }
    const targets = targetsOf(table, terms);
    chosen = targets.chosen;
    rows = sorted(table, matching(table, terms, chosen, search.found), state.order, chosen);
    const open = state.id === null ? -1 : rows.indexOf(table.row(state.id));
    active = Math.max(0, open);
    list.show({ rows, chosen, order: state.order, active });
    if (open >= 0) list.reveal(open);
    else grid.scrollTop = 0;
    tell([...problems, ...targets.problems]);
  }
  function tell(problems) {
    const held = state.query.includes("text:") && table.held < table.cases
      ? ` Texts were looked up in the ${count(table.held)} cases that have them here.` : "";
    said.textContent = `${count(rows.length)} of ${count(table.cases)} cases.${held}`;
    replaceContent(part("problems"), problems.map((words) => make("li", {}, words)));
  }
  async function openAt(place, focuses) {
    if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, place));
    list.activate(active);
    const row = rows[active];
    state = { ...state, id: table.ids[row] };
    writeAddress(state);
    await showCase(row);
    list.reveal(active);
    if (focuses) panel.querySelector("h3").focus({ preventScroll: true });
  }
  async function showCase(row) {
    let texts = null;
    let problem = null;
    try {
      texts = await reader.texts(row);
    } catch (error) {
      problem = make("p", { class: "note" }, `The texts of this case cannot be shown: ${error.message}.`);
    }
    if (table.ids[row] !== state.id) return;
    const link = addressOf({ query: "", order: "worst", id: state.id });
    const hadFocus = part("case").contains(document.activeElement);
    replaceContent(part("case"), problem, casePanel(table, row, texts, {
      chosen, link, boxes: ticked.boxes(row),
    }));
    if (hadFocus) panel.querySelector("h3").focus({ preventScroll: true });
    panel.hidden = false;
    section.classList.add("is-open");
  }
  function close() {
    panel.hidden = true;
    section.classList.remove("is-open");
    state = { ...state, id: null };
    writeAddress(state);
    grid.focus();
    list.reveal(active);
  }
  function moveTo(place) {
    active = Math.max(0, Math.min(rows.length - 1, place));
    list.activate(active);
    list.reveal(active);
    if (!panel.hidden) openAt(active, false);
  }
  function regression(step) {
    const lost = table.changes.findIndex(([, word]) => word === "regressed");
    const columns = chosen.filter((one) => one > 0).map((one) => table.column("change", one));
    for (let place = active + step; place >= 0 && place < rows.length; place += step) {
      if (columns.some((column) => column[rows[place]] === lost)) {
        openAt(place, false);
        return;
      }
    }
  }
  async function follow() {
    const address = readAddress();
    if (!address) return;
    const order = ORDERS.includes(address.order.replace(/^-/, "")) ? address.order : "worst";
    filter.value = address.query;
    await apply({ query: address.query, order, id: address.id });
    if (address.id !== null) await openNamed(address.id);
    if (!isShownAbove()) section.scrollIntoView();
  }
  async function openNamed(id) {
    const row = table.row(id);
    if (row < 0) {
      tell([`no case is called ${id}`]);
      return;
    }
    const place = rows.indexOf(row);
    if (place >= 0) await openAt(place, false);
    else await showCase(row);
  }
  function toggleHelp() {
    const help = part("help");
    help.open = !help.open;
  }
  let timer = 0;
  filter.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => apply({ query: filter.value, id: panel.hidden ? null : state.id }), 60);
  });
  part("close").addEventListener("click", close);
  part("next").addEventListener("click", () => openAt(active + 1, false));
  part("previous").addEventListener("click", () => openAt(active - 1, false));
  window.addEventListener("hashchange", follow);
  listenToKeys(section, filter, {
    move: (step) => moveTo(active + step),
    moveTo,
    open: () => openAt(active, true),
    close: () => (panel.hidden ? filter.focus() : close()),
    list: () => grid.focus(),
    regression,
    tick: () => (rows.length ? ticked.toggle(rows[active]) : null),
    help: toggleHelp,
  });
  replaceContent(part("grammar"), HELP.map(([term, words]) => (
    [make("dt", {}, make("code", {}, term)), make("dd", {}, words)])));
  linkGroups();
  chips();
  return readAddress() ? follow() : apply({});
  function chips() {
    const several = table.candidates.map((place) => table.column("change", place));
    const cases = new Uint32Array(table.changes.length);
    for (let row = 0; row < table.cases; row += 1) {
      let seen = 0;
      for (const column of several) {
        const bit = 1 << column[row];
        if (!(seen & bit)) cases[column[row]] += 1;
        seen |= bit;
      }
    }
    replaceContent(part("chips"), table.changes.map(([symbol, word], code) => (cases[code]
      ? make("button", { type: "button", class: "chip", onclick: () => use(`status:${word}`) },
        make("span", { "aria-hidden": "true" }, `${symbol} `), `${word} ${count(cases[code])}`)
      : null)));
  }
  function use(query) {
    filter.value = query;
    apply({ query, id: null });
    panel.hidden = true;
    section.classList.remove("is-open");
  }
  function linkGroups() {
    for (const group of document.querySelectorAll("[data-filter]")) {
      const href = addressOf({ query: group.dataset.filter, order: "worst", id: null });
      if (group.localName === "a") group.setAttribute("href", href);
      else group.append(" ", make("a", { href, class: "to-list" }, "in the list"));
    }
  }
}
function giveUp(error) {
  section.hidden = true;
  const note = document.getElementById("list-failure");
  note.textContent = `The list of all cases cannot be shown here (${error.message}); cases.csv has them.`;
  note.hidden = false;
}
takeParts();
if (section) start().catch(giveUp);
})();
})();
