"""A replay answers what was recorded, once, and nothing else; it opens no socket."""

import socket
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import requests

from harness.data.exchange import Fault
from harness.errors import RecordingError
from harness.recording import open_recording, replaying
from harness.recording.replay import ReplayedFaultError
from tests.recording.recordings import URL, ask, entry, write


def test_a_call_gets_the_recorded_answer(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", entry(1), entry(2, status=503, body=b"\xff\x00"))
    with closing(open_recording(path)) as recording, replaying(recording):
        answer = ask(1)
        assert (answer.status_code, answer.content) == (200, b'"answer 1"')
        assert answer.headers["x-sha"] == "a" * 40
        answer = ask(2)
        assert (answer.status_code, answer.content) == (503, b"\xff\x00")
        assert len(recording) == 0


def test_headers_of_the_way_are_not_replayed(tmp_path: Path) -> None:
    headers = {"content-encoding": "gzip", "content-length": "999", "transfer-encoding": "chunked"}
    path = write(tmp_path / "r.jsonl", entry(1, headers=headers))
    with closing(open_recording(path)) as recording, replaying(recording):
        answer = ask(1)
    assert answer.content == b'"answer 1"'
    assert answer.headers["content-length"] == "10"


def test_each_entry_answers_once_in_its_order(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", entry(1), entry(1, body=b'"again"', repeat=1))
    with closing(open_recording(path)) as recording, replaying(recording):
        assert [ask(1).text, ask(1).text] == ['"answer 1"', '"again"']
        with pytest.raises(RecordingError, match="recorded 2 times and asked once more"):
            ask(1)


def test_a_recorded_fault_ends_the_same_way(tmp_path: Path) -> None:
    fault = Fault(kind="timeout", message="no answer in 5 s")
    path = write(tmp_path / "r.jsonl", entry(1, fault=fault))
    with closing(open_recording(path)) as recording, replaying(recording):
        with pytest.raises(ReplayedFaultError, match="no answer in 5 s") as caught:
            ask(1)
        assert caught.value.kind == "timeout"


def test_a_miss_names_the_nearest_case_and_what_differs(tmp_path: Path) -> None:
    long = b"x" * 300
    entries = (
        entry(1, request_body=b'{"inputs":"alpha","parameters":{"top_k":1}}', case="first"),
        entry(2, request_body=b'{"inputs":"%s a","parameters":{}}' % long, case="long"),
    )
    path = write(tmp_path / "r.jsonl", *entries)
    with closing(open_recording(path)) as recording, replaying(recording):
        for body, said in (
            (
                b'{"inputs":"alpha","parameters":{"top_k":2}}',
                "case first: parameters.top_k was 1, now 2",
            ),
            (
                b'{"inputs":"alpha","parameters":{}}',
                "case first: parameters.top_k was 1, now absent",
            ),
            (b'{"inputs":"%s b","parameters":{}}' % long, "xxx a', now '…xxx"),
            (b"\xff", "the bytes differ"),
        ):
            with pytest.raises(RecordingError) as caught:
                requests.post(URL, data=body, timeout=5)
            assert said in str(caught.value)
        with pytest.raises(RecordingError, match=r"the nearest is http://model\.example/"):
            ask(1, "http://model.exampel/")


def test_an_empty_recording_says_so(tmp_path: Path) -> None:
    recording = open_recording(write(tmp_path / "r.jsonl"))
    with closing(recording), pytest.raises(RecordingError, match="the recording is empty"):
        recording.take("POST", URL, b"{}")


def test_no_socket_opens_during_a_replay_and_opens_again_after(tmp_path: Path) -> None:
    recording = open_recording(write(tmp_path / "r.jsonl", entry(1)))
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with closing(recording), replaying(recording):
            with socket.socket() as one, pytest.raises(RecordingError, match="no socket"):
                one.connect(address)
            with socket.socket() as one, pytest.raises(RecordingError, match="no socket"):
                one.connect_ex(address)
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            with datagrams, pytest.raises(RecordingError, match="no socket"):
                datagrams.sendto(b"x", address)
            with pytest.raises(RecordingError, match="no socket"):
                socket.create_connection(address)
            with pytest.raises(RecordingError, match="no socket"):
                urllib.request.urlopen("http://localhost/")
            with pytest.raises(RecordingError, match="nothing recorded for this url"):
                requests.get("http://elsewhere.example/", timeout=5)
        with socket.create_connection(address):
            pass


def test_a_large_recording_answers_as_fast_as_a_small_one(tmp_path: Path) -> None:
    costs = []
    for count in (500, 5000):
        path = write(tmp_path / f"{count}.jsonl", *(entry(n) for n in range(count)))
        recording = open_recording(path)
        with closing(recording), replaying(recording), requests.Session() as session:
            session.trust_env = False
            started = time.process_time()
            for number in range(count):
                body = b'{"inputs":"text %d"}' % number
                assert session.post(URL, data=body, timeout=5).status_code == 200
            costs.append((time.process_time() - started) / count)
    assert costs[1] < 2.5 * costs[0]  # a linear search makes it 10


def test_many_misses_are_not_searched_for_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", *(entry(n) for n in range(2000)))
    with closing(open_recording(path)) as recording:
        said = []
        for number in range(5000, 5100):
            with pytest.raises(RecordingError) as caught:
                recording.take("POST", URL, b'{"inputs":"text %d"}' % number)
            said.append(str(caught.value))
    assert "the nearest is case" in said[0]
    assert "not recorded" in said[-1]
    assert "nearest" not in said[-1]


HEAD = b'{"revgate_recording":1}\n'


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is not a recording"),
        (b"hello\n", "is not a recording"),
        (b"[1]\n", "is not a recording"),
        (b'{"revgate_recording": 2}\n', "of format 2, this revgate reads 1"),
        (HEAD + b'{"method": "PO', ":2: the last line is torn"),
        (HEAD + b"{}\n", ":2: not an entry"),
        (HEAD + b"\n", ":2: not an entry"),
        (HEAD + b"nonsense\n", ":2: not an entry"),
    ],
)
def test_what_is_not_a_whole_recording_is_refused(tmp_path: Path, body: bytes, says: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(body)
    with pytest.raises(RecordingError, match=says) as caught:
        open_recording(path)
    assert str(path) in str(caught.value)


def test_a_missing_recording_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read"):
        open_recording(tmp_path / "none.jsonl")
