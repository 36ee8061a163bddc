// Looks for words in the texts of all cases: chunk by chunk, so that the page stays usable.

import { pattern } from "./grammar.js";

export function textSearch(table, reader, tell) {
  const found = new Map();
  let latest = 0;

  // Gives whether `found` is complete for these terms; false when another search took over.
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
