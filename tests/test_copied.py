"""A copy of the process works beside it, in a session of its own."""

import errno
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.copied import copied

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux")


def told(folder: Path, tell: Callable[[], object]) -> str:
    """Give what the copy says of itself, once it has ended."""
    copied(lambda: (folder / "told").write_text(str(tell()))).wait()
    return (folder / "told").read_text()


def test_work_is_done_in_another_process_which_is_waited_for(tmp_path: Path) -> None:
    number = int(told(tmp_path, os.getpid))
    assert number != os.getpid()
    with pytest.raises(ChildProcessError):
        os.waitpid(number, 0)


def test_what_the_work_changes_is_not_seen_here() -> None:
    seen: list[int] = []
    copied(lambda: seen.append(1)).wait()
    assert seen == []


def test_a_copy_that_works_on_can_be_ended() -> None:
    copy = copied(signal.pause)
    os.kill(copy.pid, 0)
    copy.kill()
    copy.wait()
    with pytest.raises(ProcessLookupError):
        os.kill(copy.pid, 0)
    copy.kill()  # the number may be another's by now
    copy.wait()


def test_what_is_shared_is_not_collected_while_it_is(tmp_path: Path) -> None:
    before = gc.get_freeze_count()
    copy = copied(lambda: (tmp_path / "told").write_text(str(gc.get_freeze_count())))
    shared = gc.get_freeze_count()
    copy.wait()
    assert shared > before
    assert int((tmp_path / "told").read_text()) == shared
    assert gc.get_freeze_count() == 0


def test_a_ctrl_c_is_not_for_it(tmp_path: Path) -> None:
    assert int(told(tmp_path, lambda: os.getsid(0))) != os.getsid(0)


def test_it_has_nothing_to_read_from(tmp_path: Path) -> None:
    assert told(tmp_path, lambda: os.read(0, 1)) == "b''"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_without_a_word(
    capfd: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    def work() -> None:
        try:
            os.kill(os.getpid(), number)
        except BaseException:  # noqa: BLE001 - as careless as a plugin may be
            print("went on", flush=True)

    before = signal.getsignal(number)
    copied(work).wait()
    assert capfd.readouterr() == ("", "")
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_is_ignored_in_it_too(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        ignored = told(tmp_path, lambda: signal.getsignal(signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ignored == str(signal.SIG_IGN)


def test_a_ctrl_c_while_it_is_made_is_for_this_process_alone(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fork, numbers = os.fork, []

    def forked() -> int:
        numbers.append(fork())
        os.kill(os.getpid(), signal.SIGINT)  # both of them
        return numbers[-1]

    monkeypatch.setattr(os, "fork", forked)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    me = os.getpid()
    try:
        with pytest.raises(KeyboardInterrupt):
            copied(lambda: print("worked", flush=True)).wait()
    finally:
        if os.getpid() != me:
            os._exit(9)
        signal.signal(signal.SIGINT, before)
    _, status = os.waitpid(numbers[0], 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGINT
    assert capfd.readouterr() == ("", "")


def test_it_may_be_waited_for_by_others() -> None:
    code = """
import os, signal
from harness.copied import copied
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for work in (signal.pause, lambda: None):
    copy = copied(work)
    copy.kill()
    copy.wait()
    copy.kill()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_ends_the_work_ends_the_copy_and_nothing_else(
    capfd: pytest.CaptureFixture[str], error: type[BaseException]
) -> None:
    def work() -> None:
        raise error("enough")

    copied(work).wait()  # and the test is not gone on with twice
    assert f"{error.__name__}: enough" in capfd.readouterr().err


def test_what_was_printed_before_is_printed_once(capfd: pytest.CaptureFixture[str]) -> None:
    sys.stdout.write("before ")
    copied(lambda: sys.stdout.write("there ")).wait()
    sys.stdout.write("after")
    sys.stdout.flush()
    assert capfd.readouterr().out == "before there after"


def test_what_is_to_be_done_at_the_end_of_the_process_is_done_by_it_alone() -> None:
    code = """
import atexit
from harness.copied import copied
atexit.register(print, "end")
copied(lambda: None).wait()
"""
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert there.stdout == b"end\n"


def test_where_no_copy_is_allowed_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    with pytest.raises(OSError, match="temporarily unavailable"):
        copied(lambda: None)
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(
    ("before", "processors", "wanted"),
    [
        ("", 2, True),
        ("", 1, False),
        ("threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", 2, False),
        ("import numpy", 2, None),  # which has threads of its own, where there are processors
    ],
    ids=["alone", "one processor", "a thread", "a library"],
)
def test_nobody_is_copied_beside_other_threads_or_on_one_processor(
    before: str, processors: int, wanted: bool | None
) -> None:
    code = f"""
import os, threading, time
from harness.copied import may_copy
{before}
os.sched_getaffinity = lambda _: range({processors})
print(may_copy(), len(os.listdir("/proc/self/task")))
"""
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    told, threads = there.stdout.split()
    assert told == str(int(threads) == 1 if wanted is None else wanted)
