"""The answer to a batch, shared out: each call gets its own, what was consumed counts once."""

from collections.abc import Sequence

from harness.api import Json, Response, canonical

_CONSUMED = (
    "x-compute-time", "x-compute-characters", "x-compute-tokens", "x-compute-images",
    "x-compute-audio-length", "x-prompt-tokens", "x-generated-tokens",
)  # fmt: skip


def shares(response: Response, answers: Sequence[Json]) -> list[Response]:
    """Give a response for each answer; the first alone states what all of them consumed."""
    rest = {name: value for name, value in response.headers.items() if name not in _CONSUMED}
    return [
        Response(
            status=response.status,
            headers=rest if place else response.headers,
            body=canonical(answer),
        )
        for place, answer in enumerate(answers)
    ]


def as_many(answers: Json, count: int) -> list[Json]:
    """Give the answers when they are as many as was asked; raises ValueError when they are not."""
    if not isinstance(answers, list):
        raise ValueError(f"expected a list of {count} answers, got a {type(answers).__name__}")
    if len(answers) != count:
        raise ValueError(f"expected {count} answers, got {len(answers)}")
    return answers
