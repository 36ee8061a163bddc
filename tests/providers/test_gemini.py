"""Gemini: chats, tools, images and vectors in Google's keys."""

from typing import Any

import pytest

from tests.providers.asking import REGISTRY, answer, body_of, call_of, request_of

GEMINI = REGISTRY.providers["gemini"]
TOOL = {"name": "tide", "parameters": {"type": "object", "properties": {}}}


def test_messages_tools_and_parameters_take_googles_names() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
        {"role": "assistant", "content": None,
         "tool_calls": [{"id": "1", "function": {"name": "tide", "arguments": '{"day":3}'}}]},
        {"role": "tool", "name": "tide", "content": "six"},
    ]  # fmt: skip
    request = request_of(
        "gemini", "chat-completion",
        {"messages": messages, "tools": [{"type": "function", "function": TOOL}]},
        model="gemini-2.0-flash-001",
        parameters={"max_tokens": 5, "top_p": 0.5, "stop": "x", "safetySettings": []},
    )  # fmt: skip
    assert request.url.endswith("/v1beta/models/gemini-2.0-flash-001:generateContent")
    assert body_of(request) == {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "What is it?"},
                {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "tide", "args": {"day": 3}}}]},
            {"role": "user",
             "parts": [{"functionResponse": {"name": "tide", "response": {"content": "six"}}}]},
        ],
        "tools": [{"functionDeclarations": [TOOL]}],
        "safetySettings": [],
        "generationConfig": {"maxOutputTokens": 5, "topP": 0.5, "stopSequences": ["x"]},
    }  # fmt: skip


def test_a_stream_is_asked_for_by_another_method() -> None:
    request = request_of("gemini", "chat-completion", "hello", model="g", stream=True)
    assert request.url.endswith("/models/g:streamGenerateContent?alt=sse")


def candidate(*parts: Any, reason: str = "STOP") -> Any:
    return {"candidates": [{"content": {"parts": list(parts)}, "finishReason": reason}]}


def test_a_function_call_is_a_tool_call() -> None:
    read = GEMINI.output(answer(candidate({"functionCall": {"name": "tide", "args": {"day": 3}}})))
    output = REGISTRY.tasks["chat-completion"].parse(read)
    assert output.value["tool_calls"] == [{"name": "tide", "arguments": {"day": 3}}]  # type: ignore[index, call-overload]
    assert output.value["finish_reason"] == "tool_calls"  # type: ignore[index, call-overload]


def test_an_image_alone_is_bytes_beside_text_it_is_left() -> None:
    image = {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}}
    assert GEMINI.output(answer(candidate(image))) == b"\x89PNG"
    told = GEMINI.output(answer(candidate({"text": "Here"}, image)))
    assert isinstance(told, dict)
    assert told["generated_text"] == "Here"
    request = body_of(request_of("gemini", "text-to-image", "a cat", model="g"))
    assert request["generationConfig"] == {"responseModalities": ["IMAGE"]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "no candidate: none given"),
        ({"error": {"code": 400, "message": "API key not valid"}}, "API key not valid"),
        ([3], "not a JSON object"),
    ],
)
def test_what_is_no_answer_is_said(body: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        GEMINI.output(answer(body))


def test_a_candidate_without_parts_is_an_empty_message() -> None:
    read = GEMINI.output(answer({"candidates": [{"content": {}, "finishReason": "SAFETY"}]}))
    assert isinstance(read, dict)
    assert read["choices"][0]["finish_reason"] == "content_filter"  # type: ignore[index, call-overload]


def test_a_prompt_that_was_blocked_is_a_message_held_back() -> None:
    read = GEMINI.output(answer({"promptFeedback": {"blockReason": "OTHER"}}))
    output = REGISTRY.tasks["chat-completion"].parse(read)
    assert (output.text, output.finish) == ("", "refused")
    assert REGISTRY.tasks["text-generation"].parse(read).finish == "refused"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "refused"),
        ("RECITATION", "refused"),
        ("PROHIBITED_CONTENT", "refused"), ("MALFORMED_FUNCTION_CALL", ""), ("OTHER", ""),
    ],
)  # fmt: skip
def test_how_an_answer_ended_is_read(reason: str, finish: str) -> None:
    read = GEMINI.output(answer(candidate({"text": "two words"}, reason=reason)))
    assert REGISTRY.tasks["chat-completion"].parse(read).finish == finish
    assert REGISTRY.tasks["text-generation"].parse(read).finish == finish


def test_a_list_of_events_is_one_answer() -> None:
    events = [candidate({"text": "two"}, reason=""), candidate({"text": " words"})]
    read = GEMINI.output(answer(events))
    assert isinstance(read, dict)
    assert read["generated_text"] == "two words"


def test_one_text_is_one_vector() -> None:
    request = request_of(
        "gemini", "feature-extraction", "a", model="g", parameters={"dimensions": 2}
    )
    text = {"content": {"parts": [{"text": "a"}]}, "model": "models/g", "outputDimensionality": 2}
    assert body_of(request) == {"requests": [text]}
    assert GEMINI.output(answer({"embeddings": [{"values": [0.1, 0.2]}]})) == [0.1, 0.2]


def test_only_text_is_streamed() -> None:
    call = call_of("gemini", "feature-extraction", "a", model="g", stream=True)
    assert GEMINI.request(call).url.endswith(":batchEmbedContents")
