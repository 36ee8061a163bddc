"""Plans a run, makes its calls, and stores every outcome."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from harness.data.call import Slot
from harness.data.exchange import Exchange, Unsent
from harness.data.record import Record
from harness.data.suite import Case, Suite
from harness.judging import (
    CAN_START,
    LOOK_S,
    MOST_APART,
    MOST_HERE,
    Deliver,
    JudgingRoom,
    Keep,
    Room,
    RoomApart,
    Worker,
)
from harness.pipeline.cluster_numbers import ClusterNumbers
from harness.pipeline.judgement import keep_record
from harness.pipeline.judging_process import MANY_CALLS, JudgingProcess
from harness.pipeline.lookout import Lookout
from harness.pipeline.monitor import Monitor, Unwatched, open_monitor
from harness.pipeline.patience import Patience
from harness.pipeline.probing import lacks_an_end, probing
from harness.pipeline.rewarming import warm_ups_again, with_warm_ups
from harness.pipeline.servers import start_servers
from harness.pipeline.stored import StoredAnswers
from harness.pipeline.surroundings import Surroundings, task_of
from harness.pipeline.unstored import Kept, keep_unstored, used
from harness.recording import Recording, replaying
from harness.stages.call import Caller
from harness.stages.judge import Judge, judge_of
from harness.stages.plan import plan
from harness.store import RunReader, RunWriter, codec
from harness.transport import check_transport, open_transport


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


def prove_sendable(suite: Suite, *, is_replay: bool) -> None:
    """Raise UsageError where all calls in flight at once are more than this process may make.

    Asked before anything of a run is stored: it would stand in the way of the next one.
    """
    name, workers = _wire(suite, is_replay=is_replay)
    check_transport(name, workers=workers)


def _wire(suite: Suite, *, is_replay: bool) -> tuple[str, int]:
    """Give the transport that is asked for, and how many calls it has to bear at once."""
    if is_replay:
        return "requests", 1
    return suite.run.transport, _in_flight(suite)


def _in_flight(suite: Suite) -> int:
    """Give how many requests may be under way at once, at least 1; none go to a stored target."""
    called = sum(target.run is None for target in suite.targets)
    return suite.run.concurrency * max(1, called)


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
        opened = open_monitor(suite, task, reader)
    monitor = Lookout(opened, _in_flight(suite)) if isinstance(opened, Monitor) else opened

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
        if why := patience.take(case.id, exchange.target, record.fault):
            around.listener.warned(why)

    with ExitStack() as stack:
        if isinstance(monitor, Lookout):
            stack.enter_context(monitor)
        reader = stack.enter_context(RunReader(writer.path))
        pending = reader.count("plan") - reader.count("exchange")
        around.listener.planned(reader.count("plan"), pending)
        process = process or JudgingProcess()
        if pending < MANY_CALLS:
            process.close()
        start = partial(process.start, suite, registry.modules or (), writer)
        open_room = partial(_room, suite, judge, start, store, deliver, around, pending)
        _judge_stored(reader, open_room, around.stop)
        writer.flush()  # before it is asked what has been spent: that is in the records
        sent, spent_usd = used(reader)
        room = open_room()
        stack.callback(room.close)
        if recording is not None:
            stack.enter_context(replaying(recording))
        is_live = recording is None
        origins = start_servers(suite, reader, writer, around, stack) if is_live else {}
        name, workers = _wire(suite, is_replay=recording is not None)
        transport = open_transport(name, workers=workers)
        stack.callback(transport.close)

        def meanwhile() -> float:
            wait_s = room.watch()
            return wait_s if monitor.has_room() else min(wait_s, LOOK_S)

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
            already_sent=sent,
            already_spent_usd=spent_usd,
            settled=monitor.settled,
            has_room=lambda: room.has_room() and monitor.has_room(),
            held=around.listener.warned,
            meanwhile=meanwhile,
        )
        if recording is None:
            stack.enter_context(probing(suite, transport, around, writer, origins))

        kept = Kept()

        def keep(slot: Slot, outcome: Exchange | Unsent) -> None:
            if isinstance(outcome, Unsent):
                writer.put_unsent(outcome)
                monitor.miss(slot, outcome)
                if not slot.is_warmup:
                    around.listener.ended(slot.target, slot.case.id, None)
                if why := patience.take(slot.case.id, slot.target, outcome.fault):
                    around.listener.warned(why)
            else:
                kept.add(outcome)
                room.put(slot.case, outcome)

        stored = stack.enter_context(StoredAnswers(suite))
        stored.keep_probes(writer)
        stored.keep_sides(writer)
        planned = reader.pending()
        slots = stored.keep_stored(_needed(planned, monitor), keep, around.stop)
        if recording is None and suite.run.warmup:
            left = None if suite.run.max_calls is None else suite.run.max_calls - sent
            slots = with_warm_ups(slots, warm_ups_again(suite, reader, left))
        in_flight: dict[int, Slot] = {}
        places = reader.count("plan")
        for outcome in caller.call(_watched(slots, in_flight)):
            slot = in_flight.pop(outcome.seq)
            if outcome.seq < places:  # what was made only to warm up again has none in the plan
                keep(slot, outcome)
        if reason := monitor.settled():  # no call is in flight that would wait for this
            _keep_needless(planned, reason, keep, around.stop)
    keep_unstored(writer, caller, kept, around.clock.wall())
    writer.flush()
    with RunReader(writer.path) as reader:
        unjudged = reader.exchanges(unjudged_only=True)
        is_judged = next(reader.pending(), None) is None and next(unjudged, None) is None
        is_complete = is_judged and not lacks_an_end(reader, suite)
    for warning in stored.warnings() if is_complete else ():
        writer.put_event("warning", around.clock.wall(), warning)
        around.listener.warned(warning)
    return is_complete


def _judge_stored(reader: RunReader, open_room: Callable[[], Room], stop: threading.Event) -> None:
    """Judge what was answered before the run was stopped, and not judged before."""
    if reader.count("exchange") == reader.count("record"):
        return
    with closing(open_room()) as room:
        for case, exchange in reader.exchanges(unjudged_only=True):
            if stop.is_set():
                break
            room.put(case, exchange)


def _room(
    suite: Suite,
    judge: Judge,
    start: Callable[[], Worker],
    store: Keep,
    deliver: Deliver,
    around: Surroundings,
    calls: int,
) -> Room:
    """Give where answers are judged: apart from the calls when there are many of them.

    No more calls are started while half of the room is taken: so all that are in flight then fit
    into the other half, and no call waits for the judge of another.
    """
    # The answers of stored targets take places too.
    in_flight = suite.run.concurrency * len(suite.targets) * suite.run.batch
    is_here = calls < MANY_CALLS or around.registry.modules is None or not CAN_START
    usual = 0 if suite.run.stop == "early" else MOST_HERE if is_here else MOST_APART
    options: dict[str, Any] = {"most_waiting": max(usual, 2 * in_flight), "stop": around.stop}
    if is_here:
        return JudgingRoom(judge.judge, store, deliver, around.clock, **options)
    return RoomApart(start, judge.judge, store, deliver, around.clock, **options)


def _needed(slots: Iterator[Slot], monitor: Lookout | Unwatched) -> Iterator[Slot]:
    """Give slots until the question is settled; the others stay with the iterator."""
    while not monitor.settled():
        slot = next(slots, None)
        if slot is None:
            return
        yield slot


def _keep_needless(
    slots: Iterator[Slot],
    reason: str,
    keep: Callable[[Slot, Unsent], None],
    stop: threading.Event,
) -> None:
    """Keep what was not taken from the plan as not sent; what is left at a stop stays pending."""
    for slot in slots:
        if stop.is_set():
            return
        keep(slot, Unsent(seq=slot.seq, cause="settled", reason=reason))


def _watched(slots: Iterator[Slot], in_flight: dict[int, Slot]) -> Iterator[Slot]:
    for slot in slots:
        in_flight[slot.seq] = slot
        yield slot
