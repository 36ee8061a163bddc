"""The page says everything under the policies of the places where reports are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from harness.api import Dossier
from harness.data.noun import replace
from harness_reports import html
from tests.reports import media_dossiers, upgrade_dossiers
from tests.reports.chromium import PROGRAM, Page, browser

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path(PROGRAM).exists(), reason="chromium is not installed"),
]

PLAIN = ""
PREVIEW = "sandbox allow-scripts"
JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';"
STRICT = "script-src 'self'; style-src 'self'"
TOLD = (
    "FAIL", "3 of 4 gates failed", "714eb0f", "the whole interval is below it", "x-sha on 200",
    "Train two epochs more", "review-002", "expected NEGATIVE, got POSITIVE",
    "--case review-002", "--reason", "came after a retry", "order statistics", "suite_sha256",
)  # fmt: skip


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder under one policy, and says nothing."""

    def __init__(self, *arguments: Any, policy: str, **named: Any) -> None:
        self.policy = policy
        super().__init__(*arguments, **named)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def host(folder: Path, policy: str) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder), policy=policy)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def written(folder: Path, dossier: Dossier, layout: str) -> None:
    (reporter,) = html.harness_reporters()
    shown = replace(dossier, presentation=replace(dossier.presentation, layout=layout))
    for artifact in reporter.render(shown):
        path = folder / artifact.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))


def seen(page: Page) -> str:
    """What can be read with all folds open."""
    folds = 'document.querySelectorAll("details").forEach((one) => { one.open = true; });'
    return " ".join(str(page.value(f"{folds} document.body.innerText")).split())


@pytest.fixture(scope="module")
def shared() -> Iterator[Page]:
    with browser() as opened:
        opened.size(1280, 1600)
        yield opened


@pytest.fixture
def page(shared: Page) -> Page:
    """The one page, as if it had just been opened."""
    shared.call("Emulation.setScriptExecutionDisabled", value=False)
    shared.open("about:blank")
    shared.said.clear()
    shared.requests.clear()
    return shared


@pytest.mark.parametrize("scripts", ["on", "off"])
@pytest.mark.parametrize("layout", ["file", "dir"])
@pytest.mark.parametrize(
    ("policy", "styled"),
    [(PLAIN, {"file", "dir"}), (JENKINS, {"dir"}), (STRICT, {"dir"}), (PREVIEW, {"file", "dir"})],
    ids=["plain", "jenkins", "strict", "preview"],
)
def test_everything_is_said(
    page: Page, tmp_path: Path, policy: str, styled: set[str], layout: str, scripts: str
) -> None:
    written(tmp_path, upgrade_dossiers.upgraded(), layout)
    if scripts == "off":
        page.without_scripts()
    with host(tmp_path, policy) as address:
        page.open(f"{address}report.html")
        text = seen(page)
        assert [words for words in TOLD if words not in text] == []
        border = 'getComputedStyle(document.querySelector(".banner")).borderTopWidth'
        assert (page.value(border) == "6px") is (layout in styled)
        curves = page.value('document.querySelectorAll(".latency-chart path").length')
        assert curves == 2
        files = {name.removeprefix(address) for name in page.requests}
    allowed = set() if layout == "file" else {"report_files"}
    assert {name.partition("/")[0] for name in files} <= allowed
    assert complaints(page, policy, layout) == []


def complaints(page: Page, policy: str, layout: str) -> list[str]:
    """What the browser said, but for what the host's own policy keeps out.

    Of a single file that is style sheet, script and the empty icon, of a folder the script alone.
    """
    kept_out = {
        (JENKINS, "file"): ("inline style", "inline script", "Blocked script", "'data:,'"),
        (JENKINS, "dir"): ("Blocked script", "script-src", "'report_files/"),
        (STRICT, "file"): ("inline style", "inline script"),
        (PREVIEW, "dir"): ("report_files/",),
    }.get((policy, layout), ())
    return [said for said in page.said if not any(word in said for word in kept_out)]


@pytest.mark.parametrize("layout", ["file", "dir"])
def test_pictures_are_seen_where_a_host_lets_files_in(
    page: Page, tmp_path: Path, layout: str
) -> None:
    written(tmp_path, media_dossiers.images(), layout)
    with host(tmp_path, JENKINS) as address:
        page.open(f"{address}report.html")
        widths = page.value("[...document.images].slice(0, 2).map((one) => one.naturalWidth)")
        assert widths == ([240, 240] if layout == "dir" else [0, 0])
        assert "image/png, 240 × 160" in seen(page)
