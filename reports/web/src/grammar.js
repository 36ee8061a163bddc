// Reads what is typed into the filter: words, key:value, key>number, @tag; `-` or `!` negates,
// quotes hold blanks together, commas part alternatives, `*` stands for anything.

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

export const HELP = [
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

export function parse(query) {
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

// Half a term, as it is while somebody types, filters nothing.
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

// Whole, unless a star stands for the rest; without regard to upper and lower case.
export function pattern(value, isWhole) {
  const source = value.split("*").map((part) => part.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&"));
  const text = source.join("[^]*");
  return new RegExp(isWhole ? `^${text}$` : text, "iu");
}
