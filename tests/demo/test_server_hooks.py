"""The hooks that make the server a test fixture: ledger, delay, faults, broken models."""

import hashlib
import http.client
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from harness_demo.ledger import LedgerReader, digest_of_inputs, read_ledger
from harness_demo.served import Reply, RequestInfo, Served
from harness_demo.server import DemoServer


def echo(revision: str = "a" * 40) -> Served:
    def predict(payload: Mapping[str, Any]) -> Any:
        if payload["inputs"] == "break":
            raise RuntimeError("a bug in the model")
        return payload["inputs"]

    return Served(model="test/echo", revision=revision, task="text-generation", predict=predict)


def test_the_ledger_has_one_line_a_request(tmp_path: Path, client: requests.Session) -> None:
    ledger = tmp_path / "ledger.jsonl"
    with DemoServer([echo()], ledger=ledger) as server:
        client.post(server.url + "/models/test/echo?x=1", data=b'{"inputs": "h\\u00e9"}').close()
        client.get(server.url + "/health").close()
        assert len(read_ledger(ledger)) == 2  # before the server is closed
    first, second = read_ledger(ledger)
    assert (first["ordinal"], first["method"], first["path"]) == (1, "POST", "/models/test/echo")
    assert first["body_sha256"] == hashlib.sha256(b'{"inputs": "h\\u00e9"}').hexdigest()
    assert first["inputs_sha256"] == digest_of_inputs("hé")
    assert abs(first["time_s"] - time.time()) < 60
    assert (second["path"], second["inputs_sha256"]) == ("/health", None)


def test_a_line_that_is_being_written_is_read_once_it_is_whole(tmp_path: Path) -> None:
    """A reader sees a write as far as it has come, to the end of a page of memory mostly."""
    ledger, known = tmp_path / "ledger.jsonl", [{"ordinal": 1}, {"ordinal": 2}]
    ledger.touch()
    reader = LedgerReader(ledger)
    for piece, lines in (
        (b"", 0), (b'{"ordinal": 1}\n{"ordin', 1), (b"al", 1), (b'": 2}\n', 2), (b"", 2)
    ):  # fmt: skip
        with ledger.open("ab") as file:
            file.write(piece)
        assert reader.lines() == read_ledger(ledger) == known[:lines]


def test_the_ledger_misses_nothing_under_concurrency(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"

    def call_many(url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for number in range(25):
                session.post(url, json={"inputs": number}).close()

    with DemoServer([echo()], ledger=ledger) as server:
        url = server.url + "/models/test/echo"
        threads = [threading.Thread(target=call_many, args=(url,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = read_ledger(ledger)
    assert sorted(line["ordinal"] for line in lines) == list(range(1, 201))


def test_the_delay_is_service_time_and_may_depend_on_the_request(
    client: requests.Session,
) -> None:
    def delay_s(request: RequestInfo) -> float:
        return 0.05 if request.payload["inputs"] == "slow" else 0.0

    with DemoServer([echo()], delay_s=delay_s) as server:
        times_s = {}
        for text in ("quick", "slow"):
            with client.post(server.url + "/models/test/echo", json={"inputs": text}) as response:
                times_s[text] = float(response.headers["x-compute-time"])
    assert times_s["quick"] < 0.05 <= times_s["slow"] < 0.5


def test_closing_does_not_wait_for_a_slow_answer() -> None:
    arrived = threading.Event()

    def fault(_: RequestInfo) -> None:
        arrived.set()

    server = DemoServer([echo()], delay_s=30, faults=fault).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/models/test/echo", b'{"inputs":"ok"}')
    assert arrived.wait(5)
    started_s = time.perf_counter()
    server.close()
    connection.close()
    assert time.perf_counter() - started_s < 5


def test_a_fault_may_answer_in_the_models_place(client: requests.Session) -> None:
    def fault(request: RequestInfo) -> Reply | None:
        if request.ordinal > 1:
            return None
        loading = b'{"error":"Model test/echo is currently loading","estimated_time":20.0}'
        return Reply(status=503, headers={"Retry-After": "1"}, body=loading)

    with DemoServer([echo()], faults=fault) as server:
        url = server.url + "/models/test/echo"
        with client.post(url, json={"inputs": "ok"}) as first:
            assert (first.status_code, first.headers["retry-after"]) == (503, "1")
            assert first.json()["estimated_time"] == 20.0
        with client.post(url, json={"inputs": "ok"}) as second:
            assert (second.status_code, second.json()) == (200, "ok")


def test_a_fault_may_truncate_the_body(client: requests.Session) -> None:
    half = Reply(status=200, headers={"content-length": "10"}, body=b"[1,", close=True)
    with (
        DemoServer([echo()], faults=lambda _: half) as server,
        pytest.raises(requests.exceptions.ChunkedEncodingError),
    ):
        client.post(server.url + "/models/test/echo", json={"inputs": "ok"})


def test_a_fault_may_hang_up(client: requests.Session) -> None:
    def fault(_: RequestInfo) -> Reply:
        raise ConnectionAbortedError

    with (
        DemoServer([echo()], faults=fault) as server,
        pytest.raises(requests.exceptions.ConnectionError),
    ):
        client.post(server.url + "/models/test/echo", json={"inputs": "ok"})


def test_a_fault_may_use_a_status_without_a_name(client: requests.Session) -> None:
    with (
        DemoServer([echo()], faults=lambda _: Reply(status=599)) as server,
        client.post(server.url + "/models/test/echo", json={}) as response,
    ):
        assert (response.status_code, response.content) == (599, b"")


def test_a_bug_in_a_model_is_a_500_and_the_server_lives_on(client: requests.Session) -> None:
    with DemoServer([echo()]) as server:
        url = server.url + "/models/test/echo"
        with client.post(url, json={"inputs": "break"}) as broken:
            assert (broken.status_code, broken.json()) == (500, {"error": "unknown error"})
        with client.post(url, json={"inputs": "ok"}) as fine:
            assert fine.json() == "ok"


@pytest.mark.parametrize("inputs", [float("nan"), b"bytes", object()])
def test_an_answer_that_is_not_json_is_a_500(client: requests.Session, inputs: object) -> None:
    broken = Served(
        model="test/broken", revision="b" * 64, task="any", predict=lambda _: {"value": inputs}
    )
    with (
        DemoServer([broken]) as server,
        client.post(f"{server.url}/endpoints/{'b' * 64}", json={"inputs": ""}) as response,
    ):
        assert response.status_code == 500
