"""A run of an older revgate is read as it is, and written to only after a copy was kept."""

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harness.data.exchange import Attempt, Exchange, Response, Timings
from harness.data.record import Output, Record
from harness.errors import StoreError
from harness.store import RunHeader, RunReader, RunWriter, StoredCase, codec
from harness.store.schema import SCHEMA
from tests.store import nouns

_NEW = ("moved", "batched", "answered_at")
_CALLS = tuple(
    nouns.exchange(
        seq,
        attempts=(
            Attempt(response=Response(status=503), timings=Timings(total_s=9.0), started_at=50.0),
            Attempt(
                response=Response(status=200, body=b"answer %d" % seq),
                timings=Timings(total_s=0.25) if seq else Timings(),
                started_at=100.0 + seq,
            ),
        ),
    )
    for seq in range(4)
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A run folder of schema 1 with four answers to six planned calls, as its code wrote it."""
    folder = tmp_path / "run"
    folder.mkdir()
    golden = Path(__file__).parent / "golden" / "schema-1.sqlite.gz"
    (folder / "run.sqlite").write_bytes(gzip.decompress(golden.read_bytes()))
    return folder


def stored(path: Path) -> tuple[list[Exchange], list[StoredCase]]:
    with RunReader(path) as reader:
        return [exchange for _, exchange in reader.exchanges()], list(reader.cases())


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def answered_at(cases: list[StoredCase]) -> dict[int, float]:
    return {answer.seq: answer.answered_at for case in cases for answer in case.answers}


def test_an_old_run_is_read_without_being_touched(old: Path) -> None:
    before = (old / "run.sqlite").read_bytes()
    exchanges, cases = stored(old)
    assert exchanges == list(_CALLS)
    assert answered_at(cases) == {0: 100.0, 1: 101.25, 2: 102.25, 3: 103.25, 4: 0.0, 5: 0.0}
    assert {(a.is_moved, a.batched) for case in cases for a in case.answers} == {(False, 1)}
    assert (old / "run.sqlite").read_bytes() == before
    assert list(old.glob("*.bak")) == []


def test_the_header_and_records_of_an_old_run_are_as_they_were(old: Path) -> None:
    def kept() -> tuple[RunHeader, list[Record | None]]:
        with RunReader(old) as reader:
            answers = [answer for case in reader.cases() for answer in case.answers]
            return reader.header(), [answer.record for answer in answers]

    header, records = kept()
    assert header.run_id == nouns.header().run_id
    assert codec.suite_from_json(header.suite).name == "kept"
    outputs = [Output(value=seq) for seq in range(4)]
    assert [record and record.output for record in records] == [*outputs, None, None]
    RunWriter(old, create=False).close()
    assert kept() == (header, records)


def test_an_old_run_is_copied_then_migrated_before_it_is_written(old: Path) -> None:
    before = stored(old)
    with closing(RunWriter(old, create=False)) as writer:
        writer.put_exchange(nouns.exchange(4, is_moved=True, batched=3))
    exchanges, cases = stored(old)
    assert exchanges[:4] == before[0]
    assert exchanges[4] == nouns.exchange(4, is_moved=True, batched=3)
    assert answered_at(cases) == answered_at(before[1]) | {4: pytest.approx(0.1)}
    assert version(old / "run.sqlite") == SCHEMA
    backup = old / "run.sqlite.schema-1.bak"
    assert version(backup) == 1
    assert answered_at(stored(backup)[1]) == answered_at(before[1])
    assert sorted(path.name for path in old.iterdir()) == [
        "run.lock",
        "run.sqlite",
        "run.sqlite.schema-1.bak",
    ]


def test_a_migrated_run_has_the_columns_of_a_new_one(old: Path, tmp_path: Path) -> None:
    RunWriter(old, create=False).close()
    RunWriter(tmp_path, create=True).close()

    def columns(path: Path) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA table_info(exchange)").fetchall()

    assert columns(old / "run.sqlite") == columns(tmp_path / "run.sqlite")


def test_a_run_of_this_schema_gets_no_copy(old: Path) -> None:
    RunWriter(old, create=False).close()
    (old / "run.sqlite.schema-1.bak").unlink()
    RunWriter(old, create=False).close()
    assert list(old.glob("*.bak")) == []


def test_a_run_that_cannot_be_copied_is_left_as_it_is(old: Path) -> None:
    (old / "run.sqlite.schema-1.bak").mkdir()
    before = stored(old)
    with pytest.raises(StoreError, match=r"schema 1 and cannot be brought to 2.*left as it is"):
        RunWriter(old, create=False)
    assert version(old / "run.sqlite") == 1
    assert stored(old) == before
    assert list(old.glob("*.part")) == []


def test_a_migration_that_breaks_off_changes_nothing(old: Path) -> None:
    with closing(sqlite3.connect(old / "run.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE exchange SET attempts = 'no list' WHERE seq = 2")
    with pytest.raises(StoreError, match="malformed"):
        RunWriter(old, create=False)
    assert version(old / "run.sqlite") == 1
    with closing(sqlite3.connect(old / "run.sqlite")) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(exchange)")]
    assert not set(names) & set(_NEW)


def test_an_old_log_that_was_never_folded_is_migrated_with_its_rows(old: Path) -> None:
    with closing(sqlite3.connect(old / "run.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM exchange WHERE seq = 3")
        with closing(RunWriter(old, create=False)):
            pass
    assert [exchange.seq for exchange in stored(old)[0]] == [0, 1, 2]
    assert [e.seq for e in stored(old / "run.sqlite.schema-1.bak")[0]] == [0, 1, 2]


OPENED = """
import os
import sys
from pathlib import Path
from harness.store import RunWriter
from tests.e2e.survival.witness import Deaths, die_at, kill_one
die_at(Deaths(int(sys.argv[2]), sys.argv[3], lambda: kill_one(os.getpid())))
RunWriter(Path(sys.argv[1]), create=False).close()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="what kills is for Linux")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_step_of_a_migration_loses_nothing(
    old: Path, tmp_path: Path, moment: str
) -> None:
    before, n, code = stored(old), 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        n += 1
        run = tmp_path / f"{moment}-{n}"
        shutil.copytree(old, run)
        words = [sys.executable, "-c", OPENED, str(run), str(n), moment]
        code = subprocess.run(words, cwd=Path(__file__).parents[2], check=False).returncode
        RunWriter(run, create=False).close()
        assert version(run / "run.sqlite") == SCHEMA
        exchanges, cases = stored(run)
        assert exchanges == before[0]
        assert answered_at(cases) == answered_at(before[1])
        assert version(run / "run.sqlite.schema-1.bak") == 1
        assert stored(run / "run.sqlite.schema-1.bak")[0] == before[0]
    assert code == 0
    assert n == 3  # the copy gets its name, then the migration commits
