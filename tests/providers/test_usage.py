"""What was consumed, in the units each server states it in."""

from typing import Any

import pytest

from harness.api import Usage
from tests.providers.asking import REGISTRY, answer


def usage(provider: str, body: Any = (), **headers: str) -> dict[str, Any]:
    found: Usage = REGISTRY.providers[provider].usage(answer(body, **headers))
    names = (
        "compute_s", "input_tokens", "output_tokens", "characters", "images", "seconds", "cost_usd",
    )  # fmt: skip
    return {name: v for name in names if (v := getattr(found, name)) is not None}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_compute_characters": "14"}, {"characters": 14}),
        ({"x_compute_characters": "-1"}, {}),
        ({"x_compute_tokens": "9", "x_tokenization_time": "1"}, {"input_tokens": 9}),
        ({"x_prompt_tokens": "3", "x_generated_tokens": "4"},
         {"input_tokens": 3, "output_tokens": 4}),
        ({"x_compute_images": "2"}, {"images": 2}),
        ({"x_compute_audio_length": "13.5"}, {"seconds": 13.5}),
    ],
)  # fmt: skip
def test_headers_of_hugging_faces_servers(headers: dict[str, str], expected: Any) -> None:
    assert usage("hf-endpoint", [], **headers) == expected
    assert usage("hf-inference", [], **headers) == expected


TOKENS = {"prompt_tokens": 3, "completion_tokens": 4}
COUNTED = {"input_tokens": 3, "output_tokens": 4}


@pytest.mark.parametrize("provider", ["openai", "hf-router", "hf-endpoint", "hf-inference"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"choices": [], "usage": TOKENS}, COUNTED),
        ({"choices": [], "usage": None}, {}),
        ({"usage": {"input_tokens": 3, "output_tokens": 4}}, COUNTED),
        ({"usage": {**TOKENS, "cost": 0.25}}, {**COUNTED, "cost_usd": 0.25}),
        ({"usage": {"cost": {"total_cost": 0.5}}}, {"cost_usd": 0.5}),
        ({"usage": {"cost_in_usd_ticks": 200000000}}, {"cost_usd": 0.02}),
        ({"data": [{"b64_json": "AA=="}, {"b64_json": "AA=="}]}, {"images": 2}),
        ({"data": [{"embedding": [1]}], "usage": {"prompt_tokens": 3}}, {"input_tokens": 3}),
        ({"text": "a", "duration": 4.5}, {"seconds": 4.5}),
        ({"text": "a", "usage": {"type": "duration", "seconds": 7}}, {"seconds": 7.0}),
        ({"usage": {"prompt_tokens": -3, "completion_tokens": True, "cost": "1"}}, {}),
        ({"usage": [], "data": 3, "duration": "long"}, {}),
    ],
)
def test_bodies_of_the_openai_protocol(provider: str, body: Any, expected: Any) -> None:
    assert usage(provider, body) == expected


def test_a_generators_details_are_counted() -> None:
    details = {"finish_reason": "length", "generated_tokens": 12}
    assert usage("hf-endpoint", {"generated_text": "a", "details": details}) == {
        "output_tokens": 12
    }
    body = [{"generated_text": "a", "details": details}]
    assert usage("hf-endpoint", body) == {"output_tokens": 12}
