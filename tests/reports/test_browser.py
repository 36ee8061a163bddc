"""The report in a real browser: nothing on the console, nothing requested, no sideways scroll."""

import json
import re
import shutil
import struct
import subprocess
import zlib
from html import unescape
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from harness_reports import html
from tests.reports import dossiers, media_dossiers

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip
LIGHT, DARK = 1, 0
MEDIA = ("images", "masks", "sounds", "videos", "spans", "boxes", "vectors", "routes")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]

PROBE = """<!doctype html><meta charset="utf-8"><body>
<iframe id="frame" src="report.html%s" width="%d" height="900"></iframe><script>
const frame = document.getElementById("frame");
frame.addEventListener("load", () => setTimeout(() => {
  const page = frame.contentDocument, root = page.documentElement;
  const target = page.querySelector(":target");
  document.body.textContent = "FOUND" + JSON.stringify({
    width: root.scrollWidth,
    requests: frame.contentWindow.performance.getEntriesByType("resource").map(e => e.name),
    styled: getComputedStyle(page.querySelector(".banner")).borderTopWidth,
    pictures: [...page.images].map(e => e.naturalWidth),
    players: [...page.querySelectorAll("audio, video")].map(e => [
      e.error ? e.error.message : "", Number.isFinite(e.duration) ? e.duration : e.readyState]),
    drawn: [...page.querySelectorAll("use")].map(e => e.getBBox().width),
    shown: target ? target.checkVisibility({contentVisibilityAuto: true}) : null,
    wide: [...page.querySelectorAll("body *")].filter(e => !e.closest(".scroll")
      && e.getBoundingClientRect().right > %d + 1).map(e => e.tagName + "." + e.className),
  }) + "END";
}, 100));
</script>"""


def run(folder: Path, *arguments: str) -> tuple[str, str]:
    profile = folder / "profile"
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    shutil.rmtree(profile, ignore_errors=True)
    return done.stdout, done.stderr


def report(folder: Path, name: str) -> Path:
    dossier = dict(dossiers.everything() + media_dossiers.everything())[name]
    for artifact in html.harness_reporters()[0].render(dossier):
        path = folder / artifact.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))
    return folder / "report.html"


def console(log: str) -> list[str]:
    return [line for line in log.splitlines() if "CONSOLE" in line]


def inked_rows(picture: bytes) -> float:
    """Share of a PNG's rows that differ from the row above or within themselves."""
    width, height, _, colour = struct.unpack(">IIBB", picture[16:26])
    data, at = b"", 8
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        if kind == b"IDAT":
            data += picture[at + 8 : at + 8 + length]
        at += length + 12
    rows = zlib.decompress(data)
    stride = width * (4 if colour == 6 else 3) + 1
    inked = sum(any(rows[y * stride + 5 : (y + 1) * stride]) for y in range(height))
    return inked / height


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        *product(
            ("regressions", "three_targets", "text_task", "hostile", "invalid"), (LIGHT, DARK)
        ),
        *zip(MEDIA, cycle((LIGHT, DARK)), strict=False),
        ("large_images", LIGHT),
    ],
)
def test_opens_without_a_word_on_the_console(tmp_path: Path, name: str, scheme: int) -> None:
    page, picture = report(tmp_path, name), tmp_path / "shot.png"
    _, log = run(
        tmp_path,
        f"--blink-settings=preferredColorScheme={scheme}",
        "--window-size=1280,1600",
        f"--screenshot={picture}",
        page.as_uri(),
    )
    assert console(log) == []
    assert inked_rows(picture.read_bytes()) > 0.2


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *product(
            ("all_pass", "regressions", "three_targets", "faults", "text_task", "hostile"),
            (390, 760, 1280),
        ),
        *((name, 390) for name in MEDIA),
        ("masks", 760),
        ("boxes", 1280),
    ],
)
def test_fits_its_width_and_requests_nothing(tmp_path: Path, name: str, width: int) -> None:
    found, log = probe(tmp_path, name, width)
    assert found["width"] <= width, found["wide"]
    assert found["requests"] == []
    assert found["styled"] == "6px"
    assert console(log) == []


def test_a_link_to_a_case_opens_its_fold(tmp_path: Path) -> None:
    text = report(tmp_path, "regressions").read_text("utf-8")
    anchors = re.findall(r'id="(case-review-[0-9a-z-]+-[0-9a-f]{6})"', text)
    closed = anchors[-1]
    found, _ = probe(tmp_path, "regressions", 1280, f"#{closed}")
    assert found["shown"] is True


def test_pictures_are_seen_sounds_and_videos_are_ready_to_play(tmp_path: Path) -> None:
    # Folded cases load nothing before they are opened: the first ones stand open.
    pictures, _ = probe(tmp_path, "images", 1280)
    assert pictures["pictures"][:2] == [240, 240]
    sounds, log = probe(tmp_path, "sounds", 1280)
    assert sounds["players"][:2] == [["", 0.5], ["", 0.6]]
    assert console(log) == []
    videos, log = probe(tmp_path, "videos", 1280)
    assert [error for error, _ in videos["players"]] == ["", ""]
    assert all(seconds > 0.4 for _, seconds in videos["players"])
    assert console(log) == []
    boxes, _ = probe(tmp_path, "boxes", 1280)
    assert boxes["drawn"][:2] == [400, 400]


def test_a_large_picture_is_read_from_beside_the_page_and_nowhere_else(tmp_path: Path) -> None:
    found, log = probe(tmp_path, "large_images", 1280)
    assert found["pictures"][0] == 720
    assert all(re.search(r"/media/[0-9a-f]{64}\.png$", name) for name in found["requests"])
    assert console(log) == []


def probe(folder: Path, name: str, width: int, fragment: str = "") -> tuple[dict[str, Any], str]:
    report(folder, name)
    (folder / "probe.html").write_text(PROBE % (fragment, width, width), "utf-8")
    dom, log = run(
        folder,
        "--allow-file-access-from-files",
        "--window-size=1400,1000",
        "--virtual-time-budget=5000",
        "--dump-dom",
        (folder / "probe.html").as_uri(),
    )
    match = re.search(r"FOUND(\{.*\})END", unescape(dom), re.DOTALL)
    assert match is not None, (dom[:500], log[-2000:])
    return json.loads(match.group(1)), log
