"""Passes every test of the project: sets up its own environment, lints, types, contracts, pytest.

python3 tools/check.py          everything that needs no server, browser or package index
python3 tools/check.py --e2e    the end-to-end tests as well, as CI does
python3 tools/check.py --nightly
                                those, long simulations, 2,000 kills and storms of a minute: hours
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv-check"
AT_NIGHT = {"REVGATE_KILLS": "2000", "REVGATE_STORM_S": "60"}
PYTHON = HOME / ("Scripts" if os.name == "nt" else "bin") / "python"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--e2e", action="store_true", help="run the end-to-end tests as well")
    parser.add_argument("--nightly", action="store_true", help="and what takes hours, at full size")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    if options.nightly:
        os.environ.update(AT_NIGHT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile it all
    set_up()
    steps = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["importlinter.cli", "lint-imports"],
    ]
    failed = [step[0] for step in steps if not passes(step)]
    left_out = ["heavy"]
    if not options.nightly:
        left_out += ["slow"] if options.e2e else ["slow", "e2e"]
    chosen = " and ".join(f"not {mark}" for mark in left_out)
    count = str((os.cpu_count() or 1) + 1)  # a third of the time is waiting for servers
    # A file's tests share what was set up for them. Files of few tests come last: most of them load
    # servers and wait, which those that only compute would disturb.
    workers = ["-n", count, "--dist", "loadfile", "--loadscope-reorder"]
    has_e2e = options.e2e or options.nightly
    if has_e2e and not passes(["pytest", "-q", "-m", "alone", *options.pytest]):
        failed.append("pytest alone")
    if not passes(["pytest", "-q", "-m", f"{chosen} and not alone", *workers, *options.pytest]):
        failed.append("pytest")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def set_up() -> None:
    """Make the environment, or bring an older one up to date."""
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
    subprocess.run([*pip, "--editable", ".", "--group", "dev"], check=True, cwd=ROOT)


def passes(step: list[str]) -> bool:
    print(f"== {' '.join(step)}", flush=True)
    if step[0].startswith("importlinter"):
        command = [str(PYTHON.with_name("lint-imports"))]
    else:
        command = [str(PYTHON), "-m", *step]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
