"""Which version of each rival is measured, and where it lies."""

import importlib.metadata
import os
from pathlib import Path

LM_EVAL = "0.4.13"
INSPECT = "0.3.285"
PROMPTFOO = "0.123.1"


def home_of(name: str) -> Path:
    """Give the folder a rival is installed in, below the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "revgate-benchmarks" / name


def python_of(name: str) -> Path:
    """Give the interpreter of a rival written in Python."""
    return home_of(name) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_in(home: Path, package: str) -> str | None:
    """Give the version of a Python package installed below `home`; None where there is none."""
    found = importlib.metadata.distributions(
        name=package, path=[str(path) for path in home.glob("lib/python*/site-packages")]
    )
    return next((distribution.version for distribution in found), None)
