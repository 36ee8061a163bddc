"""A run that is killed again and again, and what must be true of it after every death."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.jsonvalue import sha256_hex
from harness.store import RunReader
from tests.e2e.sides import Sides, result_of

ROOT = Path(__file__).resolve().parents[3]
Call = tuple[str, str]
"""(path of the url, digest of the body)."""
WITHIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that is no more."""

    code: int
    """Below 0: the signal that killed it."""
    was_signalled: bool
    stderr: str


class Nursery:
    """Starts processes one after the other; see `nursery.py`."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder = process, folder
        self.judges = "here"
        """`copied` or `started`: a process of that kind stores and judges, as in large runs."""

    def live(
        self,
        *words: str,
        notes: Path,
        signal_after_s: float | None = None,
        number: int = signal.SIGKILL,
        die_at: tuple[int, str, str] | None = None,
    ) -> Ended:
        """Run the command; send it a signal after a while, or let it die at a commit.

        `die_at` is (n, `before` or `after`, who): `main` at its own n-th commit; the `worker`,
        which judges apart, or `both` at the n-th commit of the worker.
        """
        order = {
            "words": words,
            "folder": str(self._folder),
            "stdout": str(notes.with_suffix(".out")),
            "stderr": str(notes.with_suffix(".err")),
            "notes": str(notes),
            "signal": int(number),
            "signal_after_s": signal_after_s,
            "die_at": die_at,
            "judges": self.judges,
            "within_s": WITHIN_S,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        assert told["signals"] >= 0, f"did not end within {WITHIN_S} s"
        stderr = notes.with_suffix(".err")
        return Ended(
            code=told["code"],
            was_signalled=told["signals"] == 1,
            stderr=stderr.read_text() if stderr.exists() else "",
        )


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Open a nursery whose processes stand in `folder`."""
    environ = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",  # a process with threads must not be forked
        "OMP_NUM_THREADS": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.survival.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        yield Nursery(process, folder)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


@dataclass(slots=True, kw_only=True)
class Life:
    """One run, through all its deaths."""

    world: Sides
    suite: str
    name: str
    notes: Path
    known: dict[Call, int] = field(default_factory=dict)
    """How often a call had been sent when its answer was found in the store."""
    deaths: int = 0
    _before: int = 0
    """Requests the server had seen before this run."""

    def __post_init__(self) -> None:
        self._before = len(self.world.calls())

    @property
    def run(self) -> Path:
        return self.world.folder / self.name

    def sent(self) -> Counter[Call]:
        """Give how often each call of this run reached the server."""
        calls = self.world.calls()[self._before :]
        return Counter((call["path"], call["body_sha256"]) for call in calls)

    def words(self) -> tuple[str, ...]:
        """Give the command that goes on: start, or resume once the plan is stored."""
        if self._has_plan():
            return ("run", "--resume", self.name, "-q")
        assert not self.sent(), "calls were made before the plan was stored"
        shutil.rmtree(self.run, ignore_errors=True)
        return ("run", self.suite, "-q", "--out", self.name)

    def _has_plan(self) -> bool:
        if not (self.run / "run.sqlite").exists():
            return False
        try:
            with RunReader(self.run) as reader:
                reader.header()
        except StoreError as error:
            if not re.search("before its first call|not a run file", str(error)):
                raise
            return False
        return True

    def died(self) -> None:
        """Hold the run against what was promised."""
        self.deaths += 1
        if not self._has_plan():
            assert not self.notes.exists() or not self.notes.read_text()
            return
        stored = self._none_is_lost()
        sent = self.sent()
        assert self.known.keys() <= set(stored.values())
        self._none_was_sent_again(sent)
        self.known |= {call: sent[call] for call in stored.values()}

    def noted(self, *kinds: str) -> set[int]:
        """Give the calls of which so much was durable at some time: see `witness`."""
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return {int(seq) for kind, seq in lines if kind in kinds}

    def _none_is_lost(self) -> dict[int, Call]:
        """Hold the store against what was durable; give the call of every stored answer."""
        # Noted first: a process that judges may still be saving what it was given.
        answers, judgements = self.noted("exchange", "told"), self.noted("record", "told")
        stored, judged = self._stored()
        assert not answers - stored.keys(), "acknowledged answers are gone"
        assert not judgements - judged, "acknowledged judgements are gone"
        return stored

    def _stored(self) -> tuple[dict[int, Call], set[int]]:
        """Give the call of every stored answer, and what was judged; every body is verified."""
        location = f"{(self.run / 'run.sqlite').as_uri()}?mode=ro"
        with closing(sqlite3.connect(location, uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            judged = {seq for (seq,) in connection.execute("SELECT seq FROM record")}
        with RunReader(self.run) as reader:
            found = {
                exchange.seq: (
                    "/" + exchange.url.split("/", 3)[3],
                    sha256_hex(exchange.request_body),
                )
                for _, exchange in reader.exchanges()
            }
        return found, judged

    def _none_was_sent_again(self, sent: Counter[Call]) -> None:
        assert {call: sent[call] for call in self.known} == self.known

    def ended(self, whole: dict[str, Any]) -> None:
        """Hold the finished run against one that was never disturbed."""
        self._none_is_lost()
        sent = self.sent()
        self._none_was_sent_again(sent)
        assert max(sent.values()) <= self.deaths + 1
        result = result_of(self.run)
        assert comparable(result) == comparable(whole)
        assert outputs(self.run) == outputs(self.world.folder / "whole")
        assert {path.name for path in self.run.iterdir()} == {
            path.name for path in (self.world.folder / "whole").iterdir()
        }


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Give what is the same in two runs of one experiment: all but time and attempts."""
    counts = {name: n for name, n in result["counts"].items() if name != "attempts"}
    gates = [
        {name: gate[name] for name in ("metric", "target", "outcome", "baseline", "candidate")}
        for gate in result["gates"]
        if "latency" not in gate["metric"]
    ]
    kept = {name: result[name] for name in ("verdict", "exit_code", "flips")}
    return kept | {"counts": counts, "gates": gates}


def outputs(run: Path) -> dict[tuple[str, str, int], Any]:
    """Give (state, value) of every answer."""
    with RunReader(run) as reader:
        return {
            (case.case.id, answer.target, answer.repeat): (
                answer.record and answer.record.state,
                answer.record and answer.record.output and answer.record.output.value,
            )
            for case in reader.cases()
            for answer in case.answers
        }
