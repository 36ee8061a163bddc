"""Calls with their answers, and a process that judges them."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.data.exchange import Attempt, Exchange, Response
from harness.data.record import Record
from harness.data.suite import Case, CheckUse
from harness.judging import Worker
from harness.store import RunWriter, codec

BODIES = (
    b'[[{"label":"POSITIVE","score":0.9},{"label":"NEGATIVE","score":0.1}]]',
    b'[{"label":"NEGATIVE","score":0.7}]',
    b'{"error":"what"}',
    b"\xff\xfe not JSON",
    b'[[{"label":"A","score":1e400}]]',
)


def exchange(seq: int, body: bytes) -> Exchange:
    headers = {"x-compute-type": "cpu", "x-compute-time": "0.25", "x-sha": "a" * 40}
    attempt = Attempt(response=Response(status=200, headers=headers, body=body))
    return Exchange(
        seq=seq, target="baseline", repeat=0, url="http://127.0.0.1/", method="POST",
        request_body=b"{}", attempts=(attempt,), transport="curl",
    )  # fmt: skip


def case(number: int) -> Case:
    check = CheckUse(check="label_is", arguments={"label": "POSITIVE"})
    return Case(id=f"c{number}", inputs="a film", expect="POSITIVE", checks=(check,))


@pytest.fixture
def started() -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.end()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RunWriter]:
    """Give a run of 300 calls, none of them made."""
    (tmp_path / "run").mkdir()
    with closing(RunWriter(tmp_path / "run", create=True)) as opened:
        opened.put_cases(case(number) for number in range(300))
        opened.put_plan((number, "baseline", 0, True) for number in range(300))
        opened.flush()
        yield opened


def answered(worker: Worker, jobs: list[tuple[Case, Exchange]]) -> list[Record]:
    if jobs:
        worker.give(jobs)
    records: list[Record] = []
    until = time.monotonic() + 60
    saved = 0
    while not jobs or saved < len(jobs):
        assert time.monotonic() < until
        for sign in worker.take(0.1):
            assert not sign.failure
            records += map(codec.record_of, sign.records)
            saved += sign.saved
            assert saved <= len(records)
    return records
