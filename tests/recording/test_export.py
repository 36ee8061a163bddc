"""A recording holds every measured call in plan order, and no secret."""

import base64
import json
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from harness.data.exchange import Attempt, Exchange, Fault, Response
from harness.data.suite import Case
from harness.errors import RecordingError
from harness.recording import open_recording, prove_writable, write_recording

SECRET = "canary/7f3a-of+the test"
TOKEN = "hf_" + "A1b2C3d4" * 4


def exchange(seq: int, body: bytes = b'"x"', **more: Any) -> Exchange:
    given: dict[str, Any] = {
        "seq": seq,
        "target": "baseline",
        "repeat": 0,
        "url": "http://model.example",
        "method": "POST",
        "request_body": b'{"inputs":"text %d"}' % seq,
        "attempts": (Attempt(response=Response(status=200, body=body)),),
        "transport": "curl",
    }
    return Exchange(**(given | more))


def write(path: Path, *exchanges: Exchange) -> int:
    pairs = ((Case(id=f"c{one.seq}"), one) for one in exchanges)
    return write_recording(path, pairs, suite="s", secrets=(SECRET,))


def test_every_measured_call_is_in_it_and_no_warm_up(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "r.jsonl"
    gone = Attempt(fault=Fault(kind="timeout", message="gone"))
    assert write(path, exchange(0, repeat=-1), exchange(1), exchange(2, attempts=(gone,))) == 2
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == {"revgate_recording": 1, "suite": "s"}
    assert [line["case"] for line in lines[1:]] == ["c1", "c2"]
    assert lines[2]["fault"] == {"kind": "timeout", "message": "gone"}
    recording = open_recording(path)
    assert recording.take("POST", "http://model.example/", b'{"inputs": "text 1"}').body == b'"x"'
    recording.close()


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        urllib.parse.quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        SECRET.replace("/", "\\/"),
        TOKEN,
        "Bearer abcdefghijklmnopqrstuv",
        "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
@pytest.mark.parametrize("wrap", [b'{"echo": "%s"}', b"\xff\xfe %s \x00"])
def test_secrets_are_removed_by_value_and_by_pattern(
    tmp_path: Path, form: str, wrap: bytes
) -> None:
    path = tmp_path / "r.jsonl"
    write(path, exchange(1, body=wrap % form.encode()))
    recording = open_recording(path)
    entry = recording.take("POST", "http://model.example/", b'{"inputs":"text 1"}')
    recording.close()
    assert b"[removed]" in entry.body
    for text in (path.read_bytes(), entry.body):
        assert form.encode() not in text
        assert SECRET.encode() not in text


def test_it_is_not_written_when_a_secret_survives(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("older")
    hidden = b'{"echo": "\\u0068' + TOKEN[1:].encode() + b'"}'
    with pytest.raises(RecordingError, match="case c1 holds something that looks like a cred"):
        write(path, exchange(0), exchange(1, body=hidden))
    assert path.read_text() == "older"
    assert [p.name for p in tmp_path.iterdir()] == ["r.jsonl"]


def test_a_question_that_looks_like_a_credential_is_still_found(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    question = b'{"inputs":"is AKIAABCDEFGHIJKLMNOP a key?"}'
    write(path, exchange(1, request_body=question))
    assert b"AKIAABCDEFGHIJKLMNOP" not in path.read_bytes()
    recording = open_recording(path)
    assert recording.take("POST", "http://model.example/", question).case == "c1"
    recording.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "r.jsonl", tmp_path):
        with pytest.raises(RecordingError, match="cannot be written"):
            prove_writable(path)
        with pytest.raises(RecordingError, match="cannot be written"):
            write(path, exchange(1))
    prove_writable(tmp_path / "new" / "r.jsonl")
    assert list((tmp_path / "new").iterdir()) == []
