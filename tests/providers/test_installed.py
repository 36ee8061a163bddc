"""Every installed provider keeps its contract, and media travel as bytes."""

import pytest

from harness.api import Call, Case, Payload, Response, Target
from harness.api.contract import check_provider
from harness.registry import load_registry
from harness_providers._hub_protocol import post, read_answer

PROVIDERS = load_registry().providers


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_installed_provider_keeps_its_contract(name: str) -> None:
    check_provider(PROVIDERS[name])


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg; q=1", "audio/flac", "VIDEO/mp4"])
def test_a_file_is_given_as_its_bytes(kind: str) -> None:
    body = b'{"error": "this is a file all the same"}'
    assert read_answer(Response(status=200, headers={"content-type": kind}, body=body)) == body


@pytest.mark.parametrize(
    ("task", "accept"), [("text-to-image", "image/png"), ("fill-mask", "application/json")]
)
def test_a_file_is_asked_for_where_the_task_gives_one(task: str, accept: str) -> None:
    target = Target(name="a", provider="hf-endpoint", model="m", options={"url": "https://a.b/"})
    call = Call(case=Case(id="a", inputs="x"), target=target, payload=Payload(value={}), task=task)
    assert post(call, "https://a.b/").headers["accept"] == accept


def test_a_provider_is_told_the_task() -> None:
    target = Target(name="a", provider="openai", model="m")
    message = {"role": "user", "content": "hello"}
    question = Payload(value={"messages": [message], "temperature": 0})
    call = Call(
        case=Case(id="a", inputs="x"), target=target, payload=question, task="chat-completion"
    )
    request = PROVIDERS["openai"].request(call)
    assert request.url == "https://api.openai.com/v1/chat/completions"
    expected = b'{"messages":[{"content":"hello","role":"user"}],"model":"m","temperature":0}'
    assert request.body == expected
