"""What a writer promises: order, durability, one of its kind, and a failure that is said."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from types import FrameType

import pytest

from harness.data.record import Output, Record
from harness.data.suite import Case
from harness.errors import StoreError
from harness.store import RunReader, RunWriter
from tests.store import nouns

ROOT = Path(__file__).resolve().parents[2]


def child(code: str, *words: object) -> "subprocess.Popen[str]":
    """Start Python code in a process of its own, at the root of the repository."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_planned_call_is_planned_once(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, create=True)
    writer.put_header(nouns.header())
    writer.put_cases([Case(id="c0")])
    writer.put_plan([(0, "baseline", 0, True), (0, "baseline", 0, False)])
    with pytest.raises(StoreError, match="UNIQUE"):
        writer.flush()
    with pytest.raises(StoreError, match="UNIQUE"):
        writer.close()


def interrupted_at(line: int) -> "Callable[[FrameType, str, object], object]":
    """Give a trace function that is a Ctrl-C at so many lines of the store."""
    met = 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal met
        if f"{os.sep}harness{os.sep}store{os.sep}" not in frame.f_code.co_filename:
            return None
        if event == "line":
            met += 1
            if met == line:
                raise KeyboardInterrupt
        return trace

    return trace


def test_a_run_is_closed_whole_wherever_an_interruption_meets_it(tmp_path: Path) -> None:
    for line in count(2):  # the first is that of the try
        folder = tmp_path / str(line)
        folder.mkdir()
        writer = RunWriter(folder, create=True)
        nouns.fill(writer)
        writer.put_exchange(nouns.exchange(0))
        traced = sys.gettrace()
        try:
            sys.settrace(interrupted_at(line))
            writer.close()
        except KeyboardInterrupt:
            is_met = True
        else:
            is_met = False
        finally:
            sys.settrace(traced)
        assert {path.name for path in folder.iterdir()} == {"run.sqlite", "run.lock"}, line
        with RunReader(folder) as reader:
            assert reader.count("exchange") == 1
        RunWriter(folder, create=False).close()  # nobody holds it
        if not is_met:
            break
    assert line > 12


def opened_until_interrupted(opened: "Callable[[], RunWriter | RunReader]", line: int) -> bool:
    """Open and close; give whether a Ctrl-C at so many lines of the store came in between."""
    traced = sys.gettrace()
    try:
        sys.settrace(interrupted_at(line))
        found = opened()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(traced)
    found.close()
    return False


def written(folder: Path) -> None:
    """Leave a run of three calls."""
    with closing(RunWriter(folder, create=True)) as writer:
        nouns.fill(writer)


@pytest.mark.parametrize("create", [True, False])
def test_nothing_is_left_open_wherever_an_interruption_meets_the_opening(
    tmp_path: Path, create: bool
) -> None:
    written(tmp_path)
    for line in count(1):
        folder = tmp_path / str(line)
        folder.mkdir()
        if not create:
            shutil.copy(tmp_path / "run.sqlite", folder)
        threads = threading.active_count()
        is_met = opened_until_interrupted(lambda f=folder: RunWriter(f, create=create), line)  # type: ignore[misc]
        left = {path.name for path in folder.iterdir()}
        assert left <= {"run.sqlite", "run.lock"}, line
        assert threading.active_count() == threads, line
        if "run.sqlite" in left:
            head = (folder / "run.sqlite").read_bytes()[18:20]
            assert head in (b"\1\1", b""), line  # no log: it is read where nothing can be written
        if create and is_met and "run.sqlite" not in left:
            written(folder)  # as if it had not been begun
        else:
            RunWriter(folder, create=False).close()  # nobody holds it
        if not is_met:
            break
    assert line > 40


def test_what_a_reader_left_beside_the_file_goes_when_nothing_was_written(tmp_path: Path) -> None:
    written(tmp_path)
    writer = RunWriter(tmp_path, create=False)
    with RunReader(tmp_path) as reader:
        assert reader.count("plan") > 0
    writer.close()
    assert {path.name for path in tmp_path.iterdir()} == {"run.sqlite", "run.lock"}


