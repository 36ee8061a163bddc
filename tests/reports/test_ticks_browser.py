"""Ticked regressions become one command that a shell takes and revgate carries out."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.api import Dossier, FlipColumn, replace
from harness.waivers import read_waivers
from tests.e2e.sides import Sides
from tests.reports import dossiers
from tests.reports.axe import grave, needs_axe
from tests.reports.chromium import PROGRAM, Page, browser
from tests.reports.listed import write

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]

BAR = "document.getElementById('accept-bar')"
COMMANDS = f"{BAR}.querySelector('.commands').textContent"
SHOWN = f"!{BAR}.hidden"
BODIES = "[...document.querySelectorAll('[data-accept]')]"
OPEN = "document.querySelector('#list-case h3')?.textContent"
MARKED = """[...document.querySelectorAll('#list-grid .list-window .list-row')]
  .filter((row) => row.textContent.includes('ticked: '))
  .map((row) => row.querySelector('.id').title)"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as found:
        yield found


def opened(page: Page, report: Path, fragment: str = "") -> Page:
    page.size(1280, 1000)
    page.open("about:blank")
    page.said.clear()
    page.requests.clear()
    page.open(report.as_uri() + fragment)
    page.until("/ of /.test(document.getElementById('list-said').textContent)")
    return page


def box(case_id: str) -> str:
    body = f"{BODIES}.find((one) => one.dataset.accept === {json.dumps(case_id)})"
    return f"{body}.querySelector('.tick input')"


def listed(case_id: str) -> str:
    """The box in the open case of the list."""
    return f"({OPEN} === {json.dumps(case_id)} && document.querySelector('#list-case .tick input'))"


def told(page: Page) -> list[list[str]]:
    """Give the commands as a shell splits them."""
    return [shlex.split(line) for line in page.value(COMMANDS).splitlines()]


def renamed(dossier: Dossier, names: dict[str, str]) -> Dossier:
    """Give a dossier with other ids."""

    def views() -> Iterator[object]:
        for view in dossier.case_views():
            name = names.get(view.case.id, view.case.id)
            yield replace(view, case=replace(view.case, id=name))

    (comparison,) = dossier.comparisons
    flips = FlipColumn(
        replace(f, case_id=names.get(f.case_id, f.case_id)) for f in comparison.flips
    )
    ids = [names.get(one, one) for one in comparison.table.case_ids]
    table = replace(comparison.table, case_ids=ids)
    return replace(
        dossier, case_views=views, comparisons=(replace(comparison, flips=flips, table=table),)
    )


def test_what_is_ticked_in_the_page_and_in_the_list_is_one_command(
    page: Page, tmp_path: Path
) -> None:
    dossier = dossiers.regressions(60, 3)
    opened(page, write(dossier, tmp_path), "#q=status:regressed&case=review-014")
    assert page.value(f"{BAR}.hidden")
    page.value(f"{box('review-002')}.click()")
    page.until(listed("review-014"))
    page.value(f"{listed('review-014')}.click()")
    assert page.value(SHOWN)
    start = ["revgate", "accept", dossier.run_id, "--reason", "..."]
    assert told(page) == [[*start, "review-002", "review-014"]]
    # The same case is ticked wherever it stands, and the list marks it.
    assert page.value(f"{box('review-014')}.checked")
    found = page.until(f"{MARKED}.length === 2 && {MARKED}")
    assert found == ["review-002", "review-014"]
    page.value(f"{box('review-014')}.click()")
    assert not page.value(f"{listed('review-014')}.checked")
    assert told(page) == [[*start, "review-002"]]
    page.value(f"{BAR}.querySelector('button:last-of-type').click()")
    assert page.value(f"{BAR}.hidden")
    assert not page.value(f"{box('review-002')}.checked")
    assert (page.said, page.requests) == ([], [])


HARD = {
    "review-002": 'it\'s $(rm -rf ~) `x` \\ "y" !! & ; | > * ?',
    "review-006": "-q",
    "review-014": "</script><img src=x onerror=alert(1)>",
}


def test_hard_ids_and_reasons_stay_one_word_each(page: Page, tmp_path: Path) -> None:
    dossier = renamed(dossiers.regressions(60, 3), HARD)
    opened(page, write(dossier, tmp_path))
    for name in HARD.values():
        page.value(f"{box(name)}.click()")
    reason = "we don't mind; it's $HOME"
    page.value(
        f"(() => {{ const field = document.getElementById('accept-reason'); "
        f"field.value = {json.dumps(reason)}; field.dispatchEvent(new Event('input')); }})()"
    )
    assert told(page) == [
        ["revgate", "accept", dossier.run_id, "--reason", reason, "--", *HARD.values()]
    ]
    assert page.value("document.querySelectorAll('img[src=x]').length") == 0
    assert page.said == []


