"""The one place that knows the order: plan, call, judge, compare, decide, report."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Protocol

from harness.api.kinds import Task
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.call import Slot
from harness.data.dossier import Artifact, CaseView, Dossier
from harness.data.exchange import Exchange, Fault, Unsent
from harness.data.record import Record
from harness.data.suite import Case, Suite
from harness.data.verdict import Verdict
from harness.emit import one_line
from harness.errors import PluginError
from harness.gates import gates_of
from harness.judging import JudgingRoom
from harness.recording import Recording, replaying
from harness.registry import Registry
from harness.stages.call import Caller
from harness.stages.compare import case_views, compare
from harness.stages.decide import Evidence, decide
from harness.stages.judge import Judge
from harness.stages.plan import plan
from harness.stages.report import BrokenReport, Occasion, assemble, report
from harness.store import RunReader, RunWriter, StoredCase
from harness.transport import open_transport
from harness.warnings import findings_about


class Listener(Protocol):
    """Sees a run go by; called from several threads."""

    def planned(self, calls: int, pending: int) -> None:
        """Learn that the plan is stored; `pending` of its calls are still to be made."""

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        """Learn that a call was judged, or (record None) was not sent."""

    def warned(self, message: str) -> None:
        """Learn something to be told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run needs of the world."""

    registry: Registry
    wallet: Wallet
    clock: Clock
    stop: threading.Event
    listener: Listener


def task_of(suite: Suite, registry: Registry) -> Task:
    """Give the suite's task; raises PluginError when it is not installed any more."""
    task = registry.tasks.get(suite.task)
    if task is None:
        raise PluginError(f"task {suite.task} is not installed; `revgate plugins` lists what is")
    for target in suite.targets:
        if target.provider not in registry.providers:
            raise PluginError(f"provider {target.provider} is not installed")
    return task


def store_plan(suite: Suite, cases: Iterable[Case], writer: RunWriter) -> tuple[int, int]:
    """Store cases and plan before the first call; give (cases, planned calls and warm-ups)."""
    count = writer.put_cases(cases)
    planned = writer.put_plan(plan(count, suite.targets, suite.run))
    writer.flush()
    return count, planned


def make_calls(
    suite: Suite, writer: RunWriter, around: Surroundings, recording: Recording | None = None
) -> bool:
    """Make every pending call, store and judge it; give False when it was stopped before the end.

    With a recording nothing is sent: it answers.
    """
    registry = around.registry
    task = task_of(suite, registry)
    judge = _judge(suite, task, registry)

    told: set[str] = set()

    def deliver(case: Case, exchange: Exchange, record: Record) -> None:
        record = _keep(record, writer)
        if registry.observes_records:
            for warning in set(registry.on_record(record)) - told:
                told.add(warning)
                writer.put_event("warning", around.clock.wall(), warning)
                around.listener.warned(warning)
        if exchange.repeat >= 0:
            around.listener.ended(exchange.target, case.id, record)

    with ExitStack() as stack:
        reader = stack.enter_context(RunReader(writer.path))
        around.listener.planned(
            reader.count("plan"), reader.count("plan") - reader.count("exchange")
        )
        room = JudgingRoom(judge.judge, deliver, around.clock)
        stack.callback(room.close)
        for case, exchange in reader.exchanges(unjudged_only=True):
            room.put(case, exchange)  # answered before a kill, not judged before it
        if recording is not None:
            stack.enter_context(replaying(recording))
        name = "requests" if recording is not None else suite.run.transport
        workers = 1 if recording is not None else suite.run.concurrency * len(suite.targets)
        transport = open_transport(name, workers=workers)
        stack.callback(transport.close)
        caller = Caller(
            suite=suite,
            task=task,
            providers=registry.providers,
            transport=transport,
            wallet=around.wallet,
            clock=around.clock,
            stop=around.stop,
            is_replay=recording is not None,
            already_sent=reader.attempts(),
        )
        in_flight: dict[int, Slot] = {}
        for outcome in caller.call(_watched(reader.pending(), in_flight)):
            slot = in_flight.pop(outcome.seq)
            if isinstance(outcome, Unsent):
                writer.put_unsent(outcome)
                if not slot.is_warmup:
                    around.listener.ended(slot.target, slot.case.id, None)
            else:
                writer.put_exchange(outcome)
                room.put(slot.case, outcome)
            room.watch()
    writer.flush()
    with RunReader(writer.path) as reader:
        return next(reader.pending(), None) is None


