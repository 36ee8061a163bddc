"""What a worker answers over HTTP."""

import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.local.conftest import PIN

PATH = f"/models/acme/model@{PIN}"


def post(session: requests.Session, origin: str, text: str, **more: Any) -> requests.Response:
    return session.post(f"{origin}{PATH}", json={"inputs": text}, timeout=20, **more)


def test_an_answer_says_which_commit_gave_it_and_how_long_it_computed(
    origin: str, session: requests.Session
) -> None:
    answer = post(session, origin, "abc")
    assert answer.status_code == 200
    assert answer.json() == [[{"label": "CALM", "score": 0.25}]]
    assert answer.headers["x-sha"] == PIN
    assert answer.headers["x-compute-type"] == "cpu"
    assert 0 <= float(answer.headers["x-compute-time"]) < 5


def test_a_file_goes_in_as_bytes_and_comes_out_as_bytes(
    origin: str, session: requests.Session
) -> None:
    answer = session.post(
        f"{origin}{PATH}", data=b"\x89PNG", headers={"content-type": "image/png"}, timeout=20
    )
    assert (answer.headers["content-type"], answer.content) == ("image/png", b"GNP\x89")


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("wrong", 400, "`inputs` must not be wrong"),
        ("broken", 422, "IndexError: out of range in self"),
        ("nan", 422, "not finite"),
        ("full", 503, "MemoryError: no room"),
    ],
)
def test_what_cannot_be_answered_says_why_and_the_next_question_is_answered(
    text: str, status: int, words: str, origin: str, session: requests.Session
) -> None:
    answer = post(session, origin, text)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert post(session, origin, "abc").status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "the body is not JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"inputs": "a", "parameters": 3}', "`parameters` must be an object"),
        (b'{"inputs": 3}', "`inputs` must be a text"),
    ],
)
def test_a_wrong_request_is_told_where(
    body: bytes, words: str, origin: str, session: requests.Session
) -> None:
    headers = {"content-type": "application/json"}
    answer = session.post(f"{origin}{PATH}", data=body, headers=headers, timeout=20)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("path", ["/models/acme/model", f"/models/acme/other@{PIN}", "/"])
def test_a_question_for_another_model_is_not_answered(
    path: str, origin: str, session: requests.Session
) -> None:
    answer = session.post(f"{origin}{path}", json={"inputs": "abc"}, timeout=20)
    assert answer.status_code == 404
    assert PATH in answer.json()["error"]


def test_info_says_what_is_loaded(origin: str, session: requests.Session) -> None:
    info = session.get(f"{origin}/info", timeout=20).json()
    assert info == {"model_id": "acme/model", "model_sha": PIN, "task": "text-classification"}
    assert session.get(f"{origin}/other", timeout=20).status_code == 404


def occupy(origin: str, door: Path) -> threading.Thread:
    """Keep the model busy until a file is there; gives back when it is."""
    busy = threading.Thread(target=post, args=(requests.Session(), origin, f"wait for {door}"))
    busy.start()
    while not door.with_suffix(".begun").exists():
        busy.join(0.005)
    return busy


def test_the_wait_for_another_call_is_queue_time_and_not_compute_time(
    origin: str, session: requests.Session, tmp_path: Path
) -> None:
    door = tmp_path / "door"
    busy = occupy(origin, door)
    opener = threading.Timer(0.3, door.touch)
    opener.start()
    headers = post(session, origin, "abc").headers
    busy.join()
    opener.join()
    assert float(headers["x-compute-time"]) < 0.1 < float(headers["x-queue-time"])


def test_a_question_nobody_waits_for_any_more_is_not_asked(
    origin: str, session: requests.Session, tmp_path: Path
) -> None:
    door, never = tmp_path / "door", tmp_path / "never"
    busy = occupy(origin, door)
    impatient = requests.Session()
    impatient.trust_env = False
    with pytest.raises(requests.Timeout):
        impatient.post(f"{origin}{PATH}", json={"inputs": f"wait for {never}"}, timeout=0.3)
    impatient.close()
    door.touch()
    busy.join()
    assert post(session, origin, "abc").status_code == 200  # would wait for ever behind it
    assert not never.with_suffix(".begun").exists()
