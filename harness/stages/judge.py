"""Exchange to record: parses, validates, checks; what cannot be judged is a fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, get_args

from harness.api.kinds import Check, Provider, Task
from harness.data.exchange import Exchange, Fault, Identity, Response
from harness.data.noun import replace
from harness.data.record import Finding, Finish, Output, Record, Usage
from harness.data.suite import Case, CheckUse, Suite, Target
from harness.emit import one_line
from harness.errors import ShapeError
from harness.jsonvalue import canonical, parse_json
from harness.registry import Registry
from harness.tallies.pricing import cost_usd
from harness.tallies.traces import cleaned

_FINISHES = frozenset(get_args(Finish))
_NOTHING = Fault(kind="truncated", message="neither an answer nor a fault was stored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges the exchanges of one suite with its plugins; no I/O, no state."""

    task: Task
    targets: Mapping[str, Target]
    providers: Mapping[str, Provider]
    checks: Mapping[str, Check]
    uncounted: frozenset[Finish] = frozenset()
    """Ends of answers that then count as missing, as the suite has it."""
    is_scheduled: bool = False
    """Whether a rate says when each call was due."""
    typed: dict[tuple[str, bytes], Any] = field(default_factory=dict, repr=False)
    """Arguments of checks, typed once: they are the same for every case of a suite."""

    def judge(self, case: Case, exchange: Exchange) -> Record:
        """Give the record of an exchange. A plugin that raises is a fault, never an exception."""
        try:
            record = self._judge(case, exchange)
            if not self.is_scheduled:
                return record
            return replace(record, queue_s=exchange.queue_s, response_s=exchange.response_s)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            return Record(
                seq=exchange.seq,
                fault=Fault(
                    kind="plugin",
                    message=f"a plugin raised while judging: {one_line(repr(error))}",
                    hint="`revgate plugins` says whose it is; fix it, then `revgate compare RUN`",
                ),
                latency_s=exchange.latency_s,
                usage=self._spent(exchange),
            )

    def _spent(self, exchange: Exchange) -> Usage:
        """Give what an answer took that cannot be judged: it is paid for all the same."""
        if exchange.response is None or exchange.fault is not None:
            return Usage()
        target = self.targets[exchange.target]
        provider = self.providers[target.provider]
        try:
            return _usage(provider, exchange.response, target, exchange.batched)
        except (Exception, SystemExit):  # noqa: BLE001 - a plugin may raise anything
            return Usage()

    def _judge(self, case: Case, exchange: Exchange) -> Record:
        target = self.targets[exchange.target]
        provider = self.providers[target.provider]
        response, latency_s = exchange.response, exchange.latency_s
        served = _served(provider, response)
        traces = cleaned(provider.traces(response)) if response is not None else {}
        if response is None or exchange.fault is not None:
            return Record(
                seq=exchange.seq,
                fault=exchange.fault or _NOTHING,
                served=served,
                traces=traces,
                latency_s=latency_s,
                first_token_s=_first_token_s(provider, exchange, latency_s),
            )
        try:
            answer = provider.output(response)
        except ValueError as error:
            return Record(
                seq=exchange.seq,
                fault=_unreadable(error, response, "see the body with `revgate show RUN CASE`"),
                served=served,
                traces=traces,
                usage=self._spent(exchange),
                latency_s=latency_s,
            )
        try:
            output = self.task.parse(answer)
        except ShapeError as error:
            return Record(
                seq=exchange.seq,
                fault=_unreadable(error, response, "is this the task the endpoint serves?"),
                served=served,
                traces=traces,
                usage=self._spent(exchange),
                latency_s=latency_s,
            )
        if not isinstance(output, Output):
            raise TypeError(f"task {self.task.name}: parse gave {type(output).__name__}")
        if output.finish not in _FINISHES:
            raise ValueError(f"task {self.task.name}: parse gave finish {output.finish!r}")
        output = replace(output, latency_s=latency_s)
        return Record(
            seq=exchange.seq,
            output=output,
            findings=tuple(self._findings(case, output)),
            served=served,
            traces=traces,
            usage=_usage(provider, response, target, exchange.batched),
            latency_s=latency_s,
            first_token_s=_first_token_s(provider, exchange, latency_s),
            uncounted=output.finish if output.finish in self.uncounted else "",
        )

    def _findings(self, case: Case, output: Output) -> Iterator[Finding]:
        """Give the validator's findings, then the expectation's, then the checks'."""
        valid = [_weightless(finding) for finding in self.task.validate(case, output)]
        if not valid:
            raise ValueError(f"task {self.task.name}: validate gave no finding")
        yield from valid
        if not all(finding.ok for finding in valid if finding.required):
            return  # what is not a legal answer is not measured
        if case.expect is not None:
            yield _checked(self.task.expect(case, output), f"task {self.task.name}: expect")
        for use in case.checks:
            yield self._finding(use, case, output)

    def _finding(self, use: CheckUse, case: Case, output: Output) -> Finding:
        check = self.checks[use.check]
        finding = check.judge(case, output, self._arguments(check, use))
        finding = _checked(finding, f"check {use.check}")
        if _has_the_place_of(use, finding):
            return finding  # a copy costs more than many a check
        return replace(finding, check=use.check, required=use.required, weight=use.weight)

    def _arguments(self, check: Check, use: CheckUse) -> Any:
        """Give the typed arguments of a check's use, the same object for the same arguments."""
        key = (use.check, canonical(dict(use.arguments)))
        if key not in self.typed:
            # Reading suites takes a fifth of what the process that judges needs, and is done.
            from harness.suitefile import build_arguments

            self.typed[key] = build_arguments(check.arguments, use.arguments)
        return self.typed[key]


