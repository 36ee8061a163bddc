"""Adding up the memory of processes."""

import contextlib
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import together
from benchmarks.measuring import run
from benchmarks.together import Together, parent_of, resident_bytes, running, weight

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell shares"
)
FILL = "held = bytearray(40_000_000); held[::4096] = bytes(len(held[::4096]));"


def test_processes_that_hold_memory_at_the_same_time_are_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "_BEFOREHAND_S", math.inf)
    child = f"{FILL} print(flush=True); input()"
    code = (
        f"{FILL} import subprocess, sys;"
        f"child = subprocess.Popen([sys.executable, '-I', '-S', '-c', {child!r}],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "child.stdout.readline(); print(flush=True); input(); child.communicate(b'\\n')"
    )
    looking = Together(os.getpid(), running())
    argv = (sys.executable, "-I", "-c", code)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"\n"  # both hold what they will
        looking.look()  # learns of them
        looking.look()
        parent.communicate(b"\n")
    assert parent.returncode == 0
    assert looking.peak_bytes is not None
    assert 80_000_000 < looking.peak_bytes < 160_000_000


def test_who_asks_for_the_memory_of_a_run_has_it_looked_at_until_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends when it was weighed; it would be killed else."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    look = Together.look

    def look_and_let_go(looking: Together) -> float:
        pause = look(looking)
        if looking.peak_bytes is not None:
            with contextlib.suppress(OSError):  # it does not wait there yet, or any more
                os.close(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
        return pause

    monkeypatch.setattr(together, "_BEFOREHAND_S", math.inf)
    monkeypatch.setattr(Together, "look", look_and_let_go)
    code = f"{FILL} open({str(gate)!r}).read()"
    cost = run((sys.executable, "-I", "-S", "-c", code), {}, tmp_path, most_s=60.0, adds_up=True)
    assert cost.exit_code == 0
    assert cost.together_bytes is not None
    assert cost.together_bytes > 0
    assert 40_000_000 < cost.peak_bytes < 80_000_000
    assert cost.looking_cpu_s > 0


def test_nobody_looks_unless_asked(tmp_path: Path) -> None:
    cost = run((sys.executable, "-I", "-S", "-c", "pass"), {}, tmp_path)
    assert (cost.together_bytes, cost.looking_cpu_s) == (None, 0.0)


def test_only_descendants_count_and_the_one_above_them_does_not() -> None:
    before = running()
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=-1) as child:
        assert parent_of(child.pid) == os.getpid()
        looking = Together(os.getpid(), before)
        looking.look()
        assert looking.peak_bytes is None  # it may share all memory of who started it, still
        looking.look()
        assert looking.peak_bytes is not None
        assert 0 < looking.peak_bytes <= resident_bytes(child.pid) + 1_000_000
        stranger = Together(child.pid, before)
        stranger.look()
        stranger.look()
        assert stranger.peak_bytes is None
        child.communicate(b"\n")
    assert weight([child.pid]) == resident_bytes(child.pid) == 0
    assert parent_of(child.pid) is None


def rollup(*, rss: int, pss: int, own: int) -> bytes:
    return (
        f"55a4f46ab000-7ffef8ae4000 ---p 00000000 00:00 0 [rollup]\nRss: {rss} kB\nPss: {pss} kB\n"
        f"Shared_Clean: {rss - own} kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: {own - 10} kB\n"
    ).encode()


@pytest.mark.parametrize(
    ("told", "kib"),
    [
        ({1: rollup(rss=80, pss=65, own=60)}, 80),  # others share 20, and are no concern of ours
        ({1: rollup(rss=80, pss=65, own=60), 2: rollup(rss=50, pss=40, own=35)}, 115),
        ({1: rollup(rss=80, pss=80, own=60), 2: rollup(rss=50, pss=50, own=35)}, 130),
    ],
)
def test_shared_pages_count_once_and_whole(
    monkeypatch: pytest.MonkeyPatch, told: dict[int, bytes], kib: int
) -> None:
    monkeypatch.setattr(together, "_told", lambda pid, _: told[pid])
    assert weight(told) == kib * 1024


def test_looking_keeps_to_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    sizes = iter(range(10**6, 10**9, 10**6))  # more each time: each look would weigh
    monkeypatch.setattr(together, "running", lambda: {7})
    monkeypatch.setattr(together, "parent_of", lambda _: 1)
    monkeypatch.setattr(together, "resident_bytes", lambda _: next(sizes))
    monkeypatch.setattr(together, "weight", lambda pids: asked.append(1) or sum(pids))
    spent = Together(1, set(), cpu_s=1.0)
    spent.look()
    spent.look()
    assert asked == []
    spent.began_s -= 200.0  # a hundredth of which is more than was spent
    spent.look()
    assert asked == [1]
    assert spent.peak_bytes == 7


def test_what_does_not_grow_is_not_weighed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = iter((5, 4))
    sizes = iter((1_000_000, 1_001_000, 900_000, 1_100_000))
    monkeypatch.setattr(together, "running", lambda: {7})
    monkeypatch.setattr(together, "parent_of", lambda _: 1)
    monkeypatch.setattr(together, "resident_bytes", lambda _: next(sizes))
    monkeypatch.setattr(together, "weight", lambda _: next(weights))
    looking = Together(1, set())
    pauses = [looking.look() for _ in range(5)]
    assert looking.peak_bytes == 5
    assert list(weights) == []
    assert pauses == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])


def test_who_is_left_is_weighed_though_less_is_resident(monkeypatch: pytest.MonkeyPatch) -> None:
    there = iter(({7, 8}, {7, 8}, {7}, {7}))
    weights = {frozenset({7, 8}): 50, frozenset({7}): 60}  # two that shared nearly all they had
    monkeypatch.setattr(together, "running", lambda: next(there))
    monkeypatch.setattr(together, "parent_of", lambda _: 1)
    monkeypatch.setattr(together, "resident_bytes", lambda _: 55_000_000)
    monkeypatch.setattr(together, "weight", lambda pids: weights[frozenset(pids)])
    looking = Together(1, set(), cpu_s=-10.0)
    peaks = [looking.look() and looking.peak_bytes for _ in range(4)]
    assert peaks == [None, 50, 60, 60]
