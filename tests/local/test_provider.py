"""What provider transformers asks, and what it reads in answers."""

import pytest

from harness.api import Call, Case, Identity, Payload, Response
from harness.api.contract import check_provider
from harness.registry import load_registry
from harness_local.coverage import REFUSED, SUPPORTED, refusal_of
from harness_local.provider import harness_providers
from tests.local.conftest import PIN, target

(PROVIDER,) = harness_providers()


def url(**options: object) -> str:
    call = Call(
        case=Case(id="a", inputs="abc"),
        target=target(**options),
        payload=Payload(value={"inputs": "abc"}),
        task="text-classification",
    )
    return PROVIDER.request(call).url


def test_it_keeps_the_contract() -> None:
    check_provider(PROVIDER)


def test_the_url_tells_apart_what_answers_differently_and_nothing_else() -> None:
    plain = f"http://transformers.localhost/models/acme/model@{PIN}"
    assert url() == url(dtype="float32", device="cpu", threads=4) == plain
    assert url(dtype="bfloat16") == f"{plain}?dtype=bfloat16"
    assert url(device="cuda:0") == f"{plain}?device=cuda%3A0"


def test_the_commit_of_an_answer_is_proof() -> None:
    answer = Response(status=200, headers={"x-sha": PIN, "x-compute-time": "0.5"}, body=b"[]")
    assert PROVIDER.served(answer) == Identity(revision=PIN, source="x-sha")
    assert PROVIDER.usage(answer).compute_s == 0.5
    assert PROVIDER.served(Response(status=200, headers={"x-sha": "main"})) is None
    assert PROVIDER.usage(Response(status=200, headers={"x-compute-time": "nan"})).compute_s is None


def test_info_is_asked_for_and_read() -> None:
    (request,) = PROVIDER.probes(target())
    body = b'{"model_id": "acme/model", "model_sha": "%s"}' % PIN.encode()
    assert (request.method, request.url) == ("GET", "http://transformers.localhost/info")
    said = PROVIDER.probed(request, Response(status=200, body=body))
    assert said is not None
    assert said.revision == PIN
    assert PROVIDER.probed(request, Response(status=200, body=b"no")) is None
    assert PROVIDER.probed(request, Response(status=200, body=b'{"model_sha": 3}')) is None


def test_a_pin_is_a_commit_of_the_hub() -> None:
    assert PROVIDER.is_pin(PIN)
    assert not PROVIDER.is_pin("main")
    assert not PROVIDER.is_pin("a" * 64)


def test_every_task_is_answered_or_refused_by_name() -> None:
    tasks = set(load_registry().tasks)
    assert tasks == set(SUPPORTED) | set(REFUSED)
    assert all(refusal_of(task) is None for task in SUPPORTED)
    for task in REFUSED:
        assert task in str(refusal_of(task))
        call = Call(case=Case(id="a"), target=target(), payload=Payload(), task=task)
        with pytest.raises(ValueError, match=task):
            PROVIDER.request(call)
