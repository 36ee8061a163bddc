"""The classifiers are real: better than a coin, different from each other, well behaved."""

from collections.abc import Mapping
from typing import Any

import pytest

from harness_demo.data import Review, read_reviews
from harness_demo.served import InputError, Served


def right(one: Served) -> dict[str, bool]:
    tested: list[Review] = [review for review in read_reviews() if review.split == "test"]
    return {
        review.id: one.predict({"inputs": review.text})[0][0]["label"] == review.label
        for review in tested
    }


def test_the_newer_revision_is_better_on_the_whole(served: tuple[Served, ...]) -> None:
    before, after = right(served[0]), right(served[1])
    assert sum(before.values()) / len(before) > 0.65
    assert sum(after.values()) / len(after) > 0.74


def test_the_newer_revision_fixes_many_cases_and_breaks_some(served: tuple[Served, ...]) -> None:
    before, after = right(served[0]), right(served[1])
    fixed = sum(after[case] and not before[case] for case in before)
    regressed = sum(before[case] and not after[case] for case in before)
    assert fixed >= 35
    assert 5 <= regressed < fixed


@pytest.mark.parametrize("text", ["", " ", "😡", "\ud800", "x" * 20_000, "¡No me gusta!"])
def test_any_text_gets_two_probabilities(served: tuple[Served, ...], text: str) -> None:
    for one in served[:2]:
        ((first, second),) = one.predict({"inputs": text})
        assert {first["label"], second["label"]} == {"POSITIVE", "NEGATIVE"}
        assert first["score"] >= second["score"] >= 0
        assert first["score"] + second["score"] == pytest.approx(1)


def test_a_list_of_texts_gets_a_list_of_answers(served: tuple[Served, ...]) -> None:
    texts = ["I love it", "I hate it"]
    together = served[1].predict({"inputs": texts})
    assert together == [served[1].predict({"inputs": text})[0] for text in texts]


def test_top_k_shortens_the_answer(served: tuple[Served, ...]) -> None:
    full = served[1].predict({"inputs": "I love it"})
    short = served[1].predict({"inputs": "I love it", "parameters": {"top_k": 1}})
    assert short == [full[0][:1]]


@pytest.mark.parametrize(
    "payload",
    [
        {"inputs": 3},
        {"inputs": []},
        {"inputs": ["a", None]},
        {"inputs": "a", "parameters": 3},
        {"inputs": "a", "parameters": {"top_k": 0}},
        {"inputs": "a", "parameters": {"top_k": True}},
        {"inputs": "a", "parameters": {"top_k": "2"}},
    ],
)
def test_a_wrong_request_is_refused(served: tuple[Served, ...], payload: Mapping[str, Any]) -> None:
    for one in served[:2]:
        with pytest.raises(InputError):
            one.predict(payload)
