"""What revgate itself is asked to do in a benchmark."""

from pathlib import Path

import pytest

from benchmarks.contenders.revgate import write_suite
from benchmarks.work import Order, Work
from harness.registry import load_registry
from harness.suitefile import load_suite


def order(folder: Path, *, has_tls: bool = False) -> Order:
    work = Work(calls=40, concurrency=32, delay_ms=50, has_tls=has_tls)
    scheme = "https" if has_tls else "http"
    ca_file = folder / "ca.pem"
    return Order(work=work, origin=f"{scheme}://127.0.0.1:9", ca_file=ca_file, folder=folder)


def test_two_targets_share_calls_and_concurrency(tmp_path: Path) -> None:
    path = write_suite(order(tmp_path))
    loaded = load_suite(path, load_registry(), environ={})
    suite = loaded.suite
    assert len(list(loaded.cases())) * len(suite.targets) == 40
    assert suite.run.concurrency * len(suite.targets) == 32
    assert {gate.metric for gate in suite.gates} == {"agreement", "latency_p50"}


def test_every_answer_is_checked_against_what_is_expected(tmp_path: Path) -> None:
    loaded = load_suite(write_suite(order(tmp_path)), load_registry(), environ={})
    for case in loaded.cases():
        assert case.expect == "POSITIVE"
        assert case.checks or loaded.suite.checks


@pytest.mark.parametrize("extra", [", rate: 2000", ", seed: 3"])
def test_a_study_adds_settings_of_its_own(tmp_path: Path, extra: str) -> None:
    loaded = load_suite(write_suite(order(tmp_path), extra=extra), load_registry(), environ={})
    key, _, value = extra.removeprefix(", ").partition(": ")
    assert getattr(loaded.suite.run, key) == int(value)