def test_no_reader_is_left_open_wherever_an_interruption_meets_its_opening(tmp_path: Path) -> None:
    written(tmp_path)
    for line in count(1):
        writer = RunWriter(tmp_path, create=False)
        is_met = opened_until_interrupted(lambda: RunReader(tmp_path), line)
        writer.close()  # folds the log away only when nobody reads
        assert {path.name for path in tmp_path.iterdir()} == {"run.sqlite", "run.lock"}, line
        if not is_met:
            break
    assert line > 20


def test_of_two_answers_to_a_call_the_first_stays(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, create=True)
    nouns.fill(writer)
    writer.put_exchange(nouns.exchange(0))
    writer.flush()
    writer.put_exchange(nouns.exchange(0, body=b"late"))  # given again after its process died
    writer.close()
    with RunReader(tmp_path) as reader:
        ((_, kept),) = list(reader.exchanges())
    assert kept.response is not None
    assert kept.response.body == b'"answer"'


def test_what_cannot_be_bound_is_a_failure_and_not_a_silence(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, create=True)
    nouns.fill(writer)
    writer.put_exchange(nouns.exchange(0, url="http://\ud800/"))
    with pytest.raises(StoreError, match="cannot be written any more"):
        writer.flush()
    with pytest.raises(StoreError):
        writer.put_exchange(nouns.exchange(1))
    with pytest.raises(StoreError):
        writer.close()


