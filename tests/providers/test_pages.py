"""The page of every provider says all its options and tasks; its suite runs and passes."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from harness.api import Call, Case, Payload
from harness.cli import run
from harness.registry import load_registry
from harness.suitefile import load_suite
from tests.e2e.sides import only_run, result_of

PAGES = Path(__file__).resolve().parents[2] / "docs" / "providers"
NAMES = ("gemini", "hf-endpoint", "hf-inference", "hf-router", "openai")
REGISTRY = load_registry()
PIN = "714eb0fa89d2f80546fda750413ed43d93601a13"
every_page = pytest.mark.parametrize("name", NAMES)

MESSAGE = {"role": "assistant", "content": "Crete"}
CHAT = {
    "model": f"lab/chat@{PIN}",
    "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 1},
}
CHUNKS = [
    {"model": CHAT["model"], "choices": [{"index": 0, "delta": {"content": "Cr"}}]},
    {"choices": [{"index": 0, "delta": {"content": "ete"}, "finish_reason": "stop"}]},
]
PART = {"content": {"parts": [{"text": "Crete"}], "role": "model"}, "finishReason": "STOP"}
CANDIDATE = {"candidates": [PART], "modelVersion": "gemini-2.0-flash-001"}
LABELS = [{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]


def answer_to(path: str, body: Any) -> tuple[Any, bool]:
    """Give what a server of the page answers, and whether as a stream."""
    if path.endswith(("/predict", "/info")):
        return (
            LABELS if path.endswith("/predict") else {"model_sha": PIN, "model_type": {}}
        ), False
    if "/hf-inference/" in path:
        return [LABELS], False
    if "GenerateContent" in path:
        return [CANDIDATE], True
    if "generateContent" in path:
        return CANDIDATE, False
    is_stream = body.get("stream") is True
    return (CHUNKS if is_stream else CHAT), is_stream


@contextmanager
def served() -> Iterator[str]:
    """Serve the pages' answers on loopback; gives the origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self._answer(json.loads(self.rfile.read(length)))

        def _answer(self, asked: Any) -> None:
            found, is_stream = answer_to(self.path, asked)
            body = json.dumps(found).encode()
            if is_stream:
                body = b"".join(b"data: " + json.dumps(e).encode() + b"\n\n" for e in found)
            self.send_response(200)
            kind = "text/event-stream" if is_stream else "application/json"
            for header, value in (("content-type", kind), ("content-length", str(len(body)))):
                self.send_header(header, value)
            if "/hf-inference/" in self.path:
                self.send_header("x-sha", PIN)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page_of(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def suite_of(name: str, folder: Path, origin: str = "") -> Path:
    (suite,) = re.findall(r"```yaml\n(.*?)```", page_of(name), re.DOTALL)
    if origin:
        suite = suite.replace("https://a.example", origin).replace("https://b.example", origin)
    path = folder / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    return path


@every_page
def test_its_suite_loads_its_questions_can_be_asked_and_nothing_is_to_be_told(
    name: str, tmp_path: Path
) -> None:
    loaded = load_suite(suite_of(name, tmp_path), REGISTRY, environ={})
    task = REGISTRY.tasks[loaded.suite.task]
    cases: list[Case] = list(loaded.cases())
    assert cases
    for target in loaded.suite.targets:
        provider = REGISTRY.providers[target.provider]
        assert provider.name == name
        for case in cases:
            payload: Payload = task.build(case)
            call = Call(case=case, target=target, payload=payload, task=task.name)
            assert provider.request(call).url.startswith("https://")
            assert list(provider.lint(call)) == []


PROOFS = {
    "gemini": ["declared", "declared"],
    "hf-endpoint": ["declared", "declared"],
    "hf-inference": ["proven", "proven"],
    "hf-router": ["opaque", "opaque"],
    "openai": ["declared", "declared"],
}


@every_page
def test_its_suite_runs_and_has_the_proof_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with served() as origin:
        suite = suite_of(name, tmp_path, origin)
        assert run(["run", str(suite), "-q", "--no-preflight", "--set", "run.concurrency=1"]) == 0
    result = result_of(only_run(tmp_path))
    assert [target["proof"] for target in result["targets"].values()] == PROOFS[name]


@every_page
def test_it_says_every_option_and_task(name: str) -> None:
    page, provider = page_of(name), REGISTRY.providers[name]
    options: tuple[Any, ...] = fields(provider.options)
    said = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert set(said) == {option.name for option in options}
    for task in provider.tasks:
        assert task in page


@every_page
def test_it_says_what_every_reader_looks_for(name: str) -> None:
    for subject in ("Credential", "Pins", "Usage", "Streams", "Batches", "Jobs"):
        assert f"**{subject}.**" in page_of(name)


@every_page
def test_its_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page_of(name)):
        assert (PAGES / target).exists()
