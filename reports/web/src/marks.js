// Shows characters that cannot be seen, or that change what is seen around them, as marks.

const EMOJI = "\\u{1f000}-\\u{1faff}\\u2600-\\u27bf\\u2190-\\u21ff\\u2640\\u2642";
const UNSEEN =
  "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e" +
  "\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0" +
  "\\ufff0-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e0fff}";
const BLANKS = "\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";
const JOINER = `(?<![${EMOJI}\\ufe0f])\\u200d|\\u200d(?![${EMOJI}])`;
const MARKED = new RegExp(`[${UNSEEN}${BLANKS}]|${JOINER}|[ \\t]+(?=\\n)`, "gu");

export function marked(text, isChanged = false) {
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
