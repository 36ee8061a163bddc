// Puts rows in order: worst first unless told otherwise, equals as they stand in the suite.

import { valueOf } from "./matching.js";

const WORST_FIRST = ["regressed", "missing", "waived", "fixed", "changed", "same"];
export const ORDERS = ["worst", "plan", "id", "score", "latency", "ratio", "delta"];

// Gives the rows sorted; `order` is a name out of ORDERS, with `-` before it the other way round.
export function sorted(table, rows, order, chosen) {
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

// How bad it is what a candidate made of a case: 0 is worst.
export function severity(table, row, place) {
  return WORST_FIRST.indexOf(table.changes[table.column("change", place)[row]][1]);
}

function rank(table, chosen) {
  const ranks = table.changes.map(([, word]) => WORST_FIRST.indexOf(word));
  const columns = chosen.filter((place) => place > 0).map((place) => table.column("change", place));
  return (row) => columns.reduce((worst, column) => Math.min(worst, ranks[column[row]]), 9);
}

// A few values only: counted into place.
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
