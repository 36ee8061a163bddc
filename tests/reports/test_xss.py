"""Three hundred payloads in every field of every report: nothing runs, nothing is asked for."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest

from harness.api import Dossier
from harness.cli.painting import in_colour, uncoloured
from harness.data.noun import replace
from harness_reports import case_csv, html, junit, markdown, terminal
from harness_reports.difference import tokens_of
from tests.reports import indexes
from tests.reports.hostile import EVERY, holding, whole, written
from tests.reports.payloads import Payload
from tests.reports.spoiling import spoiled
from tests.reports.test_html import Reader

SOME = EVERY[::13]
"""What runs with every change; all of them run in the browser's tests."""


def by_text(payload: Payload) -> str:
    return payload.made_of


def test_there_are_three_hundred_of_them_all_different() -> None:
    assert len({payload.text for payload in EVERY}) == len(EVERY) == 300
    assert sum(bool(payload.page) for payload in EVERY) == 100


def test_each_has_a_harmless_twin_of_the_same_form() -> None:
    twins = {payload.twin for payload in EVERY}
    assert len(twins) == 300
    for payload in EVERY:
        assert not set("<>&\"'") & set(payload.twin)
        assert not re.search("script|window|parent|__class__", payload.twin, re.IGNORECASE)
        assert list(map(len, tokens_of(payload.twin))) == list(map(len, tokens_of(payload.text)))
        assert len(set(payload.twin)) == len(set(payload.text))


def test_a_payload_stands_in_every_flip_too() -> None:
    (comparison,) = holding("<b>").comparisons
    assert comparison.flips
    for flip in comparison.flips:
        assert all(text.endswith(" <b>") for text in (flip.case_id, flip.target, flip.reason))


@pytest.mark.parametrize("payload", SOME, ids=by_text)
def test_no_payload_adds_an_element_or_an_attribute_to_the_page(payload: Payload) -> None:
    found = Reader(written(html, holding(payload.text)))
    assert found.tree == Reader(written(html, holding(payload.twin))).tree
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
    pages = []
    for end in (payload.text, payload.twin):
        index = indexes.spoiled(lambda text, end=end: f"{text} {end}")  # type: ignore[misc]
        (artifact,) = html.harness_reporters()[0].index(index)
        pages.append(Reader(b"".join(artifact.chunks).decode()))
    assert pages[0].tree == pages[1].tree
    assert not any(re.match("[a-z]+:(?!,)", href) for href in pages[0].values("href"))


@pytest.mark.e2e
@pytest.mark.parametrize("part", range(6))
def test_every_one_of_them_stays_text_in_every_other_report(part: int) -> None:
    for payload in EVERY[part::6]:
        for holds in (
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
