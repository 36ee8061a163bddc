"""The OpenAI protocol: routes, form uploads, snapshots as pins."""

import pytest

from harness.api import Json
from tests.providers.asking import IMAGE, REGISTRY, answer, body_of, request_of

OPENAI = REGISTRY.providers["openai"]
BASE = "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("task", "inputs", "parameters", "route", "body"),
    [
        ("text-generation", "a", {"max_new_tokens": 3}, "/completions",
         {"prompt": "a", "max_tokens": 3}),
        ("feature-extraction", "a", {"dimensions": 3}, "/embeddings",
         {"input": "a", "dimensions": 3}),
        ("text-to-image", "a", {"size": "256x256"}, "/images/generations",
         {"prompt": "a", "size": "256x256"}),
        ("text-to-speech", "a", {"voice": "alloy"}, "/audio/speech",
         {"input": "a", "voice": "alloy"}),
        ("text-to-video", "a", {"seconds": "4"}, "/videos", {"prompt": "a", "seconds": "4"}),
    ],
)  # fmt: skip
def test_each_task_has_a_route_and_its_keys_at_the_root(
    task: str, inputs: str, parameters: dict[str, Json], route: str, body: dict[str, Json]
) -> None:
    request = request_of("openai", task, inputs, model="m", parameters=parameters)
    assert request.url == BASE + route
    assert body_of(request) == {"model": "m", **body}


@pytest.mark.parametrize(
    ("task", "route", "field"),
    [
        ("automatic-speech-recognition", "/audio/transcriptions", "file"),
        ("image-to-image", "/images/edits", "image"),
    ],
)
def test_a_file_is_uploaded_with_parameters_beside_it(task: str, route: str, field: str) -> None:
    parameters: dict[str, Json] = {"prompt": "green", "temperature": 0, "user": None}
    request = request_of("openai", task, media=IMAGE, model="m", parameters=parameters)
    assert request.url == BASE + route
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert f'name="{field}"; filename="a.png"'.encode() in request.body
    assert b'name="temperature"\r\n\r\n0\r\n' in request.body
    assert b'name="user"' not in request.body


def test_the_query_of_a_base_url_stays_behind_the_route() -> None:
    base = "https://x.openai.azure.com/openai/deployments/d?api-version=2024-12-01"
    request = request_of("openai", "chat-completion", "hello", base_url=base)
    path = "/openai/deployments/d/chat/completions?api-version=2024-12-01"
    assert request.url == f"https://x.openai.azure.com{path}"


@pytest.mark.parametrize(
    ("model", "revision"),
    [
        ("org/name@" + "a" * 40, "a" * 40),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("gpt-4o", None),
        ("-2024-08-06", None),
        ("a@", None),
    ],
)
def test_only_a_name_that_cannot_move_is_a_revision(model: str, revision: str | None) -> None:
    found = OPENAI.served(answer({"model": model}))
    assert (found.revision if found else None) == revision
    assert found is None or not found.is_proof
    assert OPENAI.is_pin(model) is (revision == model)


def test_speech_is_its_bytes() -> None:
    assert OPENAI.output(answer(b"\xff\xf3", content_type="audio/mpeg")) == b"\xff\xf3"
    page = answer(b"<!doctype html><p>", content_type="text/html")
    with pytest.raises(ValueError, match="HTML page"):
        OPENAI.output(page)
