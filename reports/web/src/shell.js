// Writes commands as a POSIX shell takes them.

export function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`;
}

// Ids as arguments, behind `--` where one looks like an option.
export function named(ids) {
  const names = ids.map(quoted).join(" ");
  return ids.some((id) => id.startsWith("-")) ? `-- ${names}` : names;
}

// What accepts regressions under one candidate, once it is told a reason.
export function accepting(table, place, ids, reason = "") {
  const target = table.candidates.length > 1 ? ` --target ${quoted(table.targets[place])}` : "";
  const why = reason ? quoted(reason) : '"..."';
  return `revgate accept ${quoted(table.run)}${target} --reason ${why} ${named(ids)}`;
}
