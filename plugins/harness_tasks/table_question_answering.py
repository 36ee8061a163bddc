"""Table question answering: a question and a table in, an answer with its cells out."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, Payload, Task, hookimpl, plural
from harness_tasks._cells import field_of, parse_cells, places_of
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._spans import f1
from harness_tasks._squad import accepted_answers, answer_f1, answer_words, any_of
from harness_tasks._tables import row_count, sent_columns
from harness_tasks._text import normalized
from harness_tasks._wire import in_words, quoted, sent_parameters

FORMS = "an answer, a list of answers, or a mapping with `cells` and `aggregator`"


def build(case: Case) -> Payload:
    """Give query, table and parameters; raises ValueError without a query and a sound table."""
    match case.inputs:
        case {"query": str(query), "table": table, **rest} if not rest:
            inputs: Json = {"query": query, "table": dict(sent_columns(table))}
            return Payload(value={"inputs": inputs, **sent_parameters(case)})
    raise ValueError("table-question-answering needs inputs: {query: ..., table: {column: [...]}}")


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is an answer, and its cells are those at its coordinates."""
    words = normalized(output.text)
    yield legal("answer", quoted(words) if words else "there is no answer", ok=bool(words))
    table = case.inputs.get("table") if isinstance(case.inputs, dict) else None
    columns = list(table.values()) if isinstance(table, dict) else []
    rows = row_count(table)
    places, cells = places_of(output), field_of(output, "cells")
    if isinstance(cells, list) and len(cells) != len(places):
        yield legal("cells", f"{plural(len(cells), 'cell')} at {plural(len(places), 'place')}")
        return
    for place, (row, column) in enumerate(places):
        if not (0 <= row < rows and 0 <= column < len(columns)):
            message = f"cell [{row}, {column}] is outside {rows} rows and {len(columns)} columns"
            yield legal("cells", message, where=f"/coordinates/{place}")
            continue
        there, given = columns[column], cells[place] if isinstance(cells, list) else None
        if isinstance(there, list) and given != str(there[row]):
            message = f"cell [{row}, {column}] is {quoted(str(there[row]))}, not {in_words(given)}"
            yield legal("cells", message, where=f"/cells/{place}")


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of the answers, their words, the cells they rest on, and the aggregator.

    They agree when their texts are equal but for white space; `exact_match` and `answer_f1` are
    SQuAD's, `cell_f1` is F1 of the cells' places.
    """
    same = normalized(before.text) == normalized(after.text)
    yield Measure(name="agreement", value=float(same))
    exact = answer_words(before.text) == answer_words(after.text)
    yield Measure(name="exact_match", value=float(exact))
    yield Measure(name="answer_f1", value=answer_f1(before.text, after.text))
    old, new = set(places_of(before)), set(places_of(after))
    if old or new:
        yield Measure(name="cell_f1", value=f1(len(old & new), len(old), len(new)))
    if field_of(before, "aggregator") is not None:
        is_same = field_of(before, "aggregator") == field_of(after, "aggregator")
        yield Measure(name="aggregator_agreement", value=float(is_same))


def expect(case: Case, output: Output) -> Finding:
    """Hold the answer, or its cells and aggregator, against `case.expect`."""
    match case.expect:
        case dict() as fields if fields and fields.keys() <= {"cells", "aggregator"}:
            wrong = [key for key, wanted in fields.items() if field_of(output, key) != wanted]
            got = ", ".join(f"{key} {in_words(field_of(output, key))}" for key in wrong)
            message = f"not as expected: {got}" if wrong else "cells and aggregator as expected"
            return Finding(check="expect", ok=not wrong, message=message)
    accepted = accepted_answers(case.expect)
    if accepted is None:
        message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    ok = normalized(output.text) in {normalized(one) for one in accepted}
    message = f"expected {any_of(accepted)}, got {quoted(output.text)}"
    return Finding(check="expect", ok=ok, message=message)


TASK = Task(
    name="table-question-answering",
    build=build,
    parse=parse_cells,
    validate=validate,
    compare=compare,
    measures=directions("exact_match", "answer_f1", "cell_f1", "aggregator_agreement"),
    expect=expect,
    sample=Case(
        id="harbours",
        inputs={
            "query": "How many berths are there in all?",
            "table": {"Harbour": ["North", "South"], "Berths": ["12", "30"]},
        },
        expect={"cells": ["12", "30"], "aggregator": "SUM"},
    ),
    sample_output={
        "answer": "SUM > 12, 30",
        "coordinates": [[0, 1], [1, 1]],
        "cells": ["12", "30"],
        "aggregator": "SUM",
    },
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
