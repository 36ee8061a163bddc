"""Every error body servers send is read into one fault: kind, words, what to do."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.exchange import Response
from harness.faults import TRANSIENT_STATUS, error_text, estimated_time_s, fault_of


def answer(status: int, body: Any = b"", **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status=status, headers={n.replace("_", "-"): v for n, v in headers.items()}, body=data
    )


SHAPES: dict[str, tuple[Any, str]] = {
    "a string": ({"error": "Model m does not exist"}, "Model m does not exist"),
    "a list of strings": ({"error": ["Bad `inputs`", "too long"]}, "Bad `inputs`; too long"),
    "with warnings": ({"error": "bad", "warnings": ["old"]}, "bad"),
    "with a time": ({"error": "loading", "estimated_time": 20.0}, "loading"),
    "with a type": ({"error": "too long", "error_type": "validation"}, "too long"),
    "openai": ({"error": {"message": "no", "type": "x", "param": None, "code": None}}, "no"),
    "openai, numbered": ({"error": {"message": "no", "type": "x", "code": 400}}, "no"),
    "with an id": ({"id": "1", "error": {"message": "no", "type": "x"}}, "no"),
    "flat, numbered": ({"message": "empty", "code": 413, "type": "Validation"}, "empty"),
    "flat": ({"message": "no", "type": "x", "param": "m", "code": "y"}, "no"),
    "with a request": ({"message": "Unauthorized", "request_id": "1"}, "Unauthorized"),
    "detail": ({"detail": "Not found"}, "Not found"),
    "list of details": (
        {"detail": [{"loc": ["body", "inputs", 0], "msg": "field required", "type": "missing"}]},
        "body.inputs.0: field required",
    ),
    "problem": (
        {"title": "Billing required", "detail": "Add a card", "status": 402, "invalid_fields": []},
        "Add a card",
    ),
    "gemini": (
        {"error": {"code": 400, "message": "bad", "status": "INVALID_ARGUMENT", "details": []}},
        "bad",
    ),
    "gemini, in a list": ([{"error": {"code": 400, "message": "bad", "status": "X"}}], "bad"),
    "a JSON string": ('"no such model"', "no such model"),
    "plain text": (b"Failed to deserialize the JSON body", "Failed to deserialize the JSON body"),
    "a page": (
        b"\n<!doctype html><html><head><title>401\n Unauthorized</title>",
        "an HTML page: 401 Unauthorized",
    ),
    "a page after a comment": (b"<!-- x --><HTML><body>", "an HTML page: no title"),
    "a page with a mark": (b"\xef\xbb\xbf<html><title lang=en>Oops</title>", "an HTML page: Oops"),
    "empty": (b"", ""),
    "spaces": (b" \r\n", ""),
    "an empty object": ({}, "{}"),
    "an error of another kind": ({"error": {"reason": "x"}}, '{"reason":"x"}'),
    "null": ({"error": None}, '{"error": null}'),
    "a number": ({"error": 3}, "3"),
    "not UTF-8": (b"caf\xe9", "caf\ufffd"),
    "half a JSON": (b'{"error": "x', '{"error": "x'),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_error_body_gives_its_words(shape: str) -> None:
    body, words = SHAPES[shape]
    if isinstance(body, str):
        body = body.encode()
    assert error_text(answer(400, body))[0] == words
    fault = fault_of(answer(400, body))
    assert fault.message == (f"HTTP 400: {words}" if words else "HTTP 400 without a message")


@pytest.mark.parametrize(
    ("status", "said", "is_transient"),
    [
        (429, "false", False),
        (500, "False", False),
        (503, " false ", False),
        (409, "true", True),
        (400, "true", True),
        (429, "true", True),
        (429, "maybe", True),
        (409, "maybe", False),
        (409, "", False),
        (401, "true", False),
        (402, "true", False),
        (307, "true", False),
    ],
)
def test_a_server_says_itself_whether_to_ask_again(
    status: int, said: str, is_transient: bool
) -> None:
    fault = fault_of(answer(status, {"error": "no"}, x_should_retry=said))
    assert fault.is_transient == is_transient


STATUSES: list[tuple[int, Any, str, bool]] = [
    (300, {}, "refused", False),
    (307, b"moved", "refused", False),
    (400, {"error": ["Error in `parameters`"]}, "config", False),
    (400, {"error": "Model not supported by provider hf-inference"}, "config", False),
    (400, {"error": {"message": "API key not valid", "status": "INVALID_ARGUMENT"}}, "auth", False),
    (400, {"error": "You exceeded your quota"}, "billing", False),
    (401, {"error": "Invalid credentials in Authorization header"}, "auth", False),
    (401, {"error": "Access to model m is gated"}, "gated", False),
    (402, {"error": "You have depleted your monthly included credits."}, "billing", False),
    (403, {"error": "This authentication method does not have permissions"}, "auth", False),
    (403, {"error": "not in the authorized list of a gated repo"}, "gated", False),
    (403, {"error": "an investigated, aggregated request"}, "auth", False),
    (404, {"error": "Model m does not exist"}, "not_found", False),
    (405, b"", "config", False),
    (407, b"", "auth", False),
    (408, b"", "timeout", True),
    (410, {"error": "no longer supported"}, "config", False),
    (413, b"length limit exceeded", "config", False),
    (415, b"", "config", False),
    (421, b"", "config", False),
    (422, {"error": "too long", "error_type": "validation"}, "config", False),
    (424, {"error": "generation", "error_type": "generation"}, "overloaded", False),
    (425, b"", "overloaded", True),
    (429, {"error": "Rate limit reached"}, "rate_limited", True),
    (429, {"error": {"message": "pay", "code": "insufficient_quota"}}, "billing", False),
    (429, {"error": "Model is overloaded", "error_type": "overloaded"}, "rate_limited", True),
    (500, {"error": "unknown error"}, "overloaded", True),
    (501, b"", "overloaded", False),
    (502, b"<html><title>Bad Gateway</title>", "overloaded", True),
    (503, {"error": "Model m is currently loading", "estimated_time": 20.0}, "loading", True),
    (503, {"error": "Model m is currently loading"}, "loading", True),
    (503, {"error": "overloaded"}, "overloaded", True),
    (503, {"error": "we are overloading and uploading"}, "overloaded", True),
    (504, b"", "timeout", True),
    (520, b"", "overloaded", True),
    (529, b"", "overloaded", True),
    (999, b"", "config", False),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "is_transient"), STATUSES)
def test_every_status_has_its_kind_and_says_what_to_do(
    status: int, body: Any, kind: str, is_transient: bool
) -> None:
    fault = fault_of(answer(status, body, location="https://elsewhere.example/"))
    assert (fault.kind, fault.is_transient, fault.status) == (kind, is_transient, status)
    assert fault.hint


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("gzip", "HTTP 400 without a message"),
        ("X-GZip", "HTTP 400 without a message"),
        ("deflate", "HTTP 400 without a message"),
        ("identity", "HTTP 400 without a message"),
        ("br", "HTTP 400: without words that can be read (content-encoding: br)"),
        ("gzip, gzip", "HTTP 400: without words that can be read (content-encoding: gzip, gzip)"),
    ],
)
def test_nothing_in_a_body_is_blamed_on_its_coding_only_where_that_is_not_decoded(
    coding: str, words: str
) -> None:
    assert fault_of(answer(400, b"", content_encoding=coding)).message == words
    said = answer(400, b'{"error": "no"}', content_encoding=coding)  # as one that was decoded
    assert fault_of(said).message == "HTTP 400: no"


def test_a_redirect_names_where_it_leads() -> None:
    fault = fault_of(answer(308, location="https://evil.example/\x1b[2J"))
    assert fault.message == "HTTP 308: redirects to https://evil.example/\\x1b[2J"


def test_the_header_of_the_hub_wins_over_the_body() -> None:
    headers = {"x_error_code": "GatedRepo", "x_error_message": "Accept the conditions"}
    fault = fault_of(answer(403, {"error": "Forbidden"}, **headers))
    assert (fault.kind, fault.message) == ("gated", "HTTP 403: Accept the conditions")


def test_hostile_words_are_made_visible_and_short() -> None:
    fault = fault_of(answer(400, {"error": "\x1b[31m\u202e\n::error::x " + "y" * 5000}))
    assert "\x1b" not in fault.message
    assert "\u202e" not in fault.message
    assert "\n" not in fault.message
    assert len(fault.message) < 250


DEEP = [
    b"[" * 1010 + b"]" * 1010,
    b'{"error":' * 1010 + b"1" + b"}" * 1010,
    b'{"error":{"a":' + b"[" * 1010 + b"]" * 1010 + b"}}",
    b'{"detail":[' + b"[" * 1010 + b"]" * 1010 + b"]}",
    b'{"detail":[{"loc":[' + b"[" * 1010 + b"]" * 1010 + b'],"msg":"x"}]}',
    b"[" * 100_000,
    b'{"error":' + b"9" * 5000 + b"}",
    b'{"error":"\\ud800"}',
    b"<!-- --><!-- -->" * 250,
    b"<html>" + b"<title" * 600,
]


@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
@pytest.mark.parametrize("status", [400, 500, 503])
def test_no_body_is_too_deep_to_be_read(status: int, body: bytes) -> None:
    fault = fault_of(answer(status, body))
    assert fault.message.startswith(f"HTTP {status}")
    fault.message.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error",
                    "message",
                    "detail",
                    "msg",
                    "loc",
                    "type",
                    "code",
                    "title",
                    "estimated_time",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.integers(100, 999).filter(lambda s: not 200 <= s < 300), JSON | st.binary(max_size=80))
@settings(max_examples=500, deadline=None)
def test_no_answer_breaks_the_reader(status: int, body: Any) -> None:
    fault = fault_of(answer(status, body))
    assert fault.status == status
    assert len(fault.message) < 250
    assert status in TRANSIENT_STATUS or not fault.is_transient


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b'{"estimated_time": 53.4}', 53.4), (b'{"estimated_time": 2}', 2.0), (b"[]", None),
     (b'{"estimated_time": "20"}', None), (b'{"estimated_time": true}', None), (b"", None),
     (b'{"estimated_time": -1}', None), (b'{"estimated_time": 1e9}', None), (b"NaN", None)],
)  # fmt: skip
def test_an_estimate_is_a_number_that_makes_sense(body: bytes, expected: float | None) -> None:
    assert estimated_time_s(answer(503, body)) == expected
