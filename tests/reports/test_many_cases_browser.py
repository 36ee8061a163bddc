"""A hundred thousand cases in a browser: all there, at every host, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.studies.many_cases import ManyCases
from harness.api import Presentation
from harness_reports.causes import regressions_of
from tests.reports.axe import grave, needs_axe
from tests.reports.chromium import PROGRAM, Page, browser
from tests.reports.hosts import JENKINS, PLAIN, PREVIEW, STRICT, Policy, hosts, texts
from tests.reports.listed import LISTED, SAID, write
from tests.reports.test_case_list_browser import IDS, ROWS, TITLE, filtered, opened

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]

MANY = 100_000
CHARACTERS = {"file": 600, "dir": 60}
"""Of each answer. With files beside it the page is the same whatever they hold."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report as one file and as a folder, each written once."""
    made = {}
    for layout in ("file", "dir"):
        many = ManyCases(
            cases=MANY,
            characters=CHARACTERS[layout],
            presentation=Presentation(layout=layout),  # type: ignore[arg-type]
        )
        made[layout] = write(many.dossier(), tmp_path_factory.mktemp("many") / layout)
    return made


@pytest.fixture(scope="module")
def wanted() -> tuple[list[str], list[str]]:
    """What every page has to say, and the cases that it has to name."""
    (comparison,) = ManyCases(cases=MANY).dossier().comparisons
    lost = sum(flip.after == "fail" for flip in comparison.flips)
    causes = regressions_of(comparison, 20).largest
    words = [f"{lost:,} regressed", "FAIL", "made up", *(cause.reason for cause in causes)]
    return words, [cause.case_ids[0] for cause in causes]


def test_they_are_all_there_and_few_in_memory(page: Page, reports: dict[str, Path]) -> None:
    report = reports["file"]
    opened(page, report)
    assert page.value(SAID) == "100,000 of 100,000 cases."
    assert page.value(f"{ROWS}.length") < 60
    assert filtered(page, "0777") == 100 + 20
    assert filtered(page, "") == MANY
    page.value("document.getElementById('list-grid').focus()")
    page.key("End")
    page.until(f"{IDS}.at(-1) === 'document-099999'")
    page.key("Enter")
    assert page.until(TITLE) == "document-099999"
    opened(page, report, "#case=document-054321")
    assert page.until(TITLE) == "document-054321"
    assert page.heap_bytes() < 60_000_000
    assert page.said == []
    assert page.requests == []


@pytest.mark.parametrize(
    ("policy", "layout", "scheme", "scripts"),
    [
        (PLAIN, "dir", "dark", "off"),
        (JENKINS, "file", "light", "off"),
        (JENKINS, "dir", "dark", "on"),
        (STRICT, "dir", "light", "on"),
        (PREVIEW, "file", "light", "on"),
    ],
    ids=lambda value: value.name if isinstance(value, Policy) else value,
)
def test_the_report_is_whole_at_every_host(
    page: Page,
    reports: dict[str, Path],
    wanted: tuple[list[str], list[str]],
    policy: Policy,
    layout: str,
    scheme: str,
    scripts: str,
) -> None:
    folder = reports[layout].parent
    page.size(1280, 1600)
    page.open("about:blank")
    page.dark(scheme)
    page.call("Emulation.setScriptExecutionDisabled", value=scripts == "off")
    page.said.clear()
    page.requests.clear()
    with hosts(folder) as host:
        address = f"{host}/{policy.name}/"
        page.open(f"{address}report.html")
        if scripts == "on" and layout in policy.listed:
            page.until(LISTED)
            assert page.value(SAID) == "100,000 of 100,000 cases."
        else:
            assert page.value("document.getElementById('case-list').checkVisibility()") is False
        seen, unseen = texts(page)
        border = page.value('getComputedStyle(document.querySelector(".banner")).borderTopWidth')
        files = {one.removeprefix(address) for one in page.requests}
        page.open("about:blank")
    beside = {"report_files"} if layout == "dir" else set()
    assert unseen == []
    told = " ".join(seen)
    said, worst = wanted
    assert [words for words in said if words not in told] == []
    assert [case_id for case_id in worst if case_id not in told] == []
    assert (border == "6px") is (layout in policy.styled)
    assert {one.partition("/")[0] for one in files} <= beside
    assert [one for one in files if not (folder / one).is_file()] == []
    assert policy.complaints(page, layout) == []


@needs_axe
def test_axe_finds_nothing_serious_in_either_theme(page: Page, reports: dict[str, Path]) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    page.call("Page.setBypassCSP", enabled=True)  # what is measured comes from outside
    opened(page, reports["file"], "#case=document-054321")
    assert page.until(TITLE) == "document-054321"
    assert grave(page, "light", "dark") == []