def test_the_keyboard_alone_ticks_goes_there_and_unticks(page: Page, tmp_path: Path) -> None:
    opened(page, write(dossiers.regressions(60, 3), tmp_path))
    page.value(f"{box('review-002')}.focus()")
    page.key(" ")
    page.until(SHOWN)
    page.key("Tab")
    assert page.value("document.activeElement.textContent") == "Go to the command"
    page.key("Enter")
    assert page.value("document.activeElement.id") == "accept-title"
    page.value("document.getElementById('list-grid').focus()")
    page.key("x")  # the first row is the same regression
    page.until(f"{BAR}.hidden")
    page.key("ArrowDown")
    page.key("x")
    page.until(SHOWN)
    assert told(page)[0][-1] == "review-006"


def test_a_case_that_did_not_regress_cannot_be_ticked(page: Page, tmp_path: Path) -> None:
    opened(page, write(dossiers.regressions(60, 3), tmp_path), "#q=status:same")
    page.value("document.querySelector('#list-grid .list-window .list-row').click()")
    page.until("document.querySelector('#list-case h3')")
    assert page.value("document.querySelector('#list-case .tick')") is None
    page.value("document.getElementById('list-grid').focus()")
    page.key("x")
    assert page.value(f"{BAR}.hidden")


def test_every_candidate_has_a_command_of_its_own(page: Page, tmp_path: Path) -> None:
    dossier = dossiers.three_targets()
    opened(page, write(dossier, tmp_path))
    boxes = "[...document.querySelectorAll('[data-accept] .tick input')]"
    page.value(f"{boxes}.forEach((one) => one.click())")
    lost = [[f.case_id for f in c.flips if f.after == "fail"] for c in dossier.comparisons]
    found = told(page)
    assert [line[3:5] for line in found] == [["--target", "candidate"], ["--target", "quantised"]]
    assert [sorted(line[7:]) for line in found] == [sorted(ids) for ids in lost]


def test_copying_leaves_the_command_on_the_clipboard_or_selected(
    page: Page, tmp_path: Path
) -> None:
    opened(page, write(dossiers.regressions(60, 3), tmp_path))
    page.value(f"{box('review-002')}.click()")
    page.value(f"{BAR}.querySelector('button').click()")
    said = f"{BAR}.querySelector('[role=status]').textContent"
    page.until(f"/Copied|Selected/.test({said})")
    refuse = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    page.value(f"{refuse}; {BAR}.querySelector('button').click()")
    page.until(f"{said}.startsWith('Selected')")
    assert page.value("getSelection().toString().trim()") == page.value(COMMANDS).strip()


@needs_axe
def test_axe_finds_nothing_serious_where_something_is_ticked(page: Page, tmp_path: Path) -> None:
    report = write(dossiers.regressions(60, 3), tmp_path)
    opened(page, report, "#q=status:regressed&case=review-014")
    page.until(listed("review-014"))
    page.value(f"{box('review-002')}.click()")
    assert page.value(SHOWN)
    assert grave(page, "light") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_command_fits_the_window(page: Page, tmp_path: Path, width: int) -> None:
    opened(page, write(dossiers.regressions(360, 3), tmp_path))
    page.size(width, 800)
    boxes = "[...document.querySelectorAll('[data-accept] .tick input')]"
    page.value(f"{boxes}.forEach((one) => one.click()); {boxes}[0].scrollIntoView()")
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(f"{BAR}.getBoundingClientRect().height") < 320
    assert page.value(f"{BAR}.getBoundingClientRect().bottom") <= 800


def test_without_scripts_there_is_nothing_to_tick(tmp_path: Path) -> None:
    report = write(dossiers.regressions(60, 3), tmp_path)
    with browser() as page:
        page.without_scripts()
        page.open(report.as_uri())
        found = page.call("DOM.getDocument", depth=-1)["root"]
        text = json.dumps(found)
    assert "data-accept" in text
    assert "accept-bar" not in text
    assert '"tick"' not in text


def test_revgate_takes_the_command(page: Page, sides: Callable[..., Sides]) -> None:
    world = sides(flips=lambda number: number in (1, 3, 4))
    assert world.run("run", str(world.suite(6)), "-q") == 1
    (report,) = (world.folder / "runs").glob("*/report.html")
    opened(page, report)
    for case_id in ("c1", "c3"):
        page.value(f"{box(case_id)}.click()")
    (command,) = told(page)
    assert world.run(*command[1:], "--by", "ana") == 0
    found = read_waivers(world.folder / "suite.waivers.yaml")
    assert found is not None
    assert [one.case for one in found.waivers.entries] == ["c1", "c3"]
