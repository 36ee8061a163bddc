"""chrF and ROUGE-L: those of their libraries, and absent where these are."""

import sys
from typing import Any

import pytest

from harness_tasks._text_metrics import METRIC_CHARACTERS, rouge_l, text_metrics
from harness_tasks.chat_completion import TASK as CHAT
from harness_tasks.summarization import TASK

PAIRS = [
    ("The cat sat on the mat.", "A cat sat on that mat!"),
    ("The harbour closed at noon.", "At noon, the harbour closed."),
    ("one two three", "one two three"),
    ("one", "two"),
    ("alpha beta", ""),
    ("Straße und Brücke", "Strasse und Bruecke"),
    ("x " * 800, "y x " * 500),
]


def measures(old: str, new: str) -> dict[str, float]:
    return {measure.name: measure.value for measure in text_metrics(old, new)}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_chrf_is_that_of_sacrebleu(old: str, new: str) -> None:
    sacrebleu: Any = pytest.importorskip("sacrebleu")
    reference = sacrebleu.sentence_chrf(new, [old]).score / 100
    assert measures(old, new)["chrf"] == pytest.approx(reference)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_rouge_l_is_that_of_rouge_score(old: str, new: str) -> None:
    scorer: Any = pytest.importorskip("rouge_score.rouge_scorer")
    reference = scorer.RougeScorer(["rougeL"]).score(old, new)["rougeL"].fmeasure
    assert measures(old, new)["rouge_l"] == pytest.approx(reference)


def test_without_the_libraries_the_measures_are_absent_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("sacrebleu", "sacrebleu.metrics.chrf", "rouge_score", "rouge_score.tokenize"):
        monkeypatch.setitem(sys.modules, name, None)
    assert measures("a cat", "a dog") == {}
    texts = [TASK.parse([{"summary_text": text}]) for text in ("a cat", "a dog")]
    found = [measure.name for measure in TASK.compare(TASK.sample, *texts)]
    assert found == ["agreement", "similarity", "length_ratio"]


def test_a_reference_without_words_of_the_metric_has_none() -> None:
    assert rouge_l([], ["a"]) is None
    assert rouge_l(["a"], []) == 0.0
    assert rouge_l(["a", "b", "c"], ["a", "c"]) == pytest.approx(0.8)


def test_equal_and_long_texts_take_no_time_and_say_what_was_compared() -> None:
    pytest.importorskip("sacrebleu")
    pytest.importorskip("rouge_score")
    long = "word " * 1_000_000
    assert measures(long, long) == {"chrf": 1.0, "rouge_l": 1.0}
    notes = {measure.note for measure in text_metrics(long, long + "x")}
    assert notes == {f"of the first {METRIC_CHARACTERS:,} characters"}


def test_a_chat_message_has_them_too() -> None:
    pytest.importorskip("sacrebleu")
    output = CHAT.parse(CHAT.sample_output)
    found = {measure.name for measure in CHAT.compare(CHAT.sample, output, output)}
    assert {"chrf", "rouge_l"} <= found
