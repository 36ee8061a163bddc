"""The index leads to every report and says how each suite ended, in HTML and Markdown alike."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from harness.api import Index, Presentation, replace
from harness.cli.index_lines import index_lines
from harness_reports import html, markdown
from tests.reports import chromium, dossiers, indexes
from tests.reports.test_html import Reader

HOSTILE = dossiers.HOSTILE.replace("\ud800", "")


def page(index: Index) -> str:
    (artifact,) = html.harness_reporters()[0].index(index)
    assert artifact.name == "index.html"
    return b"".join(artifact.chunks).decode()


def summary(index: Index) -> str:
    (artifact,) = markdown.harness_reporters()[0].index(index)
    assert artifact.name == "index.md"
    return b"".join(artifact.chunks).decode()


def test_each_suite_leads_to_its_report() -> None:
    links = [href for href in Reader(page(indexes.several())).values("href") if "/" in href]
    wanted = ["reviews/report.html", "chat-smoke/report.html", "news/report.html"]
    assert links == wanted
    for href in wanted:
        assert f"](<{href}>)" in summary(indexes.several())


def test_verdict_pass_rate_gates_and_time_of_each_suite_are_told() -> None:
    told = " ".join(" ".join(Reader(page(indexes.several())).texts).split())
    for words in (
        "NO VERDICT",
        "Of 5 suites: 1 passed, 1 failed, 1 open, 2 without a verdict.",
        "exit code 2: interrupted; the run can be resumed",
        "FAIL",
        "INCONCLUSIVE",
        "90.0 % → 85.0 %",
        "Not passed: pass rate",
        "For warning only, not passed: latency p95.",
        "21.40 s",
        "interrupted; the run can be resumed",
        "not run",
        "$ revgate run suites/reviews.yaml suites/chat-smoke.yaml suites/news.yaml",
    ):
        assert words in told, words


def test_the_worst_verdict_is_that_of_the_index() -> None:
    assert "<title>PASS · 2 suites" in page(indexes.all_well())
    two = Index(
        runs=(
            indexes.indexed(dossiers.all_pass(), "a"),
            indexes.indexed(dossiers.regressions(12, 1), "b"),
        ),
        exit_code=1,
        words="a gate failed",
        command="",
    )
    assert "<title>FAIL · 2 suites" in page(two)
    assert 'id="reproduce"' not in page(two)


@pytest.mark.parametrize("index", [indexes.several(), indexes.all_well()])
def test_the_page_is_whole_still_and_self_contained(index: Index) -> None:
    text = page(index)
    found = Reader(text)
    assert not {tag for tag, _ in found.elements} & {"script", "iframe", "img", "form", "base"}
    assert not any(name.startswith("on") or name == "style" for _, name, _ in found.attributes)
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {v.removeprefix("#") for v in found.values("href") if v.startswith("#")} <= set(ids)
    for value in found.values("aria-labelledby"):
        assert set(value.split()) <= set(ids)
    assert found.headings[0] == 1
    assert all(b <= a + 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
    assert page(index) == text


def test_hostile_text_adds_no_element_and_leads_nowhere() -> None:
    hostile = page(indexes.spoiled(lambda text: f"{text}{HOSTILE}"))
    benign = page(indexes.spoiled(lambda text: f"{text} and more"))
    assert Reader(hostile).elements == Reader(benign).elements
    for href in Reader(hostile).values("href"):
        assert href == "data:," or not re.match(r"[a-z]+:|//", href)
    for character in "\x1b\x00\x9b\u202e\u200b":
        assert character not in hostile
    markup = summary(indexes.spoiled(lambda text: f"{text}{HOSTILE}"))
    markup = markup.partition("### Again")[0]
    assert not re.search(r"(?<!\\)<script|(?<!\\)!\[|\]\(javascript", markup)
    assert "\x1b" not in markup


def test_a_folder_with_a_blank_is_linked_as_it_is_called() -> None:
    run = indexes.indexed(dossiers.all_pass(), "a b #1")
    index = Index(runs=(run,), exit_code=0, words="", command="")
    (href,) = [href for href in Reader(page(index)).values("href") if "/" in href]
    assert unquote(href) == "a b #1/report.html"
    assert "#" not in href


def test_the_terminal_has_a_row_a_suite() -> None:
    told = "\n".join(index_lines(indexes.several()))
    assert "5 suites, 1 passed" in told
    rows = re.findall(r"^  (\S+) +(PASS|FAIL|INCONCLUSIVE|—)  ", told, re.MULTILINE)
    assert rows == [
        ("reviews", "PASS"),
        ("chat-smoke", "FAIL"),
        ("news", "INCONCLUSIVE"),
        ("late", "—"),
        ("later", "—"),
    ]
    assert "  ! late: interrupted; the run can be resumed" in told


def test_with_the_layout_dir_its_style_is_in_a_file_beside_it() -> None:
    index = replace(indexes.several(), presentation=Presentation(layout="dir"))
    made = {
        artifact.name: b"".join(artifact.chunks)
        for artifact in html.harness_reporters()[0].index(index)
    }
    assert made.keys() == {"index.html", "report_files/report.css", "report_files/icon.svg"}
    page_ = made["index.html"].decode()
    assert "<style" not in page_
    assert 'href="report_files/report.css"' in page_
    assert "style-src &#39;self&#39;" in page_
    assert made["report_files/report.css"].decode() == html.style_sheet()


@pytest.mark.e2e
@pytest.mark.skipif(not chromium.PROGRAM, reason="chromium is not installed")
@pytest.mark.parametrize("layout", ["file", "dir"])
def test_in_a_browser_it_fits_and_asks_for_nothing_from_elsewhere(
    tmp_path: Path, layout: Any
) -> None:
    index = replace(indexes.several(), presentation=Presentation(layout=layout))
    for artifact in html.harness_reporters()[0].index(index):
        path = tmp_path / artifact.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))
    with chromium.browser() as tab:
        for width in (390, 760, 1280):
            tab.size(width, 900)
            tab.open((tmp_path / "index.html").as_uri())
            assert tab.value("document.documentElement.scrollWidth") <= width
            styled = "getComputedStyle(document.querySelector('.banner')).borderTopWidth"
            assert tab.value(styled) != "0px"
        assert all(str(tmp_path) in address for address in tab.requests)
        assert bool(tab.requests) == (layout == "dir")
        assert tab.said == []
