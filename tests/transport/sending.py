"""Sends tickets through a transport and waits for what comes back."""

import time
from typing import Any

from harness.credentials import Secret
from harness.data.call import Request
from harness.data.exchange import Fault, Response
from harness.transport import Finished, Ticket, Transport

_SETTINGS = ("deadline_s", "max_body_bytes", "secret", "proxy", "ca_file", "is_apart")
SECRET = Secret(
    header="authorization", line="Bearer hf_canary0123456789", value="hf_canary0123456789"
)


def ticket(url: str, *, key: int = 0, **more: Any) -> Ticket:
    """Give a ticket for one POST of `{}`."""
    settings: dict[str, Any] = {"deadline_s": 5.0, "max_body_bytes": 1_000_000} | {
        name: more.pop(name) for name in _SETTINGS if name in more
    }
    words: dict[str, Any] = {
        "headers": {"content-type": "application/json"},
        "body": b"{}",
    } | more
    return Ticket(key=key, request=Request(url=url, **words), **settings)


def collect(transport: Transport, count: int, within_s: float = 10.0) -> list[Finished]:
    """Wait for `count` outcomes."""
    outcomes: list[Finished] = []
    until = time.monotonic() + within_s
    while len(outcomes) < count:
        assert time.monotonic() < until, f"{len(outcomes)} of {count} outcomes came"
        outcomes.extend(transport.finished(0.1))
    return outcomes


def send(transport: Transport, url: str, **more: Any) -> Finished:
    """Send one request and give its outcome; it is a response or a fault, never both."""
    transport.submit(ticket(url, **more))
    (outcome,) = collect(transport, 1)
    assert (outcome.response is None) != (outcome.fault is None)
    return outcome


def answer_of(outcome: Finished) -> Response:
    """Give the response of an outcome that has one."""
    assert outcome.fault is None, outcome.fault
    assert outcome.response is not None
    return outcome.response


def fault_in(outcome: Finished) -> Fault:
    """Give the fault of an outcome that has one."""
    assert outcome.fault is not None, outcome.response
    return outcome.fault
