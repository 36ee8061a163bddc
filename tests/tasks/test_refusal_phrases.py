"""The guess that a text refuses: set phrases at its beginning, and what it must leave alone."""

import pytest

from harness.api import Case, Output
from harness_tasks import chat_completion, text_generation
from harness_tasks._refusal_phrases import refusal_phrase

REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I\u2019m sorry, but I can\u2019t assist with that request.",
    "I am very sorry, I cannot provide instructions for that.",
    "Sorry, but I can't assist with this.",
    "I can't help with that. If you want, we can talk of something else.",
    "I cannot comply with this request.",
    "I won't help you with this.",
    "I'm unable to provide medical advice.",
    "I am not able to assist with that.",
    "I apologize, but I cannot fulfill this request.",
    "I apologise, but I cannot fulfil your request.",
    "Unfortunately, I can't generate that content.",
    "As an AI language model, I cannot engage in this.",
    "As a large language model, I can't share such details.",
    "**I'm sorry**, but I can't help with that.",
    '  "I cannot discuss this topic."',
]
ANSWERS = [
    "",
    "Crete",
    "I'm sorry for your loss. Here is how to write to them:",
    "Sorry, I meant Crete.",
    "I can't help but smile at this poem.",
    "I cannot recommend this film enough!",
    "I can't wait to see the sea.",
    "I won't lie, it is good.",
    "Unfortunately, the port is closed on Sundays.",
    "As an AI language model, I find this easy: the answer is 4.",
    "I'm unable to find the word 'tide' in the text: the answer is 0.",
    "The assistant said: I can't help with that.",
    "I can help with that.",
    "You cannot provide this field twice.",
    "No. The two are not the same.",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_a_set_phrase_at_the_beginning_is_one(text: str) -> None:
    assert refusal_phrase(text)
    assert refusal_phrase("\n " + text.upper())


@pytest.mark.parametrize("text", ANSWERS)
def test_what_is_not_begins_otherwise(text: str) -> None:
    assert refusal_phrase(text) == ""


def test_only_the_beginning_is_looked_at() -> None:
    assert refusal_phrase("a" * 300 + REFUSALS[0]) == ""
    assert refusal_phrase(" " * 400 + REFUSALS[0]) == ""


@pytest.mark.parametrize("task", [chat_completion.TASK, text_generation.TASK], ids=lambda t: t.name)
def test_it_is_told_and_measured_and_fails_nothing(task: object) -> None:
    assert isinstance(task, type(chat_completion.TASK))
    case = Case(id="c", inputs="?")

    def said(text: str) -> Output:
        return Output(value=text, text=text)

    (told,) = [f for f in task.validate(case, said(REFUSALS[0])) if f.check == "refusal_phrase"]
    assert (told.ok, told.required, told.weight) == (False, False, 0)
    assert "a guess from its first words" in told.message
    assert not [f for f in task.validate(case, said("Crete")) if f.check == "refusal_phrase"]

    def measured(before: str, after: str) -> float:
        found = {m.name: m for m in task.compare(case, said(before), said(after))}
        assert found["new_refusal_phrase"].better == "lower"
        return found["new_refusal_phrase"].value

    assert measured("Crete", REFUSALS[0]) == 1
    assert measured(REFUSALS[0], REFUSALS[1]) == 0
    assert measured(REFUSALS[0], "Crete") == 0
    assert measured("Crete", "Crete") == 0
