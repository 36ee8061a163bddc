"""What a gateway says of the deployment that answered."""

import pytest

from harness.api import Identity, Response
from harness_providers.openai import harness_providers

PIN = "a" * 40
BODY = b'{"model": "chat"}'
[OPENAI] = harness_providers()


def served(body: bytes = BODY, **headers: str) -> Identity | None:
    named = {f"x-litellm-{name.replace('_', '-')}": value for name, value in headers.items()}
    return OPENAI.served(Response(status=200, headers=named, body=body))


def test_a_deployment_named_after_its_commit_is_a_declaration() -> None:
    found = Identity(revision=PIN, source="x-litellm-model-id", is_proof=False)
    assert served(model_id=PIN, model_name="openai/x", attempted_fallbacks="0") == found


def test_a_commit_in_the_deployments_name_counts_before_the_echoed_model() -> None:
    found = served(b'{"model": "chat@%s"}' % (b"b" * 40), model_name=f"openai/x@{PIN}")
    assert found == Identity(revision=PIN, source="x-litellm-model-name", is_proof=False)


def test_an_answer_after_a_fallback_is_somebody_elses() -> None:
    found = served(model_id="f" * 64, model_name="openai/other", attempted_fallbacks="1")
    source = "x-litellm-attempted-fallbacks"
    assert found == Identity(revision="openai/other", source=source, is_proof=False)


@pytest.mark.parametrize("count", ["0", "", "none", "-1", "²"])
def test_a_gateways_own_id_is_no_revision(count: str) -> None:
    assert served(model_id="f" * 64, model_name="openai/x", attempted_fallbacks=count) is None


def test_a_stream_says_who_answered_in_its_headers() -> None:
    found = served(b'data: {"choices": []}\n\n', model_id=PIN, attempted_fallbacks="0")
    assert found is not None
    assert found.revision == PIN
