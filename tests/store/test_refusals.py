"""What is not a whole run file of ours is refused, and left as it is."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.data.record import Record
from harness.errors import StoreError
from harness.store import RunReader, RunWriter
from harness.store.schema import APPLICATION_ID, SCHEMA
from tests.store import nouns


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a hundred answers, closed properly."""
    folder = tmp_path_factory.mktemp("whole")
    with closing(RunWriter(folder, create=True)) as writer:
        nouns.fill(writer, 50)
        for seq in range(100):
            writer.put_exchange(nouns.exchange(seq, body=b"answer %d " % seq * 40))
            writer.put_record(Record(seq=seq))
    return folder


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    return folder


def text(path: Path) -> None:
    path.write_text("not a database at all\n" * 50)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE header (key TEXT, value BLOB)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")


def short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def head_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:80])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (text, "not a run file of revgate"),
        (nothing, "not a run file of revgate"),
        (foreign, "not a run file of revgate"),
        (newer, f"newer revgate .schema {SCHEMA + 1}, this one reads {SCHEMA}"),
        (short, "is cut short"),
        (torn, "is cut short"),
        (head_only, "is cut short"),
    ],
)
@pytest.mark.parametrize("way", ["read", "write"])
def test_is_refused_and_left_untouched(
    run: Path, damage: Callable[[Path], None], says: str, way: str
) -> None:
    path = run / "run.sqlite"
    damage(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreError, match=says):
        RunReader(run) if way == "read" else RunWriter(run, create=False)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert {p.name for p in run.iterdir()} <= {"run.sqlite", "run.lock"}


def test_the_marks_are_in_the_file(run: Path) -> None:
    with closing(sqlite3.connect(run / "run.sqlite")) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (check,) = connection.execute("PRAGMA integrity_check").fetchone()
    assert (application, mode, check) == (APPLICATION_ID, "delete", "ok")


def test_a_run_is_one_file_once_it_is_closed(whole: Path, tmp_path: Path) -> None:
    shutil.copy(whole / "run.sqlite", tmp_path / "run.sqlite")
    with RunReader(tmp_path) as reader:
        assert reader.count("record") == 100
    assert [path.name for path in tmp_path.iterdir()] == ["run.sqlite"]


def test_a_run_is_written_with_a_log_that_is_synced(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        connection = writer._connection
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with closing(RunWriter(tmp_path, create=False)) as writer:
        assert writer._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_no_such_run_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="revgate list"):
        RunReader(tmp_path)


def test_a_flipped_bit_in_a_body_is_noticed(run: Path) -> None:
    path = run / "run.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sha256, packed, body FROM blob").fetchall()
        assert {packed for _, packed, _ in rows} == {0, 1}
        for sha, packed, body in rows[:1] + [row for row in rows if row[1] != rows[0][1]][:1]:
            flipped = bytes([body[0] ^ (0 if packed else 1)]) + body[1:-1] + bytes([body[-1] ^ 1])
            connection.execute("UPDATE blob SET body = ? WHERE sha256 = ?", (flipped, sha))
            connection.commit()
            with RunReader(run) as reader, pytest.raises(StoreError, match=f"{sha} is damaged"):
                reader.blob(sha)


def test_a_missing_body_is_noticed(run: Path) -> None:
    with closing(sqlite3.connect(run / "run.sqlite")) as connection:
        connection.execute("DELETE FROM blob")
        connection.commit()
    with RunReader(run) as reader, pytest.raises(StoreError, match="is missing"):
        list(reader.exchanges())


def readers(reader: RunReader) -> Iterator[Callable[[], object]]:
    yield reader.header
    yield lambda: list(reader.pending())
    yield lambda: list(reader.exchanges())
    yield lambda: list(reader.cases())
    yield lambda: list(reader.case_fingerprints())
    yield reader.events
    yield lambda: reader.count("plan")


@pytest.mark.parametrize("junk", [b"\x00garbage", b"[]", b'{"id": 5', b'{"unknown": 1}', b"null"])
def test_rows_that_are_not_what_was_written_are_a_store_error(run: Path, junk: bytes) -> None:
    with closing(sqlite3.connect(run / "run.sqlite")) as connection:
        connection.execute("DELETE FROM exchange WHERE seq = 99")
        connection.execute("UPDATE cases SET body = ?", (junk,))
        connection.execute("UPDATE record SET body = ?", (junk,))
        connection.execute("UPDATE header SET value = ? WHERE key <> 'planned'", (b"\x00",))
        connection.execute("INSERT INTO event (at, kind, detail) VALUES (1, 'x', ?)", (b"\x00",))
        connection.commit()
    with RunReader(run) as reader:
        for read in list(readers(reader))[:-1]:
            with pytest.raises(StoreError, match="damaged"):
                read()


def test_damaged_pages_are_a_store_error_whatever_is_read(run: Path) -> None:
    path = run / "run.sqlite"
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    path.write_bytes(bytes(body))
    before = path.read_bytes()
    with pytest.raises(StoreError):
        RunWriter(run, create=False)
    assert path.read_bytes() == before
    try:
        reader = RunReader(run)
    except StoreError:
        return
    with reader:
        for read in readers(reader):
            with pytest.raises(StoreError):
                read()


def test_a_run_without_its_whole_plan_cannot_be_gone_on_with(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        writer.put_header(nouns.header())
        writer.put_cases([])
    with RunReader(tmp_path) as reader, pytest.raises(StoreError, match="before its first call"):
        reader.header()


def test_a_file_whose_process_died_while_planning_is_known_as_ours(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        copy = tmp_path / "copy"
        copy.mkdir()
        writer.put_header(nouns.header())
        writer.flush()
        for name in ("run.sqlite", "run.sqlite-wal"):
            shutil.copy(tmp_path / name, copy / name)
    with RunReader(copy) as reader, pytest.raises(StoreError, match="before its first call"):
        reader.header()


def test_a_run_that_was_killed_is_read_with_what_its_log_holds(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        writer.put_exchange(nouns.exchange(0))
        writer.flush()
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("run.sqlite", "run.sqlite-wal"):
            shutil.copy(tmp_path / name, copy / name)
    with RunReader(copy) as reader:
        assert reader.count("exchange") == 1
