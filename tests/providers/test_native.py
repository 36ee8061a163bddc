"""Endpoints: native routes of the servers behind them, streams, waits, routes of tasks."""

from typing import Any

import pytest

from harness.api import Json, is_commit
from tests.providers.asking import answer, body_of, call_of, provider_of, request_of

URL = "https://x.example/base"
PIN = "a" * 40
NAMED = "/models/org/name/pipeline/feature-extraction"
PAIR: dict[str, Json] = {"source_sentence": "a", "sentences": ["b"]}


@pytest.mark.parametrize(
    ("task", "inputs", "route", "body"),
    [
        ("feature-extraction", "a", "/embed", {"inputs": "a", "normalize": True}),
        ("text-classification", "a", "/predict", {"inputs": "a", "normalize": True}),
        ("sentence-ranking", {"query": "q", "texts": ["a", "b"]}, "/rerank",
         {"query": "q", "texts": ["a", "b"], "normalize": True}),
        ("sentence-similarity", PAIR, "/similarity",
         {"inputs": PAIR, "parameters": {"normalize": True}}),
    ],
)  # fmt: skip
def test_an_embedder_has_a_route_a_task_and_reads_parameters_at_the_root(
    task: str, inputs: Json, route: str, body: Any
) -> None:
    request = request_of(
        "hf-endpoint", task, inputs, parameters={"normalize": True}, url=URL, serves="tei"
    )
    assert request.url == URL + route
    assert body_of(request) == body


@pytest.mark.parametrize("stream", [False, True])
def test_a_generator_streams_from_a_route_of_its_own(stream: bool) -> None:
    request = request_of(
        "hf-endpoint", "text-generation", "a",
        parameters={"max_new_tokens": 3}, url=URL, serves="tgi", stream=stream,
    )  # fmt: skip
    assert request.url == URL + ("/generate_stream" if stream else "/generate")
    expected = {"inputs": "a", "parameters": {"max_new_tokens": 3}}
    assert body_of(request) == expected | ({"stream": True} if stream else {})
    assert request.headers["accept"] == ("text/event-stream" if stream else "application/json")


def test_a_generator_chats_and_is_told_a_model() -> None:
    request = request_of(
        "hf-endpoint", "chat-completion", "hello", url=URL, serves="tgi", stream=True
    )
    assert request.url == f"{URL}/v1/chat/completions"
    body = body_of(request)
    assert body["model"] == "org/name"
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(("serves", "task"), [("tgi", "fill-mask"), ("tei", "fill-mask")])
def test_a_task_without_a_native_route_is_refused_by_name(serves: str, task: str) -> None:
    with pytest.raises(ValueError, match="has no native route for fill-mask; it has"):
        request_of("hf-endpoint", task, "a [MASK]", url=URL, serves=serves)


def test_a_streamed_question_says_so_at_the_root() -> None:
    for named in ({"stream": True}, {"parameters": {"stream": True}}):
        request = request_of("hf-endpoint", "text-generation", "a", url=URL, **named)
        assert request.url == URL
        assert body_of(request) == {"inputs": "a", "stream": True}
        assert request.headers["accept"] == "text/event-stream"


def test_an_endpoint_may_be_waited_for_while_it_starts() -> None:
    request = request_of("hf-endpoint", "fill-mask", "a [MASK]", url=URL, scale_up_timeout_s=600)
    assert request.headers["x-scale-up-timeout"] == "600"
    request = request_of("hf-endpoint", "fill-mask", "a [MASK]", url=URL)
    assert "x-scale-up-timeout" not in request.headers


@pytest.mark.parametrize(
    ("base_url", "route", "task", "path"),
    [
        ("https://r.example/hf-inference", "auto", "feature-extraction", NAMED),
        ("https://r.example/hf-inference", "auto", "fill-mask", "/models/org/name"),
        ("https://r.example/hf-inference", "never", "feature-extraction", "/models/org/name"),
        ("https://r.example", "auto", "feature-extraction", "/models/org/name"),
        ("https://r.example", "after", "feature-extraction", NAMED),
        ("https://r.example", "before", "fill-mask", "/pipeline/fill-mask/org/name"),
    ],
)  # fmt: skip
def test_the_address_names_the_task_where_a_model_serves_several(
    base_url: str, route: str, task: str, path: str
) -> None:
    request = request_of("hf-inference", task, "a", base_url=base_url, pipeline_route=route)
    assert request.url == base_url + path


def test_the_serverless_api_chats_below_the_model() -> None:
    request = request_of("hf-inference", "chat-completion", "hello")
    assert request.url.endswith("/hf-inference/models/org/name/v1/chat/completions")
    assert body_of(request)["model"] == "org/name"


GENERATOR = {"model_id": "org/name", "model_sha": PIN, "max_total_tokens": 2048}
EMBEDDER = {"model_id": "org/name", "model_sha": PIN, "model_type": {"embedding": {}}}


@pytest.mark.parametrize(
    ("info", "revision", "is_proof"),
    [
        (GENERATOR, PIN, True),
        ({**GENERATOR, "model_sha": "main"}, "main", False),
        (EMBEDDER, PIN, False),
        ({**EMBEDDER, "max_total_tokens": 1}, PIN, False),
        ({"model_sha": PIN}, PIN, False),
    ],
)
def test_only_a_server_that_resolves_its_revision_proves_it(
    info: Any, revision: str, is_proof: bool
) -> None:
    call = call_of("hf-endpoint", "text-generation", "a", url=f"{URL}?q=1")
    provider = provider_of(call)
    (request,) = provider.probes(call.target)
    assert (request.method, request.url) == ("GET", "https://x.example/info")
    found = provider.probed(request, answer(info))
    assert found is not None
    assert (found.revision, found.is_proof) == (revision, is_proof)


@pytest.mark.parametrize("info", [{"model_sha": None}, {}, [], b"<html>", {"model_sha": 3}])
def test_an_info_without_a_revision_says_nothing(info: Any) -> None:
    call = call_of("hf-endpoint", "text-generation", "a", url=URL)
    (request,) = provider_of(call).probes(call.target)
    assert provider_of(call).probed(request, answer(info)) is None


@pytest.mark.parametrize(
    ("state", "revision", "expected"),
    [
        ("running", PIN, (PIN, True)),
        ("updating", PIN, (PIN, False)),
        ("running", "main", ("main", False)),
        ("running", None, None),
    ],
)
def test_an_endpoint_that_runs_serves_the_commit_it_is_set_to(
    state: str, revision: str | None, expected: tuple[str, bool] | None
) -> None:
    call = call_of("hf-endpoint", "fill-mask", "a", url=URL, serves="hf", endpoint="acme/my-model")
    provider = provider_of(call)
    (request,) = provider.probes(call.target)
    assert request.url == "https://api.endpoints.huggingface.cloud/v2/endpoint/acme/my-model"
    model = {"repository": "org/name", "revision": revision}
    found = provider.probed(request, answer({"model": model, "status": {"state": state}}))
    assert (found and (found.revision, found.is_proof)) == expected


def test_a_file_served_from_the_hub_names_its_commit() -> None:
    provider = provider_of(call_of("hf-endpoint", "fill-mask", "a", url=URL))
    found = provider.served(answer([], x_repo_commit=PIN))
    assert found is not None
    assert (found.source, found.is_proof) == ("x-repo-commit", is_commit(PIN))
