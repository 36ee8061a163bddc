"""Answers for stored targets: their exchanges are copied out of the run they were made in."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from harness.data.call import Slot
from harness.data.exchange import Exchange, Unsent
from harness.data.noun import replace
from harness.data.suite import Suite, Target
from harness.pipeline.probe_events import EVENT as PROBE
from harness.pipeline.sides import EVENT as SIDE
from harness.pipeline.sides import facts_to_json, sides_in
from harness.store import RunReader, RunWriter, StoredCase, codec
from harness.suitefile import stored_run_folder
from harness.units import plural

Keep = Callable[[Slot, Exchange | Unsent], None]
_NAMED = 5


@dataclass(slots=True, kw_only=True)
class _Source:
    """A target of an earlier run, and what this run did not find there."""

    target: Target
    name: str
    """What it was called there."""
    reader: RunReader
    missing: int = 0
    """Cases the run does not have."""
    missed: list[str] = field(default_factory=list)
    """Ids of the first of them, in order."""

    def miss(self, slot: Slot) -> None:
        """Count a case that the run does not have, once for all its repeats."""
        if slot.repeat == 0:
            self.missing += 1
            if len(self.missed) < _NAMED:
                self.missed.append(slot.case.id)


class StoredAnswers:
    """The runs that the stored targets of a suite answer from."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._sources: dict[str, _Source] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open every run; raises HarnessError for one that is not there any more."""
        with ExitStack() as opening:
            for target in self._suite.targets:
                if target.run is not None:
                    folder = stored_run_folder(self._suite.path.parent, target.run)
                    reader = opening.enter_context(RunReader(folder))
                    name = target.run.partition("#")[2] or target.name
                    self._sources[target.name] = _Source(target=target, name=name, reader=reader)
            self._stack = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the runs."""
        self._stack.close()

    def keep_stored(
        self, slots: Iterator[Slot], keep: Keep, stop: threading.Event
    ) -> Iterator[Slot]:
        """Give the slots that are to be called; those of stored targets are kept on the way.

        Once `stop` is set nothing more is taken or given: what is left stays pending.
        """
        for slot in slots:
            source = self._sources.get(slot.target)
            if source is None:
                yield slot
            elif stop.is_set():
                return
            else:
                keep(slot, _answer(slot, source))

    def keep_probes(self, writer: RunWriter) -> None:
        """Copy what the servers of stored targets said of themselves, once a run."""
        with RunReader(writer.path) as own:
            there = {str(detail["target"]) for _, kind, detail in own.events() if kind == PROBE}
        for source in self._sources.values():
            if source.target.name in there:
                continue
            for at, kind, detail in source.reader.events():
                if kind == PROBE and detail.get("target") == source.name:
                    writer.put_event(PROBE, at, {**detail, "target": source.target.name})

    def keep_sides(self, writer: RunWriter) -> None:
        """Keep how stored targets were made, once a run: their runs may be gone later."""
        with RunReader(writer.path) as own:
            there = {str(detail["target"]) for _, kind, detail in own.events() if kind == SIDE}
            at = own.header().started_at
        for name, source in self._sources.items():
            if name not in there:
                facts = facts_to_json(sides_in(source.reader)[source.name])
                writer.put_event(SIDE, at, {"target": name, "facts": facts})

    def warnings(self) -> Iterator[str]:
        """Name the cases that were asked and are not in a run."""
        for source in self._sources.values():
            if source.missing:
                named = ", ".join(source.missed) + (", ..." if source.missing > _NAMED else "")
                are = "is" if source.missing == 1 else "are"
                yield (
                    f"{source.target.name}: {plural(source.missing, 'case')} {are} not in "
                    f"{source.target.run} with these inputs, parameters and expectation: {named}"
                )


def _answer(slot: Slot, source: _Source) -> Exchange | Unsent:
    """Give what the run has of a case, in this run's place of it."""
    found = _case_of(slot, source.reader)
    if found is None:
        source.miss(slot)
        reason = f"{source.target.run} has no such case"
        return Unsent(seq=slot.seq, cause="not stored", reason=reason)
    there = {a.repeat: a for a in found.answers if a.target == source.name and a.repeat >= 0}
    answer = there.get(slot.repeat)
    if answer is None:
        reason = f"{source.target.run} has {plural(len(there), 'answer')} to this case"
        return Unsent(seq=slot.seq, cause="not stored", reason=reason)
    if answer.unsent is not None:
        reason = f"{source.target.run} has no answer: {answer.unsent.reason}"
        return Unsent(seq=slot.seq, cause="not stored", reason=reason, fault=answer.unsent.fault)
    if not answer.attempts:
        reason = f"{source.target.run} was stopped before this call"
        return Unsent(seq=slot.seq, cause="not stored", reason=reason)
    _, exchange = source.reader.exchange(answer.seq)
    return replace(
        exchange,
        seq=slot.seq,
        target=slot.target,
        repeat=slot.repeat,
        first_of_pair=slot.first_of_pair,
        transport="stored",
    )


def _case_of(slot: Slot, reader: RunReader) -> StoredCase | None:
    """Give the run's case of this content; of several the one of the same id."""
    digest = codec.case_digest(slot.case)
    same_name = reader.case(slot.case.id)
    if same_name is not None and same_name.digest == digest:
        return same_name
    return reader.case_by_digest(digest)
