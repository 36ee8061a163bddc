"""Turns the rows of a dataset into cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from harness.data.suite import Case
from harness.jsonvalue import Json
from harness.suitefile.cases import Common, file_of, id_digest
from harness.suitefile.dataset import BadRow, Row, read_rows
from harness.suitefile.leaks import find_leaks, masked
from harness.suitefile.media import read_media
from harness.suitefile.paths import PathError, open_inside
from harness.suitefile.problems import Problem, SuiteError
from harness.suitefile.template import Filler, FillError, fill

_MOST_PROBLEMS = 100
_MOST_ROWS_AFTER = 100_000
"""Rows that are looked at after the first bad one, to report all that is wrong at once."""


class _RowError(ValueError):
    """A row that makes no case."""

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """How a dataset's rows become cases."""

    file: str
    """Relative to the suite's folder."""
    shown: str
    """As it is named in messages."""
    common: Common
    inputs: Filler
    id: Filler = None
    expect: Filler = None
    tags: tuple[Filler, ...] = ()
    parameters: Mapping[str, Filler] = field(default_factory=dict)
    cluster: Filler = None
    limit: int | None = None
    known: tuple[str, ...] = field(default=(), repr=False)


def rows_of(plan: RowPlan) -> Iterator[Row | BadRow]:
    """Give the rows of the plan's file, at most its limit; raises PathError."""
    with open_inside(plan.common.folder, plan.file) as stream:
        for number, row in enumerate(read_rows(stream, plan.file)):
            if plan.limit is not None and number >= plan.limit:
                return
            yield row


def cases_of(plan: RowPlan, taken: set[int]) -> Iterator[Case]:
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
            except _RowError as error:
                problems.append(row_problem(plan, row, error))
            else:
                if not problems:
                    yield case
            after += bool(problems)
            if len(problems) >= _MOST_PROBLEMS or after > _MOST_ROWS_AFTER:
                break
    except PathError as error:
        problem = Problem(code=error.code, message=str(error), file=plan.shown)
        raise SuiteError([*problems, problem]) from error
    if problems:
        raise SuiteError(problems)


def first_row(plan: RowPlan) -> tuple[Row | None, tuple[Problem, ...]]:
    """Give the first row, None when there is none or it is bad; raises PathError."""
    for row in rows_of(plan):
        if isinstance(row, BadRow):
            return None, (row_problem(plan, row, _RowError(row.code, row.message)),)
        return row, ()
    return None, ()


def row_case(plan: RowPlan, row: Row | BadRow, number: int, taken: set[int]) -> Case:
    """Give the case of the row with this number, from 1; raises a ValueError that says why not."""
    if isinstance(row, BadRow):
        raise _RowError(row.code, row.message)
    if next(find_leaks(row.text, plan.known), None):
        raise _RowError("E116", "looks like a credential", "remove it from the dataset")
    try:
        case = _filled(plan, row, number)
    except FillError as error:
        columns = ", ".join(list(row.values)[:12])
        raise _RowError("E115", str(error), f"its columns: {columns}") from error
    digest = id_digest(case.id)
    if digest in taken:
        advice = "ids that differ only in letter case or Unicode form repeat too"
        raise _RowError("E114", f"case id {case.id[:80]!r} repeats", advice)
    taken.add(digest)
    file = file_of(case.inputs) if plan.common.wants_file else None
    if file is None:
        return case
    try:
        return replace(case, inputs=None, media=read_media(plan.common.folder, file))
    except PathError as error:
        raise _RowError(error.code, str(error)) from error


def row_problem(plan: RowPlan, row: Row | BadRow, error: _RowError) -> Problem:
    """Give what is wrong with a row, credentials masked."""
    text = row.text.split("\n")[0]
    leak = next(find_leaks(text, plan.known), None) if error.code == "E116" else None
    column = row.column if isinstance(row, BadRow) else leak.start + 1 if leak else 1
    return Problem(
        code=error.code,
        message=masked(str(error), plan.known),
        help=masked(error.advice, plan.known),
        file=plan.shown,
        line=row.line,
        column=column,
        width=leak.end - leak.start if leak else 1,
        source_line=masked(text, plan.known),
    )


def _filled(plan: RowPlan, row: Row, number: int) -> Case:
    values = row.values
    inputs = fill(plan.inputs, values)
    if plan.common.wants_file and file_of(inputs) is None:
        raise _RowError("E124", "this task takes a file as its input", "`{file: path}`")
    if not isinstance(inputs, str | list | dict):
        raise _RowError("E124", "the inputs of a case must be text, a list or an object")
    own = {key: fill(value, values) for key, value in plan.parameters.items()}
    tags = (_name(fill(tag, values), "a tag", 80) for tag in plan.tags)
    return Case(
        id=f"row-{number}" if plan.id is None else _identifier(fill(plan.id, values)),
        inputs=inputs,
        parameters={**plan.common.parameters, **own},
        expect=fill(plan.expect, values),
        checks=plan.common.checks,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        cluster=_name(fill(plan.cluster, values), "the cluster", 200) or None,
        place=f"{plan.file}:{row.line}",
    )


def _identifier(value: Json) -> str:
    identifier = _name(value, "the id", 200)
    if not identifier:
        raise _RowError("E124", "the id of the case is empty")
    return identifier


def _name(value: Json, what: str, longest: int) -> str:
    """Give text that names something; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _RowError("E124", f"{what} must be text or a whole number")
    text = str(value)
    if len(text) > longest:
        raise _RowError("E124", f"{what} is longer than {longest} characters")
    if any(character < " " or "\x7f" <= character <= "\x9f" for character in text):
        raise _RowError("E124", f"{what} has a control character")
    return text
