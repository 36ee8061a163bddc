"""Several calls in one request: what travels together, and how the answer is shared out."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from harness.api import Batch, Call, Response
from tests.providers.asking import REGISTRY, answer, body_of, call_of, provider_of

URL = "https://x.example"


def batch_of(call: Call) -> Batch:
    batch = provider_of(call).batch
    assert batch is not None
    assert call.task in batch.tasks
    return batch


def calls(provider: str, task: str, texts: Sequence[Any], **named: Any) -> list[Call]:
    return [call_of(provider, task, text, **named) for text in texts]


def bodies(responses: Sequence[Response]) -> list[Any]:
    return [json.loads(response.body) for response in responses]


SINGLE: dict[str, tuple[Any, list[Any]]] = {
    "text-classification": (
        [[{"label": "A", "score": 0.9}], [{"label": "B", "score": 0.8}]],
        [[[{"label": "A", "score": 0.9}]], [[{"label": "B", "score": 0.8}]]],
    ),
    "translation": (
        [{"translation_text": "un"}, {"translation_text": "deux"}],
        [[{"translation_text": "un"}], [{"translation_text": "deux"}]],
    ),
    "zero-shot-classification": (
        [{"sequence": s, "labels": ["x"], "scores": [1.0]} for s in "ab"],
        [{"sequence": s, "labels": ["x"], "scores": [1.0]} for s in "ab"],
    ),
    "token-classification": (
        [[{"entity": "PER", "score": 0.9, "word": "Ann", "start": 0, "end": 3}], []],
        [[{"entity": "PER", "score": 0.9, "word": "Ann", "start": 0, "end": 3}], []],
    ),
    "feature-extraction": ([[0.1, 0.2], [0.3, 0.4]], [[0.1, 0.2], [0.3, 0.4]]),
}


@pytest.mark.parametrize("task", SINGLE)
def test_each_answer_has_the_shape_it_has_alone(task: str) -> None:
    named = {"parameters": {"candidate_labels": ["x"]}} if task.startswith("zero") else {}
    made = calls("hf-endpoint", task, ["a", "b"], url=URL, **named)
    batch = batch_of(made[0])
    request = batch.join(made)
    assert request is not None
    assert body_of(request)["inputs"] == ["a", "b"]
    together, alone = SINGLE[task]
    shares = batch.split(answer(together), 2)
    assert bodies(shares) == alone
    for share in shares:
        REGISTRY.tasks[task].parse(provider_of(made[0]).output(share))


def test_token_vectors_of_a_batch_keep_their_depth() -> None:
    batch = batch_of(call_of("hf-inference", "feature-extraction", "a"))
    four_deep = [[[[0.1, 0.2]]], [[[0.3, 0.4]]]]
    assert bodies(batch.split(answer(four_deep), 2)) == [[[[0.1, 0.2]]], [[[0.3, 0.4]]]]


def test_an_embedder_is_asked_for_two_texts_not_for_one_pair() -> None:
    made = calls("hf-endpoint", "text-classification", ["a", "b"], url=URL, serves="tei")
    batch = batch_of(made[0])
    request = batch.join(made)
    assert request is not None
    assert request.url == f"{URL}/predict"
    assert body_of(request) == {"inputs": [["a"], ["b"]]}
    together = answer(
        [[{"label": "A", "score": 0.9}], [{"label": "B", "score": 0.8}]], x_tokenization_time="1"
    )
    assert bodies(batch.split(together, 2)) == [
        [{"label": "A", "score": 0.9}],
        [{"label": "B", "score": 0.8}],
    ]


def test_an_embedders_vectors_are_as_deep_as_alone() -> None:
    batch = batch_of(call_of("hf-endpoint", "feature-extraction", "a", url=URL, serves="tei"))
    vectors = answer([[0.1], [0.2]], x_tokenization_time="1", x_compute_time="8")
    shares = batch.split(vectors, 2)
    assert bodies(shares) == [[[0.1]], [[0.2]]]
    usages = [REGISTRY.providers["hf-endpoint"].usage(share).compute_s for share in shares]
    assert usages == [0.008, None]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([{"label": "A", "score": 0.9}, {"label": "B", "score": 0.1}], "one input"),
        ([[{"label": "A", "score": 0.9}]], "expected 2 answers, got 1"),
        ({"label": "A"}, "expected a list of 2 answers, got a dict"),
        ([0.1, 0.2], "one input"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(body: Any, words: str) -> None:
    batch = batch_of(call_of("hf-endpoint", "text-classification", "a", url=URL))
    with pytest.raises(ValueError, match=words):
        batch.split(answer(body), 2)


def test_calls_that_differ_or_are_no_text_travel_alone() -> None:
    one = call_of("hf-endpoint", "text-classification", "a", url=URL)
    other = call_of("hf-endpoint", "text-classification", "a", url=URL, parameters={"top_k": 1})
    pair = call_of("hf-endpoint", "text-classification", {"text": "a", "text_pair": "b"}, url=URL)
    batch = batch_of(one)
    assert batch.join([one, other]) is None
    assert batch.join([one, pair]) is None
    many = calls("hf-endpoint", "text-classification", ["a"] * 33, url=URL, serves="tei")
    assert batch.join(many[:32]) is not None
    assert batch.join(many) is None


def test_a_generator_takes_no_batch() -> None:
    batch = REGISTRY.providers["hf-endpoint"].batch
    assert batch is not None
    made = calls("hf-endpoint", "text-generation", ["a", "b"], url=URL, serves="tgi")
    assert batch.join(made) is None
    assert "text-generation" not in batch.tasks
    assert "sentence-similarity" not in batch.tasks


def test_embeddings_are_shared_out_by_their_index_and_counted_once() -> None:
    made = calls("openai", "feature-extraction", ["a", "b"], parameters={"dimensions": 1})
    batch = batch_of(made[0])
    request = batch.join(made)
    assert request is not None
    assert body_of(request) == {"input": ["a", "b"], "model": "org/name", "dimensions": 1}
    data = [{"index": 1, "embedding": [0.2]}, {"index": 0, "embedding": [0.1]}]
    usage = {"prompt_tokens": 7, "total_tokens": 7}
    shares = batch.split(answer({"object": "list", "data": data, "usage": usage}), 2)
    provider = REGISTRY.providers["openai"]
    assert [provider.output(share) for share in shares] == [[0.1], [0.2]]
    assert [provider.usage(share).input_tokens for share in shares] == [7, None]


@pytest.mark.parametrize(
    "data",
    [
        [{"index": 0, "embedding": [0.1]}],
        [{"index": 0, "embedding": [0.1]}, {"index": 0, "embedding": [0.2]}],
        [{"embedding": [0.1]}, {"embedding": [0.2]}],
        None,
    ],
)
def test_embeddings_without_their_places_are_refused(data: Any) -> None:
    batch = batch_of(call_of("openai", "feature-extraction", "a"))
    with pytest.raises(ValueError, match=r"expected|places"):
        batch.split(answer({"data": data}), 2)


def test_gemini_embeds_a_list_of_requests() -> None:
    made = calls("gemini", "feature-extraction", ["a", "b"], model="g")
    batch = batch_of(made[0])
    request = batch.join(made)
    assert request is not None
    assert request.url.endswith("/models/g:batchEmbedContents")
    assert [r["content"]["parts"][0]["text"] for r in body_of(request)["requests"]] == ["a", "b"]
    shares = batch.split(answer({"embeddings": [{"values": [0.1]}, {"values": [0.2]}]}), 2)
    provider = REGISTRY.providers["gemini"]
    assert [provider.output(share) for share in shares] == [[0.1], [0.2]]
    with pytest.raises(ValueError, match="expected 2 answers, got 1"):
        batch.split(answer({"embeddings": [{"values": [0.1]}]}), 2)
