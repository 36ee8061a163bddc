// Finds what differs between two texts, word by word.

const SINGLE = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
const TOKEN = new RegExp(
  `[${SINGLE}]\\p{M}*|(?:(?![${SINGLE}])[\\p{L}\\p{N}\\p{M}_])+|\\s|[!-/:-@\\[-^\`{-~]\\p{M}*|` +
    "(?:[^\\p{L}\\p{N}\\p{M}_\\s\\x00-\\x7f]\\p{M}*)+|.",
  "gsu",
);
const MOST_EDITS = 1500;
const LEAST_SHARED = 0.3;

export function difference(before, after) {
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

// Blocks [same, old from, to, new from, to] by the algorithm of E. Myers, "An O(ND) difference
// algorithm and its variations", 1986; null beyond MOST_EDITS.
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

// Short islands between two changes are changes too: single commas are no comfort.
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
