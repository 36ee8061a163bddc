"""Texts: every shape of every text task, legality, comparison, expectation."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError, Task
from harness_tasks import summarization, text2text_generation, text_generation, translation

GENERATION, TEXT2TEXT = text_generation.TASK, text2text_generation.TASK
SUMMARY, TRANSLATION = summarization.TASK, translation.TASK
DETAILS = {"finish_reason": "length", "generated_tokens": 2, "seed": 2**64 - 1, "tokens": []}


def text(words: str) -> Output:
    return Output(value=words, text=words)


@pytest.mark.parametrize(
    "task", [GENERATION, TEXT2TEXT, SUMMARY, TRANSLATION], ids=lambda t: t.name
)
@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ([{"generated_text": " a ship"}], "[{generated_text}]"),
        ({"generated_text": " a ship"}, "{generated_text}"),
        ([[{"generated_text": " a ship"}]], "[[{generated_text}]]"),
        ({"generated_text": " a ship", "details": DETAILS}, "{generated_text,details}"),
        ([{"generated_text": " a ship", "details": DETAILS}], "[{generated_text,details}]"),
        ([{"generated_text": " a ship", "details": None}], "[{generated_text}]"),
        ({"generated_text": " a ship", "warnings": ["slow"]}, "{generated_text}"),
    ],
)
def test_generated_text_is_read_in_every_frame(task: Task, answer: Json, variant: str) -> None:
    output = task.parse(answer)
    assert (output.value, output.text, output.variant) == (" a ship", " a ship", variant)


@pytest.mark.parametrize(
    ("task", "name"), [(SUMMARY, "summary_text"), (TRANSLATION, "translation_text")]
)
def test_a_task_reads_its_own_field_first(task: Task, name: str) -> None:
    for frame in ([{name: "x"}], {name: "x"}, [[{name: "x"}]], {name: "x", "generated_text": "y"}):
        output = task.parse(frame)
        assert output.text == "x"
        assert f"{{{name}}}" in output.variant


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (GENERATION, [{"summary_text": "x"}]),
        (TEXT2TEXT, [{"translation_text": "x"}]),
        (SUMMARY, [{"translation_text": "x"}]),
        (TRANSLATION, [{"summary_text": "x"}]),
        (GENERATION, [{"generated_text": "x"}, {"generated_text": "y"}]),
        (TRANSLATION, [{"translation_text": "x"}, {"translation_text": "y"}]),
        (GENERATION, [[{"generated_text": "x"}], [{"generated_text": "y"}]]),
        (GENERATION, [{"generated_text": [{"role": "assistant", "content": "x"}]}]),
        (GENERATION, {"id": "q", "status": "starting", "error": None}),
    ],
)
def test_other_shapes_are_refused(task: Task, answer: Json) -> None:
    with pytest.raises(ShapeError):
        task.parse(answer)


def test_the_message_names_what_came_and_what_was_expected() -> None:
    with pytest.raises(ShapeError) as caught:
        SUMMARY.parse([{"translation_text": "x"}])
    assert str(caught.value) == (
        "got an object with 'translation_text'; expected [{summary_text}] or [{generated_text}], "
        "an object or a nested list of it"
    )
    with pytest.raises(ShapeError, match=r"got a list of 2, .* expected one text"):
        GENERATION.parse([{"generated_text": "x"}, {"generated_text": "y"}])


@pytest.mark.parametrize("empty", ["", " ", "\n\t\u00a0"])
def test_an_empty_text_is_not_valid(empty: str) -> None:
    (finding,) = GENERATION.validate(GENERATION.sample, GENERATION.parse({"generated_text": empty}))
    assert (finding.ok, finding.message, finding.weight) == (False, "the text is empty", 0)


def measures(before: str, after: str) -> dict[str, Any]:
    found = GENERATION.compare(GENERATION.sample, text(before), text(after))
    left_out = ("chrf", "rouge_l", "new_refusal_phrase")
    return {m.name: pytest.approx(m.value) for m in found if m.name not in left_out}


def test_white_space_and_normal_form_make_no_difference() -> None:
    same = {"agreement": 1.0, "similarity": 1.0, "length_ratio": 1.0}
    assert measures("caf\u00e9  au\nlait ", " cafe\u0301 au lait") == same


def test_similarity_and_length_say_how_far_texts_are_apart() -> None:
    apart = measures("abcd", "abxy")
    assert apart == {"agreement": 0.0, "similarity": 0.5, "length_ratio": 1.0}
    assert measures("ab", "abab")["length_ratio"] == 2.0
    assert measures("abc", "xyz")["similarity"] == 0.0


def test_case_differs() -> None:
    assert measures("Yes", "yes")["agreement"] == 0.0


def test_an_empty_baseline_has_no_length_ratio() -> None:
    assert measures("", "abc") == {"agreement": 0.0, "similarity": 0.0}


def test_only_the_beginning_of_a_very_long_text_is_compared() -> None:
    before, after = text("a" * 60_000), text("a" * 60_000 + "b")
    found = {m.name: m for m in GENERATION.compare(GENERATION.sample, before, after)}
    assert found["agreement"].value == 0.0
    assert found["similarity"].value == 1.0
    assert found["similarity"].note == "of the first 50,000 characters"


@pytest.mark.parametrize(
    ("expect", "ok"),
    [
        ("a ship", True),
        (" a  ship\n", True),
        ("A ship", False),
        ("a boat", False),
        (["a boat", "a ship"], True),
        (["a boat", "a raft"], False),
    ],
)
def test_expectations(expect: Json, ok: bool) -> None:
    finding = GENERATION.expect(Case(id="a", inputs="x", expect=expect), text("a ship"))
    assert (finding.check, finding.ok, finding.weight) == ("expect", ok, 1)


def test_the_finding_quotes_both() -> None:
    expecting = Case(id="a", inputs="x", expect=["a boat", "a raft"])
    finding = GENERATION.expect(expecting, text("a ship\x1b[2J" + "!" * 100))
    assert finding.message.startswith("expected 'a boat' or 'a raft', got 'a ship\\x1b[2J!!!")
    assert finding.message.endswith("…")


@pytest.mark.parametrize("expect", [3, True, [], {}, [3], ["a", None], {"a": 0.5}])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = GENERATION.expect(Case(id="a", inputs="x", expect=expect), text("3"))
    assert not finding.ok
    assert "must be a string or a list of strings, not " in finding.message


@pytest.mark.parametrize(
    "task", [GENERATION, TEXT2TEXT, SUMMARY, TRANSLATION], ids=lambda t: t.name
)
def test_the_question_holds_inputs_and_parameters(task: Task) -> None:
    assert task.build(task.sample).value == {
        "inputs": task.sample.inputs,
        "parameters": dict(task.sample.parameters),
    }
    assert (task.show, task.wants) == ("text", "json")
