"""Serves reports as the places do where reports are kept: each with a policy of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.reports.chromium import Page

BOTH = frozenset({"file", "dir"})
DIR = frozenset({"dir"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a host lets through of a page, by layout."""

    name: str
    header: str
    """The content security policy it sends; empty: none."""
    styled: frozenset[str] = BOTH
    """The layouts whose style sheet it lets in."""
    listed: frozenset[str] = BOTH
    """The layouts whose script it lets in."""
    said_of_file: tuple[str, ...] = ()
    """What the browser says of what the host itself keeps out of a single file."""
    said_of_dir: tuple[str, ...] = ()

    def complaints(self, page: Page, layout: str) -> list[str]:
        """Give what the browser said, but for what the host itself keeps out."""
        known = self.said_of_file if layout == "file" else self.said_of_dir
        return [said for said in page.said if not any(words in said for words in known)]


PLAIN = Policy(name="plain", header="")
PREVIEW = Policy(name="preview", header="sandbox allow-scripts", said_of_dir=("report_files/",))
JENKINS = Policy(
    name="jenkins",
    header="sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';",
    styled=DIR,
    listed=frozenset(),
    said_of_file=(
        "inline style", "inline script", "Blocked script", "'data:,'", "image 'data:image/",
        "media from ",
    ),
    said_of_dir=("Blocked script", "script-src", "'report_files/", "media from "),
)  # fmt: skip
STRICT = Policy(
    name="strict",
    header="script-src 'self'; style-src 'self'",
    styled=DIR,
    listed=DIR,
    said_of_file=("inline style", "inline script"),
)
POLICIES = (PLAIN, JENKINS, STRICT, PREVIEW)
_HEADERS = {policy.name: policy.header for policy in POLICIES}


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder under the policy that the address begins with, and says nothing."""

    def do_GET(self) -> None:
        self.policy, _, rest = self.path.removeprefix("/").partition("/")
        self.path = f"/{rest}"
        super().do_GET()

    def end_headers(self) -> None:
        if _HEADERS.get(self.policy):
            self.send_header("Content-Security-Policy", _HEADERS[self.policy])
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def hosts(folder: Path) -> Iterator[str]:
    """Serve a folder; give its address, to which `/` and the name of a policy belong."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


TEXTS = r"""(() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const seen = new Set(), unseen = new Set(), range = document.createRange();
  const look = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode, around = text.parentElement;
      const words = text.data.replace(/\s+/g, " ").trim();
      if (!words || around.closest("script, style, svg title, svg desc, [hidden]")) continue;
      range.selectNodeContents(text);
      const isSeen = around.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && [...range.getClientRects()].some(box => box.width > 0.5 && box.height > 0.5);
      (isSeen ? seen : unseen).add(words);
    }
  };
  look();
  const masks = document.querySelectorAll(".look-mask");
  for (const choice of masks) choice.checked = true;
  if (masks.length) look();
  const told = [...seen];
  return [told, [...unseen].filter(words => !told.some(one => one.includes(words)))];
})()"""
"""What has another place on a narrow screen is there twice: one of both must be seen."""


def texts(page: Page) -> tuple[list[str], list[str]]:
    """Give every text that is seen with all folds open, and those that are seen nowhere."""
    seen, unseen = page.value(TEXTS)
    return seen, unseen
