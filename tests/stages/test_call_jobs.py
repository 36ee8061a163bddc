"""A job is submitted once, polled until it is done, and fetched, under one deadline."""

import json
from typing import Any

import pytest

from harness.api import Call, Job, Request, Response
from harness.data.exchange import Exchange, Fault
from harness.transport import Ticket
from tests.stages.world import (
    TOKEN,
    Reply,
    Server,
    World,
    error,
    exchanges,
    lab_provider,
    lab_suite,
)

HOME = "https://lab.example"


def said(status: str = "", **more: Any) -> Response:
    return Response(status=200, body=json.dumps({"status": status, **more}).encode())


def poll(_call: Call, response: Response) -> Request | None:
    url = json.loads(response.body).get("poll")
    return Request(url=url, method="GET") if url else None


def status(response: Response) -> Fault | str | None:
    word: str = json.loads(response.body)["status"]
    if word == "failed":
        return Fault(kind="malformed", message="the job failed: out of frames", is_transient=True)
    return None if word == "done" else word


def fetch(_call: Call, response: Response) -> Request | None:
    url = json.loads(response.body).get("result")
    return Request(url=url, method="GET") if url else None


JOB = Job(poll=poll, status=status, fetch=fetch, every_s=2.0)


def world(server: Server, **run: Any) -> World:
    suite = lab_suite({"only": f"{HOME}/submit"}, **run)
    return World(server, suite=suite, provider=lab_provider(job=lambda _call: JOB))


def gateway(
    *answers: Reply, result: Reply | None = None, poll_url: str = f"{HOME}/job/7"
) -> Server:
    """Accept one job, answer its polls in this order (the last again and again), then the fetch."""
    left = list(answers)

    def server(ticket: Ticket, _tries: int) -> Reply:
        url = ticket.request.url
        if url.endswith("/submit"):
            return said("queued", poll=poll_url)
        if url.endswith("/result"):
            assert result is not None
            return result
        return left.pop(0) if len(left) > 1 else left[0]

    return server


def only(lab: World) -> Exchange:
    (one,) = exchanges(lab.run(1))
    return one


FILM = Response(status=200, headers={"content-type": "video/mp4"}, body=b"film")


def test_pending_pending_done_gives_the_result_and_tells_every_step() -> None:
    done = said("done", result=f"{HOME}/result")
    lab = world(gateway(said("waiting"), said("rendering"), done, result=FILM))
    one = only(lab)
    (attempt,) = one.attempts
    assert attempt.fault is None
    assert attempt.response is not None
    assert attempt.response.body == b"film"
    assert [(step.method, step.status, step.note) for step in attempt.steps] == [
        ("POST", 200, ""),
        ("GET", 200, "waiting"),
        ("GET", 200, "rendering"),
        ("GET", 200, "done"),
        ("GET", 200, "done"),
    ]
    assert one.url == f"{HOME}/submit"


def test_the_time_of_a_job_runs_from_submission_to_result() -> None:
    lab = world(gateway(said("waiting"), said("done", result=f"{HOME}/result"), result=FILM))
    one = only(lab)
    assert one.latency_s == pytest.approx(2 * 2.0 + 4 * 0.01)


def test_a_job_that_fails_is_a_fault_and_is_not_submitted_again() -> None:
    lab = world(gateway(said("waiting"), said("failed")))
    one = only(lab)
    assert one.fault is not None
    assert one.fault.message == "the job failed: out of frames"
    assert sum(ticket.request.url.endswith("/submit") for ticket in lab.fake.tickets) == 1


def test_a_job_that_is_never_done_ends_at_the_deadline_of_the_call() -> None:
    lab = world(gateway(said("waiting")), timeout_s=11.0)
    one = only(lab)
    assert one.fault is not None
    assert one.fault.kind == "timeout"
    assert "within 11 s" in one.fault.message
    assert "'waiting'" in one.fault.message
    assert 10.0 <= lab.time.now <= 11.0
    assert sum(ticket.request.url.endswith("/submit") for ticket in lab.fake.tickets) == 1


