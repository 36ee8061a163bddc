"""Tabular classification: the rows of a table in, a class for each out."""

from collections.abc import Iterator

from harness.api import Case, Finding, Measure, Output, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._rows import build_rows, parse_classes, predictions, rows_asked
from harness_tasks._wire import in_words


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is one class a row."""
    yield rows_asked(case, output)


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of all rows, and the share of rows with the same class, 0..1."""
    old, new = predictions(before), predictions(after)
    yield Measure(name="agreement", value=float(old == new))
    if old and len(old) == len(new):
        same = sum(first == second for first, second in zip(old, new, strict=True))
        yield Measure(name="row_agreement", value=same / len(old))


def expect(case: Case, output: Output) -> Finding:
    """Hold the classes against a list of them, one a row; the score is the share that is right."""
    wanted, got = case.expect, predictions(output)
    if not isinstance(wanted, list) or not wanted or any(_is_odd(one) for one in wanted):
        message = f"`expect` must be a list of classes, one a row, not {in_words(wanted)}"
        return Finding(check="expect", ok=False, message=message)
    wrong = [row for row, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b]
    if len(got) != len(wanted):
        message = f"expected {plural(len(wanted), 'class', 'classes')}, got {len(got)}"
    elif wrong:
        row = wrong[0]
        message = (
            f"{plural(len(wrong), 'row')} wrong; row {row}: expected {in_words(wanted[row])}, "
        )
        message += f"got {in_words(got[row])}"
    else:
        message = f"all {plural(len(got), 'class', 'classes')} as expected"
    right = len(wanted) - len(wrong) if len(got) == len(wanted) else 0
    score = right / len(wanted)
    return Finding(check="expect", ok=score == 1, message=message, score=score)


def _is_odd(value: object) -> bool:
    return isinstance(value, bool) or not isinstance(value, int | float | str)


TASK = Task(
    name="tabular-classification",
    build=build_rows,
    parse=parse_classes,
    validate=validate,
    compare=compare,
    measures=directions("row_agreement"),
    expect=expect,
    sample=Case(
        id="apples",
        inputs={"data": {"weight": ["182", "95"], "colour": ["red", "green"]}},
        expect=["ripe", "unripe"],
    ),
    sample_output=["ripe", "unripe"],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
