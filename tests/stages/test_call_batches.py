"""Calls that travel together come back as one answer each."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from harness.api import Batch, Call, Request, Response
from harness.transport import Ticket
from tests.stages.world import Reply, Server, World, error, exchanges, lab_provider, lab_suite, ok


def join(calls: Sequence[Call]) -> Request:
    inputs: list[Any] = []
    for call in calls:
        assert isinstance(call.payload.value, dict)
        inputs.append(call.payload.value["inputs"])
    url = str(calls[0].target.options["url"])
    return Request(url=url, body=json.dumps({"inputs": inputs}).encode())


def split(response: Response, count: int) -> list[Response]:
    answers = json.loads(response.body)
    return [Response(status=200, body=json.dumps(answer).encode()) for answer in answers]


BATCH = Batch(tasks=frozenset({"echo"}), join=join, split=split)


def echo(ticket: Ticket, _tries: int) -> Reply:
    inputs = json.loads(ticket.request.body)["inputs"]
    return Response(status=200, body=json.dumps(inputs).encode())


def world(server: Server = echo, bundling: Batch = BATCH, **run: Any) -> World:
    suite = lab_suite(**{"batch": 8, **run})
    return World(server, suite=suite, provider=lab_provider(batch=bundling))


def sizes(lab: World) -> list[int]:
    found = [json.loads(ticket.request.body)["inputs"] for ticket in lab.fake.tickets]
    return [len(inputs) if isinstance(inputs, list) else 1 for inputs in found]


def test_each_case_gets_its_own_answer_and_its_own_question() -> None:
    lab = world()
    ended = exchanges(lab.run(20))
    assert len(ended) == 40
    for one in ended:
        assert one.response is not None
        asked = json.loads(one.request_body)["inputs"]
        assert json.loads(one.response.body) == asked
        assert asked == f"text {one.seq // 2}"


def test_twenty_calls_a_side_travel_in_three_requests_of_at_most_eight() -> None:
    lab = world()
    lab.run(20)
    assert sorted(sizes(lab)) == [4, 4, 8, 8, 8, 8]


def test_calls_of_a_batch_have_no_latency_and_say_how_many_they_were() -> None:
    ended = exchanges(world().run(10))
    assert {one.batched for one in ended} == {8, 2}
    assert all(one.latency_s is None for one in ended)


def test_without_a_batch_in_provider_or_suite_every_call_goes_alone() -> None:
    for lab in (World(echo, suite=lab_suite(batch=8)), world(batch=1)):
        assert all(one.batched == 1 for one in exchanges(lab.run(10)))
        assert set(sizes(lab)) == {1}


def test_a_task_the_provider_cannot_batch_goes_alone() -> None:
    other = Batch(tasks=frozenset({"something-else"}), join=join, split=split)
    lab = world(bundling=other)
    assert all(one.batched == 1 for one in exchanges(lab.run(10)))


def test_a_refused_batch_is_asked_again_one_by_one() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        inputs = json.loads(ticket.request.body)["inputs"]
        if inputs == "text 3" or "text 3" in inputs:
            return error(422, {"error": "bad input"})
        return echo(ticket, tries)

    ended = exchanges(world(server).run(10))
    bad = [one for one in ended if one.fault is not None]
    assert {one.seq // 2 for one in bad} == {3}
    assert len(ended) == 20
    mended = next(one for one in ended if one.seq == 0)
    assert [attempt.response is not None for attempt in mended.attempts] == [True, True]
    assert mended.batched == 1


def test_an_answer_of_the_wrong_length_is_asked_again_one_by_one() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        inputs = json.loads(ticket.request.body)["inputs"]
        short = isinstance(inputs, list)
        return ok() if not short else Response(status=200, body=json.dumps(inputs[:-1]).encode())

    ended = exchanges(world(server).run(10))
    assert all(one.fault is None for one in ended)
    first = ended[0].attempts[0]
    assert first.fault is not None
    assert "cannot be split" in first.fault.message


def test_a_batch_that_finds_the_server_busy_is_sent_again_whole() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        return error(503) if tries == 1 else echo(ticket, tries)

    lab = world(server)
    ended = exchanges(lab.run(8))
    assert all(one.fault is None and one.batched == 8 for one in ended)
    assert sizes(lab) == [8, 8, 8, 8]


def test_a_credential_that_is_refused_stops_the_target_without_asking_again() -> None:
    lab = world(lambda _ticket, _tries: error(401), concurrency=1)
    lab.run(30)
    assert len(lab.fake.tickets) == 2


def test_warm_ups_never_travel_with_measured_calls() -> None:
    lab = world(warmup=3)
    ended = exchanges(lab.run(6))
    assert {(one.repeat < 0, one.batched) for one in ended} == {(True, 3), (False, 6)}


def test_a_replay_asks_one_by_one() -> None:
    lab = World(echo, suite=lab_suite(batch=8), provider=lab_provider(batch=BATCH), is_replay=True)
    assert all(one.batched == 1 for one in exchanges(lab.run(10)))


@pytest.mark.parametrize("broken", [lambda _calls: None, lambda _calls: 1 / 0, lambda _calls: "x"])
def test_calls_that_cannot_be_joined_go_alone(broken: Any) -> None:
    lab = world(bundling=Batch(tasks=frozenset({"echo"}), join=broken, split=split))
    assert all(one.batched == 1 and one.fault is None for one in exchanges(lab.run(5)))
