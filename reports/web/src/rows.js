// Draws the rows that can be seen out of any number of them.

import { badge, make, replaceContent } from "./elements.js";
import { score, seconds } from "./numbers.js";
import { severity } from "./sorting.js";

const TALLEST = 12_000_000; // browsers stop somewhere above
const HEADS = [
  ["change", "worst", "Change"],
  ["id", "id", "Case"],
  ["tags", null, "Tags"],
  ["answer", null, "Answer"],
  ["score", "delta", "Score"],
  ["time", "latency", "Latency"],
];

export function rowList(table, grid, on) {
  const heads = HEADS.filter(([name]) => name !== "answer" || table.hasAnswers);
  const head = make("div", { role: "row", class: "list-head list-row", "aria-rowindex": 1 });
  const inside = make("div", { role: "rowgroup", class: "list-window" });
  const range = make("div", { role: "presentation", class: "list-range" }, inside);
  grid.append(make("div", { role: "rowgroup", class: "list-heads" }, head), range);
  grid.classList.toggle("with-answers", table.hasAnswers);
  grid.setAttribute("aria-colcount", heads.length);
  let state = { rows: new Uint32Array(0), chosen: table.candidates, order: "worst", active: -1 };
  let rowHeight = 40;
  let isAsked = false;

  function show(changes) {
    state = { ...state, ...changes };
    drawHead();
    measure();
    draw();
  }

  function drawHead() {
    replaceContent(head, heads.map(([name, order, words]) => {
      const cell = make("div", { role: "columnheader", class: `cell ${name}` });
      if (!order) cell.append(words);
      else cell.append(make("button", { type: "button", onclick: () => on.order(order) }, words, sign(order)));
      const way = { [order]: "ascending", [`-${order}`]: "descending" }[state.order];
      if (way && order) cell.setAttribute("aria-sort", way);
      return cell;
    }));
  }

  function sign(order) {
    const arrow = { [order]: " ▲", [`-${order}`]: " ▼" }[state.order] ?? "";
    return make("span", { "aria-hidden": "true" }, arrow);
  }

  function measure() {
    const one = inside.querySelector(".list-row");
    if (one) rowHeight = one.offsetHeight || rowHeight;
    const height = Math.max(0, grid.clientHeight - head.offsetHeight);
    const total = state.rows.length * rowHeight;
    range.style.height = `${Math.max(Math.min(total, TALLEST), 1)}px`;
    inside.style.height = `${Math.min(height, total)}px`;
    inside.style.top = `${head.offsetHeight}px`;
    return { height, total };
  }

  function offset({ height, total }) {
    if (total <= TALLEST) return grid.scrollTop;
    return (grid.scrollTop / (TALLEST - height)) * (total - height);
  }

  function draw() {
    isAsked = false;
    const sizes = measure();
    const from = Math.max(0, Math.min(offset(sizes), sizes.total - sizes.height));
    const first = Math.floor(from / rowHeight);
    const last = Math.min(state.rows.length, first + Math.ceil(sizes.height / rowHeight) + 1);
    const lines = [];
    for (let place = first; place < last; place += 1) lines.push(line(place));
    const shift = make("div", { role: "presentation", class: "list-shift" }, lines);
    shift.style.transform = `translateY(${first * rowHeight - from}px)`;
    replaceContent(inside, shift);
    grid.setAttribute("aria-rowcount", state.rows.length + 1);
    const isSeen = state.active >= first && state.active < last;
    if (isSeen) grid.setAttribute("aria-activedescendant", `list-row-${state.active}`);
    else grid.removeAttribute("aria-activedescendant");
    const drawn = lines[0]?.offsetHeight;
    if (drawn && Math.abs(drawn - rowHeight) > 0.5) {
      rowHeight = drawn;
      ask();
    }
  }

  function line(place) {
    const row = state.rows[place];
    const cells = {
      change: () => state.chosen.filter((one) => one > 0).map((...of) => [changeBadge(row, ...of), " "]),
      id: () => [on.isTicked(row) ? tickMark() : null, table.ids[row]],
      tags: () => table.tagsOf(row).map((tag) => make("span", { class: "tag" }, tag)),
      answer: () => pair(row, (one) => table.answer(row, one) || "—"),
      score: () => pair(row, (one) => score(table.score[one](row))),
      time: () => pair(row, (one) => seconds(table.latency[one](row))),
    };
    return make("div", {
      role: "row", class: "list-row", id: `list-row-${place}`, "aria-rowindex": place + 2,
      "aria-selected": String(place === state.active), onclick: () => on.open(place),
    }, heads.map(([name]) => {
      const cell = make("div", { role: "gridcell", class: `cell ${name}` }, cells[name]());
      if (name === "id") cell.title = table.ids[row];
      return cell;
    }));
  }

  function tickMark() {
    return [make("span", { "aria-hidden": "true" }, "☑ "), make("span", { class: "unseen-word" }, "ticked: ")];
  }

  // Of several candidates only the signs: which is whose says the word behind it.
  function changeBadge(row, place, _, places) {
    const [symbol, word, tone] = table.changes[table.column("change", place)[row]];
    if (places.length === 1) return badge([symbol, word, tone]);
    const whole = `${table.targets[place]}: ${word}`;
    return make("span", { class: `badge ${tone}`, title: whole },
      make("span", { "aria-hidden": "true" }, symbol), make("span", { class: "unseen-word" }, whole));
  }

  // Baseline and the candidate in question that did worst, or one target alone.
  function pair(row, write) {
    const [place] = state.chosen.filter((one) => one > 0)
      .sort((a, b) => severity(table, row, a) - severity(table, row, b));
    if (place === undefined) return write(0);
    const [before, after] = [write(0), write(place)];
    return before === after ? after : `${before} → ${after}`;
  }

  function ask() {
    if (!isAsked) window.requestAnimationFrame(draw);
    isAsked = true;
  }

  function reveal(place) {
    const sizes = measure();
    const top = place * rowHeight;
    const from = offset(sizes);
    let wanted = from;
    if (top < from) wanted = top;
    else if (top + rowHeight > from + sizes.height) wanted = top + rowHeight - sizes.height;
    if (wanted !== from) {
      const scale = sizes.total > TALLEST ? (TALLEST - sizes.height) / (sizes.total - sizes.height) : 1;
      grid.scrollTop = wanted * scale;
    }
    draw();
  }

  grid.addEventListener("scroll", ask, { passive: true });
  new ResizeObserver(ask).observe(grid);
  return { show, reveal, activate: (active) => { state = { ...state, active }; ask(); } };
}
