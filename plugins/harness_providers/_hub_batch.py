"""Several inputs in one request of the Hugging Face protocol, where that is known to work."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from harness.api import Batch, Call, Json, Payload, Request, Response, replace
from harness_providers._hub_protocol import read_answer
from harness_providers._shares import as_many, shares

_TASKS = frozenset(
    {
        "feature-extraction", "fill-mask", "summarization", "text-classification",
        "text2text-generation", "token-classification", "translation", "zero-shot-classification",
    }
)  # fmt: skip
_EMBEDDER_TASKS = frozenset({"feature-extraction", "text-classification"})
_MOST_AT_EMBEDDERS = 32
"""Inputs that text-embeddings-inference takes unless it was started otherwise."""
_TEXTS = ("generated_text", "summary_text", "translation_text")


def hub_batch(request: Callable[[Call], Request]) -> Batch:
    """Give how a provider's calls travel together; `request` is how one of them does."""
    return Batch(tasks=_TASKS, join=partial(join, request), split=split)


def join(request: Callable[[Call], Request], calls: Sequence[Call]) -> Request | None:
    """Give the request with every call's text in one list of `inputs`.

    None where they cannot travel together: other parameters, inputs that are no single text, a
    server that takes no batch, or not one of this size.
    """
    first = calls[0]
    if not _takes(first, len(calls)):
        return None
    texts: list[Json] = []
    for call in calls:
        value = call.payload.value
        text = value.get("inputs") if isinstance(value, dict) else None
        if not isinstance(text, str) or _beside(value) != _beside(first.payload.value):
            return None
        texts.append(text)
    body: dict[str, Json] = {**_beside(first.payload.value), "inputs": texts}
    return request(replace(first, payload=Payload(value=body)))


def split(response: Response, count: int) -> Sequence[Response]:
    """Give each text's answer in the shape it has alone; raises ValueError where it cannot.

    A flat list of labels is one answer, however many labels: text-embeddings-inference reads
    `["a", "b"]` as one pair of texts and answers so.
    """
    whole = read_answer(response)
    answers = as_many(None if isinstance(whole, bytes) else whole, count)
    # Only text-embeddings-inference states this; its answers to one text have another depth.
    is_embedder = "x-tokenization-time" in response.headers
    return shares(response, [_alone(answer, is_embedder=is_embedder) for answer in answers])


def _takes(call: Call, count: int) -> bool:
    serves = call.target.options.get("serves")
    if serves == "tei":
        return call.task in _EMBEDDER_TASKS and count <= _MOST_AT_EMBEDDERS
    return serves != "tgi" and call.payload.media is None


def _beside(value: Any) -> dict[str, Json]:
    return {key: item for key, item in value.items() if key != "inputs"}


def _alone(answer: Json, *, is_embedder: bool) -> Json:
    match answer:
        case {"labels": list(), "scores": list()}:
            return answer
        case dict() if any(name in answer for name in _TEXTS):
            return [answer]
        case [{"label": _, "score": _}, *_]:
            return answer if is_embedder else [answer]
        case [int() | float(), *_]:
            return [answer] if is_embedder else answer
        case [dict() | list(), *_] | []:
            return answer
    raise ValueError("the answer is not a list of answers: this server reads a list as one input")
