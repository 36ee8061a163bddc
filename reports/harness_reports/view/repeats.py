"""Shows what the repeats of one case gave, where they do not all give the same."""

from harness_reports.characters import one_line, shown_json
from harness_reports.sides import Side
from harness_reports.view.case_nouns import RepeatRow
from harness_reports.view.words import STATES


def answer_line(side: Side) -> str:
    """Give an answer, or why there is none, on one line."""
    if side.output is None:
        return one_line(side.why or side.state, 90)
    return one_line(side.output.text or shown_json(side.output.value, indent=None), 90)


def repeat_rows(before: Side, after: Side) -> tuple[RepeatRow, ...]:
    """Give a row a repeat where repeats differ on one side; else none."""
    if max(len(before.answers), len(after.answers)) <= 1:
        return ()
    old = {answer.repeat: answer for answer in before.answers}
    new = {answer.repeat: answer for answer in after.answers}
    if not before.is_flaky and not after.is_flaky and not (_differ(before) or _differ(after)):
        return ()
    rows = []
    for number in sorted({*old, *new})[:20]:
        cells = []
        for answers, side in ((old, before), (new, after)):
            answer = answers.get(number)
            one = Side(
                target=side.target, answers=(), passed=0, answered=0, shown=answer, latency_s=None
            )
            cells.append((answer_line(one), STATES[answer.state if answer else "skipped"]))
        rows.append(RepeatRow(str(number + 1), *cells[0], *cells[1]))
    return tuple(rows)


def _differ(side: Side) -> bool:
    outputs = [a.record.output for a in side.answers if a.record is not None]
    return len({answer.state for answer in side.answers}) > 1 or any(
        output is None or outputs[0] is None or output.value != outputs[0].value
        for output in outputs
    )
