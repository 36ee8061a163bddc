"""Table question answering: the question as it travels, cells checked, compared, expected."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks.table_question_answering import TASK

TABLE: Json = {"Boat": ["Gull", "Tern", "Skua"], "Seats": ["12", "8", "30"]}
SUM: dict[str, Any] = {
    "answer": "SUM > 12, 8", "coordinates": [[0, 1], [1, 1]], "cells": ["12", "8"],
    "aggregator": "SUM",
}  # fmt: skip
PLAIN: dict[str, Any] = {
    "answer": "Skua", "coordinates": [[2, 0]], "cells": ["Skua"], "aggregator": "NONE",
}  # fmt: skip


def case(expect: Json = None, table: Json = TABLE) -> Case:
    return Case(id="boats", inputs={"query": "How many?", "table": table}, expect=expect)


@pytest.mark.parametrize(
    ("answer", "value", "variant"),
    [
        (SUM, SUM, "{answer,coordinates,cells,aggregator}"),
        ([SUM], SUM, "[{answer,coordinates,cells,aggregator}]"),
        (
            {key: PLAIN[key] for key in ("answer", "coordinates", "cells")},
            {**PLAIN, "aggregator": None},
            "{answer,coordinates,cells}",
        ),
        (
            {"answer": "30"},
            {"answer": "30", "coordinates": [], "cells": [], "aggregator": None},
            "{answer}",
        ),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Any, value: Any, variant: str) -> None:
    output = TASK.parse(answer)
    assert (output.value, output.variant, output.text) == (value, variant, value["answer"])
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer",
    [
        [SUM, PLAIN],
        {**SUM, "answer": 20},
        {**SUM, "cells": "12"},
        {**SUM, "cells": [12, 8]},
        {**SUM, "coordinates": [[0]]},
        {**SUM, "coordinates": [[0, "1"]]},
        {**SUM, "coordinates": [[True, 1]]},
        {**SUM, "coordinates": None},
        {**SUM, "aggregator": 3},
        {**SUM, "error": "x"},
        {"cells": ["12"]},
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("change", "check", "message"),
    [
        ({"answer": " "}, "valid_answer", "there is no answer"),
        ({"cells": ["12"]}, "valid_cells", "1 cell at 2 places"),
        ({"cells": ["12", "9"]}, "valid_cells", "cell [1, 1] is '8', not the string '9'"),
        (
            {"coordinates": [[0, 1], [3, 1]]},
            "valid_cells",
            "cell [3, 1] is outside 3 rows and 2 columns",
        ),
        (
            {"coordinates": [[0, 1], [1, -1]]},
            "valid_cells",
            "cell [1, -1] is outside 3 rows and 2 columns",
        ),
    ],
)
def test_what_is_not_legal_is_found(change: Any, check: str, message: str) -> None:
    findings = TASK.validate(case(), TASK.parse({**SUM, **change}))
    assert [(f.check, f.message) for f in findings if not f.ok] == [(check, message)]


def test_cells_written_as_numbers_travel_and_compare_as_strings() -> None:
    numbers: Json = {"Boat": ["Gull", "Tern", "Skua"], "Seats": [12, 8, 30]}
    payload = TASK.build(case(table=numbers))
    assert payload.value == {"inputs": {"query": "How many?", "table": TABLE}}
    assert all(finding.ok for finding in TASK.validate(case(table=numbers), TASK.parse(SUM)))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "a table is a mapping"),
        ([["a"]], "a table is a mapping"),
        ({"a": "b"}, "column 'a' must be a list"),
        ({"a": ["1"], "b": ["1", "2"]}, r"equally long, these have \[1, 2\] cells"),
        ({"a": [None]}, "a cell of column 'a' is neither text nor number"),
        ({"a": [True]}, "a cell of column 'a' is neither text nor number"),
    ],
)
def test_no_question_without_a_sound_table(table: Json, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TASK.build(case(table=table))


@pytest.mark.parametrize("inputs", ["How many?", None, {"query": "x"}, {"table": TABLE}])
def test_no_question_without_query_and_table(inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs: \{query: "):
        TASK.build(Case(id="a", inputs=inputs))


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_answers_cells_and_aggregators_are_compared() -> None:
    assert measures(SUM, SUM) == {
        "agreement": 1.0, "exact_match": 1.0, "answer_f1": 1.0, "cell_f1": 1.0,
        "aggregator_agreement": 1.0,
    }  # fmt: skip
    after = {
        "answer": "COUNT > 12", "coordinates": [[0, 1]], "cells": ["12"], "aggregator": "COUNT",
    }  # fmt: skip
    assert measures(SUM, after) == {
        "agreement": 0.0, "exact_match": 0.0, "answer_f1": 2 / 5, "cell_f1": 2 / 3,
        "aggregator_agreement": 0.0,
    }  # fmt: skip
    assert measures({"answer": "30"}, {"answer": " 30 "}) == {
        "agreement": 1.0, "exact_match": 1.0, "answer_f1": 1.0,
    }  # fmt: skip
    assert measures({"answer": "The 30"}, {"answer": "30"}) == {
        "agreement": 0.0, "exact_match": 1.0, "answer_f1": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ("SUM > 12, 8", True, "expected 'SUM > 12, 8', got 'SUM > 12, 8'"),
        (["20", "SUM > 12, 8"], True, "expected '20' or 'SUM > 12, 8', got 'SUM > 12, 8'"),
        ("20", False, "expected '20', got 'SUM > 12, 8'"),
        ({"cells": ["12", "8"]}, True, "cells and aggregator as expected"),
        ({"cells": ["12", "8"], "aggregator": "SUM"}, True, "cells and aggregator as expected"),
        ({"aggregator": "COUNT"}, False, "not as expected: aggregator the string 'SUM'"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse(SUM))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("expect", [3, True, [], {}, {"rows": 3}, [3]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse(SUM))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be an answer, a list of answers, or a mapping")


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "12", [1], {"cells": 3, "coordinates": 3}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, TASK.parse(SUM))}
