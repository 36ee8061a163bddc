"""Streams of every protocol, put together, and when their content begins."""

import pytest

from harness.api import Response
from tests.providers.asking import REGISTRY, answer, stream

ENDPOINT, OPENAI, GEMINI = (
    REGISTRY.providers[name] for name in ("hf-endpoint", "openai", "gemini")
)


def token(text: str, *, special: bool = False, **last: object) -> dict[str, object]:
    shown = {"id": 1, "text": text, "logprob": -0.1, "special": special}
    return {"index": 1, "token": shown, "generated_text": None, "details": None, **last}


DETAILS = {"finish_reason": "length", "generated_tokens": 2, "seed": None}
TOKENS = (token("", special=True), token(" two"), token(" words", generated_text=" two words"))


def test_tokens_become_the_answer_of_generate() -> None:
    last = token(" words", generated_text=" two words", details=DETAILS)
    whole = stream(token(" two"), last)
    assert ENDPOINT.output(whole) == {"generated_text": " two words", "details": DETAILS}
    assert ENDPOINT.usage(whole).output_tokens == 2
    assert ENDPOINT.output(stream(*TOKENS)) == {"generated_text": " two words"}
    task = REGISTRY.tasks["text-generation"]
    assert task.parse(ENDPOINT.output(whole)).text == " two words"


def test_tokens_that_end_early_are_no_answer() -> None:
    with pytest.raises(ValueError, match="ended after 2 tokens"):
        ENDPOINT.output(stream(*TOKENS[:2]))


def test_an_error_between_tokens_is_no_answer() -> None:
    error = {"error": "Input validation error", "error_type": "validation"}
    with pytest.raises(ValueError, match="inside the stream: Input validation error"):
        ENDPOINT.output(stream(TOKENS[1], error))


def test_the_first_token_is_the_first_that_says_something() -> None:
    whole = stream(*TOKENS)
    place = ENDPOINT.first_token(whole)
    assert place is not None
    assert b" two" in whole.body[:place]
    assert b" words" not in whole.body[:place]
    assert ENDPOINT.first_token(stream(TOKENS[0])) is None
    assert ENDPOINT.first_token(answer([{"generated_text": "x"}])) is None


def completion(text: str, reason: str | None = None) -> dict[str, object]:
    return {
        "object": "text_completion",
        "choices": [{"index": 0, "text": text, "finish_reason": reason}],
    }


def test_a_streamed_completion_is_one_text() -> None:
    counted = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    whole = stream(completion(""), completion("two"), completion(" words", "stop"), counted)
    assert OPENAI.output(whole)["generated_text"] == "two words"  # type: ignore[index, call-overload]
    usage = OPENAI.usage(whole)
    assert (usage.input_tokens, usage.output_tokens) == (3, 2)
    place = OPENAI.first_token(whole)
    assert place is not None
    assert whole.body[:place].endswith(b"\n\n")
    assert whole.body[:place].count(b"data:") == 2
    with pytest.raises(ValueError, match="before the answer was finished"):
        OPENAI.output(stream(completion("two")))


def part(text: str, **candidate: object) -> dict[str, object]:
    content = {"parts": [{"text": text}], "role": "model"}
    return {
        "candidates": [{"content": content, **candidate}],
        "modelVersion": "gemini-2.0-flash-001",
    }


def test_a_stream_of_candidates_is_one_message() -> None:
    counted = {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}
    last = part(" words", finishReason="STOP") | {"usageMetadata": counted}
    whole = stream(part("two"), last, line=b"\r\n")
    read = GEMINI.output(whole)
    assert isinstance(read, dict)
    assert read["generated_text"] == "two words"
    served, usage = GEMINI.served(whole), GEMINI.usage(whole)
    assert served is not None
    assert served.revision == "gemini-2.0-flash-001"
    assert (usage.input_tokens, usage.output_tokens) == (5, 3)
    place = GEMINI.first_token(whole)
    assert place is not None
    assert whole.body[:place].count(b"data:") == 1


def test_candidates_that_end_early_are_no_answer() -> None:
    with pytest.raises(ValueError, match="before the answer was finished"):
        GEMINI.output(stream(part("two")))


def test_a_thought_is_content_but_no_part_of_the_message() -> None:
    thought = part("hm")
    thought["candidates"][0]["content"]["parts"][0]["thought"] = True  # type: ignore[index]
    whole = stream(thought, part("words", finishReason="STOP"))
    read = GEMINI.output(whole)
    assert isinstance(read, dict)
    assert read["generated_text"] == "words"
    assert GEMINI.first_token(whole) == whole.body.index(b"\n\n") + 2


@pytest.mark.parametrize("name", ["hf-endpoint", "hf-inference", "hf-router", "openai", "gemini"])
@pytest.mark.parametrize(
    "events",
    [
        ({"choices": [{"delta": [], "index": "x"}]},),
        ({"choices": [{"delta": {"tool_calls": [{"index": 10**9, "function": {}}]}}]},),
        ({"choices": [{"delta": {"tool_calls": 3}}]}, {"token": []}),
        ({"candidates": [{"content": {"parts": [None, 3]}}]},),
        (3,),
    ],
)
def test_junk_in_a_stream_raises_value_error_only(name: str, events: tuple[object, ...]) -> None:
    provider, whole = REGISTRY.providers[name], stream(*events)
    provider.first_token(whole)
    provider.usage(whole)
    provider.served(whole)
    with pytest.raises(ValueError, match=r"."):
        provider.output(whole)


def test_a_stream_is_told_by_its_beginning_too() -> None:
    whole = Response(status=200, body=stream(*TOKENS).body)
    assert ENDPOINT.output(whole) == {"generated_text": " two words"}
    assert ENDPOINT.first_token(whole) is not None