def test_a_record_that_is_not_json_is_refused_at_once(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        with pytest.raises(TypeError):
            writer.put_record(Record(seq=0, output=Output(value={1, 2})))  # type: ignore[arg-type]


def test_what_was_flushed_survives_a_kill(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from harness.store import RunWriter
from tests.store import nouns
writer = RunWriter(Path(sys.argv[1]), create=True)
nouns.fill(writer, 200)
for seq in range(400):
    writer.put_exchange(nouns.exchange(seq, body=b"%d" % seq))
    if seq == 250:
        writer.flush()
        print("flushed", flush=True)
sys.stdin.read()
"""
    with child(code, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "flushed\n"
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    with closing(RunWriter(tmp_path, create=False)), RunReader(tmp_path) as reader:
        seqs = [exchange.seq for _, exchange in reader.exchanges()]
        assert seqs == list(range(len(seqs)))  # in order, none left out
        assert len(seqs) >= 251
        assert len(list(reader.pending())) == 400 - len(seqs)


def test_a_second_writer_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from harness.store import RunWriter
from tests.store import nouns
writer = RunWriter(Path(sys.argv[1]), create=True)
nouns.fill(writer)
print("open", flush=True)
sys.stdin.read()
writer.close()
"""
    with child(code, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=f"process {process.pid} is writing"):
            RunWriter(tmp_path, create=False)
        with RunReader(tmp_path) as reader:  # readers are welcome
            assert reader.count("plan") == 6
        process.communicate("")
    assert process.returncode == 0
    RunWriter(tmp_path, create=False).close()  # the lock went with its holder


def test_a_lock_left_by_a_dead_process_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("999999999")
    RunWriter(tmp_path, create=True).close()


def test_an_existing_run_is_not_made_anew(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
    before = (tmp_path / "run.sqlite").read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        RunWriter(tmp_path, create=True)
    assert (tmp_path / "run.sqlite").read_bytes() == before


FULL = """
import resource, signal, sys
from pathlib import Path
from harness.errors import StoreError
from harness.store import RunWriter
from tests.store import nouns
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = RunWriter(Path(sys.argv[1]), create=True)
nouns.fill(writer, 5000)
for seq in range(40):
    writer.put_exchange(nouns.exchange(seq))
writer.flush()
size = max(path.stat().st_size for path in Path(sys.argv[1]).iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, size + 200_000))
saved = 39
try:
    for seq in range(40, 10_000):
        writer.put_exchange(nouns.exchange(seq, body=bytes([seq % 251]) * 150 + b"%d" % seq))
        if seq % 50 == 0:
            writer.flush()
            saved = seq
except StoreError as error:
    print(saved, error)
    raise SystemExit(error.exit_code)
"""


def test_a_full_disk_is_said_with_what_to_do_and_loses_nothing(tmp_path: Path) -> None:
    with child(FULL, tmp_path) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    number, _, message = out.partition(" ")
    assert "cannot be written any more" in message
    assert "everything saved so far is kept: make room" in message
    assert f"--resume {tmp_path}" in message
    saved = int(number)
    assert 40 <= saved < 9_999
    with closing(RunWriter(tmp_path, create=False)) as writer, RunReader(tmp_path) as reader:
        seqs = [exchange.seq for _, exchange in reader.exchanges()]
        assert seqs == list(range(len(seqs)))
        assert len(seqs) > saved
        writer.put_exchange(nouns.exchange(len(seqs)))  # there is room again: it goes on
        writer.flush()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written"):
        RunWriter(file, create=True)
    with pytest.raises(StoreError, match="cannot be written"):
        RunWriter(tmp_path / "missing", create=True)


def test_many_files_do_not_pile_up_in_memory(tmp_path: Path) -> None:
    """200 files of 1 MB each that cannot be packed, through the writer in far less than 200 MB."""
    code = """
import os, resource, sys
from pathlib import Path
from harness.data.suite import Case
from harness.store import RunWriter
from tests.store import nouns
writer = RunWriter(Path(sys.argv[1]), create=True)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
files = (nouns.media(os.urandom(1_000_000)) for _ in range(200))
writer.put_cases(Case(id=f"c{n}", media=media) for n, media in enumerate(files))
writer.close()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    with child(code, tmp_path) as process:
        out, err = process.communicate(timeout=60)
    assert int(out) < 100, err


def test_only_so_many_digests_are_kept_in_mind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.store.writer._MOST_KNOWN", 4)
    bodies = [b"%d" % (seq % 13 if seq % 3 else 99) for seq in range(60)]
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer, 30)
        for seq, body in enumerate(bodies):
            writer.put_exchange(nouns.exchange(seq, body=body))
            assert len(writer._known_blobs) + len(writer._known_before) <= 8
    with RunReader(tmp_path) as reader:
        answers = [one.response for _, one in reader.exchanges()]
    assert [one.body for one in answers if one is not None] == bodies


def test_the_order_within_a_commit_is_kept_where_it_matters(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        writer.put_exchange(nouns.exchange(0))
        writer.put_record(Record(seq=0, output=Output(value="first")))
        writer.put_unsent(nouns.unsent(1))
        writer.forget_unsent()
        writer.put_unsent(nouns.unsent(2))
        writer.put_record(Record(seq=0, output=Output(value="second")))
        writer.put_exchange(nouns.exchange(3))
    with RunReader(tmp_path) as reader:
        assert [slot.seq for slot in reader.pending()] == [1, 4, 5]
        answers = next(reader.cases()).answers
    assert [one.record and one.record.output and one.record.output.value for one in answers] == [
        "second", None,
    ]  # fmt: skip


class Stalled(RunWriter):
    """A writer whose first commit of an exchange lasts until it is told to go on."""

    def __init__(self, folder: Path) -> None:
        self.begun, self.go_on, self.is_full = (threading.Event() for _ in range(3))
        self.sizes: list[int] = []
        super().__init__(folder, create=True)

    def _commit(self, group: list[tuple[str, tuple[object, ...]]]) -> None:
        if any("exchange" in statement for statement, _ in group):
            self.begun.set()
            assert self.go_on.wait(30)
            self.sizes.append(len(group))
        super()._commit(group)

    def _wait_for_room(self) -> None:
        self.is_full.set()
        super()._wait_for_room()


def test_a_caller_waits_while_too_much_is_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Stalled(tmp_path)) as writer:
        nouns.fill(writer, 50)
        monkeypatch.setattr("harness.store.writer._QUEUE", 8)

        def put() -> None:
            for seq in range(1, 100):
                writer.put_exchange(nouns.exchange(seq))

        writer.put_exchange(nouns.exchange(0))
        assert writer.begun.wait(30)
        caller = threading.Thread(target=put)
        caller.start()
        assert writer.is_full.wait(30)
        assert writer._queue.qsize() == 8
        assert caller.is_alive()
        writer.go_on.set()
        caller.join(30)
    with RunReader(tmp_path) as reader:
        assert [one.seq for _, one in reader.exchanges()] == list(range(100))


def test_what_came_during_a_commit_is_committed_at_once(tmp_path: Path) -> None:
    with closing(Stalled(tmp_path)) as writer:
        nouns.fill(writer, 200)
        writer.put_exchange(nouns.exchange(0))
        assert writer.begun.wait(30)
        for seq in range(1, 400):
            writer.put_exchange(nouns.exchange(seq))
        writer.go_on.set()
        writer.flush()
        assert len(writer.sizes) == 2
        with RunReader(tmp_path) as reader:
            assert reader.count("exchange") == 400


def test_a_flush_from_another_thread_is_not_kept_waiting_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.store.writer._GROUP_WAIT_S", 60.0)
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer, 50)
        for seq in range(20):
            writer.put_exchange(nouns.exchange(seq))
            callers = [threading.Thread(target=writer.flush) for _ in range(3)]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join(10)
                assert not caller.is_alive()


def test_a_writer_that_stopped_is_said_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.store.writer._QUEUE", 4)
    writer = RunWriter(tmp_path, create=True)
    nouns.fill(writer)
    writer._hand_over(None)
    writer._thread.join(10)
    for number in range(4):
        writer.put_event("noise", float(number))
    with pytest.raises(StoreError, match="the writer stopped"):
        writer.put_event("noise", 4.0)
    writer.close()


HALF_WRITTEN = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE blob SET body = zeroblob(100000)")
connection.execute("UPDATE cases SET body = zeroblob(100000)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("way", ["read", "write"])
def test_what_a_killed_process_had_begun_is_undone_before_it_is_read(
    tmp_path: Path, way: str
) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer, 20)
        writer.put_exchange(nouns.exchange(0))
    with RunReader(tmp_path) as reader:
        before = list(reader.exchanges()), list(reader.case_fingerprints())
    with child(HALF_WRITTEN, tmp_path / "run.sqlite") as process:
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert (tmp_path / "run.sqlite-journal").exists()
    if way == "write":
        RunWriter(tmp_path, create=False).close()
    with RunReader(tmp_path) as reader:
        assert (list(reader.exchanges()), list(reader.case_fingerprints())) == before
    assert not (tmp_path / "run.sqlite-journal").exists()


LOOKED_AT = """
import os, signal, sqlite3, subprocess, sys
from pathlib import Path
from harness.store import RunReader, RunWriter
from tests.store import nouns
folder = Path(sys.argv[1])
writer = RunWriter(folder, create=True)
nouns.fill(writer, 50)
writer.put_exchange(nouns.exchange(0))
writer.flush()
with RunReader(folder) as reader:
    reader.header()
look = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
    "c.execute('SELECT * FROM plan').fetchone(); c.close()"
)
subprocess.run([sys.executable, "-c", look, str(folder / "run.sqlite")], check=True)
for seq in range(1, 40):
    writer.put_exchange(nouns.exchange(seq))
writer.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_look_by_another_program_takes_nothing_away(tmp_path: Path) -> None:
    with child(LOOKED_AT, tmp_path) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    with RunReader(tmp_path) as reader:
        assert reader.count("exchange") == 40
