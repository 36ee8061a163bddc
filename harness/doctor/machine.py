"""Looks at the interpreter, the terminal, the clock and the limits of the process."""

import platform
import time
from collections.abc import Iterator, Mapping
from typing import TextIO

from harness import __version__
from harness.doctor.nouns import Observation
from harness.units import format_s

_OLDEST = (3, 11)
_SPARE_FILES = 64
_FEW_CALLS = 64
_COARSE_S = 0.001
_UTF8 = frozenset({"utf-8", "utf8"})
_SHOWN = ("CI", "NO_COLOR", "TERM")


def about_python(version: tuple[int, int, int], executable: str) -> Iterator[Observation]:
    """Give the versions of revgate, Python and the system; `version` as in `sys.version_info`."""
    yield Observation(subject="revgate", words=__version__)
    is_old = version[:2] < _OLDEST
    number = ".".join(map(str, version))
    yield Observation(
        subject="Python",
        state="error" if is_old else "ok",
        words=f"{platform.python_implementation()} {number}, {executable}",
        advice="Python 3.11 or newer is needed" if is_old else "",
    )
    yield Observation(subject="system", words=f"{platform.platform()}, {platform.machine()}")


def about_terminal(stream: TextIO | None, environ: Mapping[str, str]) -> Observation:
    """Give how what is printed arrives."""
    encoding = (getattr(stream, "encoding", None) or "none").lower()
    place = "a terminal" if stream is not None and stream.isatty() else "a file or pipe"
    asked = [f"{name}={environ[name]}" for name in _SHOWN if environ.get(name)]
    is_narrow = encoding not in _UTF8
    return Observation(
        subject="output",
        state="warning" if is_narrow else "ok",
        words=", ".join([encoding, place, *asked]),
        advice="what it cannot show is written as escapes: set PYTHONUTF8=1" if is_narrow else "",
    )


def about_clock(resolution_s: float | None = None) -> Observation:
    """Give how finely durations are measured."""
    if resolution_s is None:
        resolution_s = time.get_clock_info("monotonic").resolution
    is_coarse = resolution_s > _COARSE_S
    return Observation(
        subject="clock",
        state="warning" if is_coarse else "ok",
        words=f"a tick is {format_s(resolution_s) if resolution_s >= 1e-6 else '< 1 µs'}",
        advice="waits are kept no finer than that; latencies are taken by libcurl"
        if is_coarse
        else "",
    )


def about_open_files(allowed: int | None) -> Observation:
    """Give how many calls in flight the open files suffice for; None: any number."""
    if allowed is None:
        return Observation(subject="open files", words="no limit")
    calls = max(0, allowed - _SPARE_FILES)
    is_low = calls < _FEW_CALLS
    return Observation(
        subject="open files",
        state="warning" if is_low else "ok",
        words=f"{allowed:,}, enough for {calls:,} calls in flight",
        advice="raise it with `ulimit -n 1024`, or keep run.concurrency low" if is_low else "",
    )
