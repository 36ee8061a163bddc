"""Runs a suite against a server that keeps its own record, each in a process of its own."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.sides import AFTER, BEFORE, result_of, suite_text

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What both sides say of one run."""

    result: dict[str, Any]
    record: dict[str, Any]
    """See `serving.py`."""
    sent: dict[str, int]
    """How often the store says that each call was sent, as the server names it."""

    def took_s(self, commit: str) -> list[float]:
        return sorted(self.record["took_s"][f"/m/{commit}"])

    def mean_held(self, after: float) -> float:
        """Give the mean of calls in flight, over time, from this share of the run on."""
        held = self.record["held"]
        start = held[0][0] + after * (held[-1][0] - held[0][0])
        spans = [
            (max(0.0, until - max(at, start)), count)
            for (at, count), (until, _) in itertools.pairwise(held)
        ]
        return sum(s * count for s, count in spans) / sum(s for s, _ in spans)


@dataclass(slots=True, kw_only=True)
class _Serving:
    """A server at work, and its record once it has ended."""

    url: str
    record: dict[str, Any] = field(default_factory=dict)


@contextmanager
def _serving(bears: str) -> Iterator[_Serving]:
    """Serve for a block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.load.serving", bears],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environ(),
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdin is not None
            serving = _Serving(url=json.loads(server.stdout.readline())["url"])
            yield serving
            server.stdin.close()
            serving.record = json.loads(server.stdout.read())
        finally:
            server.kill()


def _environ() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """What a bare loop of libcurl shows, by path, and what the server says."""

    shown_s: dict[str, list[float]]
    served_s: dict[str, list[float]]


def run_bare(bears: str, *, calls: int, concurrency: int, within_s: float) -> Bare:
    """Make so many calls with nothing around them to such a server."""
    with _serving(bears) as serving:
        told = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.e2e.load.bare",
                serving.url,
                str(calls),
                str(concurrency),
            ],
            cwd=ROOT,
            env=_environ(),
            stdout=subprocess.PIPE,
            text=True,
            timeout=within_s,
            check=True,
        )
    return Bare(shown_s=json.loads(told.stdout), served_s=serving.record["took_s"])


def run(folder: Path, bears: str, *, cases: int, within_s: float, settings: str) -> Ran:
    """Run `cases` on two sides against a server that bears so much."""
    with _serving(bears) as serving:
        url = serving.url
        sides = {"before_url": f"{url}/m/{BEFORE}", "after_url": f"{url}/m/{AFTER}"}
        text = suite_text(cases, **sides, settings=settings)
        (folder / "suite.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "harness", "run", "suite.yaml", "-q", "--out", "out"]
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environ(),
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert done.returncode in {0, 1, 10, 11, 12}, done.stderr
    return Ran(result=result_of(folder / "out"), record=serving.record, sent=_sent(folder / "out"))


def _sent(run_folder: Path) -> dict[str, int]:
    from harness.store import RunReader

    told: dict[str, int] = {}
    with RunReader(run_folder) as reader:
        for _, exchange in reader.exchanges():
            path = "/" + exchange.url.split("/", 3)[3]
            call = f"{path} {exchange.request_body.decode()}"
            told[call] = told.get(call, 0) + len(exchange.attempts)
    return told
