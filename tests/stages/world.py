"""A world in which time passes only when somebody waits for it."""

import heapq
import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.api import Call, Credential, Identity, Payload, Provider, Request, Task
from harness.clock import Clock
from harness.credentials import Wallet, open_wallet
from harness.data.call import Slot
from harness.data.exchange import Exchange, Fault, Response, Timings, Unsent
from harness.data.record import Finding, Output
from harness.data.suite import Case, RunSettings, Suite, Target
from harness.stages.call import Caller
from harness.stages.plan import plan
from harness.transport import Finished, Ticket, Transport

TOKEN = "hf_canary0123456789ABCDEFGH"
GOOD = b'[{"label":"POSITIVE","score":0.9}]'
START = 1_800_000_000.0


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.clock = Clock(wall=lambda: START + self.now, monotonic=lambda: self.now)


class Stop(threading.Event):
    """A stop event whose waiting moves the clock instead of taking time."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            self._time.now += timeout or 0.0
        return self.is_set()


Reply = Response | Fault | tuple[float, Response | Fault]
"""What comes back, after 10 ms or the seconds given."""
DROPPED = Fault(kind="timeout", message="no answer (while connecting)", is_transient=True)
"""Of packets nobody takes: there is never a connection."""
Server = Callable[[Ticket, int], Reply]
"""Answers a ticket; the number counts the tries of its call, from 1."""


class FakeTransport:
    """Answers from a function, in the order of service times; keeps every ticket."""

    name = "fake"
    held_bytes = 0

    def __init__(self, time: Time, server: Server) -> None:
        self._time, self._server = time, server
        self._due: list[tuple[float, int, Ticket, Response | Fault, float]] = []
        self._order = itertools.count()
        self.tickets: list[Ticket] = []
        self.sent_at: list[float] = []
        self.polls = 0
        self._tries: Counter[int] = Counter()
        self._now: dict[str, int] = {}
        self.most_in_flight: dict[str, int] = {}

    def submit(self, ticket: Ticket) -> None:
        self._tries[ticket.key] += 1
        tries = self._tries[ticket.key]
        self.tickets.append(ticket)
        self.sent_at.append(self._time.now)
        reply = self._server(ticket, tries)
        after_s, outcome = reply if isinstance(reply, tuple) else (0.01, reply)
        due = self._time.now + after_s
        heapq.heappush(self._due, (due, next(self._order), ticket, outcome, after_s))
        url = ticket.request.url
        self._now[url] = self._now.get(url, 0) + 1
        self.most_in_flight[url] = max(self._now[url], self.most_in_flight.get(url, 0))

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        self.polls += 1
        until = self._time.now + timeout_s
        if not self._due or self._due[0][0] > until:
            self._time.now = until
            return []
        self._time.now = max(self._time.now, self._due[0][0])
        outcomes = []
        while self._due and self._due[0][0] <= self._time.now:
            _, _, ticket, outcome, after_s = heapq.heappop(self._due)
            self._now[ticket.request.url] -= 1
            outcomes.append(
                Finished(
                    key=ticket.key,
                    response=outcome if isinstance(outcome, Response) else None,
                    fault=outcome if isinstance(outcome, Fault) else None,
                    timings=Timings(
                        connect_s=None if outcome is DROPPED else 0.0,
                        first_byte_s=after_s,
                        total_s=after_s,
                    ),
                )
            )
        return outcomes

    def close(self) -> None:
        pass


CREDENTIAL = Credential(env=("LAB_TOKEN",), origins=("lab.example",))


def request_of(call: Call) -> Request:
    return Request(url=str(call.target.options["url"]), body=call.payload.encoded())


def lab_provider(**more: Any) -> Provider:
    """Give a provider whose credential is made for https://lab.example."""
    words: dict[str, Any] = {"name": "lab", "request": request_of, "credential": CREDENTIAL} | more
    return Provider(**words)


def lab_task(**more: Any) -> Task:
    """Give a task that sends its inputs."""
    words: dict[str, Any] = {
        "name": "echo",
        "build": lambda case: Payload(value={"inputs": case.inputs}),
        "parse": lambda answer: Output(value=answer),
        "validate": lambda _case, _output: [Finding(check="valid", ok=True, message="it is")],
        "sample": Case(id="sample", inputs="x"),
        "sample_output": "x",
    }
    return Task(**(words | more))


def ok(**headers: str) -> Response:
    return Response(
        status=200, headers={name.replace("_", "-"): v for name, v in headers.items()}, body=GOOD
    )


def error(status: int, body: Any = None, **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body or {"error": "no"}).encode()
    return Response(
        status=status, headers={n.replace("_", "-"): v for n, v in headers.items()}, body=data
    )


def lab_suite(urls: Mapping[str, str] | None = None, **run: Any) -> Suite:
    """Give a suite over the targets named, `before` and `after` by default."""
    named = urls or {side: f"https://lab.example/{side}" for side in ("before", "after")}
    return Suite(
        name="lab",
        task="echo",
        targets=tuple(
            Target(name=name, provider="lab", model="m", options={"url": url})
            for name, url in named.items()
        ),
        run=RunSettings(**({"concurrency": 4} | run)),
        path=Path("suite.yaml"),
        source_sha256="0" * 64,
    )


def slots_of(suite: Suite, cases: int) -> list[Slot]:
    """Give the plan of a suite with made-up cases."""
    made = [Case(id=f"c{number}", inputs=f"text {number}") for number in range(cases)]
    rows = plan(cases, suite.targets, suite.run)
    return [
        Slot(seq=seq, case=made[n], target=target, repeat=repeat, first_of_pair=first)
        for seq, (n, target, repeat, first) in enumerate(rows)
    ]


class World:
    """A caller with a clock, a server function and a record of all that happened."""

    def __init__(
        self,
        server: Server,
        *,
        suite: Suite | None = None,
        task: Task | None = None,
        provider: Provider | None = None,
        wallet: Wallet | None = None,
        is_replay: bool = False,
        transport: Transport | None = None,
    ) -> None:
        self.time = Time()
        self.stop = Stop(self.time)
        self.suite = suite or lab_suite()
        self.fake = FakeTransport(self.time, server)
        self.caller = Caller(
            suite=self.suite,
            task=task or lab_task(),
            providers={"lab": provider or lab_provider()},
            transport=transport or self.fake,
            wallet=wallet or open_wallet({"LAB_TOKEN": TOKEN}),
            clock=self.time.clock,
            stop=self.stop,
            is_replay=is_replay,
        )

    def outcomes(self, cases: int = 10) -> Iterator[Exchange | Unsent]:
        return self.caller.call(iter(slots_of(self.suite, cases)))

    def run(self, cases: int = 10) -> dict[int, Exchange | Unsent]:
        """Make every call; every slot has exactly one outcome."""
        ended: dict[int, Exchange | Unsent] = {}
        for outcome in self.outcomes(cases):
            assert outcome.seq not in ended, "a call ended twice"
            ended[outcome.seq] = outcome
        assert sorted(ended) == [slot.seq for slot in slots_of(self.suite, cases)]
        return ended


def exchanges(ended: Mapping[int, Exchange | Unsent]) -> list[Exchange]:
    return [one for one in ended.values() if isinstance(one, Exchange)]


def unsent(ended: Mapping[int, Exchange | Unsent]) -> list[Unsent]:
    return [one for one in ended.values() if isinstance(one, Unsent)]


def identity(_response: Response) -> Identity:
    return Identity(revision="a" * 40, source="x-sha")
