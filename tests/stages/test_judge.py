"""Exchange to record: what cannot be judged is a fault, and never a pass."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.api.kinds import Check, Provider, Task
from harness.data.call import Payload, Request
from harness.data.exchange import Attempt, Exchange, Fault, Identity, Response, Timings
from harness.data.noun import replace
from harness.data.record import Finding, Output, Record, Usage
from harness.data.suite import Case, CheckUse, Price, Target
from harness.errors import ShapeError
from harness.stages.judge import Judge
from harness.tallies.latencies import measured_s

OK = Finding(check="valid", ok=True, message="it is")


def parse(answer: Any) -> Output:
    if not isinstance(answer, str):
        raise ShapeError(f"expected a string, got {type(answer).__name__}")
    return Output(value=answer, text=answer)


TASK = Task(
    name="echo",
    build=lambda case: Payload(value=case.inputs),
    parse=parse,
    validate=lambda _case, _output: [OK],
    sample=Case(id="s", inputs="a"),
    sample_output="a",
)
PROVIDER = Provider(
    name="p",
    request=lambda _call: Request(url="http://127.0.0.1/"),
    served=lambda _response: Identity(revision="a" * 40, source="x-sha"),
    usage=lambda _response: Usage(compute_s=0.5),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    text: str = "a"


CHECK = Check(
    name="is",
    arguments=Wanted,
    judge=lambda _case, output, wanted: Finding(
        check="", ok=output.text == wanted.text, message="is it"
    ),
)


def exchange(
    body: bytes = b'"a"', *, fault: Fault | None = None, answered: bool = True
) -> Exchange:
    response = Response(status=200, body=body) if answered else None
    attempt = Attempt(response=response, fault=fault, timings=Timings(total_s=0.25))
    return Exchange(
        seq=4,
        target="t",
        repeat=0,
        url="http://127.0.0.1/",
        method="POST",
        request_body=b"",
        attempts=(attempt,),
        transport="curl",
    )


def judged(
    given: Exchange | None = None,
    *,
    task: Task = TASK,
    provider: Provider = PROVIDER,
    check: Check = CHECK,
    case: Case | None = None,
    price: Price | None = None,
) -> Record:
    judge = Judge(
        task=task,
        targets={"t": Target(name="t", provider="p", model="m", price=price)},
        providers={"p": provider},
        checks={"is": check},
    )
    return judge.judge(case or Case(id="c", inputs="a"), given or exchange())


def asking(expect: Any = None, *uses: CheckUse) -> Case:
    return Case(id="c", inputs="a", expect=expect, checks=uses)


def test_an_answer_has_output_findings_identity_usage_and_latency() -> None:
    record = judged(case=asking("a", CheckUse(check="is", arguments={"text": "a"}, weight=3.0)))
    assert (record.state, record.score, record.seq) == ("passed", 1.0, 4)
    assert [(f.check, f.weight) for f in record.findings] == [
        ("valid", 0.0), ("expect", 1.0), ("is", 3.0),
    ]  # fmt: skip
    assert record.served is not None
    assert record.usage.compute_s == 0.5
    assert record.latency_s == 0.25
    assert record.output is not None
    assert record.output.latency_s == 0.25


@pytest.mark.parametrize(
    ("case", "state", "score"),
    [
        (asking(), "passed", 1.0),
        (asking("b"), "failed", 0.0),
        (asking("a", CheckUse(check="is", arguments={"text": "b"})), "failed", 0.5),
        (asking("a", CheckUse(check="is", arguments={"text": "b"}, required=False)), "passed", 0.5),
        (asking("a", CheckUse(check="is", arguments={"text": "b"}, weight=3.0)), "failed", 0.25),
    ],
)
def test_it_passes_when_all_that_is_required_does(case: Case, state: str, score: float) -> None:
    record = judged(case=case)
    assert (record.state, record.score) == (state, score)


def test_an_answer_that_is_not_a_legal_one_fails_with_score_0_and_is_not_measured() -> None:
    task = replace(TASK, validate=lambda _c, _o: [replace(OK, ok=False)])
    record = judged(task=task, case=asking("a", CheckUse(check="is")))
    assert (record.state, record.score) == ("failed", 0.0)
    assert [f.check for f in record.findings] == ["valid"]


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[1, 2]", b"null", b"NaN", b"\xff"])
def test_a_body_that_is_no_answer_is_malformed(body: bytes) -> None:
    record = judged(exchange(body))
    assert record.output is None
    assert record.fault is not None
    assert (record.fault.kind, record.fault.status) == ("malformed", 200)
    assert record.served is not None


@pytest.mark.parametrize("body", [b'"a"', b"{", b"[1, 2]"])
def test_what_tells_answers_apart_is_kept_clean_and_bounded(body: bytes) -> None:
    hostile = {"build": " fp\x1b[31m\n1 ", "empty": " ", "long": "x" * 10_000}
    hostile |= {f"more {number}": "y" for number in range(50)}
    record = judged(exchange(body), provider=replace(PROVIDER, traces=lambda _: hostile))
    assert record.traces["build"] == "fp\\x1b[31m 1"
    assert "empty" not in record.traces
    assert len(record.traces["long"]) == 200
    assert len(record.traces) == 8


def test_a_call_without_a_response_has_no_traces() -> None:
    provider = replace(PROVIDER, traces=lambda _: {"build": "1"})
    assert judged(exchange(answered=False), provider=provider).traces == {}


def test_a_fault_stays_the_fault_it_is() -> None:
    fault = Fault(kind="timeout", message="60 s are over")
    assert judged(exchange(fault=fault, answered=False)).fault == fault
    assert judged(exchange(fault=fault)).fault == fault


def test_an_exchange_with_neither_answer_nor_fault_is_no_pass() -> None:
    assert judged(exchange(answered=False)).state == "fault"


def raising(*_: Any) -> Any:
    raise RuntimeError("line one\nline two")


def leaving(*_: Any) -> Any:
    raise SystemExit(0)


def nothing(*_: Any) -> Iterable[Finding]:
    return []


def scoring(score: float, weight: float = 1.0) -> Any:
    return lambda *_: Finding(check="x", ok=True, message="", score=score, weight=weight)


BROKEN: dict[str, dict[str, Any]] = {
    "parse raises": {"task": replace(TASK, parse=raising)},
    "parse leaves": {"task": replace(TASK, parse=leaving)},
    "parse gives a string": {"task": replace(TASK, parse=lambda _: "a")},
    "validate raises": {"task": replace(TASK, validate=raising)},
    "validate finds nothing": {"task": replace(TASK, validate=nothing)},
    "validate gives strings": {"task": replace(TASK, validate=lambda *_: ["ok"])},
    "expect raises": {"task": replace(TASK, expect=raising)},
    "expect gives None": {"task": replace(TASK, expect=lambda *_: None)},
    "expect scores 2": {"task": replace(TASK, expect=scoring(2.0))},
    "expect scores NaN": {"task": replace(TASK, expect=scoring(math.nan))},
    "expect weighs less than nothing": {"task": replace(TASK, expect=scoring(1.0, -1.0))},
    "expect weighs without end": {"task": replace(TASK, expect=scoring(1.0, math.inf))},
    "check raises": {"check": replace(CHECK, judge=raising)},
    "check leaves": {"check": replace(CHECK, judge=leaving)},
    "check scores NaN": {"check": replace(CHECK, judge=scoring(math.nan))},
    "check scores -1": {"check": replace(CHECK, judge=scoring(-1.0))},
    "check gives None": {"check": replace(CHECK, judge=lambda *_: None)},
    "served raises": {"provider": replace(PROVIDER, served=raising)},
    "output raises": {"provider": replace(PROVIDER, output=raising)},
    "traces raises": {"provider": replace(PROVIDER, traces=raising)},
    "traces gives a number": {"provider": replace(PROVIDER, traces=lambda _: {"build": 7})},
    "usage leaves": {"provider": replace(PROVIDER, usage=leaving)},
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_plugin_is_a_fault_of_the_record_and_no_exception(broken: str) -> None:
    record = judged(case=asking("a", CheckUse(check="is")), **BROKEN[broken])
    assert record.state == "fault"
    assert record.score is None
    assert record.fault is not None
    assert record.fault.kind == "plugin"
    assert "\n" not in record.fault.message


def test_a_ctrl_c_is_not_taken_for_a_broken_plugin() -> None:
    def interrupted(_answer: Any) -> Output:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(task=replace(TASK, parse=interrupted))


def attempt(seconds: float, kind: Any = None, status: int | None = None, **headers: str) -> Attempt:
    fault = Fault(kind=kind, message="no", status=status) if kind else None
    response = None if fault else Response(status=200, headers=headers, body=b'"a"')
    return Attempt(response=response, fault=fault, timings=Timings(total_s=seconds))


@pytest.mark.parametrize(
    ("attempts", "transport", "measured"),
    [
        ([attempt(0.3)], "curl", 0.3),
        ([attempt(0.3)], "replay", None),
        ([attempt(0.3, **{"x-compute-type": "cache"})], "curl", None),
        ([attempt(0.1, "overloaded"), attempt(0.3)], "curl", None),  # a retry is no first attempt
        ([attempt(9.0, "timeout")], "curl", 9.0),
        ([attempt(9.0, "timeout"), attempt(0.3)], "curl", 9.0),  # censored at the deadline
        ([attempt(0.1, "timeout", 504), attempt(0.3)], "curl", None),  # another's deadline
        ([attempt(0.1, "timeout", 408)], "curl", None),
    ],
)
def test_only_a_first_attempt_at_the_model_itself_is_measured(
    attempts: list[Attempt], transport: str, measured: float | None
) -> None:
    found = judged(replace(exchange(), attempts=tuple(attempts), transport=transport))
    assert found.latency_s == measured
    assert measured_s(found) == measured


@pytest.mark.parametrize("body", [b"", b"<html>"])
def test_a_malformed_answer_is_not_measured_however_fast_it_came(body: bytes) -> None:
    assert measured_s(judged(exchange(body))) is None


def test_a_cost_is_what_the_provider_states_else_what_the_price_says() -> None:
    price = Price(per_call=0.25)
    assert judged(price=price).usage.cost_usd == 0.25
    assert judged(price=price).usage.compute_s == 0.5
    assert judged().usage.cost_usd is None
    stating = replace(PROVIDER, usage=lambda _response: Usage(cost_usd=0.001))
    assert judged(provider=stating, price=price).usage.cost_usd == 0.001
    by_token = Price(per_million_output_tokens=5.0)
    assert judged(price=by_token).usage.cost_usd is None  # nobody counted tokens


def test_the_calls_of_a_batch_share_the_price_of_one() -> None:
    given = replace(exchange(), batched=5)
    assert judged(given, price=Price(per_call=0.25)).usage.cost_usd == pytest.approx(0.05)


STREAM = replace(PROVIDER, first_token=lambda response: response.body.index(b"a") + 1)
ARRIVALS = ((0.02, 1), (0.07, 2), (0.2, 3))


def streamed(arrivals: tuple[tuple[float, int], ...] = ARRIVALS, **more: Any) -> Exchange:
    attempt = exchange().attempts[0]
    assert attempt.response is not None
    response = replace(attempt.response, arrivals=arrivals)
    return replace(exchange(), attempts=(replace(attempt, response=response),), **more)


def test_the_first_token_is_there_when_the_byte_that_ends_it_arrives() -> None:
    assert judged(streamed(), provider=STREAM).first_token_s == 0.07
    late = ((0.02, 1), (0.2, 3))
    assert judged(streamed(late), provider=STREAM).first_token_s == 0.2


def test_what_was_not_streamed_has_no_first_token() -> None:
    assert judged(streamed()).first_token_s is None  # the provider says there is none
    assert judged(provider=STREAM).first_token_s is None  # no arrival was recorded
    assert judged(streamed(((0.02, 1),)), provider=STREAM).first_token_s is None


@pytest.mark.parametrize(
    "more", [{"is_moved": True}, {"batched": 2}, {"transport": "replay"}], ids=str
)
def test_a_first_token_that_measures_no_model_is_left_out(more: dict[str, Any]) -> None:
    record = judged(streamed(**more), provider=STREAM)
    assert (record.latency_s, record.first_token_s) == (None, None)
    assert record.output is not None


def test_a_retried_answer_has_no_first_token() -> None:
    failed = Attempt(fault=Fault(kind="overloaded", message="busy"))
    given = streamed()
    record = judged(replace(given, attempts=(failed, *given.attempts)), provider=STREAM)
    assert record.first_token_s is None


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_what_a_check_says_of_its_own_place_counts_only_where_it_is_the_suites(
    weight: float,
) -> None:
    said = Finding(check="is", ok=True, message="it is", weight=weight, required=False)
    task = replace(TASK, validate=lambda _case, _output: [OK, said])
    check = replace(CHECK, judge=lambda _case, _output, _wanted: said)
    uses = [
        CheckUse(check="is", weight=2.0, required=False),
        CheckUse(check="is", weight=2.0),
        CheckUse(check="is", weight=3.0, required=False),
    ]
    record = judged(task=task, check=check, case=asking(None, *uses))
    assert [(f.check, f.weight, f.required) for f in record.findings] == [
        ("valid", 0.0, True), ("is", 0.0, False),
        ("is", 2.0, False), ("is", 2.0, True), ("is", 3.0, False),
    ]  # fmt: skip
    assert said.weight == weight  # the plugin's own is left as it is


def test_what_is_no_finding_is_a_fault_even_when_it_looks_like_one() -> None:
    @dataclass
    class Lookalike:
        check: str = "is"
        ok: bool = True
        score: float | None = None
        weight: float | None = None
        required: bool = True

    for weight in (None, "heavy"):
        one: Any = Lookalike(weight=weight)  # type: ignore[arg-type]
        check = replace(CHECK, judge=lambda _case, _output, _wanted, one=one: one)
        record = judged(check=check, case=asking(None, CheckUse(check="is")))
        assert record.fault is not None
        assert record.fault.kind == "plugin"


def test_a_cost_that_is_no_amount_is_unknown_with_or_without_a_price() -> None:
    stated = replace(PROVIDER, usage=lambda _response: Usage(cost_usd=-1.0))
    assert judged(provider=stated).usage.cost_usd is None
    assert judged(provider=stated, price=Price(per_call=1.0)).usage.cost_usd is None
    assert judged().usage == Usage(compute_s=0.5)


def timed_out(*, request: bytes = b"", url: str = "http://127.0.0.1/", **more: Any) -> Exchange:
    """Give a call that outlived its deadline of 0.25 s."""
    given = exchange(fault=Fault(kind="timeout", message="late"), answered=False)
    attempt = replace(given.attempts[0], **more)
    return replace(given, attempts=(attempt,), request_body=request, url=url)


def part(body: bytes, *arrivals: tuple[float, int]) -> Response:
    return Response(status=200, body=body, arrivals=arrivals)


def test_a_stream_that_timed_out_before_its_first_token_is_censored_there() -> None:
    asked = timed_out(request=b'{"stream": true}')
    silent = timed_out(response=part(b'"', (0.02, 1)))
    path = timed_out(url="http://127.0.0.1/models/m:streamGenerateContent?alt=sse")
    for given in (asked, silent, path):
        record = judged(given, provider=STREAM)
        assert record.fault is not None
        assert record.fault.kind == "timeout"
        assert (record.latency_s, record.first_token_s) == (0.25, 0.25)


def test_one_that_timed_out_after_its_first_token_has_seen_it() -> None:
    given = timed_out(response=part(b'"a', (0.02, 1), (0.07, 2)), request=b'{"stream": true}')
    assert judged(given, provider=STREAM).first_token_s == 0.07
    again = exchange().attempts[0]
    record = judged(replace(given, attempts=(*given.attempts, again)), provider=STREAM)
    assert (record.output is not None, record.first_token_s) == (True, 0.07)


@pytest.mark.parametrize(
    "request_body", [b"", b"\xff", b'{"inputs": "stream"}', b'{"stream": false}', b"[]"]
)
def test_a_call_that_asked_for_no_stream_has_no_first_token_to_wait_for(
    request_body: bytes,
) -> None:
    assert judged(timed_out(request=request_body), provider=STREAM).first_token_s is None


def test_a_gateways_own_timeout_censors_nothing() -> None:
    fault = Fault(kind="timeout", message="504", status=504)
    given = timed_out(request=b'{"stream": true}', fault=fault)
    assert judged(given, provider=STREAM).first_token_s is None


@pytest.mark.parametrize("scheduled", [True, False])
def test_the_wait_before_a_call_is_kept_where_a_rate_says_when_it_was_due(scheduled: bool) -> None:
    given = exchange()
    timings = replace(given.attempts[0].timings, queue_s=1.5)
    given = replace(given, attempts=(replace(given.attempts[0], timings=timings),))
    judge = Judge(
        task=TASK,
        targets={"t": Target(name="t", provider="p", model="m")},
        providers={"p": PROVIDER},
        checks={"is": CHECK},
        is_scheduled=scheduled,
    )
    case = Case(id="c", inputs="x", expect="a")
    record = judge.judge(case, given)
    assert (record.latency_s, record.queue_s) == (0.25, 1.5 if scheduled else None)
    assert record.response_s == (1.75 if scheduled else None)
    assert judge.judge(case, replace(given, transport="replay")).queue_s is None

    busy = Fault(kind="overloaded", message="503", status=503, is_transient=True)
    refused = Attempt(fault=busy, timings=timings)
    again = replace(given.attempts[0], waited_s=5.0)
    record = judge.judge(case, replace(given, attempts=(refused, again)))
    assert (record.latency_s, record.queue_s) == (None, None)
    assert record.response_s == (8.5 if scheduled else None)
