"""Tabular regression: the rows of a table in, a number for each out."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Measure, Output, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._ranking import LARGEST, finite_numbers, greatest_difference
from harness_tasks._rows import build_rows, parse_numbers, predictions, rows_asked
from harness_tasks._wire import in_words

SAME = 1e-6
"""Predictions count as the same up to this difference, relative to the greater one."""
NEAR = 0.01
"""How far a prediction may be from the one expected, relative to it."""


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is one finite number a row."""
    yield rows_asked(case, output)
    got = predictions(output)
    is_finite = bool(got) and len(finite_numbers(output.value)) == len(got)
    yield legal(
        "numbers",
        f"{plural(len(got), 'number')}, {'every one' if is_finite else 'not every one'} finite",
        ok=is_finite,
    )


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of all rows, the share of rows alike, and the mean and greatest difference.

    Differences are absolute, in the unit of the prediction.
    """
    old, new = finite_numbers(before.value), finite_numbers(after.value)
    if not old or len(old) != len(new):
        yield Measure(name="agreement", value=float(before.value == after.value))
        return
    same = [math.isclose(a, b, rel_tol=SAME) for a, b in zip(old, new, strict=True)]
    yield Measure(name="agreement", value=float(all(same)))
    yield Measure(name="row_agreement", value=sum(same) / len(same))
    yield Measure(name="max_difference", value=greatest_difference(old, new), better="lower")
    mean = math.fsum(abs(a / len(old) - b / len(old)) for a, b in zip(old, new, strict=True))
    yield Measure(name="mean_difference", value=min(mean, LARGEST), better="lower")


def expect(case: Case, output: Output) -> Finding:
    """Hold the numbers against a list of them, one a row; each may be off by one hundredth."""
    wanted, got = case.expect, finite_numbers(output.value)
    if not isinstance(wanted, list) or not all(type(one) in (int, float) for one in wanted):
        message = f"`expect` must be a list of numbers, one a row, not {in_words(wanted)}"
        return Finding(check="expect", ok=False, message=message)
    numbers = finite_numbers(wanted)
    if not numbers or len(numbers) != len(got):
        message = f"expected {plural(len(numbers), 'number')}, got {len(got)}"
        return Finding(check="expect", ok=False, message=message)
    pairs = enumerate(zip(numbers, got, strict=True))
    off = [row for row, (a, b) in pairs if abs(a - b) > abs(a) * NEAR]
    message = f"all {plural(len(got), 'number')} within {NEAR:.0%}"
    if off:
        row = off[0]
        message = (
            f"{plural(len(off), 'row')} off; row {row}: expected {numbers[row]:g}, got {got[row]:g}"
        )
    score = 1 - len(off) / len(got)
    return Finding(check="expect", ok=not off, message=message, score=score)


TASK = Task(
    name="tabular-regression",
    build=build_rows,
    parse=parse_numbers,
    validate=validate,
    compare=compare,
    measures=directions("row_agreement", "max_difference", "mean_difference"),
    expect=expect,
    sample=Case(
        id="rents",
        inputs={"data": {"rooms": ["2", "4"], "floor": ["1", "3"]}},
        expect=[710, 1240],
    ),
    sample_output=[708.5, 1243.0],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
