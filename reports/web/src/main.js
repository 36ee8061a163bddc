// The list of all cases: filter, order, rows, one case opened. What this page is without it, it
// stays: a report.

import { addressOf, isShownAbove, readAddress, writeAddress } from "./address.js";
import { indexBeside, partsBeside, takeParts } from "./beside.js";
import { chunkReader } from "./chunks.js";
import { readColumns } from "./columns.js";
import { make, replaceContent } from "./elements.js";
import { HELP, parse } from "./grammar.js";
import { listenToKeys } from "./keys.js";
import { matching, targetsOf } from "./matching.js";
import { count } from "./numbers.js";
import { casePanel } from "./panel.js";
import { rowList } from "./rows.js";
import { textSearch } from "./search.js";
import { ORDERS, sorted } from "./sorting.js";
import { ticks } from "./ticks.js";
import { unpacked } from "./unpack.js";

const section = document.getElementById("case-list");
const part = (name) => section.querySelector(`#list-${name}`);

async function start() {
  const block = document.getElementById("case-index");
  const packed = block ? block.textContent : await indexBeside();
  const table = readColumns(await unpacked(packed));
  const reader = chunkReader(table, partsBeside);
  run(table, reader);
  block?.remove();
}

function run(table, reader) {
  let state = { query: "", order: "worst", id: null };
  let rows = new Uint32Array(0);
  let chosen = table.candidates;
  let active = 0;
  const [filter, panel, grid, said] = ["filter", "panel", "grid", "said"].map(part);
  const search = textSearch(table, reader, (words) => { said.textContent = words; });
  section.hidden = false;
  const list = rowList(table, grid, {
    open: (place) => openAt(place, true),
    order: (name) => apply({ order: state.order === name ? `-${name}` : name }),
    isTicked: (row) => ticked.has(row),
  });
  const ticked = ticks(table, document.getElementById("main"), { changed: () => list.activate(active) });

  async function apply(changes) {
    state = { ...state, ...changes };
    writeAddress(state);
    const { terms, problems } = parse(state.query);
    try {
      if (!(await search.look(terms))) return;
    } catch (error) {
      problems.push(`not all texts could be searched: ${error.message}`);
    }
    const targets = targetsOf(table, terms);
    chosen = targets.chosen;
    rows = sorted(table, matching(table, terms, chosen, search.found), state.order, chosen);
    const open = state.id === null ? -1 : rows.indexOf(table.row(state.id));
    active = Math.max(0, open);
    list.show({ rows, chosen, order: state.order, active });
    if (open >= 0) list.reveal(open);
    else grid.scrollTop = 0;
    tell([...problems, ...targets.problems]);
  }

  function tell(problems) {
    const held = state.query.includes("text:") && table.held < table.cases
      ? ` Texts were looked up in the ${count(table.held)} cases that have them here.` : "";
    said.textContent = `${count(rows.length)} of ${count(table.cases)} cases.${held}`;
    replaceContent(part("problems"), problems.map((words) => make("li", {}, words)));
  }

  async function openAt(place, focuses) {
    if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, place));
    list.activate(active);
    const row = rows[active];
    state = { ...state, id: table.ids[row] };
    writeAddress(state);
    await showCase(row);
    list.reveal(active);
    if (focuses) panel.querySelector("h3").focus({ preventScroll: true });
  }

  async function showCase(row) {
    let texts = null;
    let problem = null;
    try {
      texts = await reader.texts(row);
    } catch (error) {
      problem = make("p", { class: "note" }, `The texts of this case cannot be shown: ${error.message}.`);
    }
    if (table.ids[row] !== state.id) return;
    const link = addressOf({ query: "", order: "worst", id: state.id });
    const hadFocus = part("case").contains(document.activeElement);
    replaceContent(part("case"), problem, casePanel(table, row, texts, {
      chosen, link, boxes: ticked.boxes(row),
    }));
    if (hadFocus) panel.querySelector("h3").focus({ preventScroll: true });
    panel.hidden = false;
    section.classList.add("is-open");
  }

  function close() {
    panel.hidden = true;
    section.classList.remove("is-open");
    state = { ...state, id: null };
    writeAddress(state);
    grid.focus();
    list.reveal(active);
  }

  function moveTo(place) {
    active = Math.max(0, Math.min(rows.length - 1, place));
    list.activate(active);
    list.reveal(active);
    if (!panel.hidden) openAt(active, false);
  }

  // To the next regression in this order, whatever lies between.
  function regression(step) {
    const lost = table.changes.findIndex(([, word]) => word === "regressed");
    const columns = chosen.filter((one) => one > 0).map((one) => table.column("change", one));
    for (let place = active + step; place >= 0 && place < rows.length; place += step) {
      if (columns.some((column) => column[rows[place]] === lost)) {
        openAt(place, false);
        return;
      }
    }
  }

  async function follow() {
    const address = readAddress();
    if (!address) return;
    const order = ORDERS.includes(address.order.replace(/^-/, "")) ? address.order : "worst";
    filter.value = address.query;
    await apply({ query: address.query, order, id: address.id });
    if (address.id !== null) await openNamed(address.id);
    if (!isShownAbove()) section.scrollIntoView();
  }

  async function openNamed(id) {
    const row = table.row(id);
    if (row < 0) {
      tell([`no case is called ${id}`]);
      return;
    }
    const place = rows.indexOf(row);
    if (place >= 0) await openAt(place, false);
    else await showCase(row);
  }

  function toggleHelp() {
    const help = part("help");
    help.open = !help.open;
  }

  let timer = 0;
  filter.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => apply({ query: filter.value, id: panel.hidden ? null : state.id }), 60);
  });
  part("close").addEventListener("click", close);
  part("next").addEventListener("click", () => openAt(active + 1, false));
  part("previous").addEventListener("click", () => openAt(active - 1, false));
  window.addEventListener("hashchange", follow);
  listenToKeys(section, filter, {
    move: (step) => moveTo(active + step),
    moveTo,
    open: () => openAt(active, true),
    close: () => (panel.hidden ? filter.focus() : close()),
    list: () => grid.focus(),
    regression,
    tick: () => (rows.length ? ticked.toggle(rows[active]) : null),
    help: toggleHelp,
  });
  replaceContent(part("grammar"), HELP.map(([term, words]) => (
    [make("dt", {}, make("code", {}, term)), make("dd", {}, words)])));
  linkGroups();
  chips();
  return readAddress() ? follow() : apply({});

  function chips() {
    const several = table.candidates.map((place) => table.column("change", place));
    const cases = new Uint32Array(table.changes.length);
    for (let row = 0; row < table.cases; row += 1) {
      let seen = 0;
      for (const column of several) {
        const bit = 1 << column[row];
        if (!(seen & bit)) cases[column[row]] += 1;
        seen |= bit;
      }
    }
    replaceContent(part("chips"), table.changes.map(([symbol, word], code) => (cases[code]
      ? make("button", { type: "button", class: "chip", onclick: () => use(`status:${word}`) },
        make("span", { "aria-hidden": "true" }, `${symbol} `), `${word} ${count(cases[code])}`)
      : null)));
  }

  function use(query) {
    filter.value = query;
    apply({ query, id: null });
    panel.hidden = true;
    section.classList.remove("is-open");
  }

  // Groups that the page shows elsewhere lead to their cases here.
  function linkGroups() {
    for (const group of document.querySelectorAll("[data-filter]")) {
      const href = addressOf({ query: group.dataset.filter, order: "worst", id: null });
      if (group.localName === "a") group.setAttribute("href", href);
      else group.append(" ", make("a", { href, class: "to-list" }, "in the list"));
    }
  }
}

function giveUp(error) {
  section.hidden = true;
  const note = document.getElementById("list-failure");
  note.textContent = `The list of all cases cannot be shown here (${error.message}); cases.csv has them.`;
  note.hidden = false;
}

takeParts();
if (section) start().catch(giveUp);
