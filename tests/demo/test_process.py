"""The server as a child process: says when it is ready, never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

import harness_demo
from harness_demo.ledger import read_ledger
from harness_demo.process import ServerProcess
from harness_demo.served import Served

COMMAND = (sys.executable, "-m", "harness_demo.server", "--until-eof")


@pytest.fixture(autouse=True)
def plugins_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(harness_demo.__file__).parents[1]))


def test_the_child_serves_the_four_revisions(
    client: requests.Session, served: tuple[Served, ...]
) -> None:
    with ServerProcess() as child, client.get(child.url + "/health") as response:
        names = [model["revision"] for model in response.json()["models"]]
    assert names == [one.revision for one in served]


def test_the_child_ends_quietly_when_its_stdin_closes() -> None:
    child = ServerProcess()
    assert child.close() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(child.process_id, 0)


def test_the_first_line_says_where_it_listens() -> None:
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert done.stdout.startswith(b"ready http://127.0.0.1:")
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_the_child_leaves_ctrl_c_to_its_parent(client: requests.Session) -> None:
    with ServerProcess() as child:
        client.get(child.url + "/health").close()
        os.kill(child.process_id, signal.SIGINT)
        with client.get(child.url + "/health") as response:
            assert response.status_code == 200


def test_ledger_and_delay_reach_the_child(tmp_path: Path, client: requests.Session) -> None:
    ledger = tmp_path / "ledger.jsonl"
    with ServerProcess((*COMMAND, "--ledger", str(ledger), "--delay-ms", "20")) as child:
        url = child.url + "/hf-inference/models/revgate/reviews-sentiment"
        with client.post(url, json={"inputs": "ok"}) as response:
            assert float(response.headers["x-compute-time"]) >= 0.02
    assert [line["path"] for line in read_ledger(ledger)] == [
        "/hf-inference/models/revgate/reviews-sentiment"
    ]


def test_a_child_that_cannot_start_says_why() -> None:
    with ServerProcess() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(RuntimeError, match=f"cannot serve on port {port}.*in use"):
            ServerProcess(port=port)


def test_it_starts_quickly() -> None:
    started_s = time.perf_counter()
    with ServerProcess():
        assert time.perf_counter() - started_s < 5  # alone on two cores: 0.2
