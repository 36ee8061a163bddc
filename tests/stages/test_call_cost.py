"""A bound on cost stops before the call that would exceed it."""

import json
from collections.abc import Mapping

import pytest

from harness.api import Price, Response, Usage
from harness.data.exchange import Fault, Unsent
from harness.data.noun import replace
from harness.data.suite import Suite
from harness.transport import Ticket
from tests.stages.test_call_batches import BATCH
from tests.stages.world import Reply, World, error, exchanges, lab_provider, lab_suite, unsent


def priced(run_targets: Mapping[str, str] | None = None, **run: object) -> Suite:
    suite = lab_suite(run_targets, **run)
    price = Price(per_million_output_tokens=1_000_000.0)
    return replace(suite, targets=tuple(replace(t, price=price) for t in suite.targets))


def tokens(response: Response) -> Usage:
    return Usage(output_tokens=json.loads(response.body).get("tokens"))


def said(cost: int | None) -> Response:
    return Response(status=200, body=json.dumps({} if cost is None else {"tokens": cost}).encode())


def world(suite: Suite, costs: int | None = 1) -> World:
    return World(
        lambda _ticket, _tries: said(costs), suite=suite, provider=lab_provider(usage=tokens)
    )


@pytest.mark.parametrize("concurrency", [1, 4, 64])
@pytest.mark.parametrize("most", [1.0, 7.0, 10.0, 39.0])
def test_never_more_is_spent_than_allowed_and_hardly_less(most: float, concurrency: int) -> None:
    lab = world(priced(max_cost_usd=most, concurrency=concurrency))
    ended = lab.run(50)
    assert len(exchanges(ended)) == most
    assert {one.cause for one in unsent(ended)} == {"budget"}
    assert "run.max_cost_usd" in unsent(ended)[0].reason


def test_a_bound_that_is_not_reached_stops_nothing() -> None:
    lab = world(priced(max_cost_usd=100.0))
    assert len(exchanges(lab.run(50))) == 100


def test_calls_are_reckoned_at_the_dearest_seen() -> None:
    costs = iter([1, 1, 5, 5, 1, 1, 1, 1, 1, 1])
    lab = World(
        lambda _ticket, _tries: said(next(costs)),
        suite=priced(max_cost_usd=16.0, concurrency=1),
        provider=lab_provider(usage=tokens),
    )
    ended = lab.run(10)
    costs_seen = [tokens(o.response).output_tokens or 0 for o in exchanges(ended) if o.response]
    assert 12 <= sum(costs_seen) <= 16
    assert unsent(ended)


def test_until_a_targets_cost_is_known_its_call_flies_alone() -> None:
    lab = world(priced(max_cost_usd=30.0, concurrency=8))
    lab.run(50)
    assert lab.fake.sent_at[:4] == pytest.approx([0.0, 0.01, 0.02, 0.02])


def test_an_answer_that_does_not_say_what_it_cost_stops_the_run() -> None:
    lab = world(priced(max_cost_usd=30.0, concurrency=1), costs=None)
    ended = lab.run(10)
    assert 1 <= len(exchanges(ended)) <= 2
    left = unsent(ended)[0]
    assert isinstance(left, Unsent)
    assert "does not say what it cost" in left.reason


def test_a_call_that_was_refused_costs_nothing() -> None:
    lab = World(
        lambda _ticket, _tries: error(422),
        suite=priced(max_cost_usd=1.0),
        provider=lab_provider(usage=tokens),
    )
    assert len(exchanges(lab.run(10))) == 20


TWO = {"well": "https://lab.example/well", "dead": "https://lab.example/dead"}


@pytest.mark.parametrize("dead", ["refuses", "times out", "both"])
def test_a_target_that_never_answers_makes_nobody_go_one_by_one(dead: str) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        if dead != "both" and ticket.request.url.endswith("well"):
            return 1.0, said(1)
        late = Fault(kind="timeout", message="late", is_transient=True)
        return (2.0, late) if dead == "times out" else (2.0, error(422))

    def lasted_s(**run: object) -> float:
        lab = World(
            server,
            suite=priced(run_targets=TWO, concurrency=8, timeout_s=2.0, attempts=3, **run),
            provider=lab_provider(usage=tokens),
        )
        assert len(exchanges(lab.run(40))) == 80
        return lab.time.now

    unbounded_s = lasted_s()
    first_s = 1.0 + 3 * 2.0 + 2 * 1.0  # the first call of either, and three attempts
    assert lasted_s(max_cost_usd=1000.0) <= unbounded_s + (2 if dead == "both" else 1) * first_s


@pytest.mark.parametrize("most", [40.0, 100.0, 111.0])
def test_bundles_are_reckoned_by_their_calls(most: float) -> None:
    def billed(ticket: Ticket, _tries: int) -> Reply:
        inputs = json.loads(ticket.request.body)["inputs"]
        answers = [{"tokens": 1, "text": text} for text in inputs]
        return Response(status=200, body=json.dumps(answers).encode())

    lab = World(
        billed,
        suite=priced(max_cost_usd=most, batch=8, warmup=2, concurrency=8),
        provider=lab_provider(usage=tokens, batch=BATCH),
    )
    ended = lab.run(200)
    assert most - 8 < len(exchanges(ended)) <= most


def test_what_was_spent_before_a_resume_counts() -> None:
    lab = world(priced(max_cost_usd=10.0))
    lab.caller._budget.spent_usd = 8.0
    assert len(exchanges(lab.run(50))) == 2


def test_a_replay_costs_nothing() -> None:
    lab = World(
        lambda _ticket, _tries: said(1),
        suite=priced(max_cost_usd=1.0),
        provider=lab_provider(usage=tokens),
        is_replay=True,
    )
    assert len(exchanges(lab.run(10))) == 20
