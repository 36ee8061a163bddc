// Reads the columns: a head in JSON, the ids, then numbers, little-endian, each part from a
// multiple of four on.

const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array };
const NO_TIME = 0xffffffff;
const NO_SCORE = 0xffff;

export function readColumns(buffer) {
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

// What the rest of the program asks of a case, by its row.
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

// Finds the rows whose id holds a word: one search through all ids as one text.
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
