"""Installs the programs that revgate is measured against, each alone, in its exact version.

python benchmarks/install_rivals.py            all of them
python benchmarks/install_rivals.py lm-eval    one of them

Each goes into a folder of its own below the cache folder (`$XDG_CACHE_HOME/revgate-benchmarks`, or
`~/.cache/revgate-benchmarks`); removing that folder removes them. One that cannot be installed is
named, the others are kept.
"""

import argparse
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

if __package__ in {None, ""}:  # started by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders.pins import INSPECT, LM_EVAL, PROMPTFOO, home_of, python_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rival", nargs="*", help="default: all")
    chosen = parser.parse_args().rival or list(INSTALLERS)
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        try:
            INSTALLERS[name]()
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"{name}: not installed: {error}", file=sys.stderr)
            failed.append(name)
    return 1 if failed else 0


def install_lm_eval() -> None:
    """Install lm-eval with what its HTTP models need; no torch."""
    _install_python("lm-eval", f"lm_eval[api]=={LM_EVAL}")


def install_inspect() -> None:
    """Install inspect-ai with the client its OpenAI-compatible provider needs."""
    _install_python("inspect-ai", f"inspect_ai=={INSPECT}", "openai>=2.40")


def install_promptfoo() -> None:
    """Install promptfoo; it needs npm and a Node that it accepts."""
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm was not found")
    folder = home_of("promptfoo")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    subprocess.run([*command, f"promptfoo@{PROMPTFOO}"], check=True)


def _install_python(name: str, *requirements: str) -> None:
    folder = home_of(name)
    if not python_of(name).exists():
        venv.create(folder, with_pip=True)
    pip = [str(python_of(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], check=True)


INSTALLERS: dict[str, Callable[[], None]] = {
    "lm-eval": install_lm_eval,
    "inspect-ai": install_inspect,
    "promptfoo": install_promptfoo,
}

if __name__ == "__main__":
    raise SystemExit(main())
