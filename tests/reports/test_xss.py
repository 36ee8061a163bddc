"""Three hundred payloads in every field of every report: nothing runs, nothing is asked for."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from harness.api import Dossier, Trace
from harness.cli.painting import in_colour, uncoloured
from harness.data.noun import replace
from harness_reports import case_csv, html, junit, markdown, terminal
from tests.reports import chromium, dossiers, indexes, media_dossiers
from tests.reports.payloads import Payload, payloads
from tests.reports.spoiling import spoiled
from tests.reports.test_html import Reader
from tests.reports.test_waived import with_waivers

EVERY = payloads()
SOME = EVERY[::13]
"""What runs with every change; all of them run in the browser."""


@lru_cache(maxsize=1)
def whole() -> Dossier:
    """Give a dossier with labels, text, faults, waivers, addresses, traces and everything else."""
    base, routes, waived = dossiers.spoiled(str), media_dossiers.routes(), with_waivers()
    traces = {
        "x-inference-provider": Trace(counts={"groq": 1, "together": 8}, changed_at="2026-11-21"),
        "system_fingerprint": Trace(counts={"fp_1": 9}),
    }
    targets = tuple(
        replace(
            target,
            traces=traces,
            urls=route.urls,
            shapes=route.shapes,
            usage=route.usage,
            cost_usd=1.25,
            price_as_of="2026-11-01",
            first_token=route.first_token,
            served_spans=route.served_spans,
        )
        for target, route in zip(base.targets, routes.targets, strict=False)
    )
    views = list(base.case_views())[::3]
    (comparison,) = base.comparisons
    (accepted,) = waived.comparisons
    return replace(
        base,
        targets=targets,
        comparisons=(replace(comparison, waived=accepted.waived, unpaired=("only one side",)),),
        waivers=waived.waivers,
        without_waivers=waived.without_waivers,
        case_views=lambda: iter(views),
        cases=len(views),
    )


def holding(payload: str) -> Dossier:
    """Give `whole` with the payload at the end of every string."""
    return spoiled(whole(), lambda text: f"{text} {payload}")


def rotating(base: Dossier) -> Dossier:
    """Give a dossier each string of which ends with another payload."""
    numbers = count()
    seen: dict[str, str] = {}

    def word(text: str) -> str:
        if text not in seen:  # a name stays the same name wherever it stands
            seen[text] = f"{text} {EVERY[next(numbers) * 7 % len(EVERY)].text}"
        return seen[text]

    return spoiled(base, word)


def written(module: Any, dossier: Dossier) -> str:
    artifact = next(iter(module.harness_reporters()[0].render(dossier)))
    return b"".join(artifact.chunks).decode()


HARMLESS = ("and more", "and\x1b more\u200b, of which some is not seen ", "x" * 120)
BY_DESIGN = {"del", "ins", "mark"}
"""Elements that mark differences: how many there are depends on the texts."""


def kinds(page: str) -> set[tuple[str, tuple[str, ...]]]:
    """Give every kind of element of a page: name, names of attributes, classes."""
    return {kind for kind in Reader(page).elements if kind[0] not in BY_DESIGN}


@lru_cache
def harmless() -> set[tuple[str, tuple[str, ...]]]:
    """Give the kinds of elements that pages without any payload have."""
    return {kind for text in HARMLESS for kind in kinds(written(html, holding(text)))}


def by_text(payload: Payload) -> str:
    return payload.made_of


def test_there_are_three_hundred_of_them_all_different() -> None:
    assert len({payload.text for payload in EVERY}) == len(EVERY) == 300
    assert sum(bool(payload.page) for payload in EVERY) == 100


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_adds_an_element_or_an_attribute_to_the_page(payload: Payload) -> None:
    page = written(html, holding(payload.text))
    assert kinds(page) <= harmless()
    found = Reader(page)
    assert not any(name.startswith("on") for _, name, _ in found.attributes)
    for _, name, value in found.attributes:
        assert name not in ("href", "src") or value.startswith(("#", "data:image/", "data:,"))


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_breaks_the_xml_or_leaves_its_text(payload: Payload) -> None:
    root = ET.fromstring(written(junit, holding(payload.text)))
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "properties",
        "property", "system-out", "system-err", "flakyFailure", "flakyError",
    }  # fmt: skip


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_is_markup_in_the_summary(payload: Payload) -> None:
    text = written(markdown, holding(payload.text))
    for line in outside_fences(text):
        bare = re.sub(r"(`+).*?\1(?!`)", "", line)
        bare = re.sub(r"\\.", "", bare)
        left = re.sub(r"</?(?:details|summary|code|br)/?>", "", bare)
        assert not re.search(r"<[a-zA-Z!/]", left), line
        assert "](javascript" not in bare


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\uff1d", " =", "\x1b="])
def test_no_cell_is_a_formula(start: str) -> None:
    for payload in SOME:
        text = f"{start}1+1|{payload.text}"
        dossier = spoiled(whole(), lambda _text, text=text: text)  # type: ignore[misc]
        table = written(case_csv, replace(dossier, case_views=lambda d=dossier: few(d)))
        for row in csv.reader(io.StringIO(table, newline="")):
            for cell in row:
                is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
                assert is_number or not re.match(r"\s*[=+\-@\uff1d]", cell), cell


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_drives_a_terminal_or_a_runner(payload: Payload) -> None:
    drives = f"\x1b]0;x\x07\x9b2J\r\n::error::{payload.text}\n##[error]\u202e"
    lines = list(terminal.screen(holding(f"{payload.text}{drives}")))
    plain = "\n".join(map(uncoloured, lines))
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff]", plain) == []
    assert not re.search(r"^\s*::|##\[|##vso", plain, re.MULTILINE)
    painted = "\n".join(map(in_colour, lines))
    assert "\x1b" not in re.sub("\x1b\\[(?:1|2|3[123]|0)m", "", painted)


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_gets_out_of_the_index(payload: Payload) -> None:
    index = indexes.spoiled(lambda text: f"{text} {payload.text}")
    benign = indexes.spoiled(lambda text: f"{text} and more")
    pages = []
    for one in (index, benign):
        (artifact,) = html.harness_reporters()[0].index(one)
        pages.append(Reader(b"".join(artifact.chunks).decode()))
    assert pages[0].elements == pages[1].elements
    assert not any(re.match("[a-z]+:(?!,)", href) for href in pages[0].values("href"))


@pytest.mark.e2e
@pytest.mark.parametrize("part", range(6))
def test_every_one_of_them_stays_text_in_every_report(part: int) -> None:
    for payload in EVERY[part::6]:
        for holds in (
            test_no_payload_adds_an_element_or_an_attribute_to_the_page,
            test_no_payload_breaks_the_xml_or_leaves_its_text,
            test_no_payload_is_markup_in_the_summary,
            test_no_payload_drives_a_terminal_or_a_runner,
            test_no_payload_gets_out_of_the_index,
        ):
            holds(payload)


def few(dossier: Dossier) -> Iterator[Any]:
    for place, view in enumerate(dossier.case_views()):
        if place % 8 == 0:
            yield view


def outside_fences(text: str) -> Iterator[str]:
    fence = ""
    for line in text.split("\n"):
        match = re.match(r"`{3,}", line)
        if not fence and match:
            fence = match.group()
        elif fence and line == fence:
            fence = ""
        elif not fence:
            yield line


KINDS = """(() => {
  const state = /^(aria-.*|class|hidden|id|open|role|tabindex|title)$/;
  return [...document.querySelectorAll("*")]
    .filter(e => !["DEL", "INS", "MARK"].includes(e.tagName))
    .map(e => [e.tagName, ...e.getAttributeNames().filter(n => !state.test(n)).sort()].join(" "));
})()"""
HAS_RUN = """new Promise(done => {
  const look = left => window.ran || !left ? done(!!window.ran) : setTimeout(look, 10, left - 1);
  look(300);
})"""
PRESS = """(() => {
  for (const e of document.querySelectorAll("details")) e.open = true;
  const found = document.querySelectorAll("button, summary, label, a[href^='#'], [role=option]");
  for (const e of [...found].slice(0, 120)) e.click();
  return window.ran || 0;
})()"""


@pytest.fixture(scope="module")
def tab() -> Iterator[chromium.Page]:
    if not Path(chromium.PROGRAM).exists():
        pytest.skip("chromium is not installed")
    with chromium.browser() as opened:
        yield opened


@pytest.mark.e2e
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


@pytest.mark.e2e
@pytest.mark.parametrize("part", range(6))
def test_nothing_runs_in_a_browser_and_nothing_is_asked_for(
    tab: chromium.Page, tmp_path: Path, part: int
) -> None:
    path, known = tmp_path / "report.html", set[str]()

    def opened(text: str) -> set[str]:
        path.write_text(written(html, holding(text)), "utf-8")
        tab.open(path.as_uri())
        found = set(tab.value(KINDS))
        assert tab.value(PRESS) == 0, text
        return found | set(tab.value(KINDS))

    for text in HARMLESS:
        known |= opened(text)
    tab.requests.clear()
    tab.said.clear()
    for number, payload in enumerate(EVERY[part::6]):
        # With the policy every fifth of them; the others meet nothing but our escaping.
        tab.call("Page.setBypassCSP", enabled=bool(number % 5))
        assert opened(payload.text) <= known, payload.made_of
        assert tab.requests == [], payload.made_of
        assert tab.said == [], payload.made_of


MEDIA = dict(media_dossiers.everything())


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["images", "sounds", "videos", "spans", "boxes", "vectors"])
def test_nothing_runs_beside_pictures_sounds_and_entities(
    tab: chromium.Page, tmp_path: Path, name: str
) -> None:
    tab.call("Page.setBypassCSP", enabled=True)
    tab.requests.clear()
    path = tmp_path / "report.html"
    path.write_text(written(html, rotating(MEDIA[name])), "utf-8")
    tab.open(path.as_uri())
    assert tab.value(PRESS) == 0
    assert [one for one in tab.requests if not one.startswith("file:")] == []
