"""Writes suites/demo: the demo's suites with their recordings, which CI replays offline.

python tools/record_demo.py
"""

import sys
import tempfile
from pathlib import Path

from harness.cli import run
from harness_demo.files import DEFAULT_PORT, write_demo
from harness_demo.process import ServerProcess

FOLDER = Path(__file__).resolve().parents[1] / "suites" / "demo"


def main() -> int:
    """Serve, run, record; give 0 when both suites passed."""
    codes = []
    with ServerProcess(port=DEFAULT_PORT):
        for suite in write_demo(FOLDER, DEFAULT_PORT):
            recording = suite.with_suffix(".recording.jsonl")
            with tempfile.TemporaryDirectory() as out:
                arguments = ["run", str(suite), "--record", str(recording), "--out", f"{out}/run"]
                codes.append(run(arguments))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
