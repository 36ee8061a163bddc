"""The question of text classification."""

from harness.api import Case
from harness_tasks.text_classification import TASK


def test_asks_without_parameters_when_there_are_none() -> None:
    assert TASK.build(Case(id="a", inputs="Fine.")).encoded() == b'{"inputs":"Fine."}'


def test_sends_parameters_but_no_nulls() -> None:
    asked = Case(id="a", inputs="Fine.", parameters={"top_k": 2, "function_to_apply": None})
    assert TASK.build(asked).value == {"inputs": "Fine.", "parameters": {"top_k": 2}}
    nothing = Case(id="a", inputs="Fine.", parameters={"top_k": None})
    assert TASK.build(nothing).value == {"inputs": "Fine."}


def test_shows_labels() -> None:
    assert (TASK.show, TASK.wants) == ("labels", "json")