def test_every_request_of_a_job_gets_only_the_time_that_is_left() -> None:
    lab = world(gateway(said("waiting")), timeout_s=11.0)
    only(lab)
    deadlines = [ticket.deadline_s for ticket in lab.fake.tickets]
    assert deadlines == sorted(deadlines, reverse=True)
    assert deadlines[0] == 11.0


def test_a_submission_that_is_its_own_result_needs_no_poll() -> None:
    lab = world(lambda _ticket, _tries: said("done"))
    one = only(lab)
    assert one.fault is None
    assert len(lab.fake.tickets) == 1


def test_a_submission_that_finds_the_server_busy_is_sent_again() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        return error(503) if tries == 1 else gateway(said("done"))(ticket, tries)

    one = only(world(server))
    assert one.fault is None
    assert len(one.attempts) == 2


def test_two_polls_in_a_row_may_find_no_answer() -> None:
    one = only(world(gateway(error(503), error(503), said("done"))))
    assert one.fault is None
    assert [step.status for step in one.attempts[0].steps] == [200, 503, 503, 200]


def test_three_polls_without_an_answer_end_the_job_and_cost_it_no_second_time() -> None:
    lab = world(gateway(error(503)))
    one = only(lab)
    assert one.fault is not None
    assert one.fault.kind == "overloaded"
    assert len(one.attempts) == 1
    assert sum(ticket.request.url.endswith("/submit") for ticket in lab.fake.tickets) == 1


def test_retry_after_of_a_poll_is_kept_to() -> None:
    waiting = Response(
        status=200, headers={"retry-after": "7"}, body=json.dumps({"status": "waiting"}).encode()
    )
    lab = world(gateway(waiting, said("done")))
    only(lab)
    assert lab.fake.sent_at[2] - lab.fake.sent_at[1] == pytest.approx(7.01)


def test_other_calls_go_on_while_a_job_is_waited_for() -> None:
    lab = world(gateway(said("waiting"), said("done")), concurrency=4)
    assert all(one.fault is None for one in exchanges(lab.run(8)))
    assert lab.time.now < 8 * 2.0


@pytest.mark.parametrize(
    "url",
    [
        "http://lab.example/job",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/job",
        "https://localhost/job",
        "https://[::1]/job",
        "file:///etc/passwd",
        "https://user:pass@elsewhere.example/job",
        "nonsense",
    ],
)
def test_a_job_leads_to_no_address_inside_somebodys_network(url: str) -> None:
    lab = world(gateway(said("done"), poll_url=url))
    one = only(lab)
    assert one.fault is not None
    assert one.fault.kind == "refused"
    assert len(lab.fake.tickets) == 1


def test_a_job_may_lead_to_another_host_but_takes_no_token_there() -> None:
    lab = world(gateway(said("done"), poll_url="https://cdn.example/job"))
    only(lab)
    submitted, polled = lab.fake.tickets
    assert submitted.secret is not None
    assert submitted.secret.value == TOKEN
    assert polled.request.url == "https://cdn.example/job"
    assert polled.secret is None


def test_an_answer_that_is_no_job_is_a_fault_with_the_reason() -> None:
    lab = world(lambda _ticket, _tries: Response(status=200, body=b"<html>"))
    one = only(lab)
    assert one.fault is not None
    assert one.fault.kind == "malformed"
    assert "submission cannot be read" in one.fault.message


def test_a_replay_takes_the_recorded_answer_for_the_result() -> None:
    suite = lab_suite({"only": f"{HOME}/submit"})
    lab = World(
        lambda _ticket, _tries: FILM,
        suite=suite,
        provider=lab_provider(job=lambda _call: JOB),
        is_replay=True,
    )
    one = only(lab)
    assert one.response is not None
    assert one.response.body == b"film"
    assert len(lab.fake.tickets) == 1


def test_a_stop_leaves_a_job_that_is_not_done_pending() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        if not ticket.request.url.endswith("/submit"):
            lab.stop.set()
        return gateway(said("waiting"))(ticket, tries)

    lab = world(server)
    assert list(lab.outcomes(1)) == []