def _keep(record: Record, writer: RunWriter) -> Record:
    """Store a record; one that a plugin filled with what is not JSON becomes a fault."""
    try:
        writer.put_record(record)
    except (TypeError, ValueError, AttributeError) as error:
        fault = Fault(
            kind="plugin",
            message=f"a plugin gave what cannot be stored: {one_line(repr(error))}",
            hint="outputs and findings hold JSON values only; `revgate plugins` says whose it is",
        )
        record = Record(seq=record.seq, fault=fault, latency_s=record.latency_s)
        writer.put_record(record)
    return record


def _watched(slots: Iterator[Slot], in_flight: dict[int, Slot]) -> Iterator[Slot]:
    for slot in slots:
        in_flight[slot.seq] = slot
        yield slot


def _judge(suite: Suite, task: Task, registry: Registry) -> Judge:
    return Judge(
        task=task,
        targets={target.name: target for target in suite.targets},
        providers=registry.providers,
        checks=registry.checks,
    )


def judge_again(suite: Suite, writer: RunWriter, registry: Registry) -> int:
    """Judge every stored exchange with today's plugins; give how many. No call is made."""
    judge = _judge(suite, task_of(suite, registry), registry)
    count = 0
    with RunReader(writer.path) as reader:
        for case, exchange in reader.exchanges():
            _keep(judge.judge(case, exchange), writer)
            count += 1
    writer.flush()
    return count


def conclude(
    suite: Suite,
    stored: Callable[[], Iterator[StoredCase]],
    occasion: Occasion,
    around: Registry,
    *,
    was_interleaved: bool = True,
) -> Dossier:
    """Compare and decide from what is stored; give the dossier with its verdict."""
    task = task_of(suite, around)
    asked = _Asked()
    survey = compare(asked.watch(stored()), suite, task)
    gates = gates_of(suite, survey.cases, has_expectations=asked.anything)
    verdict = decide(
        Evidence(
            suite=suite,
            gates=gates,
            comparisons=survey.comparisons,
            tallies=survey.tallies,
            counts=survey.counts,
            has_stored_latency=not was_interleaved and not suite.allow_stored_latency,
        )
    )
    warned = tuple(around.on_verdict(verdict))
    warnings = (*suite.warnings, *occasion.warnings, *findings_about(suite, survey), *warned)

    def views() -> Iterator[CaseView]:
        return case_views(stored(), suite, task)

    told = replace(occasion, warnings=tuple(dict.fromkeys(warnings)))
    return assemble(suite, task, survey, verdict, told, views)


class _Asked:
    """Notices whether any case expects anything."""

    def __init__(self) -> None:
        self.anything = False

    def watch(self, cases: Iterator[StoredCase]) -> Iterator[StoredCase]:
        for stored in cases:
            if stored.case.expect is not None or stored.case.checks:
                self.anything = True
            yield stored


def write_reports(
    dossier: Dossier, registry: Registry, write: Callable[[Artifact], None]
) -> tuple[BrokenReport, ...]:
    """Let every reporter render the dossier; give those that failed."""
    return tuple(report(dossier, registry.reporters.values(), write))


__all__ = [
    "Listener",
    "Surroundings",
    "Verdict",
    "conclude",
    "judge_again",
    "make_calls",
    "store_plan",
    "task_of",
    "write_reports",
]
