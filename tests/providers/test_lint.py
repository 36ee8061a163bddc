"""Parameters that mean nothing, or something else, where they are sent."""

from typing import Any

import pytest

from harness.api import Payload, Target
from harness.data.call import Call
from harness.data.suite import Case
from tests.providers.asking import call_of, provider_of


def said(*arguments: Any, **named: Any) -> list[str]:
    call = call_of(*arguments, **named)
    return list(provider_of(call).lint(call))


URL = {"url": "https://x.example"}


@pytest.mark.parametrize(
    ("provider", "task", "parameters", "options", "words"),
    [
        ("hf-endpoint", "text-generation", {"max_length": 9}, URL, "max_new_tokens"),
        ("hf-endpoint", "text-generation", {"num_beams": 2}, {**URL, "serves": "tgi"}, "num_beams"),
        ("hf-inference", "text-generation", {"max_length": 9}, {}, "max_new_tokens"),
        ("hf-inference", "summarization", {"max_length": 900}, {}, "1 to 500"),
        ("hf-inference", "feature-extraction", {"top_k": 1}, {}, "embedders do not read `top_k`"),
        ("hf-endpoint", "chat-completion", {"max_new_tokens": 9}, URL, "max_tokens"),
        ("hf-router", "chat-completion", {"max_length": 9}, {}, "max_tokens"),
        ("openai", "text-generation", {"max_length": 9}, {}, "max_tokens"),
        ("openai", "text-generation", {"return_full_text": True}, {}, "echo"),
        ("openai", "feature-extraction", {"normalize": True}, {}, "normalize"),
        ("gemini", "chat-completion", {"max_length": 9}, {}, "knows no `max_length`"),
    ],
)
def test_a_parameter_that_is_not_read_is_told(
    provider: str, task: str, parameters: Any, options: Any, words: str
) -> None:
    (sentence,) = said(provider, task, "a", parameters=parameters, **options)
    assert words in sentence


@pytest.mark.parametrize(
    ("provider", "task", "parameters", "options"),
    [
        ("hf-endpoint", "text-generation", {"max_new_tokens": 9}, {**URL, "serves": "tgi"}),
        ("hf-endpoint", "text-generation", {"num_beams": 9}, {**URL, "serves": "hf"}),
        ("hf-endpoint", "text-generation", {"max_length": None}, URL),
        ("hf-inference", "summarization", {"max_length": 120}, {}),
        ("hf-endpoint", "feature-extraction", {"normalize": True}, URL),
        ("hf-router", "chat-completion", {"max_tokens": 9}, {}),
        ("openai", "text-generation", {"max_new_tokens": 9}, {}),
        ("gemini", "chat-completion", {"max_tokens": 9}, {}),
    ],
)  # fmt: skip
def test_what_is_read_is_not_told(provider: str, task: str, parameters: Any, options: Any) -> None:
    assert said(provider, task, "a", parameters=parameters, **options) == []


def test_two_texts_in_a_list_may_be_one_pair() -> None:
    case = Case(id="c", inputs=["a", "b"])
    payload = Payload(value={"inputs": ["a", "b"]})
    for serves, count in (("auto", 1), ("hf", 0), ("tei", 0)):
        options = {"url": "https://x.example", "serves": serves}
        target = Target(name="t", provider="hf-endpoint", model="m", options=options)
        call = Call(case=case, target=target, payload=payload, task="text-classification")
        assert len(list(provider_of(call).lint(call))) == count


def test_parameters_of_embeddings_below_parameters_are_told() -> None:
    case = Case(id="c", inputs="a")
    payload = Payload(value={"inputs": "a", "parameters": {"normalize": True}})
    target = Target(name="t", provider="hf-endpoint", model="m", options=URL)
    call = Call(case=case, target=target, payload=payload, task="feature-extraction")
    (sentence,) = provider_of(call).lint(call)
    assert "at the root" in sentence
