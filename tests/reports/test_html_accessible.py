"""The page can be used by everybody: axe-core finds nothing serious, keys reach everything."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from harness.api import Dossier
from harness_reports import html
from tests.reports import dossiers, media_dossiers, upgrade_dossiers
from tests.reports.chromium import PROGRAM, Page, browser

SPEC = find_spec("axe_core_python")
AXE = Path(os.environ.get("AXE_CORE") or (SPEC and SPEC.origin) or "axe_core_python").with_name(
    "axe.min.js"
)
"""Not ours, and not kept here: it comes with the tools of developers. AXE_CORE names another."""

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path(PROGRAM).exists(), reason="chromium is not installed"),
]
needs_axe = pytest.mark.skipif(not AXE.exists(), reason=f"axe-core is not there: {AXE}")

ALL = [*dossiers.everything(), *media_dossiers.everything(), *upgrade_dossiers.everything()]
CHOSEN = (
    *product(
        ("regressions", "invalid", "three_targets", "upgraded", "images", "boxes"),
        ("light", "dark"),
    ),
    *zip(
        ("all_pass", "inconclusive", "faults", "text_task", "sounds", "spans", "routes",
         "structured", "embeddings"),
        cycle(("dark", "light")), strict=False,
    ),
)  # fmt: skip


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
@pytest.mark.parametrize(("name", "scheme"), CHOSEN)
def test_axe_finds_nothing_serious(page: Page, tmp_path: Path, name: str, scheme: str) -> None:
    address = written(tmp_path, dict(ALL)[name])
    page.size(1280, 1600)
    page.dark(scheme)
    page.open(address)
    page.value('document.querySelectorAll("details").forEach((one) => { one.open = true; })')
    found = violations(page)
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert grave == []


@needs_axe
def test_axe_sees_what_is_wrong(page: Page, tmp_path: Path) -> None:
    page.open(written(tmp_path, dossiers.all_pass()))
    page.value(
        'document.querySelector(".lead").style.cssText = "color: #999; background: #aaa";'
        'document.querySelector("table").setAttribute("role", "img")'
    )
    assert {"color-contrast", "role-img-alt"} <= {one["id"] for one in violations(page)}


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


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds, each with the first of its elements."""
    page.value(AXE.read_text("utf-8") + "; 0")
    found: list[dict[str, Any]] = page.value(
        """axe.run(document, {resultTypes: ["violations"]}).then((result) =>
          result.violations.map((one) => ({id: one.id, impact: one.impact, count: one.nodes.length,
            first: one.nodes[0].html.slice(0, 300), why: one.nodes[0].failureSummary})))"""
    )
    return found
