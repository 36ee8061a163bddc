// Finds the rows that a filter lets through. Words are looked up in the dictionaries once, so that
// a row costs a comparison of numbers.

import { pattern } from "./grammar.js";

export function targetsOf(table, terms) {
  const named = terms.filter((term) => term.key === "target" && !term.isNegated);
  if (!named.length) return { chosen: table.candidates, problems: [] };
  const patterns = named.flatMap((term) => term.values.map((value) => pattern(value, true)));
  const chosen = table.targets.map((_, place) => place)
    .filter((place) => patterns.some((one) => one.test(table.targets[place])));
  const problem = `there is no such target; there are ${table.targets.join(", ")}`;
  return chosen.length ? { chosen, problems: [] } : { chosen: table.candidates, problems: [problem] };
}

export function matching(table, terms, chosen, found) {
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

// The beginning of a word is enough: status:regr.
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

export function valueOf(table, key, place) {
  const before = key === "ratio" ? table.latency[0] : table.score[0];
  if (key === "ratio") return (row) => table.latency[place](row) / before(row);
  if (key === "delta") return (row) => table.score[place](row) - before(row);
  return table[key][place];
}
