"""Takes the pictures of the documentation: the demo's report and an index, wide and narrow.

python tools/screenshots.py         both colour schemes; needs chromium
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from harness.cli import run  # noqa: E402
from harness.cli.concluding import conclude_run  # noqa: E402
from harness.cli.indexing import indexed, write_index  # noqa: E402
from harness.data.index import Index  # noqa: E402
from harness.exits import WORDS, gravest  # noqa: E402
from harness.registry import load_registry  # noqa: E402
from tests.reports.chromium import PROGRAM, browser  # noqa: E402

MADE_AT = "1795000000"
"""When the runs are said to be made: the same page gives the same pictures."""
SUITES = ROOT / "suites" / "demo"
NAMES = ("sentiment", "summary")
PICTURES = ROOT / "docs" / "images"
SIZES = {"report": {1280: 1500, 390: 1500}, "index": {1280: 900, 390: 1500}}
"""Width to height, pixels."""


def main() -> int:
    """Run the suites from their recordings, photograph what they write; give 0 when it worked."""
    if not PROGRAM:
        print("chromium is not installed", file=sys.stderr)
        return 1
    os.environ["SOURCE_DATE_EPOCH"] = MADE_AT
    with tempfile.TemporaryDirectory() as folder:
        above = Path(folder)
        for name in NAMES:
            suite = SUITES / f"{name}.yaml"
            replay = str(suite.with_suffix(".recording.jsonl"))
            run(["run", str(suite), "--replay", replay, "--out", str(above / name), "-q"])
        write_the_index(above)
        pages = {
            "report": above / NAMES[0] / "report.html",
            "index": above / "index.html",
        }
        PICTURES.mkdir(exist_ok=True)
        for name, page in pages.items():
            photograph(name, page)
    return 0


def write_the_index(above: Path) -> None:
    """Write what `revgate run A B` would write above the runs."""
    registry = load_registry()
    runs = tuple(
        indexed(conclude_run(above / name, registry, writes=False), name) for name in NAMES
    )
    code = gravest(one.exit_code for one in runs if one.exit_code is not None)
    command = " ".join(("revgate run", *(f"suites/demo/{name}.yaml" for name in NAMES)))
    index = Index(runs=runs, exit_code=code, words=WORDS[code], command=command)
    write_index(index, above, registry.reporters.values())


def photograph(name: str, page: Path) -> None:
    """Take `NAME-WIDTH-SCHEME.png` of a page, in every width and scheme."""
    with browser() as tab:
        for width, height in SIZES[name].items():
            for scheme in ("light", "dark"):
                tab.size(width, height)
                tab.dark(scheme)
                tab.open(page.as_uri())
                picture = PICTURES / f"{name}-{width}-{scheme}.png"
                tab.picture(picture)
                print(f"{picture.name}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
