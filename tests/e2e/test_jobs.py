"""Videos from a gateway that answers later: pending, pending, done; failed; never done."""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cli import run
from harness_tasks._samples import CLIP
from tests.e2e.sides import result_of

pytestmark = pytest.mark.e2e

SUITE = """
suite: films
task: text-to-video
target: {{provider: openai, base_url: "http://127.0.0.1:{port}/v1"}}
targets:
  baseline: {{model: film-1}}
  candidate: {{model: film-2}}
run: {{timeout_s: {timeout_s}, attempts: 3}}
gates: [{{metric: faults, max: 0}}]
cases:
  - {{id: river, inputs: "a river", expect: {{duration_s: {{min: 1, max: 2}}}}}}
  - {{id: bridge, inputs: "{second}"}}
"""


class Gateway(BaseHTTPRequestHandler):
    """The videos API: a river is done at the third look, a flood fails, a dream never ends."""

    protocol_version = "HTTP/1.1"
    asked: Counter[str]
    looks: Counter[str]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        prompt = next(p for p in ("a river", "a flood", "a dream") if p.encode() in raw)
        model = next(m for m in ("film-1", "film-2") if m.encode() in raw)
        self.asked[f"{model} {prompt}"] += 1
        self.say({"id": f"{model}.{prompt.replace(' ', '-')}", "status": "queued"})

    def do_GET(self) -> None:
        name, _, rest = self.path.removeprefix("/v1/videos/").partition("/")
        if rest == "content":
            self.send(CLIP, "video/mp4")
            return
        self.looks[name] += 1
        status = "in_progress"
        if "flood" in name and self.looks[name] > 1:
            self.say({"id": name, "status": "failed", "error": {"message": "too much water"}})
            return
        if "river" in name and self.looks[name] > 2:
            status = "completed"
        self.say({"id": name, "status": status})

    def say(self, value: Any) -> None:
        self.send(json.dumps(value).encode(), "application/json")

    def send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("retry-after", "0.05")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def gateway() -> Iterator[tuple[int, type[Gateway]]]:
    handler = type("Fresh", (Gateway,), {"asked": Counter(), "looks": Counter()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1], handler
        server.shutdown()
        thread.join()


def films(folder: Path, port: int, second: str, timeout_s: float = 30.0) -> tuple[int, Path]:
    suite = folder / "suite.yaml"
    suite.write_text(SUITE.format(port=port, second=second, timeout_s=timeout_s), encoding="utf-8")
    return run(["run", str(suite), "--out", str(folder / "run"), "-q"]), folder / "run"


def steps(out: Path) -> list[list[dict[str, Any]]]:
    """Give the steps of every call, in the order of the plan."""
    with sqlite3.connect(out / "run.sqlite") as store:
        rows = store.execute("SELECT attempts FROM exchange ORDER BY seq").fetchall()
    return [json.loads(row)[0]["steps"] for (row,) in rows]


def test_pending_pending_done_is_a_video_with_all_its_steps(
    tmp_path: Path, gateway: tuple[int, type[Gateway]]
) -> None:
    port, handler = gateway
    code, out = films(tmp_path, port, "a river")
    assert code == 0
    result = result_of(out)
    assert result["counts"]["passed"] == 4
    for call in steps(out):
        assert [step["method"] for step in call][:2] == ["POST", "GET"]
        assert call[-1]["url"].endswith("/content")
    assert {model: handler.asked[f"{model} a river"] for model in ("film-1", "film-2")} == {
        "film-1": 2,
        "film-2": 2,
    }
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "PASS" in report


def test_a_job_that_fails_is_one_fault_in_the_servers_words_and_is_asked_for_once(
    tmp_path: Path, gateway: tuple[int, type[Gateway]]
) -> None:
    port, handler = gateway
    code, out = films(tmp_path, port, "a flood")
    assert code == 1
    result = result_of(out)
    assert (result["counts"]["passed"], result["counts"]["faults"]) == (2, 2)
    assert handler.asked["film-2 a flood"] == 1
    assert "too much water" in (out / "report.html").read_text(encoding="utf-8")


def test_a_job_that_never_ends_is_given_up_at_the_deadline(
    tmp_path: Path, gateway: tuple[int, type[Gateway]]
) -> None:
    port, handler = gateway
    code, out = films(tmp_path, port, "a dream", timeout_s=2.0)
    assert code == 1
    counts = result_of(out)["counts"]
    assert (counts["passed"], counts["faults"], counts["attempts"]) == (2, 2, 4)
    assert handler.asked["film-1 a dream"] == 1
    text = (out / "report.html").read_text(encoding="utf-8")
    assert "the job was not done within 2 s" in text
    assert "in_progress" in text
