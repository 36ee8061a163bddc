"""Two processes that write to one run never write, fold the log or close it at the same time."""

import errno
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.errors import StoreError
from harness.store import RunReader, RunWriter, schema
from harness.store.turns import Turns
from tests.store import nouns

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no second process writes there")

ROOT = Path(__file__).resolve().parents[2]
_COMMITS = 120
_FOLDED_AT_PAGES = 4

WRITES = """
import sys
from pathlib import Path
from tests.store.test_turns import observe, write_much
folder, held, turns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
observe(folder / "seen")
write_much(folder, (held, turns))
"""
HOLDS = """
import socket, sys, threading
from pathlib import Path
from harness.store import RunWriter
from tests.store import nouns
from tests.store.test_turns import stop_at
folder, line = Path(sys.argv[1]), int(sys.argv[2])
if sys.argv[3:]:
    shared = (int(sys.argv[3]), int(sys.argv[4]))
    writer = RunWriter(folder, create=False, shared=shared)
else:
    writer = RunWriter(folder, create=True)
    nouns.fill(writer)
    with socket.socket(fileno=line) as there:
        socket.send_fds(there, [b"!"], writer.share())
        there.recv(1)
stop_at("COMMIT", writer)
writer.put_event("lost", 0.0)
writer.flush()
"""


class Observed(sqlite3.Connection):
    """Writes down from when to when it was writing, in nanoseconds of the machine's clock."""

    seen: Path
    began = 0

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        began = time.monotonic_ns()
        done = super().execute(statement, *values)
        if statement == "BEGIN IMMEDIATE":
            self.began = began
        elif statement == "COMMIT":
            self.note(self.began, time.monotonic_ns())
        elif statement == "PRAGMA journal_mode = DELETE":
            self.note(began, time.monotonic_ns())
        return done

    def close(self) -> None:
        began = time.monotonic_ns()
        super().close()
        self.note(began, time.monotonic_ns())

    def note(self, began: int, ended: int) -> None:
        with self.seen.open("a") as file:
            file.write(f"{began} {ended} {os.getpid()}\n")


def observe(seen: Path, patch: Callable[[object, str, object], None] = setattr) -> None:
    """Let every connection that writes be observed, and fold the log every few pages."""
    opened = schema._connect
    kind = type("Here", (Observed,), {"seen": seen})

    def connect(path: Path, *, is_alone: bool) -> sqlite3.Connection:
        plain = sqlite3.connect
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(schema.sqlite3, "connect", lambda *a, **k: plain(*a, **k, factory=kind))
            connection = opened(path, is_alone=is_alone)
        connection.execute(f"PRAGMA wal_autocheckpoint = {_FOLDED_AT_PAGES}")
        return connection

    patch(schema, "_connect", connect)


def write_much(folder: Path, shared: tuple[int, int]) -> None:
    """Commit one event after the other, as another process of the run."""
    with closing(RunWriter(folder, create=False, shared=shared)) as writer:
        print("open", flush=True)
        for number in range(_COMMITS):
            writer.put_event("theirs", float(number), "x" * 9000)
            writer.flush()


def stop_at(statement: str, writer: RunWriter) -> None:
    """Stop for good before the next statement of this kind, and say that it is reached."""

    inner = writer._connection

    class Slow:
        def execute(self, given: str, *values: Any) -> Any:
            if given == statement:
                print("reached", flush=True)
                threading.Event().wait()
            return inner.execute(given, *values)

        def executemany(self, *words: Any) -> Any:
            return inner.executemany(*words)

    writer._connection = Slow()  # type: ignore[assignment]


def child(code: str, *words: object, files: tuple[int, ...]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=files,
    )