def _has_the_place_of(use: CheckUse, finding: Finding) -> bool:
    said = type(finding) is Finding and finding.required is use.required
    return said and finding.check == use.check and finding.weight == use.weight


def _weightless(finding: Finding) -> Finding:
    if type(finding) is Finding and finding.weight == 0.0:
        return finding
    return replace(finding, weight=0.0)


def _checked(finding: Finding, by: str) -> Finding:
    """Give a finding whose numbers can be averaged; raises ValueError for any other."""
    if finding.score is not None and not 0.0 <= finding.score <= 1.0:
        raise ValueError(f"{by} gave score {finding.score}, not in 0..1")
    if not 0.0 <= finding.weight < inf:
        raise ValueError(f"{by} gave weight {finding.weight}, not a number from 0")
    return finding


def _unreadable(error: ValueError, response: Response, hint: str) -> Fault:
    message = one_line(str(error), 400)
    return Fault(kind="malformed", message=message, hint=hint, status=response.status)


def _served(provider: Provider, response: Response | None) -> Identity | None:
    return provider.served(response) if response is not None else None


def _usage(provider: Provider, response: Response, target: Target, batched: int) -> Usage:
    """Give what the provider says was consumed, with what it cost; calls of a batch share one."""
    usage = provider.usage(response)
    cost = cost_usd(usage, target.price, 1 / batched)
    return usage if cost is None and usage.cost_usd is None else replace(usage, cost_usd=cost)


def _first_token_s(provider: Provider, exchange: Exchange, latency_s: float | None) -> float | None:
    """Give seconds to the first content of a stream, None where the latency measures no model.

    It is that of the first attempt. One that outlived our deadline before its first content is
    right-censored there, as its latency is.
    """
    if latency_s is None:
        return None
    first = exchange.attempts[0]
    streamed = first.response if first.response is not None and first.response.arrivals else None
    if (
        streamed is not None
        and (end := _first_content(provider, streamed, first.fault)) is not None
    ):
        return next((at_s for at_s, there in streamed.arrivals if there >= end), None)
    is_censored = first.fault is not None and (streamed is not None or _asks_for_stream(exchange))
    return latency_s if is_censored else None


def _first_content(provider: Provider, streamed: Response, fault: Fault | None) -> int | None:
    """Give where the first content of a stream ends; one that was cut off may have none."""
    try:
        return provider.first_token(streamed)
    except (Exception, SystemExit):
        if fault is None:
            raise
        return None


def _asks_for_stream(exchange: Exchange) -> bool:
    """Whether a call that timed out asked for its answer in events.

    `stream: true` in its body, or a method of that name in its path (`:streamGenerateContent`).
    """
    if ":stream" in exchange.url.rpartition("/")[2]:
        return True
    try:
        asked = parse_json(exchange.request_body)
    except ValueError:
        return False
    return isinstance(asked, dict) and asked.get("stream") is True


def judge_of(suite: Suite, task: Task, registry: Registry) -> Judge:
    """Give what judges the exchanges of a suite."""
    return Judge(
        task=task,
        targets={target.name: target for target in suite.targets},
        providers=registry.providers,
        checks=registry.checks,
        is_scheduled=suite.run.rate is not None,
        uncounted=uncounted(suite, task),
    )


def uncounted(suite: Suite, task: Task) -> frozenset[Finish]:
    """Give the ends of answers that count as missing: the suite's choice, else the task's."""
    by_default = "judge" if task.is_open_ended else "missing"
    found: set[Finish] = set()
    if suite.unfinished.get("truncated", by_default) == "missing":
        found.add("length")
    if suite.unfinished.get("refused", "missing") == "missing":
        found.add("refused")
    return frozenset(found)
