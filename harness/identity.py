"""Names a run and says what it ran on."""

import hashlib
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from harness import __version__
from harness.jsonvalue import Json

_LIBRARIES = ("requests", "pycurl", "responses", "pluggy", "jinja2", "pydantic", "numpy", "scipy")


def run_id(
    suite: str, source_sha256: str, started_at: float, *, is_reproducible: bool = False
) -> str:
    """Give `<UTC time>-<suite>-<8 hex>`; the hex tells runs started in the same second apart.

    A reproducible one is the same for the same arguments.
    """
    stamp = datetime.fromtimestamp(started_at, tz=UTC).strftime("%Y%m%dT%H%M%SZ")
    seed = f"{source_sha256} {started_at!r} {'' if is_reproducible else os.getpid()}"
    return f"{stamp}-{suite}-{hashlib.sha256(seed.encode()).hexdigest()[:8]}"


def iso_time(seconds: float) -> str:
    """Give a UTC time stamp, ISO 8601 to the second."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def environment() -> dict[str, Json]:
    """Give versions of revgate, Python, the system and the libraries that matter."""
    import sqlite3  # those who only tell the time need no database

    libraries: dict[str, Json] = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            libraries[name] = None
    return {
        "revgate": __version__,
        "python": sys.version.split()[0],
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": libraries,
    }
