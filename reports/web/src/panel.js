// Shows one case: the question, what every target answered, and what differs.

import { difference } from "./difference.js";
import { badge, make } from "./elements.js";
import { marked } from "./marks.js";
import { score, seconds } from "./numbers.js";
import { accepting, named, quoted } from "./shell.js";

export function casePanel(table, row, texts, { chosen, link, boxes }) {
  const places = [0, ...table.candidates];
  const against = chosen.find((place) => place > 0) ?? table.candidates[0] ?? 0;
  return [
    head(table, row, link),
    texts ? question(texts) : noTexts(table),
    texts?.a[0].l ? scores(table, places, texts) : null,
    make("div", { class: "panes" }, places.map((place) => pane(table, row, place, texts, against))),
    texts ? repeats(table, places, texts) : null,
    commands(table, row),
    boxes,
    texts?.p ? make("p", { class: "quiet" }, "written in ", make("code", {}, texts.p)) : null,
  ];
}

function head(table, row, link) {
  const id = make("h3", { tabindex: -1, class: "panel-title", id: "case-panel-title" }, table.ids[row]);
  const changes = table.candidates.map((place) => [
    badge(table.changes[table.column("change", place)[row]]),
    table.candidates.length > 1 ? make("span", { class: "quiet" }, table.targets[place]) : null,
  ]);
  const tags = table.tagsOf(row).map((tag) => make("span", { class: "tag" }, tag));
  return [
    id,
    make("p", { class: "panel-facts" }, changes, tags, make("a", { href: link }, "Link to this case")),
    causes(table, row),
  ];
}

function causes(table, row) {
  return table.candidates.map((place) => table.cause(row, place)).filter(Boolean)
    .map(([, anchor, check, reason]) => make("p", { class: "quiet" }, "Cause: ",
      document.getElementById(anchor) ? make("a", { href: `#${anchor}` }, check) : check, ` ${reason}`));
}

function noTexts(table) {
  const why = table.embed === "none"
    ? "This report was written without texts in its list."
    : "Only cases that changed, and some of the others, have their texts in this list.";
  return make("p", { class: "note" }, `${why} The first command below shows this case.`);
}

function question(texts) {
  return make("div", { class: "question" },
    make("p", { class: "head" }, "Prompt"),
    make("pre", { class: "text", dir: "auto" }, marked(texts.q)),
    "e" in texts
      ? make("p", { class: "expect" }, make("span", { class: "term" }, "Expected"), " ",
        make("code", {}, marked(texts.e)))
      : null);
}

function scores(table, places, texts) {
  const found = places.map((place) => new Map(texts.a[place].l ?? []));
  const labels = [...new Set(found.flatMap((one) => [...one.keys()]))];
  const write = (value) => (value === undefined ? "—" : score(value));
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Scores" },
    make("table", { class: "labels" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Label"),
        places.map((place) => make("th", { scope: "col", class: "number" }, table.targets[place])))),
      make("tbody", {}, labels.map((label) => make("tr", {}, make("th", { scope: "row" }, label),
        found.map((one) => make("td", { class: "number" }, write(one.get(label)))))))));
}

function pane(table, row, place, texts, against) {
  const state = table.states[table.column("state", place)[row]];
  const time = table.latency[place](row);
  const [passed, answered] = ["passed", "answered"].map((name) => table.column(name, place)?.[row]);
  return make("section", { class: `pane series-${Math.min(place, 4)}` },
    make("p", { class: "head" },
      make("span", { class: "swatch", "aria-hidden": "true" }), table.targets[place], " ", badge(state),
      Number.isNaN(time) ? null : make("span", { class: "quiet" }, ` ${seconds(time)}`),
      answered > 1 ? make("span", { class: "quiet" }, ` ${passed} of ${answered} repeats passed`) : null),
    texts ? answer(table, texts, place, against) : short(table, row, place),
    findings(texts?.a[place].f));
}

function short(table, row, place) {
  const words = table.answer(row, place) || table.check(row, place);
  return words ? make("p", {}, words) : null;
}

function answer(table, texts, place, against) {
  const mine = texts.a[place];
  if (mine.w) return make("p", { class: "no-answer" }, `No answer. ${mine.w}`);
  if (mine.l) return null;
  const before = texts.a[0].t ?? "";
  const after = mine.t ?? before;
  const other = place === 0 ? texts.a[against] : texts.a[0];
  const css = ["text", "labels"].includes(table.show) ? "answer" : "answer code";
  if (other.w || texts.a[against].w) return make("pre", { class: css, dir: "auto" }, marked(after));
  const found = difference(before, place === 0 ? texts.a[against].t ?? before : after);
  const [pieces, element] = place === 0 ? [found.before, "del"] : [found.after, "ins"];
  return [
    place === 0 ? null : make("p", { class: "quiet" }, found.note || (before === after ? "The same answer." : "")),
    make("pre", { class: css, dir: "auto" }, pieces.map(([isChanged, text]) => (
      isChanged ? make(element, {}, marked(text, true)) : marked(text)))),
  ];
}

function findings(list) {
  if (!list?.length) return null;
  return make("ul", { class: "findings" }, list.map((one) => (
    make("li", {}, make("span", { "aria-hidden": "true" }, "✗"), ` ${one}`))));
}

function repeats(table, places, texts) {
  const several = places.filter((place) => texts.a[place].r);
  if (!several.length) return null;
  const states = new Map(table.states.map((one) => [one[1], one]));
  return several.map((place) => make("div", { class: "scroll", tabindex: 0, role: "region",
    "aria-label": `Repeats of ${table.targets[place]}` },
  make("table", { class: "repeats" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Repeat"),
      make("th", { scope: "col" }, table.targets[place]))),
    make("tbody", {}, texts.a[place].r.map(([number, state, line]) => make("tr", {},
      make("th", { scope: "row" }, number), make("td", {}, badge(states.get(state)), ` ${line}`)))))));
}

function commands(table, row) {
  const lines = [
    `revgate show ${quoted(table.run)} ${named([table.ids[row]])}`,
    `revgate run ${quoted(table.suite)} --case ${quoted(table.ids[row].replace(/[*?[]/g, "[$&]"))}`,
  ];
  const lost = table.candidates.filter((place) => (
    table.changes[table.column("change", place)[row]][1] === "regressed"));
  if (lost.length) lines.push(accepting(table, lost[0], [table.ids[row]]));
  return make("pre", { class: "commands" }, lines.map((line) => (
    [make("span", { class: "prompt" }, "$ "), `${line}\n`])));
}
