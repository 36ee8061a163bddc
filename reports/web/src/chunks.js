// Fetches the texts of one case: from a block of the page, or from a file beside it.

import { unpacked } from "./unpack.js";

const KEPT = 6;

export function chunkReader(table, givenParts) {
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
