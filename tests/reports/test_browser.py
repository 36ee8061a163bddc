"""The report in a real browser: nothing on the console, nothing requested, no sideways scroll."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from harness_reports import html
from tests.reports import dossiers, media_dossiers, upgrade_dossiers
from tests.reports.chromium import PROGRAM, Page, browser

MEDIA = ("images", "masks", "sounds", "videos", "spans", "boxes", "vectors", "routes")
UPGRADES = ("upgraded", "paced", "structured", "embeddings", "sizes")
EVERYTHING = dict(
    [*dossiers.everything(), *media_dossiers.everything(), *upgrade_dossiers.everything()]
)
TO_IMAGES = "document.images[0].scrollIntoView()"
"""What is far below what is seen is not loaded."""

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Page]:
    with browser() as opened:
        yield opened


@pytest.fixture
def page(shared: Page) -> Page:
    """The one page, as if it had just been opened."""
    shared.call("Emulation.setScriptExecutionDisabled", value=False)
    shared.open("about:blank")
    shared.size(1280, 1600)
    shared.said.clear()
    shared.requests.clear()
    return shared


def report(folder: Path, name: str) -> str:
    for artifact in html.harness_reporters()[0].render(EVERYTHING[name]):
        path = folder / artifact.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *product(
            ("all_pass", "regressions", "three_targets", "faults", "text_task", "hostile",
             "upgraded"),
            (390, 760, 1280),
        ),
        *((name, 390) for name in (*MEDIA, *UPGRADES)),
        ("masks", 760),
        ("boxes", 1280),
        ("images", 760),
    ],
)  # fmt: skip
def test_fits_its_width(page: Page, tmp_path: Path, name: str, width: int) -> None:
    page.size(width, 900)
    page.open(report(tmp_path, name))
    page.value('document.querySelectorAll("details").forEach((one) => { one.open = true; })')
    wide = page.value(
        f"""[...document.querySelectorAll("body *")].filter((one) =>
          !one.closest(".scroll, .sections") && one.getBoundingClientRect().right > {width} + 1)
          .map((one) => one.tagName + "." + one.className)"""
    )
    assert page.value("document.documentElement.scrollWidth") <= width, wide


def test_a_link_to_a_case_opens_its_fold_without_a_script(page: Page, tmp_path: Path) -> None:
    address = report(tmp_path, "regressions")
    text = (tmp_path / "report.html").read_text("utf-8")
    anchors = re.findall(r'id="(case-review-[0-9a-z-]+-[0-9a-f]{6})"', text)
    page.without_scripts()
    page.open(f"{address}#{anchors[-1]}")
    shown = 'document.querySelector(":target").checkVisibility({contentVisibilityAuto: true})'
    assert page.value(shown) is True


def test_pictures_are_seen_sounds_and_videos_are_ready_to_play(page: Page, tmp_path: Path) -> None:
    # Folded cases load nothing before they are opened: the first ones stand open.
    loaded = "() => [...document.images].slice(0, 2).every((one) => one.naturalWidth === 240)"
    page.open(report(tmp_path, "images"))
    page.value(TO_IMAGES)
    page.until(loaded.removeprefix("() => "))
    lengths = (
        '[...document.querySelectorAll("audio, video")].slice(0, 2).map((one) => one.duration)'
    )
    page.open(report(tmp_path, "sounds"))
    page.until(f"{lengths}.every(Number.isFinite)")
    assert page.value(lengths) == [0.5, 0.6]
    page.open(report(tmp_path, "videos"))
    page.until(f"{lengths}.every((seconds) => seconds > 0.4)")
    page.open(report(tmp_path, "boxes"))
    drawn = '[...document.querySelectorAll("use")].slice(0, 2).map((one) => one.getBBox().width)'
    page.until(f"{drawn}.every((width) => width === 400)")
    assert page.said == []


def test_a_large_picture_is_read_from_beside_the_page_and_nowhere_else(
    page: Page, tmp_path: Path
) -> None:
    page.open(report(tmp_path, "large_images"))
    page.value(TO_IMAGES)
    page.until("document.images[0].naturalWidth === 720")
    assert page.requests
    assert all(re.search(r"/media/[0-9a-f]{64}\.png$", name) for name in page.requests)
    assert page.said == []


def test_a_printed_page_shows_what_is_folded(page: Page, tmp_path: Path) -> None:
    page.open(report(tmp_path, "regressions"))
    folded = """(() => {
      const one = [...document.querySelectorAll("details.case:not([open]) .pane")];
      return [one.length, one.filter((pane) => pane.checkVisibility(
        {contentVisibilityAuto: true, visibilityProperty: true})).length]; })()"""
    count, seen = page.value(folded)
    assert count > 10
    assert seen == 0
    page.call("Emulation.setEmulatedMedia", media="print")
    page.until(f"{folded}[1] === {count}")
    page.call("Emulation.setEmulatedMedia", media="")
