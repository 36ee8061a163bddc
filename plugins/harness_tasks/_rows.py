"""Predictions for the rows of a table: asked for, read, counted."""

from harness.api import Case, Finding, Json, Output, Payload, plural
from harness_tasks._labels import legal, number
from harness_tasks._tables import row_count, sent_columns
from harness_tasks._wire import refused, sent_parameters


def build_rows(case: Case) -> Payload:
    """Give `{"inputs": {"data": {column: [cell]}}}`, cells as strings, and parameters.

    Raises ValueError without a sound table.
    """
    match case.inputs:
        case {"data": table, **rest} if not rest:
            inputs: Json = {"data": sent_columns(table)}
            return Payload(value={"inputs": inputs, **sent_parameters(case)})
    raise ValueError("a tabular task needs inputs: {data: {column: [...]}}")


def parse_numbers(answer: Json | bytes) -> Output:
    """Read `[number]`, one a row; raises ShapeError."""
    if not isinstance(answer, list) or not answer or not all(map(_is_number, answer)):
        raise refused(answer, "[number, ...], one a row")
    value: list[Json] = [number(one) for one in answer]
    return Output(value=value, variant="[number]", text=_shown(value))


def parse_classes(answer: Json | bytes) -> Output:
    """Read `[class]`, numbers or strings, one a row; raises ShapeError."""
    match answer:
        case [_, *_] as classes if all(map(_is_number, classes)):
            variant = "[number]"
            value: list[Json] = [_whole(number(one)) for one in classes]
        case [_, *_] as classes if all(isinstance(one, str) for one in classes):
            value, variant = list(classes), "[string]"
        case _:
            raise refused(answer, "[class, ...], numbers or strings, one a row")
    return Output(value=value, variant=variant, text=_shown(value))


def rows_asked(case: Case, output: Output) -> Finding:
    """Say whether there is one prediction a row, none of them empty."""
    table = case.inputs.get("data") if isinstance(case.inputs, dict) else None
    asked = row_count(table)
    got = predictions(output)
    message = f"{plural(len(got), 'prediction')} for {plural(asked, 'row')}"
    return legal("rows", message, ok=bool(got) and len(got) == asked and "" not in got)


def predictions(output: Output) -> list[Json]:
    """Give the predictions of a canonical value."""
    return output.value if isinstance(output.value, list) else []


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: float) -> Json:
    """Give a class as a whole number where it is one: 5 and 5.0 are the same class."""
    return int(value) if abs(value) < 1 << 53 and value.is_integer() else value


def _shown(values: list[Json]) -> str:
    return ", ".join(map(str, values))
