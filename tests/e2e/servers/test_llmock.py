"""A server that breaks on purpose, and says on its way out how its client took it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.servers.environments import Environment
from tests.e2e.servers.processes import Server, free_ports
from tests.e2e.servers.suites import Ran, run_suite

pytestmark = pytest.mark.e2e
ENVIRONMENT = "llmock"
CLEAN = "PASS  the client handled every injected fault correctly."
Serve = Callable[..., Server]


@pytest.fixture
def serve(environment: Environment, start: Callable[..., Server]) -> Serve:
    def run(*more: str) -> Server:
        [port] = free_ports(1)
        command = [environment.python, "-m", "llmock.cli", "serve", "--port", str(port), "--report"]
        return start(*command, "--response-style", "echo", *more, port=port, ready="/health")

    return run


def suite(server: Server, cases: int, *, candidate: str = "", settings: str = "") -> str:
    """Give a chat suite over two models of one server; names tell the sides apart."""
    lines = "\n".join(
        f'  - {{id: c{n}, inputs: "Say number {n}", checks: [{{check: contains, value: "{n}"}}]}}'
        for n in range(cases)
    )
    return f"""
suite: chaos
task: chat-completion
target: {{provider: openai, base_url: "{server.url}/v1"}}
targets:
  baseline: {{model: lab-a}}
  candidate: {{model: lab-b{candidate}}}
run: {{{settings or "concurrency: 4, attempts: 6"}}}
gates: [{{metric: error_rate, max: 0}}, {{metric: regressions, max: 0}}]
cases:
{lines}
"""


def verdict(server: Server) -> dict[str, Any]:
    """Give the server's verdict of its client so far."""
    found: dict[str, Any] = requests.get(f"{server.url}/_llmock/verdict", timeout=5).json()
    return found


def break_next(server: Server, *behaviours: dict[str, Any]) -> None:
    answer = requests.post(
        f"{server.url}/_llmock/scenario", json={"behaviors": list(behaviours)}, timeout=5
    )
    assert answer.ok, answer.text


def codes(server: Server) -> list[str]:
    return sorted(finding["code"] for finding in verdict(server)["findings"])


def whole(ran: Ran, calls: int) -> None:
    """Every call was answered, and passed."""
    assert ran.code == 0
    assert ran.counts("answered", "passed", "faults") == [calls, calls, 0]
    assert ran.proofs() == ["opaque", "opaque"]


def test_retries_under_random_faults_are_judged_clean_on_exit(serve: Serve, tmp_path: Path) -> None:
    server = serve("--error-rate", "429=0.15", "--error-rate", "503=0.05", "--latency-ms", "5")
    ran = run_suite(suite(server, 24), tmp_path)
    whole(ran, 48)
    said = server.end()
    assert CLEAN in said, said
    [heading] = re.findall(r"(\d+) call\(s\), (\d+) attempt\(s\), (\d+) fault\(s\)", said)
    calls, attempts, faults = map(int, heading)
    assert calls == 48
    assert attempts == ran.result["counts"]["attempts"] == 48 + faults
    assert faults > 0


def test_the_wait_a_server_asks_for_is_kept(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    break_next(
        server,
        {"type": "fail", "status": 500, "times": 1},
        {"type": "fail", "status": 429, "retry_after": 0.4, "times": 2},
        {"type": "fail", "status": 529, "retry_after": 0.2, "times": 1},
    )
    whole(run_suite(suite(server, 4, settings="concurrency: 1, attempts: 6"), tmp_path), 8)
    assert verdict(server)["findings"] == []
    assert verdict(server)["faults_injected"] == 4
    assert CLEAN in server.end()


def test_a_refusal_is_not_sent_again(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    break_next(server, {"type": "fail", "status": 422, "match": {"model": "lab-b"}, "times": 1})
    ran = run_suite(suite(server, 3), tmp_path)
    assert ran.code == 1
    assert ran.counts("answered", "faults", "attempts") == [5, 1, 6]
    assert verdict(server)["findings"] == []
    assert CLEAN in server.end()


def test_streams_are_read_as_plain_answers_are(serve: Serve, tmp_path: Path) -> None:
    server = serve("--stream-chunk-delay-ms", "1")
    whole(run_suite(suite(server, 6, candidate=", stream: true"), tmp_path), 12)
    assert verdict(server)["findings"] == []


@pytest.mark.parametrize(
    ("kind", "fault", "attempts"),
    [("disconnect", "truncated", 2), ("truncate", "truncated", 2), ("malformed", "truncated", 2)],
)
def test_a_broken_stream_is_never_an_answer(
    serve: Serve, tmp_path: Path, kind: str, fault: str, attempts: int
) -> None:
    server = serve()
    broken = {"type": "stream_fault", "kind": kind, "after_chunks": 1, "times": None}
    break_next(server, broken | {"match": {"model": "lab-b"}})
    settings = "concurrency: 4, attempts: 2"
    ran = run_suite(suite(server, 3, candidate=", stream: true", settings=settings), tmp_path)
    assert ran.code == 1
    assert ran.counts("passed", "failed", "faults") == [3, 0, 3]
    assert ran.counts("attempts") == [3 + 3 * attempts]
    assert [reason.partition(":")[0] for reason in ran.reasons("candidate")] == [fault] * 3


def test_gemini_is_spoken_and_retried_as_well(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    break_next(server, {"type": "fail", "status": 503, "retry_after": 0.2, "times": 1})
    asked = suite(server, 3).replace("provider: openai", "provider: gemini")
    ran = run_suite(asked.replace('/v1"', '/gemini/v1beta"'), tmp_path)
    whole(ran, 6)
    assert ran.counts("attempts") == [7]
    assert CLEAN in server.end()
