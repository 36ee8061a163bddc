"""The reports of one small run, byte for byte; `python -m tests.reports.golden` writes them anew.

The page holds compressed data, and libraries compress differently: its compressed parts are kept
as what they hold. Style sheet and script, which are files of their own, are kept as their names.
"""

import base64
import hashlib
import re
import zlib
from pathlib import Path

from harness.api import Dossier
from harness.cli.index_lines import index_lines
from harness.cli.painting import uncoloured
from harness.registry import Registry, load_registry
from harness_reports import html, terminal
from harness_reports.caselist.layout import script
from tests.reports import dossiers, indexes

FOLDER = Path(__file__).parent / "golden"
_PRESSED = re.compile(r'(<script type="text/plain" id="([a-z0-9-]+)">)([A-Za-z0-9+/=]*)(</script>)')


def small() -> Dossier:
    """Give the small run: six cases, three regressions, all with their texts."""
    return dossiers.text_task()


def golden(registry: Registry) -> dict[str, bytes]:
    """Give every file of the small run by name, of its index too, and both terminal twins."""
    made: dict[str, bytes] = {}
    for name in ("csv", "html", "junit", "markdown", "result-json"):
        reporter = registry.reporters[name]
        for artifact in (*reporter.render(small()), *reporter.index(indexes.several())):
            made[artifact.name] = b"".join(artifact.chunks)
    for name in ("report.html", "index.html"):
        made[name] = without_assets(unpressed(made[name]))
    screen = "\n".join(map(uncoloured, terminal.screen(small())))
    made["show.txt"] = f"{screen}\n".encode()
    made["index.txt"] = ("\n".join(index_lines(indexes.several())) + "\n").encode()
    return made


def unpressed(page: bytes) -> bytes:
    """Give a page with the content of its compressed parts in their place."""

    def opened(match: re.Match[str]) -> str:
        return match[1] + _inflated(match[3]) + match[4]

    return _PRESSED.sub(opened, page.decode()).encode()


def without_assets(page: bytes) -> bytes:
    """Give a page with names in place of our style sheet, our script and their digests."""
    style, program = html.style_sheet(), script()
    for whole, name in ((style, "STYLE"), (program, "SCRIPT")):
        digest = base64.b64encode(hashlib.sha256(whole.encode()).digest())
        page = page.replace(digest.replace(b"+", b"&#43;"), name.encode()).replace(
            digest, name.encode()
        )
        page = page.replace(whole.encode(), name.encode())
    return page


def _inflated(text: str) -> str:
    data = base64.b64decode(text)
    for window in (-zlib.MAX_WBITS, zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
        try:
            whole = zlib.decompress(data, window)
        except zlib.error:
            continue
        try:
            return whole.decode().replace("<", "\\u003c")
        except UnicodeDecodeError:
            return f"{len(whole):,} bytes, sha256 {hashlib.sha256(whole).hexdigest()}"
    raise ValueError("a part of the page that is compressed in no known way")


def main() -> None:
    """Write the golden files."""
    FOLDER.mkdir(exist_ok=True)
    made = golden(load_registry())
    for path in FOLDER.iterdir():
        if path.name not in made:
            path.unlink()
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)
        print(f"{FOLDER.name}/{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
