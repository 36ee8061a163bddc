// Regressions that are ticked, here or elsewhere in the page, and the command that accepts them.

import { make, replaceContent } from "./elements.js";
import { count } from "./numbers.js";
import { accepting } from "./shell.js";

export function ticks(table, main, on) {
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
    // Boxes of cases that were open before are gone.
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

  // A row has its regressions under every candidate ticked, or none.
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
