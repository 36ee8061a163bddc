"""A monitor decides by the cases in a row, and keeps little of those that wait for one before."""

from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import numpy as np
import pytest

from harness.columns import PairColumns
from harness.data.comparison import PairTable
from harness.data.exchange import Fault, Unsent
from harness.data.noun import replace
from harness.data.record import Finding, Output, Record, Usage
from harness.data.suite import Case, Gate, RunSettings, Target
from harness.gates import Asked
from harness.pairs.pairing import side_of
from harness.pipeline.monitor import _MOST_AHEAD, Monitor, open_monitor
from harness.pipeline.prefix import asked_before
from harness.registry import Registry
from harness.store import RunReader, RunWriter, codec
from tests.store import nouns

CASES = 1200
SIDES = ("baseline", "candidate")


def case(place: int) -> Case:
    return Case(id=f"c{place}", expect="A", tags=(f"t{place % 3}",))


def record(place: int, side: int, *, is_right: bool) -> Record:
    label = "A" if is_right else "B"
    if place % 50 == 7 and side:
        return Record(seq=2 * place + side, fault=Fault(kind="timeout", message="late"))
    return Record(
        seq=2 * place + side,
        output=Output(value=[{"label": label, "score": 0.9}], text=label, variant="nested"),
        findings=(Finding(check="expect", ok=is_right, message="as it was"),),
        usage=Usage(input_tokens=place + side),
        latency_s=None if place % 9 == 4 else 0.1 + place / 1000 + side,
    )


def monitor(registry: Registry, gate: Gate) -> Monitor:
    targets = tuple(Target(name=name, provider="hf-endpoint", model="lab/labels") for name in SIDES)
    task = registry.tasks["text-classification"]
    suite = replace(
        nouns.suite(), task=task.name, targets=targets, run=RunSettings(stop="early"), gates=(gate,)
    )
    asked = Asked()
    for place in range(CASES):
        asked.add(case(place))
    return Monitor(suite=suite, task=task, gates=(gate,), asked=asked)


def give(one: Monitor, place: int) -> None:
    for side, name in enumerate(SIDES):
        found = record(place, side, is_right=side == 0 or place % 5 != 0)
        one.take(case(place), 2 * place + side, name, 0, found)


DROP = Gate(metric="pass_rate", max_drop=0.02)


def test_what_waits_for_a_case_before_it_is_kept_without_its_records(installed: Registry) -> None:
    one = monitor(installed, DROP)
    for place in range(1, CASES):
        give(one, place)
        assert len(one._open) <= _MOST_AHEAD + 1
    assert one.settled() == ""
    give(one, 0)
    assert one._next == CASES
    assert not one._open
    assert one.settled() == "pass_rate max_drop 0.02 had failed"


def test_a_run_gone_on_with_takes_its_cases_in_in_the_order_they_were_asked(
    installed: Registry, tmp_path: Path
) -> None:
    suite = monitor(installed, Gate(metric="faults", max=1000)).suite
    places = list(range(CASES))
    Random(5).shuffle(places)  # the case that is asked first is anywhere in the suite
    with closing(RunWriter(tmp_path, create=True)) as writer:
        writer.put_header(nouns.header(suite=codec.suite_to_json(suite)))
        writer.put_cases(map(case, range(CASES)))
        writer.put_plan((number, name, 0, True) for number in places for name in SIDES)
        for seq in range(2 * CASES - 100):
            if seq != 2 * 900:
                at_fault = Fault(kind="timeout", message="late")
                writer.put_unsent(Unsent(seq=seq, cause="not built", reason="x", fault=at_fault))
    with RunReader(tmp_path) as reader:
        one = open_monitor(suite, installed.tasks[suite.task], reader)
    assert isinstance(one, Monitor)
    assert one._next == 900
    assert one._is_in_order
    assert len(one._open) == CASES - 50 - 900
    given = one._comparison("candidate").table
    assert [*given.case_ids] == [f"c{number}" for number in places[:900]]


@pytest.mark.parametrize("ahead", [0, 3 * _MOST_AHEAD])
def test_cases_after_one_that_is_not_there_say_nothing_yet(installed: Registry, ahead: int) -> None:
    one = monitor(installed, DROP)
    for place in range(20):
        give(one, place)
    for place in range(21, 21 + ahead):  # 20 is not there
        give(one, place)
    before = one.settled()
    columns = one._comparison("candidate").table
    assert before == ""
    assert [*columns.case_ids] == [f"c{place}" for place in range(20)]
    assert one._comparison("candidate").table.unasked == CASES - 20


def columns(registry: Registry, order: Sequence[int]) -> PairTable:
    task = registry.tasks["text-classification"]
    found = PairColumns(task=task, candidate="candidate", repeats=1)
    for place in order:
        sides = [
            side_of({0: record(place, side, is_right=side == 0 or place % 5 != 0)})
            for side in (0, 1)
        ]
        found.add(case(place), *sides, place)
    return found.table()


def test_a_table_cut_off_is_that_of_the_cases_before_taken_in_in_order(
    installed: Registry,
) -> None:
    order = list(range(300))
    Random(3).shuffle(order)
    whole = columns(installed, list(range(200)))
    cut = asked_before(columns(installed, order), 200)
    for name in PairTable.__dataclass_fields__:
        assert same(getattr(cut, name), getattr(whole, name)), name
    assert set(cut.sided) == {"input_tokens"}
    assert len(cut.before_latency_s) > 100
    assert isinstance(cut.before_pass, array)


def same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and len(one) == 2 and not isinstance(one[0], str):
        return isinstance(other, tuple) and all(map(same, one, other))
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        values, others = [*one], [*other]
        if values and isinstance(values[0], float):
            return np.array_equal(values, others, equal_nan=True)
        return values == others
    return one == other
