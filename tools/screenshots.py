"""Takes the pictures of the documentation: the demo's report in headless Chromium.

python tools/screenshots.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.cli import run

ROOT = Path(__file__).resolve().parents[1]
SUITE = ROOT / "suites" / "demo" / "sentiment.yaml"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip


def main() -> int:
    """Run the suite from its recording, photograph the report; give 0 when it worked."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("chromium is not installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        replay = str(SUITE.with_suffix(".recording.jsonl"))
        if run(["run", str(SUITE), "--replay", replay, "--out", str(out), "-q"]):
            return 1
        picture = ROOT / "docs" / "images" / "report.png"
        command = [
            browser, *FLAGS, f"--user-data-dir={folder}/profile", "--window-size=1280,1500",
            f"--screenshot={picture}", (out / "report.html").as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return 0


if __name__ == "__main__":
    sys.exit(main())
