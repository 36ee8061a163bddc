"""Fills one row into the form of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.data.suite import Case
from harness.jsonvalue import Json
from harness.suitefile.cases.fileinputs import file_of, foreign_keys
from harness.suitefile.cases.lines import Row
from harness.suitefile.cases.template import Filler, fill
from harness.suitefile.cases.written import Common
from harness.suitefile.problems.suggest import did_you_mean


class RowError(ValueError):
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


def filled(plan: RowPlan, row: Row, number: int) -> Case:
    """Give the case of a row; raises RowError or FillError. A media file is not read yet."""
    values = row.values
    inputs = fill(plan.inputs, values)
    if plan.common.wants_file:
        if file_of(inputs) is None:
            raise RowError("E124", "this task takes a file as its input", "`{file: path}`")
        if foreign := foreign_keys(inputs, plan.common.parts):
            advice = did_you_mean(foreign[0], ("file", *plan.common.parts))
            raise RowError("E102", f"unknown key '{foreign[0][:80]}' in the inputs", advice)
    if not isinstance(inputs, str | list | dict):
        raise RowError("E124", "the inputs of a case must be text, a list or an object")
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
        raise RowError("E124", "the id of the case is empty")
    return identifier


def _name(value: Json, what: str, longest: int) -> str:
    """Give text that names something; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError("E124", f"{what} must be text or a whole number")
    text = str(value)
    if len(text) > longest:
        raise RowError("E124", f"{what} is longer than {longest} characters")
    if any(character < " " or "\x7f" <= character <= "\x9f" for character in text):
        raise RowError("E124", f"{what} has a control character")
    return text
