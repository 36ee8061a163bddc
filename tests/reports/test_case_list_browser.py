"""The list of all cases in a real browser: filter, order, keys, links, one case opened."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.studies.many_cases import ManyCases
from harness.api import CaseView, Dossier, Presentation, replace
from tests.reports import dossiers
from tests.reports.chromium import PROGRAM, Page, browser
from tests.reports.listed import SAID, write

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]

ROWS = "[...document.querySelectorAll('#list-grid .list-window .list-row')]"
IDS = f"{ROWS}.map(row => row.querySelector('.id').textContent)"
TITLE = "document.querySelector('#list-panel:not([hidden]) h3')?.textContent"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Dossier], Path]:
    return lambda dossier: write(dossier, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def regressions(folder: Callable[[Dossier], Path]) -> Path:
    return folder(dossiers.regressions(360, 3))


@pytest.fixture(scope="module")
def three_targets(folder: Callable[[Dossier], Path]) -> Path:
    return folder(dossiers.three_targets())


def opened(page: Page, report: Path, fragment: str = "", *, width: int = 1280) -> Page:
    """Open a report anew and wait until its list is there."""
    page.size(width, 1000)
    page.open("about:blank")
    page.said.clear()
    page.requests.clear()
    page.open(report.as_uri() + fragment)
    page.until(f"!document.getElementById('case-list').hidden && / of /.test({SAID})")
    return page


def filtered(page: Page, query: str) -> int:
    """Type a filter; give how many cases are left."""
    page.value(
        f"""(() => {{ const field = document.getElementById("list-filter");
        field.value = {json.dumps(query)}; document.getElementById("list-said").textContent = "";
        field.dispatchEvent(new Event("input")); }})()"""
    )
    said = page.until(f"/ of /.test({SAID}) && {SAID}")
    return int(said.split(" of ")[0].replace(",", ""))


def latency(view: CaseView) -> float:
    found = [a.record.latency_s for a in view.answers if a.target == "candidate" and a.record]
    return sorted(one for one in found if one is not None)[1]


GRAMMAR: dict[str, Callable[[CaseView], bool]] = {
    "status:regressed": lambda v: v.change["candidate"] == "regressed",
    "s:fixed,changed": lambda v: v.change["candidate"] in ("fixed", "changed"),
    "-status:same": lambda v: v.change["candidate"] != "same",
    "!s:regr !s:fix": lambda v: v.change["candidate"] not in ("regressed", "fixed"),
    "tag:de": lambda v: "de" in v.case.tags,
    "@de @plain": lambda v: {"de", "plain"} <= set(v.case.tags),
    "tag:d*": lambda v: "de" in v.case.tags,
    'tag:"de"': lambda v: "de" in v.case.tags,
    "tag:d": lambda v: False,
    "REVIEW-01": lambda v: "review-01" in v.case.id,
    "id:review-*9": lambda v: v.case.id.endswith("9"),
    "sarcasm": lambda v: "sarcasm" in v.case.tags,
    "latency>40ms": lambda v: latency(v) > 0.040,
    "ms<=40": lambda v: latency(v) <= 0.040,
    "-latency>0.04s": lambda v: latency(v) <= 0.040,
    "delta<0": lambda v: v.change["candidate"] == "regressed" or v.case.id in FLAKY,
    "is:flaky": lambda v: v.case.id in FLAKY,
    "text:Schrecklich": lambda v: str(v.case.inputs).startswith("Schrecklich"),
    'text:"buy it again"': lambda v: "buy it again" in str(v.case.inputs),
    "status:regressed @de check:exp": lambda v: (
        v.change["candidate"] == "regressed" and "de" in v.case.tags
    ),
    "": lambda v: True,
}
FLAKY = {f"review-{number:03d}" for number in range(4, 360, 12)}


@pytest.mark.parametrize("query", GRAMMAR)
def test_the_filter_lets_through_what_it_says(page: Page, regressions: Path, query: str) -> None:
    if page.value("location.href").split("#")[0] != regressions.as_uri():
        opened(page, regressions)
    expected = sum(map(GRAMMAR[query], dossiers.regressions(360, 3).case_views()))
    assert filtered(page, query) == expected
    assert page.value("document.getElementById('list-problems').textContent") == ""
    assert page.said == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour:red", "there is no colour"),
        ("latency>fast", "compared with a number"),
        ("target:nobody", "there are baseline, candidate"),
    ],
)
def test_a_filter_that_says_nothing_is_told(
    page: Page, regressions: Path, query: str, words: str
) -> None:
    opened(page, regressions)
    assert filtered(page, query) == 360
    assert words in page.value("document.getElementById('list-problems').textContent")


def test_terms_are_about_the_target_that_is_named(page: Page, three_targets: Path) -> None:
    opened(page, three_targets)
    views = list(dossiers.three_targets().case_views())
    names = [target.name for target in dossiers.three_targets().targets]
    either = sum("regressed" in view.change.values() for view in views)
    assert filtered(page, "status:regressed") == either
    for name in names[1:]:
        mine = sum(view.change[name] == "regressed" for view in views)
        assert filtered(page, f"status:regressed target:{name}") == mine
        assert mine < either


def test_the_order_is_worst_first_until_a_head_is_clicked(page: Page, regressions: Path) -> None:
    opened(page, regressions)
    assert page.value(IDS)[:2] == ["review-002", "review-006"]
    click = "document.querySelector('.list-head .id button').click()"
    page.value(click)
    assert page.until(f"{IDS}[0] === 'review-000' && {IDS}[1]") == "review-001"
    page.value(click)
    page.until(f"{IDS}[0] === 'review-359'")
    assert page.value("location.hash") == "#sort=-id"
    sort = "document.querySelector('[role=columnheader].id').getAttribute('aria-sort')"
    assert page.value(sort) == "descending"


def test_a_view_is_kept_in_the_address_and_found_there(page: Page, regressions: Path) -> None:
    opened(page, regressions)
    filtered(page, '@de status:regressed "review-2"')
    kept = page.value("location.hash")
    ids = page.value(IDS)
    opened(page, regressions, kept)
    assert page.value(IDS) == ids
    assert 0 < len(ids) < 10
    assert page.value("document.getElementById('list-filter').value") == (
        '@de status:regressed "review-2"'
    )


def test_a_link_opens_its_case_even_where_the_filter_hides_it(
    page: Page, regressions: Path
) -> None:
    opened(page, regressions, "#q=@de&case=review-000")
    assert page.until(TITLE) == "review-000"
    opened(page, regressions, "#case=review-359")
    assert page.until(TITLE) == "review-359"
    assert page.value("document.querySelector('#list-panel').getBoundingClientRect().top") < 1000
    opened(page, regressions, "#case=nobody")
    page.until(
        "/no case is called nobody/.test(document.getElementById('list-problems').textContent)"
    )


def test_groups_of_the_page_lead_to_their_cases(page: Page, regressions: Path) -> None:
    opened(page, regressions)
    views = list(dossiers.regressions(360, 3).case_views())
    links = page.value("[...document.querySelectorAll('[data-filter] .to-list')].map(a => a.hash)")
    assert len(links) >= 8
    page.value("document.querySelector('.slices [data-filter*=sarcasm] .to-list').click()")
    expected = sum("sarcasm" in view.case.tags for view in views)
    page.until(f"{SAID} === '{expected} of 360 cases.'")
    page.value("document.querySelector('.cause [data-filter] .to-list').click()")
    size = page.value("parseInt(document.querySelector('.cause .size').textContent)")
    page.until(f"{SAID} === '{size} of 360 cases.'")
    page.value("document.querySelector('.tile a[data-filter]').click()")
    expected = sum(view.change["candidate"] == "same" for view in views)
    page.until(f"{SAID} === '{expected} of 360 cases.'")
    assert page.said == []


def test_everything_works_from_the_keyboard(page: Page, regressions: Path) -> None:
    opened(page, regressions)
    page.key("/")
    assert page.value("document.activeElement.id") == "list-filter"
    page.key("s")
    page.until("location.hash === '#q=s'")
    filtered(page, "")
    page.value("document.getElementById('list-filter').focus()")
    page.key("Escape")
    assert page.value("document.activeElement.id") == "list-grid"
    page.key("j")
    page.key("j")
    page.key("k")
    selected = f"{ROWS}.find(row => row.ariaSelected === 'true').querySelector('.id').textContent"
    page.until(f"{selected} === 'review-006'")
    page.key("Enter")
    assert page.until(TITLE) == "review-006"
    assert page.until("document.activeElement.id === 'case-panel-title'")
    page.key("n")
    page.until(f"{TITLE} === 'review-014'")
    page.key("k")
    page.until(f"{TITLE} === 'review-006'")
    assert page.value("location.hash") == "#case=review-006"
    page.key("Escape")
    page.until("document.getElementById('list-panel').hidden")
    assert page.value("document.activeElement.id") == "list-grid"
    page.value("document.getElementById('list-keys').checked = false")
    page.key("j")
    assert page.value(selected) == "review-006"
    page.key("End")
    page.until(f"{IDS}.includes('review-359')")


def test_a_case_shows_what_differs_as_the_rest_of_the_page_does(
    page: Page, folder: Callable[[Dossier], Path]
) -> None:
    opened(page, folder(dossiers.text_task()), "#case=tram")
    page.until(TITLE)
    marks = "[...document.querySelectorAll('#list-case {0}')].map(e => e.textContent)"
    assert page.value(marks.format("del"))[:2] == ["Tuesday", "university"]
    assert page.value(marks.format("ins"))[:2] == ["Wednesday", "airport"]
    commands = page.value("document.querySelector('#list-case .commands').textContent")
    assert "revgate show 20261121T073100Z-sst2-upgrade-1f2e3d4c tram" in commands


def test_hidden_characters_are_marked(page: Page, folder: Callable[[Dossier], Path]) -> None:
    opened(page, folder(dossiers.hostile()), "#q=status:regressed")
    page.value(f"{ROWS}[0].click()")
    page.until(TITLE)
    assert "\\u202e" in page.value(
        "[...document.querySelectorAll('#list-case .unseen')].map(e => e.textContent)"
    )
    shown = page.value("document.getElementById('list-case').innerText")
    assert not set("\x1b\x00\x9b\u202e\u200b\ufffe") & set(shown)


def test_hostile_cases_make_no_element_and_run_nothing(
    page: Page, folder: Callable[[Dossier], Path]
) -> None:
    dossier = dossiers.hostile()
    opened(page, folder(dossier))
    made: set[str] = set()
    for _ in range(dossier.cases):
        page.value("document.getElementById('list-next').click()")
        page.value("new Promise(done => setTimeout(done, 15))")
        made |= set(
            page.value(
                "[...document.querySelectorAll('#case-list *')].flatMap(e => "
                "[e.localName, ...[...e.attributes].filter(a => /^on|style/.test(a.name))"
                ".map(a => `${e.localName} ${a.name}`)])"
            )
        )
    assert not made & {"script", "img", "iframe", "svg", "object", "style", "link", "form", "a on"}
    assert {name for name in made if " on" in name} == set()
    assert {name for name in made if " style" in name} == {"div style"}  # of the scrolled rows
    assert page.said == []
    assert page.requests == []


def asked(page: Page) -> set[str]:
    """Names of the files that were asked for; of its icon a browser thinks what it likes."""
    return {Path(address).name for address in page.requests} - {"icon.svg"}


def test_data_beside_the_page_are_fetched_when_they_are_needed(
    page: Page, folder: Callable[[Dossier], Path]
) -> None:
    dossier = replace(ManyCases(cases=300).dossier(), presentation=Presentation(layout="dir"))
    report = folder(dossier)
    opened(page, report)
    first = {"report.css", "report.js", "cases-index.js"}
    assert asked(page) == first
    page.value(f"{ROWS}[3].click()")
    page.until("document.querySelector('#list-case del')")
    assert asked(page) == {*first, "cases-0000.js"}
    assert page.said == []
    (report.parent / "report_files" / "cases-0000.js").unlink()
    opened(page, report)
    page.value(f"{ROWS}[3].click()")
    note = page.until("document.querySelector('#list-case .note')?.textContent")
    assert "report_files/cases-0000.js beside this page cannot be read" in note


def test_without_scripts_a_link_leads_to_a_case_that_stands_in_the_page(regressions: Path) -> None:
    with browser() as page:
        page.size(1280, 1000)
        page.without_scripts()
        page.open(f"{regressions.as_uri()}#case=review-078")
        shown = "document.querySelector(':target').closest('details').open"
        assert page.value(shown) is True
        top = "document.querySelector(':target').getBoundingClientRect().top"
        assert 0 <= page.value(top) < 500


def test_without_scripts_the_changed_cases_are_there_and_no_empty_list(regressions: Path) -> None:
    with browser() as page:
        page.without_scripts()
        page.open(regressions.as_uri())
        assert page.value("document.getElementById('case-list').checkVisibility()") is False
        assert page.value("document.querySelectorAll('table.all-cases tbody tr').length") == 120
        assert page.said == []


@pytest.mark.parametrize("width", [390, 760, 1280])
def test_fits_its_width(page: Page, three_targets: Path, width: int) -> None:
    opened(page, three_targets, "#q=status:regressed&case=review-002", width=width)
    page.until(TITLE)
    assert page.value("document.documentElement.scrollWidth") <= width
    first = page.value(
        f"{ROWS}[0].querySelectorAll('.id, .time, .change').values()"
        ".map(cell => cell.getBoundingClientRect()).every(box => box.width > 20 "
        f"&& box.right <= {width})"
    )
    assert first is True