def check(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def events(folder: Path) -> list[str]:
    with RunReader(folder) as reader:
        return [kind for _, kind, _ in reader.events()]


def test_two_processes_that_write_at_once_take_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe(tmp_path / "seen", monkeypatch.setattr)
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        shared = writer.share()
        with child(WRITES, tmp_path, *shared, files=shared) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            for number in range(_COMMITS):
                writer.put_event("ours", float(number), "x" * 9000)
                writer.flush()
            process.communicate(timeout=60)
        assert process.returncode == 0
    lines = (tmp_path / "seen").read_text().splitlines()
    spans = sorted(tuple(map(int, line.split())) for line in lines)
    pids = [pid for _, _, pid in spans]
    assert set(pids) == {os.getpid(), process.pid}
    for (_, ended, _), (began, _, _) in pairwise(spans):
        assert ended <= began
    assert sum(a != b for a, b in pairwise(pids)) > 10  # at once, not after
    check(tmp_path)
    assert sorted(events(tmp_path)) == ["ours"] * _COMMITS + ["theirs"] * _COMMITS


def test_the_kill_of_the_second_in_its_turn_frees_the_first(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        shared = writer.share()
        with child(HOLDS, tmp_path, -1, *shared, files=shared) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "reached\n"
            saved = threading.Event()
            writer.put_event("ours", 0.0)
            writer.when_saved(lambda _failure: saved.set())
            assert not saved.wait(0.3)
            process.send_signal(signal.SIGKILL)
            assert saved.wait(30)
        writer.flush()
    check(tmp_path)
    assert events(tmp_path) == ["ours"]


def test_the_kill_of_the_first_in_its_turn_frees_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = child(HOLDS, tmp_path, theirs.fileno(), files=(theirs.fileno(),))
        with process:
            _, (held, turns), *_ = socket.recv_fds(ours, 1, 2)
            assert process.stdout is not None
            writer = RunWriter(tmp_path, create=False, shared=(held, turns))
            ours.send(b"!")
            assert process.stdout.readline() == "reached\n"
            saved = threading.Event()
            writer.put_event("theirs", 0.0)
            writer.when_saved(lambda _failure: saved.set())
            assert not saved.wait(0.3)
            process.send_signal(signal.SIGKILL)
            assert saved.wait(30)
            writer.close()
    os.close(turns)
    monkeypatch.setattr("harness.store.lock._HEIRS_MAY_TAKE_S", 0.0)
    with pytest.raises(StoreError, match="is writing to this run"):
        RunWriter(tmp_path, create=False)
    os.close(held)
    RunWriter(tmp_path, create=False).close()
    check(tmp_path)
    assert events(tmp_path) == ["theirs"]


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[int]:
    """A file descriptor whose turn another process has until the end."""
    code = """
import sys
from harness.store.turns import Turns
with Turns(int(sys.argv[1])):
    print("taken", flush=True)
    sys.stdin.read()
"""
    with (tmp_path / "turns").open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(file.fileno())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(file.fileno(),),
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield file.fileno()
            process.kill()


def test_a_turn_that_never_ends_is_not_waited_for_for_ever(taken: int) -> None:
    turns = object.__new__(Turns)
    turns.number, turns._longest_wait_s = taken, 0.05
    with pytest.raises(StoreError, match="the process that judges wrote for"), turns:
        raise AssertionError("it is the other's turn")


def test_where_no_file_can_be_locked_a_run_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        with monkeypatch.context() as patched:
            patched.setattr("harness.store.turns.fcntl.lockf", refuse)
            with pytest.raises(OSError, match="no locks"):
                writer.share()
        writer.put_event("ours", 0.0)  # it goes on alone
        writer.flush()
        assert writer.share() == writer.share()


def test_a_run_nobody_shares_takes_no_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: object) -> None:
        raise AssertionError("locked")

    monkeypatch.setattr("harness.store.turns.fcntl.lockf", refuse)
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)


def test_who_only_looks_at_a_run_leaves_its_log_as_it_is(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from harness.store import RunWriter
from tests.store import nouns
writer = RunWriter(Path(sys.argv[1]), create=True)
nouns.fill(writer)
writer.put_exchange(nouns.exchange(0))
writer.flush()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    files = [tmp_path / "run.sqlite", tmp_path / "run.sqlite-wal"]
    before = [file.read_bytes() for file in files]
    assert before[1]
    with RunReader(tmp_path) as reader:
        assert reader.count("exchange") == 1
    assert [file.read_bytes() for file in files] == before
