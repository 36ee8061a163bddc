"""What answers carry that names no revision is found in headers, bodies and streams."""

import pytest

from harness.api import Response
from harness.redact import KEPT_HEADERS
from harness_providers._traces import _HEADERS
from tests.providers.asking import REGISTRY, answer, stream

CHAT = ["openai", "hf-router", "hf-endpoint", "hf-inference"]
DONE = {"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}


def traces(name: str, response: Response) -> dict[str, str]:
    return dict(REGISTRY.providers[name].traces(response))


@pytest.mark.parametrize("name", CHAT)
def test_a_plain_body_names_the_build_and_the_partner(name: str) -> None:
    body = {"choices": [], "system_fingerprint": "fp_1", "provider": "Together"}
    assert traces(name, answer(body)) == {"system_fingerprint": "fp_1", "provider": "Together"}


@pytest.mark.parametrize("name", CHAT)
def test_of_a_stream_the_first_event_that_says_it_counts(name: str) -> None:
    events = (
        {"choices": [], "system_fingerprint": ""},
        {"choices": [DONE], "system_fingerprint": None, "provider": "OpenAI"},
        {"choices": [], "system_fingerprint": "fp_2"},
        {"choices": [], "system_fingerprint": "fp_3"},
    )
    assert traces(name, stream(*events)) == {"system_fingerprint": "fp_2", "provider": "OpenAI"}


@pytest.mark.parametrize("name", [*CHAT, "gemini"])
def test_headers_of_routers_and_gateways_are_read_and_kept_in_the_run(name: str) -> None:
    headers = {"x_inference_provider": " groq ", "x_litellm_model_id": "f" * 64}
    found = traces(name, answer({"choices": []}, x_router_model="org/name", **headers))
    assert found == {
        "x-inference-provider": "groq", "x-router-model": "org/name",
        "x-litellm-model-id": "f" * 64,
    }  # fmt: skip
    assert set(_HEADERS) <= KEPT_HEADERS


def test_a_deployment_named_after_its_commit_is_who_served_and_no_trace() -> None:
    response = answer({"model": "chat"}, x_litellm_model_id="a" * 40)
    assert traces("openai", response) == {}
    served = REGISTRY.providers["openai"].served(response)
    assert served is not None
    assert served.revision == "a" * 40


def test_google_says_from_which_capacity_it_answered_plain_and_streamed() -> None:
    usage = {"promptTokenCount": 5, "trafficType": "ON_DEMAND", "serviceTier": "standard"}
    body = {"candidates": [], "usageMetadata": usage, "system_fingerprint": "fp_1"}
    wanted = {"trafficType": "ON_DEMAND", "serviceTier": "standard"}
    assert traces("gemini", answer(body)) == wanted
    assert traces("gemini", stream({"candidates": []}, body)) == wanted


@pytest.mark.parametrize("name", [*CHAT, "gemini"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"system_fingerprint": ',
        b'{"system_fingerprint": {"deep": 1}, "provider": 3, "usageMetadata": "trafficType"}',
        b'["system_fingerprint", "provider", "trafficType"]',
        b'data: {"error": "no"}\n\ndata: {"system_fingerprint": "fp"}\n\n',
        b'data: ["system_fingerprint"]\n\n',
        b'{"text": "she said \\"provider\\""}',
        b'\xff{"system_fingerprint"',
        b"[" * 100_000 + b'"system_fingerprint"',
    ],
)
def test_what_is_not_there_is_no_trace(name: str, body: bytes) -> None:
    assert traces(name, answer(body)) == {}


def test_a_file_is_not_searched() -> None:
    body = b'{"system_fingerprint": "fp_1"}'
    assert traces("openai", answer(body, content_type="image/png")) == {}


def test_a_stream_that_breaks_off_has_said_who_sends_it() -> None:
    whole = stream({"choices": [], "system_fingerprint": "fp_1"})
    broken = Response(
        status=200, headers=whole.headers, body=whole.body + b'data: {"provider": \n\n'
    )
    assert traces("openai", broken) == {"system_fingerprint": "fp_1"}
