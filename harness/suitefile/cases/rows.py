"""Turns the rows of a dataset into cases."""

from collections.abc import Iterator

from harness.compact import DigestSet
from harness.data.noun import replace
from harness.data.suite import Case
from harness.suitefile.cases.dataset import read_rows
from harness.suitefile.cases.fileinputs import beside_file, file_of
from harness.suitefile.cases.lines import BadRow, Row
from harness.suitefile.cases.media import read_media
from harness.suitefile.cases.rowvalues import RowError, RowPlan, filled
from harness.suitefile.cases.template import FillError
from harness.suitefile.cases.written import id_digest
from harness.suitefile.paths import PathError, open_inside
from harness.suitefile.problems.leaks import find_leaks, masked
from harness.suitefile.problems.problem import Problem, SuiteError

_MOST_PROBLEMS = 100
_MOST_ROWS_AFTER = 100_000
"""Rows that are looked at after the first bad one, to report all that is wrong at once."""


def rows_of(plan: RowPlan) -> Iterator[Row | BadRow]:
    """Give the rows of the plan's file, at most its limit; raises PathError."""
    with open_inside(plan.common.folder, plan.file) as stream:
        for number, row in enumerate(read_rows(stream, plan.file)):
            if plan.limit is not None and number >= plan.limit:
                return
            yield row


def cases_of(plan: RowPlan, taken: DigestSet) -> Iterator[Case]:
    """Give one case a row, in order, reading as it is asked.

    `taken` holds the digests of the ids there are already, and is added to. From the first bad
    row on nothing is given any more: what else is wrong is gathered and raised as SuiteError.
    """
    problems: list[Problem] = []
    after = 0
    try:
        for number, row in enumerate(rows_of(plan), start=1):
            try:
                case = row_case(plan, row, number, taken)
            except RowError as error:
                problems.append(row_problem(plan, row, error))
            else:
                if not problems:
                    yield case
            after += bool(problems)
            if len(problems) >= _MOST_PROBLEMS or after > _MOST_ROWS_AFTER:
                break
    except (PathError, OSError) as error:
        code = error.code if isinstance(error, PathError) else "E117"
        problem = Problem(code=code, message=str(error), file=plan.shown)
        raise SuiteError([*problems, problem]) from error
    if problems:
        raise SuiteError(problems)


def first_row(plan: RowPlan) -> tuple[Row | None, tuple[Problem, ...]]:
    """Give the first row, None when there is none or it is bad; raises PathError."""
    for row in rows_of(plan):
        if isinstance(row, BadRow):
            return None, (row_problem(plan, row, RowError(row.code, row.message)),)
        return row, ()
    return None, ()


def row_case(plan: RowPlan, row: Row | BadRow, number: int, taken: DigestSet) -> Case:
    """Give the case of the row with this number, from 1; raises a ValueError that says why not."""
    if isinstance(row, BadRow):
        raise RowError(row.code, row.message)
    if next(find_leaks(row.text, plan.known), None):
        raise RowError("E116", "looks like a credential", "remove it from the dataset")
    try:
        case = filled(plan, row, number)
    except FillError as error:
        columns = ", ".join(list(row.values)[:12])
        raise RowError("E115", str(error), f"its columns: {columns}") from error
    if not taken.add(id_digest(case.id)):
        advice = "ids that differ only in letter case or Unicode form repeat too"
        raise RowError("E114", f"case id {case.id[:80]!r} repeats", advice)
    file = file_of(case.inputs) if plan.common.wants_file else None
    if file is None:
        return case
    try:
        media = read_media(plan.common.folder, file)
        return replace(case, inputs=beside_file(case.inputs), media=media)
    except PathError as error:
        raise RowError(error.code, str(error)) from error


def row_problem(plan: RowPlan, row: Row | BadRow, error: RowError) -> Problem:
    """Give what is wrong with a row, credentials masked."""
    text = row.text.split("\n")[0]
    leak = next(find_leaks(text, plan.known), None) if error.code == "E116" else None
    column = row.column if isinstance(row, BadRow) else leak.start + 1 if leak else 1
    first = max(column - 1 - 200, 0)
    return Problem(
        code=error.code,
        message=masked(str(error)[:500], plan.known),
        help=masked(error.advice, plan.known),
        file=plan.shown,
        line=row.line,
        column=column,
        width=leak.end - leak.start if leak else 1,
        source_line=masked(text, plan.known)[first : first + 400],
        source_column=first + 1,
    )
