"""The tree of a page as a browser holds it: elements, their attributes, where texts stand."""

import json
from typing import Any

from tests.reports.chromium import Page

_TREE = r"""(root => {
  const known = new Map();
  const number = id => known.get(id) ?? (known.set(id, known.size), known.size - 1);
  const ids = text => text.trim().split(/\s+/).map(number).join(" ");
  const one = /^(for|aria-(labelledby|describedby|activedescendant))$/;
  const texts = /^(title|alt|aria-label|datetime|data-(filter|accept))$/;
  const value = (name, text) => {
    if (name === "id" || name === "name") return number(text);
    if (one.test(name)) return ids(text);
    if (name === "href" && /^#(q|case)=./.test(text)) return text.replace(/=.*/s, "=…");
    if (name === "href" && /^#./.test(text)) return `#${number(text.slice(1))}`;
    const leads = name === "href" && /^(?![a-z+.-]*:|[/]).*([/]report[.]html)$/i.exec(text);
    if (leads) return `…${leads[1]}`;
    return texts.test(name) ? "…" : text;
  };
  const lines = [];
  const add = (depth, words) => lines.push(" ".repeat(depth) + words);
  const look = (node, depth) => {
    let isText = false;
    for (const child of node.childNodes) {
      if (child.nodeType === 3) {
        if (!isText && child.data) add(depth, "#text");
        isText = true;
        continue;
      }
      isText = false;
      const all = [...(child.attributes ?? [])].map(a => `${a.name}=${value(a.name, a.value)}`);
      const kind = /svg|Math/.exec(child.namespaceURI);
      add(depth, [child.nodeName, kind, ...all].filter(Boolean).join(" | "));
      look(child, depth + 1);
      if (child.localName === "template") look(child.content, depth + 1);
    }
  };
  look(root, 0);
  return lines.join("\n");
})"""
"""A line a node, as deep as it stands. Kept of an attribute: its name and its value, but of ids and
of what refers to them only which are the same, of what is read out only that it is there, and of
the way to the report of another suite only that it is one within the folder."""


def tree(page: Page, root: str = "document") -> str:
    """Give the tree below a node of the page that is open; scripts may be off."""
    found: str = page.value(f"{_TREE}({root})")
    return found


def parsed(page: Page, text: str) -> str:
    """Give the tree of a text as a browser parses it that runs no script; on a page without rules.

    Nothing of it is loaded: there is no need to open it.
    """
    found: str = page.value(
        f"{_TREE}(new DOMParser().parseFromString({json.dumps(text)}, 'text/html'))"
    )
    return found


def first_difference(one: str, other: str) -> dict[str, Any] | None:
    """Give where two trees part, with the lines around; None: they are the same."""
    if one == other:
        return None
    left, right = one.split("\n"), other.split("\n")
    pairs = zip(left, right, strict=False)
    short = min(len(left), len(right))
    at = next((place for place, (a, b) in enumerate(pairs) if a != b), short)
    return {
        "line": at,
        "lines": (len(left), len(right)),
        "one": left[max(0, at - 2) : at + 2],
        "other": right[max(0, at - 2) : at + 2],
    }
