"""One entry of a recording, and the digest calls are matched by."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.exchange import Attempt, Exchange, Fault, Response
from harness.data.suite import Case
from harness.errors import RecordingError
from harness.recording.entry import Entry, as_entry, entry_line, match_key, read_entry

few = settings(max_examples=80, deadline=None)
URL = "http://127.0.0.1:8377/endpoints/a"
ENTRIES = st.builds(
    Entry,
    method=st.sampled_from(["POST", "GET"]),
    url=st.just(URL),
    request_body=st.binary(max_size=60),
    status=st.integers(100, 599),
    headers=st.dictionaries(st.text("abc-", min_size=1), st.text("abc 123"), max_size=3),
    body=st.binary(max_size=60),
    case=st.text(max_size=9),
    target=st.text(max_size=9),
    repeat=st.integers(0, 5),
)


@few
@given(ENTRIES)
def test_an_entry_comes_back_equal_on_one_line(entry: Entry) -> None:
    line = entry_line(entry)
    assert line.count(b"\n") == 1
    assert read_entry(line, "here") == entry


def test_a_fault_of_the_way_comes_back_equal() -> None:
    fault = Fault(kind="timeout", message="no answer")
    entry = Entry(method="POST", url=URL, request_body=b"{}", fault=fault)
    assert read_entry(entry_line(entry), "here") == entry


@few
@given(st.data())
def test_a_changed_line_is_an_entry_or_refused(data: st.DataObject) -> None:
    line = bytearray(entry_line(data.draw(ENTRIES)))
    for _ in range(data.draw(st.integers(1, 4))):
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RecordingError):
        assert len(read_entry(bytes(line), "file:2").key) == 64


LEGAL = {
    "method": "POST", "url": URL, "request": {"text": ""}, "status": 200, "headers": {},
    "body": {"text": "x"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", 5), ("url", None), ("request", "text"), ("request", {"text": 5}),
        ("request", {"gzip": ""}), ("request", {"base64": "%"}), ("status", "200"), ("status", 7),
        ("status", True), ("headers", []), ("headers", {"a": 1}), ("body", None), ("case", 5),
        ("repeat", "1"), ("fault", "timeout"), ("fault", {"kind": "made up", "message": ""}),
        ("fault", {"kind": "timeout", "message": 5}),
    ],
)  # fmt: skip
def test_an_entry_of_wrong_types_is_refused(name: str, value: object) -> None:
    assert read_entry(json.dumps(LEGAL).encode(), "x").status == 200
    with pytest.raises(RecordingError, match="not an entry"):
        read_entry(json.dumps(LEGAL | {name: value}).encode(), "x")


def test_json_in_any_spelling_is_the_same_call() -> None:
    key = match_key("POST", URL, b'{"a":1,"b":[2]}')
    assert match_key("POST", URL, b'{ "b": [2], "a": 1 }') == key
    assert match_key("POST", URL, b'{"a":2,"b":[2]}') != key
    assert match_key("PUT", URL, b'{"a":1,"b":[2]}') != key
    assert match_key("POST", URL + "/", b'{"a":1,"b":[2]}') != key
    assert match_key("POST", URL, b"\xff\x00") != match_key("POST", URL, b"\xff\x01")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://x.example", "https://x.example/"),
        ("https://x.example?a=1", "https://x.example/?a=1"),
        ("https://x.example/a b", "https://x.example/a%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_url_matches_as_it_is_sent(written: str, sent: str) -> None:
    assert match_key("POST", written, b"") == match_key("POST", sent, b"")


def test_half_a_stream_that_timed_out_is_recorded_as_the_timeout_it_was() -> None:
    fault = Fault(kind="timeout", message="late")
    part = Response(status=200, body=b"data: {}\n\n", arrivals=((0.1, 10),))
    exchange = Exchange(
        seq=0,
        target="t",
        repeat=0,
        url=URL,
        method="POST",
        request_body=b"{}",
        attempts=(Attempt(response=part, fault=fault),),
        transport="curl",
    )
    entry = as_entry(Case(id="c"), exchange)
    assert (entry.status, entry.body, entry.fault) == (0, b"", fault)
