"""Plans a run, makes its calls, and stores every outcome."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial

from harness.data.call import Slot
from harness.data.exchange import Exchange, Unsent
from harness.data.record import Record
from harness.data.suite import Case, Suite
from harness.judging import CAN_START, Deliver, JudgingRoom, Keep, Room, RoomApart, Worker
from harness.pipeline.cluster_numbers import ClusterNumbers
from harness.pipeline.judgement import keep_record
from harness.pipeline.judging_process import MANY_CALLS, JudgingProcess
from harness.pipeline.monitor import Monitor, Unwatched, open_monitor
from harness.pipeline.patience import Patience
from harness.pipeline.probing import lacks_an_end, probing
from harness.pipeline.servers import start_servers
from harness.pipeline.stored import StoredAnswers
from harness.pipeline.surroundings import Surroundings, task_of
from harness.recording import Recording, replaying
from harness.stages.call import Caller
from harness.stages.judge import Judge, judge_of
from harness.stages.plan import plan
from harness.store import RunReader, RunWriter, codec
from harness.transport import open_transport


def store_plan(
    suite: Suite,
    cases: Iterable[Case],
    writer: RunWriter,
    process: JudgingProcess | None = None,
) -> tuple[int, int]:
    """Store cases and plan before the first call; give (cases, planned calls and warm-ups).

    `process` judges the answers later, should there be many.
    """
    if process is not None:
        cases = process.foreseen(cases, len(suite.targets) * suite.run.repeats)
    clusters = ClusterNumbers()
    is_early = suite.run.stop == "early"
    count = writer.put_cases(clusters.watch(cases) if is_early else cases)
    units = clusters.numbers if is_early else None
    planned = writer.put_plan(plan(count, suite.targets, suite.run, units))
    writer.flush()
    return count, planned


def make_calls(
    suite: Suite,
    writer: RunWriter,
    around: Surroundings,
    recording: Recording | None = None,
    process: JudgingProcess | None = None,
) -> bool:
    """Make every pending call, store and judge it; give False when it was stopped before the end.

    With a recording nothing is sent: it answers. `process` is the one `store_plan` was given.
    """
    registry = around.registry
    task = task_of(suite, registry)
    judge = judge_of(suite, task, registry)

    told: set[str] = set()
    patience = Patience(suite.run.fail_fast, around.stop)
    with RunReader(writer.path) as reader:
        monitor = open_monitor(suite, task, reader)

    def store(exchange: Exchange, stored: bytes | None = None) -> None:
        writer.put_exchange(exchange)
        if stored is not None:
            writer.put_record(codec.record_of(stored), stored)

    def deliver(case: Case, exchange: Exchange, record: Record, *, is_kept: bool = False) -> None:
        if not is_kept:
            record = keep_record(record, writer)
        monitor.take(case, exchange.seq, exchange.target, exchange.repeat, record)
        if registry.observes_records:
            for warning in set(registry.on_record(record)) - told:
                told.add(warning)
                writer.put_event("warning", around.clock.wall(), warning)
                around.listener.warned(warning)
        if exchange.repeat >= 0:
            around.listener.ended(exchange.target, case.id, record)
        if why := patience.take(case.id, exchange.target, record):
            around.listener.warned(why)

    with ExitStack() as stack:
        reader = stack.enter_context(RunReader(writer.path))
        pending = reader.count("plan") - reader.count("exchange")
        around.listener.planned(reader.count("plan"), pending)
        start = partial((process or JudgingProcess()).start, suite, registry.modules or (), writer)
        room = _room(suite, judge, start, store, deliver, around, pending)
        stack.callback(room.close)
        for case, exchange in reader.exchanges(unjudged_only=True):
            room.put(case, exchange)  # answered before a kill, not judged before it
        if recording is not None:
            stack.enter_context(replaying(recording))
        is_live = recording is None
        origins = start_servers(suite, reader, writer, around, stack) if is_live else {}
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
            origins=origins,
            already_sent=reader.attempts(),
            already_spent_usd=reader.spent_usd(),
            settled=monitor.settled,
            has_room=room.has_room,
            meanwhile=room.watch,
        )
        if recording is None:
            stack.enter_context(probing(suite, transport, around, writer, origins))

        def keep(slot: Slot, outcome: Exchange | Unsent) -> None:
            if isinstance(outcome, Unsent):
                writer.put_unsent(outcome)
                monitor.miss(slot, outcome)
                if not slot.is_warmup:
                    around.listener.ended(slot.target, slot.case.id, None)
            else:
                room.put(slot.case, outcome)

        stored = stack.enter_context(StoredAnswers(suite))
        stored.keep_probes(writer)
        stored.keep_sides(writer)
        slots = stored.keep_stored(
            _needed(reader.pending(), monitor, keep, around.stop), keep, around.stop
        )
        in_flight: dict[int, Slot] = {}
        for outcome in caller.call(_watched(slots, in_flight)):
            keep(in_flight.pop(outcome.seq), outcome)
    writer.flush()
    with RunReader(writer.path) as reader:
        is_complete = next(reader.pending(), None) is None and not lacks_an_end(reader, suite)
    for warning in stored.warnings() if is_complete else ():
        writer.put_event("warning", around.clock.wall(), warning)
        around.listener.warned(warning)
    return is_complete


def _room(
    suite: Suite,
    judge: Judge,
    start: Callable[[], Worker],
    store: Keep,
    deliver: Deliver,
    around: Surroundings,
    calls: int,
) -> Room:
    """Give where answers are judged: apart from the calls when there are many of them."""
    waiting = {"most_waiting": suite.run.concurrency} if suite.run.stop == "early" else {}
    if calls < MANY_CALLS or around.registry.modules is None or not CAN_START:
        return JudgingRoom(judge.judge, store, deliver, around.clock, **waiting)
    return RoomApart(start, judge.judge, store, deliver, around.clock, **waiting)


def _needed(
    slots: Iterator[Slot],
    monitor: Monitor | Unwatched,
    keep: Callable[[Slot, Unsent], None],
    stop: threading.Event,
) -> Iterator[Slot]:
    """Give slots until the question is settled; the others are kept as not sent."""
    for slot in slots:
        reason = monitor.settled()
        if not reason:
            yield slot
        elif stop.is_set():
            return
        else:
            keep(slot, Unsent(seq=slot.seq, cause="settled", reason=reason))


def _watched(slots: Iterator[Slot], in_flight: dict[int, Slot]) -> Iterator[Slot]:
    for slot in slots:
        in_flight[slot.seq] = slot
        yield slot
