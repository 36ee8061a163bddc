"""Reads the `dataset` part of a suite: which file, and how its rows become cases."""

from pathlib import Path as FilePath
from typing import cast

from harness.jsonvalue import Json
from harness.suitefile.cases.dataset import SUFFIXES
from harness.suitefile.cases.lines import Row
from harness.suitefile.cases.rows import first_row
from harness.suitefile.cases.rowvalues import RowPlan
from harness.suitefile.cases.sandbox import Column, TemplateError
from harness.suitefile.cases.template import (
    Filler,
    FillError,
    columns,
    look_up,
    read_template,
)
from harness.suitefile.cases.written import Common
from harness.suitefile.keys.models import DatasetModel
from harness.suitefile.keys.translate import not_text, validated
from harness.suitefile.paths import PathError
from harness.suitefile.problems.suggest import closest
from harness.suitefile.tree.node import Node, Path
from harness.suitefile.tree.review import Review

_TEMPLATES = ("id", "inputs", "expect", "tags", "parameters", "cluster")


def read_row_plan(review: Review, written: Json, common: Common) -> tuple[RowPlan | None, bool]:
    """Give the plan, None when something is wrong, and whether the file has a row at all.

    Templates are held against the columns of the first row; the rest is read when asked for.
    """
    model = validated(review, DatasetModel, written, ("dataset",), "dataset")
    if not isinstance(written, dict):
        return None, True
    fillers = {
        key: _filler(review, written[key], ("dataset", key)) for key in _TEMPLATES if key in written
    }
    _refuse_inputs(review, written)
    if model is None:
        return None, True
    if not model.file.lower().endswith(SUFFIXES):
        message = "a dataset is JSON Lines or CSV"
        review.value(("dataset", "file"), "E124", message, f"known: {', '.join(SUFFIXES)}")
        return None, True
    tags, parameters = fillers.get("tags"), fillers.get("parameters")
    plan = RowPlan(
        file=model.file,
        shown=str(FilePath(review.source.file).parent / model.file),
        common=common,
        inputs=fillers.get("inputs"),
        id=fillers.get("id"),
        expect=fillers.get("expect"),
        tags=tuple(tags) if isinstance(tags, list) else (),
        parameters=cast("dict[str, Filler]", parameters) if isinstance(parameters, dict) else {},
        cluster=fillers.get("cluster"),
        limit=model.limit,
        known=review.source.known,
    )
    try:
        row, problems = first_row(plan)
    except PathError as error:
        review.value(("dataset", "file"), error.code, str(error))
        return plan, True
    review.extend(problems)
    if row is not None:
        for key, filler in fillers.items():
            _refuse_undefined(review, filler, row, ("dataset", key))
    return plan, row is not None or bool(problems)


def uses_columns(plan: RowPlan) -> bool:
    """Whether the inputs differ from row to row."""
    return next(columns(plan.inputs), None) is not None


def _refuse_inputs(review: Review, written: dict[str, Json]) -> None:
    node = review.node(("dataset", "inputs"))
    if node is None or node.ambiguity is not None:
        return
    if not isinstance(written["inputs"], str | list | dict):
        not_text(review, node)


def _filler(review: Review, written: Json, path: Path) -> Filler:
    if isinstance(written, str):
        try:
            return read_template(written)
        except TemplateError as error:
            advice = "no calls, filters, arithmetic or loops: put the value into the dataset"
            _at_part(review, path, error.part, f"{error}, got {error.part!r}", advice)
            return None
    if isinstance(written, list):
        return [_filler(review, item, (*path, n)) for n, item in enumerate(written)]
    if isinstance(written, dict):
        return {key: _filler(review, item, (*path, key)) for key, item in written.items()}
    return written


def _refuse_undefined(review: Review, filler: Filler, row: Row, path: Path) -> None:
    if isinstance(filler, list):
        for number, item in enumerate(filler):
            _refuse_undefined(review, item, row, (*path, number))
    elif isinstance(filler, dict):
        for key, item in filler.items():
            _refuse_undefined(review, item, row, (*path, key))
    else:
        for column in columns(filler):
            try:
                look_up(row.values, column)
            except FillError:
                _undefined(review, column, row, path)


def _undefined(review: Review, column: Column, row: Row, path: Path) -> None:
    name = ".".join(column)
    shown = ", ".join(list(row.values)[:12])
    message = f"'{{{{ {name} }}}}' not in dataset columns [{shown}]"
    near = closest(column[0], row.values) if column[0] not in row.values else None
    advice = f"did you mean '{{{{ {near} }}}}'?" if near else ""
    _at_part(review, path, name, message, advice)


def _at_part(review: Review, path: Path, part: str, message: str, advice: str) -> None:
    """Report at a part of a text, or at the text where escapes hide the part."""
    node = review.node(path)
    if node is None:
        review.value(path, "E115", message, advice)
        return
    place = _place_of(review, node, part)
    if place is None:
        review.on(node, "E115", message, advice)
    else:
        review.at(*place, "E115", message, advice, len(part))


def _place_of(review: Review, node: Node, part: str) -> tuple[int, int] | None:
    for number in range(node.line, min(node.end_line, len(review.source.lines)) + 1):
        text = review.source.lines[number - 1]
        column = text.find(part, node.column - 1 if number == node.line else 0)
        if column >= 0:
            return number, column + 1
    return None
