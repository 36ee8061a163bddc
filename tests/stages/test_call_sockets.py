"""Over real sockets: every call ends once, and the server saw what we say we sent."""

import json
import threading

import pytest

from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.exchange import Exchange, Fault
from harness.stages.call import Caller
from harness.transport import open_transport
from tests.stages.world import exchanges, lab_provider, lab_suite, lab_task, slots_of, unsent
from tests.transport.faulty import JSON_BODY, FaultyServer, Line, Seen, reply

GOOD = reply()


@pytest.fixture(params=["curl", "requests"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call_all(name: str, urls: dict[str, str], cases: int, **run: object):  # type: ignore[no-untyped-def]
    """Give what became of every call, by place in the plan."""
    suite = lab_suite(urls, **run)
    transport = open_transport(name, workers=suite.run.concurrency * len(urls))
    caller = Caller(
        suite=suite,
        task=lab_task(),
        providers={"lab": lab_provider()},
        transport=transport,
        wallet=open_wallet({}),
        clock=Clock(),
        stop=threading.Event(),
    )
    try:
        ended = list(caller.call(iter(slots_of(suite, cases))))
    finally:
        transport.close()
    assert sorted(one.seq for one in ended) == list(range(cases * len(urls)))
    return {one.seq: one for one in ended}


def breaking(line: Line, seen: Seen) -> bool | None:
    """Answer by the number of the case: well, or in one of many wrong ways."""
    number = int(json.loads(seen.body)["inputs"].split()[1])
    head = b"HTTP/1.1 200 OK\r\n"
    match number % 12:
        case 0:
            line.reset()
            return None
        case 1:
            line.send(head)
            return False
        case 2:
            line.send(head + b"Content-Length: 99\r\n\r\n[")
            return False
        case 3:
            line.send(b"what is this\r\n\r\n")
            return False
        case 4:
            line.send(b"HTTP/1.1 302 Found\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n")
            return True
        case 5:
            line.send(head + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
            return True
        case 6:
            line.send(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")
            return True
        case 7:
            line.wait(30)
            return False
    return GOOD(line, seen)


EXPECTED = {
    0: "truncated", 1: "truncated", 2: "truncated", 3: "malformed", 4: "refused",
    5: "malformed", 6: "config", 7: "timeout",
}  # fmt: skip


def test_each_way_of_breaking_ends_in_its_fault_and_the_rest_is_answered(name: str) -> None:
    with FaultyServer(breaking) as server:
        urls = {"a": f"{server.url}/a", "b": f"{server.url}/b"}
        ended = call_all(name, urls, 24, attempts=2, timeout_s=0.5, concurrency=6)
    assert unsent(ended) == []
    for one in exchanges(ended):
        kind = one.fault.kind if one.fault else "answered"
        assert kind == EXPECTED.get(one.seq // 2 % 12, "answered"), one
        if one.response is not None and one.fault is None:
            assert one.response.body == JSON_BODY
    attempts = sum(len(one.attempts) for one in exchanges(ended))
    # libcurl may send again, unseen, what met a reset on a connection it reused.
    resets = sum(one.seq // 2 % 12 == 0 for one in exchanges(ended)) * 2
    assert attempts <= len(server.ledger) <= attempts + (resets if name == "curl" else 0)
    assert server.most_in_flight["/a"] <= 6
    assert server.most_in_flight["/b"] <= 6


def test_both_sides_get_the_same_concurrency_and_no_more(name: str) -> None:
    def script(line: Line, seen: Seen) -> bool:
        line.wait(0.02)
        return GOOD(line, seen)

    with FaultyServer(script) as server:
        urls = {"a": f"{server.url}/a", "b": f"{server.url}/b"}
        ended = call_all(name, urls, 40, concurrency=5)
    assert all(isinstance(one, Exchange) and one.fault is None for one in ended.values())
    assert server.most_in_flight == {"/a": 5, "/b": 5}
    assert server.connections == 10
    order = [int(json.loads(seen.body)["inputs"].split()[1]) for seen in server.ledger]
    assert max(abs(place // 2 - number) for place, number in enumerate(order)) <= 10


def test_a_server_that_fails_once_is_asked_again_with_the_same_body(name: str) -> None:
    tries: dict[tuple[str, bytes], int] = {}
    lock = threading.Lock()

    def script(line: Line, seen: Seen) -> bool:
        with lock:
            tries[seen.path, seen.body] = tries.get((seen.path, seen.body), 0) + 1
            is_first = tries[seen.path, seen.body] == 1
        if is_first:
            line.send(b"HTTP/1.1 429 Slow\r\nRetry-After: 0.05\r\nContent-Length: 0\r\n\r\n")
            return True
        return GOOD(line, seen)

    with FaultyServer(script) as server:
        ended = call_all(name, {"a": f"{server.url}/a"}, 10, concurrency=4)
    assert set(tries.values()) == {2}
    for one in exchanges(ended):
        assert one.fault is None
        first, second = one.attempts
        assert isinstance(first.fault, Fault)
        assert first.fault.kind == "rate_limited"
        assert 0.05 <= second.waited_s <= 0.055 + 1e-9


def test_two_servers_that_are_both_down_stop_the_run_early(name: str) -> None:
    with FaultyServer(GOOD) as gone:
        urls = {"a": f"{gone.url}/a", "b": f"{gone.url}/b"}
    ended = call_all(name, urls, 40, attempts=1, concurrency=2)
    assert all(one.fault and one.fault.kind == "connect" for one in exchanges(ended))
    assert len(exchanges(ended)) <= 14
    assert {one.cause for one in unsent(ended)} == {"target stopped"}
