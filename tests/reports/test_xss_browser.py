"""Three hundred payloads in a browser: nothing runs, and the page is that of harmless texts."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from harness.api import Presentation
from harness.data.noun import replace
from harness_reports import html
from tests.reports import chromium, indexes, media_dossiers
from tests.reports.ahead import ahead
from tests.reports.hostile import EVERY, holding, rotating, whole, written
from tests.reports.listed import LISTED, write
from tests.reports.payloads import harmless
from tests.reports.tree import first_difference, parsed, tree

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not chromium.PROGRAM, reason="chromium is not installed"),
]

HAS_RUN = """new Promise(done => {
  const look = left => window.ran || !left ? done(!!window.ran) : setTimeout(look, 10, left - 1);
  look(300);
})"""
OPEN = """(async number => {
  const until = async look => {
    while (!look()) await new Promise(done => setTimeout(done, 1));
  };
  const said = document.getElementById("list-said"), list = document.getElementById("case-list");
  await until(() => !list.hidden && / of /.test(said.textContent));
  const rows = document.querySelectorAll("#list-grid .list-window .list-row");
  rows[number % rows.length].click();
  await until(() => document.querySelector("#list-panel:not([hidden]) .panes"));
  return rows.length;
})(NUMBER)"""
"""Waits for the list of all cases and opens the case of a row."""
PRESS = """(() => {
  for (const e of document.querySelectorAll("details")) e.open = true;
  const found = document.querySelectorAll("button, summary, label, a[href^='#'], [role=row]");
  for (let place = NUMBER; place < found.length; place += 12) found[place].click();
})()"""
"""Opens every fold and presses every twelfth of what can be pressed."""
FILTER = """(async () => {
  const field = document.getElementById("list-filter"), said = document.getElementById("list-said");
  said.textContent = "";
  location.hash = "q=" + encodeURIComponent("colour:" + TEXT);
  while (!/ of /.test(said.textContent)) await new Promise(done => setTimeout(done, 1));
  return [document.querySelectorAll("#list-problems *:not(li)").length, window.ran || 0];
})()"""
"""Filters by a text, as a link to the page may: gives elements that it made, and whether it ran."""


@pytest.fixture(scope="module")
def tab() -> Iterator[chromium.Page]:
    with chromium.browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def aside() -> Iterator[chromium.Page]:
    """A page without a policy, in which others are parsed and not opened."""
    with chromium.browser() as opened:
        yield opened


def test_without_protection_the_payloads_do_run(tab: chromium.Page, tmp_path: Path) -> None:
    idle = []
    for payload in EVERY:
        if not payload.page:
            continue
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8>{payload.page}", "utf-8")
        tab.open(path.as_uri())
        if not tab.value(HAS_RUN):
            idle.append(payload.made_of)
    assert idle == []


@pytest.fixture(scope="module")
def harmless_trees() -> dict[int, list[set[str]]]:
    """By the case that is open: trees of pages with harmless texts, without scripts and with it."""
    return defaultdict(lambda: [set(), set()])


@pytest.mark.parametrize("part", range(3))
def test_nothing_runs_and_the_elements_are_those_of_harmless_texts(
    tab: chromium.Page,
    aside: chromium.Page,
    tmp_path: Path,
    harmless_trees: dict[int, list[set[str]]],
    part: int,
) -> None:
    path = tmp_path / "report.html"

    def made(text: str) -> tuple[str, str]:
        """A page, and its elements without scripts."""
        page = written(html, holding(text))
        return page, parsed(aside, page)

    def opened(page: str, number: int) -> tuple[str, int]:
        """The elements with the list and one case of it open, and which that is."""
        path.write_text(page, "utf-8")
        tab.open(path.as_uri())
        rows = tab.value(OPEN.replace("NUMBER", str(number)))
        assert rows > 5
        return tree(tab), number % rows

    tab.requests.clear()
    tab.said.clear()
    some = EVERY[part::3]
    with ThreadPoolExecutor(1) as worker:
        pages = ahead(worker, made, [payload.text for payload in some])
        for number, (payload, (_, (page, bare))) in enumerate(zip(some, pages, strict=True)):
            # With the policy every fifth of them; the others meet nothing but our escaping.
            tab.call("Page.setBypassCSP", enabled=bool(number % 5))
            listed, case = opened(page, number)
            found = [bare, listed]
            tab.value(PRESS.replace("NUMBER", str(number % 12)))
            if number % 3 == 0:
                filtered = FILTER.replace("TEXT", json.dumps(payload.text))
                assert tab.value(filtered) == [0, 0], payload.made_of
            assert not tab.value("window.ran"), payload.made_of
            known = harmless_trees[case]
            if any(one not in trees for one, trees in zip(found, known, strict=True)):
                # No page of a harmless text had these elements so far: has that of its own twin?
                page, bare = worker.submit(made, payload.twin).result()
                wanted = [bare, opened(page, number)[0]]
                for one, other, trees in zip(found, wanted, known, strict=True):
                    assert first_difference(one, other) is None, payload.made_of
                    trees.add(other)
            assert tab.requests == [], payload.made_of
            assert tab.said == [], payload.made_of


@pytest.mark.parametrize("number", range(5, 300, 59))
@pytest.mark.parametrize("layout", ["file", "dir"])
def test_with_scripts_off_the_elements_are_those_of_harmless_texts(
    tab: chromium.Page, aside: chromium.Page, tmp_path: Path, number: int, layout: Any
) -> None:
    trees = []
    tab.requests.clear()
    for text in (EVERY[number].text, EVERY[number].twin):
        dossier = replace(holding(text), presentation=Presentation(layout=layout))
        path = write(dossier, tmp_path)
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            tab.open(path.as_uri())
            trees += [tree(tab), parsed(aside, path.read_text("utf-8"))]
        finally:
            tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert [first_difference(trees[0], other) for other in trees[1:]] == [None] * 3
    files = {re.sub(".*/report_files/", "", name) for name in tab.requests}
    assert files <= (set() if layout == "file" else {"report.css", "icon.svg"})


def test_the_elements_of_an_index_are_those_of_harmless_texts(aside: chromium.Page) -> None:
    for payload in EVERY[::3]:
        trees = []
        for end in (payload.text, payload.twin):
            index = indexes.spoiled(lambda text, end=end: f"{text} {end}")  # type: ignore[misc]
            (artifact,) = html.harness_reporters()[0].index(index)
            trees.append(parsed(aside, b"".join(artifact.chunks).decode()))
        assert first_difference(*trees) is None, payload.made_of


def test_one_text_that_is_not_escaped_makes_another_tree(aside: chromium.Page) -> None:
    """As it would be if the page took one warning for markup."""
    few = replace(whole(), case_views=lambda: iter(()), cases=0)
    unseen = []
    for payload in EVERY[::5]:
        if "<" in payload.text and payload.page:
            trees = [
                parsed(aside, written(html, replace(few, warnings=(Markup(f"about {text}"),))))
                for text in (payload.text, payload.twin)
            ]
            if first_difference(*trees) is None:
                unseen.append(payload.made_of)
    assert unseen == []


def test_one_attribute_that_is_not_escaped_makes_another_tree(aside: chromium.Page) -> None:
    place = re.compile('(?<=aria-label="Scores of )[^"]*')
    for payload in [one for one in EVERY if '"' in one.text and one.page][::3]:
        trees = []
        for text in (payload.text, payload.twin):
            page = written(html, holding(text))
            spoilt, count = place.subn(lambda found: unescape(found.group()), page, count=1)
            assert count == 1
            trees.append(parsed(aside, spoilt))
        assert first_difference(*trees) is not None, payload.made_of


def test_a_list_that_took_texts_for_markup_makes_another_tree(
    tab: chromium.Page, tmp_path: Path
) -> None:
    safe = "element.append(...children.flat(Infinity).filter((child) => child != null && child !== "
    rash = """for (const child of children.flat(Infinity)) {
      if (typeof child === "string") element.insertAdjacentHTML("beforeend", child);
      else if (child) element.append(child);
    }"""
    path, trees = tmp_path / "report.html", []
    payload = next(one for one in EVERY if one.made_of == "image that is missing, out of text")
    tab.call("Page.setBypassCSP", enabled=True)
    for text in (payload.text, payload.twin):
        page = written(html, holding(text))
        assert f'{safe}""));' in page
        path.write_text(page.replace(f'{safe}""));', rash), "utf-8")
        tab.open(path.as_uri())
        assert tab.value(OPEN.replace("NUMBER", "0")) > 5
        trees.append(tree(tab))
    tab.open("about:blank")
    assert first_difference(*trees) is not None


MEDIA = dict(media_dossiers.everything())


@pytest.mark.parametrize("name", ["images", "sounds", "videos", "spans", "boxes", "vectors"])
def test_nothing_runs_beside_pictures_sounds_and_entities(
    tab: chromium.Page, aside: chromium.Page, tmp_path: Path, name: str
) -> None:
    tab.call("Page.setBypassCSP", enabled=True)
    tab.requests.clear()
    path, trees = tmp_path / "report.html", []
    for made in (harmless, str):
        page = written(html, rotating(MEDIA[name], made))
        path.write_text(page, "utf-8")
        tab.open(path.as_uri())
        tab.until(LISTED)
        trees.append([parsed(aside, page), tree(tab)])
    for one, other in zip(*trees, strict=True):
        assert first_difference(one, other) is None
    for place in range(12):
        tab.value(PRESS.replace("NUMBER", str(place)))
    assert tab.value("window.ran || 0") == 0
    assert [one for one in tab.requests if not one.startswith("file:")] == []
