"""The real models themselves: installed, served over HTTP, measured on the suites' data."""

import json
import math
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import requests

import harness_demo
from harness_demo.process import ServerProcess
from harness_demo.real.failure import RealDemoError
from harness_demo.real.install import install
from harness_demo.real.process import RevisionProcess
from harness_demo.real.wheels import WHEELS
from harness_demo.served import Served
from harness_demo.server import DemoServer

pytestmark = pytest.mark.e2e


def test_every_endpoint_answers_in_the_wire_shape_with_its_pin(
    real: tuple[Served, ...], client: requests.Session
) -> None:
    with DemoServer(real) as server:
        for served, wheel in zip(real, WHEELS, strict=True):
            url = f"{server.url}/endpoints/{wheel.sha256}"
            body = {"inputs": "I love this small lamp", "parameters": {"top_k": 3}}
            with client.post(url, json=body) as response:
                assert response.status_code == 200
                assert response.headers["x-sha"] == wheel.sha256 == served.revision
                [ranking] = response.json()
            assert ranking[0]["label"] == {"language": "en", "sentiment": "POSITIVE"}[wheel.kind]
            scores = [entry["score"] for entry in ranking]
            assert scores == sorted(scores, reverse=True)
            assert len(scores) == 3


@pytest.mark.parametrize("text", ["", " ", "no", "?", "7", "\ud800", "\x00", "ok " * 3_000, "🙂"])
def test_odd_texts_get_finite_probabilities(real: tuple[Served, ...], text: str) -> None:
    for served in real:
        [ranking] = served.predict({"inputs": text})
        for entry in ranking:
            assert math.isfinite(entry["score"])
            assert 0 <= entry["score"] <= 1


@pytest.mark.parametrize(
    ("data", "first", "right"), [("languages", 0, (384, 399)), ("reviews", 2, (85, 91))]
)
def test_accuracy_on_the_suites_data(
    real: tuple[Served, ...], data: str, first: int, right: tuple[int, int]
) -> None:
    text = (files("harness_demo.real") / "data" / f"{data}.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    found = []
    for served in real[first : first + 2]:
        rankings = served.predict({"inputs": [row["text"] for row in rows]})
        pairs = zip(rankings, rows, strict=True)
        found.append(sum(ranking[0]["label"] == row["label"] for ranking, row in pairs))
    assert tuple(found) == right


def test_every_label_of_the_sentences_is_known_to_both_releases(real: tuple[Served, ...]) -> None:
    text = (files("harness_demo.real") / "data" / "languages.jsonl").read_text(encoding="utf-8")
    used = {json.loads(line)["label"] for line in text.splitlines()}
    for served in real[:2]:
        [ranking] = served.predict({"inputs": "a", "parameters": {"top_k": 1_000}})
        assert used <= {entry["label"] for entry in ranking}


def test_another_release_in_the_folder_is_noticed(tmp_path: Path) -> None:
    folders = install(tmp_path, wheels=WHEELS[2:])
    process = RevisionProcess(WHEELS[2], folders[WHEELS[3]])
    with pytest.raises(RealDemoError, match=r"holds vaderSentiment 3\.3\.2, not 3\.2\.1"):
        process.wait_until_ready()
    process.close()


def test_the_server_is_a_process_of_its_own(
    tmp_path: Path, client: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(harness_demo.__file__).parents[1]))
    module = (sys.executable, "-m", "harness_demo.real.server", "--until-eof")
    with ServerProcess((*module, "--cache", str(tmp_path))) as child:
        with client.get(child.url + "/health") as response:
            served = [model["revision"] for model in response.json()["models"]]
        assert served == [wheel.sha256 for wheel in WHEELS]
        assert child.close() == 0
    (tmp_path / "file").write_text("")
    command = [*module, "--cache", str(tmp_path / "file")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"cannot write the cache folder" in done.stderr
    assert b"Traceback" not in done.stderr
