"""Streams as servers really send them."""

import pytest

from harness.api import Response
from harness_providers._chat_stream import assemble_chat
from harness_providers._events import read_events
from harness_providers._streams import first_content_byte


def chunk(**delta: object) -> bytes:
    import json

    finish = delta.pop("finish", None)
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"model": "m", "choices": [choice]}, ensure_ascii=False).encode()


def stream(*chunks: bytes, line: bytes = b"\n", space: bytes = b" ") -> bytes:
    return b"".join(b"data:" + space + c + line * 2 for c in chunks)


CHUNKS = (chunk(role="assistant", content=""), chunk(content="Hel"), chunk(content="lo"))
END = chunk(finish="stop")


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("space", [b" ", b""])
def test_separators_and_the_space_do_not_matter(line: bytes, space: bytes) -> None:
    answer = assemble_chat(stream(*CHUNKS, END, b"[DONE]", line=line, space=space))
    assert answer["choices"][0]["message"]["content"] == "Hello"
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_a_missing_done_and_a_missing_last_empty_line_are_no_loss() -> None:
    body = stream(*CHUNKS, END).removesuffix(b"\n\n")
    assert assemble_chat(body)["choices"][0]["message"]["content"] == "Hello"


def test_comments_and_empty_choices_are_passed_over() -> None:
    body = b": keep-alive\n\n" + stream(b'{"choices": []}', *CHUNKS, END)
    usage = stream(b'{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}')
    answer = assemble_chat(body + usage)
    assert answer["usage"] == {"prompt_tokens": 3, "completion_tokens": 2}


def test_a_line_separator_inside_json_does_not_split_the_event() -> None:
    answer = assemble_chat(stream(chunk(content="one\u2028two\u0085three"), END))
    assert answer["choices"][0]["message"]["content"] == "one\u2028two\u0085three"


@pytest.mark.parametrize(
    "bad",
    [
        b'data: {"error": {"message": "overloaded"}}\n\n',
        b'event: error\ndata: {"message": "boom"}\n\n',
        b'data:{"error":"Input validation error","error_type":"validation"}\n\n',
    ],
)
def test_an_error_inside_the_stream_is_never_an_answer(bad: bytes) -> None:
    with pytest.raises(ValueError, match="inside the stream"):
        assemble_chat(stream(*CHUNKS) + bad)


def test_a_stream_without_a_finish_reason_is_incomplete() -> None:
    with pytest.raises(ValueError, match="before the answer was finished"):
        assemble_chat(stream(*CHUNKS))


def test_tool_calls_grow_by_index() -> None:
    first = chunk(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}])
    more = chunk(tool_calls=[{"index": 0, "function": {"arguments": '{"x":1}'}}])
    answer = assemble_chat(stream(first, more, chunk(finish="tool_calls")))
    call = answer["choices"][0]["message"]["tool_calls"][0]
    assert call["function"] == {"name": "f", "arguments": '{"x":1}'}


def test_the_first_content_is_not_the_first_byte() -> None:
    body = stream(*CHUNKS, END)
    place = first_content_byte(Response(status=200, body=body))
    assert place is not None
    assert body[:place].endswith(b"\n\n")
    assert b"Hel" in body[:place]
    assert b"lo" not in body[:place].replace(b"Hel", b"")
    assert first_content_byte(Response(status=200, body=stream(CHUNKS[0]))) is None


def test_an_event_type_belongs_to_its_event_only() -> None:
    events = list(read_events(b"event: a\ndata: 1\n\ndata: 2\ndata: 3\n\n"))
    assert [(event.kind, event.data) for event in events] == [("a", b"1"), ("", b"2\n3")]
