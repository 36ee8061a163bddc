"""The page can be used by everybody: axe-core finds nothing serious, keys reach everything."""

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from harness.api import Dossier, Index
from harness_reports import html
from tests.reports import dossiers, indexes, media_dossiers, upgrade_dossiers
from tests.reports.axe import grave, needs_axe
from tests.reports.chromium import PROGRAM, Page, browser

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]

ALL = [*dossiers.everything(), *media_dossiers.everything(), *upgrade_dossiers.everything()]

BOTH = {
    "ten_cases", "all_pass", "all_fail", "inconclusive", "invalid", "three_targets", "images",
    "sounds", "boxes", "upgraded",
}  # fmt: skip
"""Looked at in either theme; the others take turns."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        opened.call("Page.setBypassCSP", enabled=True)  # what is measured comes from outside
        yield opened


def written(folder: Path, dossier: Dossier) -> str:
    (reporter,) = html.harness_reporters()
    for artifact in reporter.render(dossier):
        path = folder / artifact.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))
    return (folder / "report.html").as_uri()


@needs_axe
@pytest.mark.parametrize(
    ("name", "scheme"),
    [*zip((name for name, _ in ALL if name != "benign"), cycle(("light", "dark")), strict=False)],
)
def test_axe_finds_nothing_serious(page: Page, tmp_path: Path, name: str, scheme: str) -> None:
    address = written(tmp_path, dict(ALL)[name])
    more = ({"light", "dark"} - {scheme}) if name in BOTH else ()
    page.size(1280, 1600)
    page.open(address)
    assert grave(page, scheme, *more) == []


@needs_axe
@pytest.mark.parametrize("make", [indexes.several, indexes.all_well])
def test_axe_finds_nothing_serious_in_an_index(
    page: Page, tmp_path: Path, make: Callable[[], Index]
) -> None:
    (artifact,) = html.harness_reporters()[0].index(make())
    (tmp_path / "index.html").write_bytes(b"".join(artifact.chunks))
    page.size(1280, 1600)
    page.open((tmp_path / "index.html").as_uri())
    assert grave(page, "light", "dark") == []


@needs_axe
def test_axe_sees_what_is_wrong(page: Page, tmp_path: Path) -> None:
    page.open(written(tmp_path, dossiers.all_pass()))
    page.value(
        'document.querySelector(".lead").style.cssText = "color: #999; background: #aaa";'
        'document.querySelector("table").setAttribute("role", "img")'
    )
    assert {"color-contrast", "role-img-alt"} <= {one["id"] for one in grave(page, "light")}


@pytest.mark.parametrize("name", ["regressions", "images", "upgraded"])
def test_the_focus_reaches_everything_and_is_seen(page: Page, tmp_path: Path, name: str) -> None:
    page.size(1280, 1600)
    page.open(written(tmp_path, dict(ALL)[name]))
    reached = []
    for _ in range(60):
        page.key("Tab")
        found = page.value(
            """(() => {
              const one = document.activeElement;
              if (!one || one === document.body) return null;
              const shown = one.closest("label") || one;
              const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
              return [one.tagName, style.outlineStyle, box.width * box.height,
                one.getAttribute("href") || one.className || one.tagName];
            })()"""
        )
        if found is None:
            break
        reached.append(found)
    assert reached[0][3] == "#main"
    assert {"A", "SUMMARY", "INPUT"} <= {one[0] for one in reached}
    assert all(one[1] != "none" for one in reached), [o for o in reached if o[1] == "none"]


def test_a_theme_is_chosen_without_a_script(page: Page, tmp_path: Path) -> None:
    page.dark("light")
    page.open(written(tmp_path, dossiers.all_pass()))
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.value(ground)
    page.value('document.querySelector(".theme-dark").click()')
    dark = page.value(ground)
    page.dark("dark")
    page.value('document.querySelector(".theme-auto").click()')
    assert page.value(ground) == dark != light
    page.value('document.querySelector(".theme-light").click()')
    assert page.value(ground) == light


def test_the_wipe_follows_its_stops_by_key_and_pointer(page: Page, tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    page.size(1280, 1600)
    page.open(written(tmp_path, media_dossiers.images()))
    left = """getComputedStyle(document.querySelector(".stage .second img"))
        .clipPath.match(/[\\d.]+%?(?=\\))/)[0]"""
    seen = 'getComputedStyle(document.querySelector(".stage %s")).display'
    assert page.value('getComputedStyle(document.querySelector(".second img")).clipPath') == "none"
    assert page.value(seen % ".mask") == "none"
    page.value('document.querySelector(".look-wipe").click()')
    page.until(f'{left} === "50%"')
    page.value('document.querySelectorAll(".stops input")[5].focus()')
    page.key("ArrowRight")
    page.until(f'{left} === "60%"')
    box = page.value(
        """(() => { const b = document.querySelectorAll(".stops input")[2];
          b.scrollIntoView({block: "center"});
          const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2];
        })()"""
    )
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])
    page.until(f'{left} === "20%"')
    page.value('document.querySelector(".look-mask").click()')
    assert page.value(seen % ".mask") == "block"
    assert page.value(seen % ".first") == "none"
