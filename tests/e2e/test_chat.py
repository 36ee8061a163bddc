"""A chat suite through the openai provider, plain on one side and streamed on the other."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cli import run

pytestmark = pytest.mark.e2e

SUITE = """
suite: chat
task: chat-completion
target: {{provider: openai, model: lab/chat, base_url: "http://127.0.0.1:{port}/v1"}}
targets:
  baseline: {{}}
  candidate: {{stream: true}}
parameters: {{temperature: 0}}
cases:
  - {{id: hello, inputs: "Say hello", checks: [{{check: contains, value: "Say hello"}}]}}
  - {{id: seven, inputs: "Say seven", checks: [{{check: contains, value: "Say seven"}}]}}
"""


class Chat(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body: Any = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = f"You said: {body['messages'][-1]['content']}"
        usage = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
        if body.get("stream"):
            deltas = [{"role": "assistant", "content": ""}, *({"content": c} for c in text)]
            events: list[Any] = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
            events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            events.append({"choices": [], "usage": usage})
            answer = b"".join(b"data:" + json.dumps(e).encode() + b"\n\n" for e in events)
            kind = "text/event-stream"
        else:
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            answer = json.dumps(
                {"model": body["model"], "choices": [choice], "usage": usage}
            ).encode()
            kind = "application/json"
        self.send_response(200 if self.path == "/v1/chat/completions" else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Chat) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_streamed_answer_is_the_same_as_a_plain_one(port: int, tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(SUITE.format(port=port))
    out = tmp_path / "run"
    assert run(["run", str(tmp_path / "suite.yaml"), "--out", str(out), "-q"]) == 0
    result = json.loads((out / "result.json").read_text())
    assert result["counts"]["passed"] == 4
    assert run(["run", str(tmp_path / "suite.yaml"), "--replay", str(out), "-q",
                "--out", str(tmp_path / "again")]) == 0  # fmt: skip
