"""Watches the answers of a run that may stop early, and says when they settle its gates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from harness.api.kinds import Task
from harness.columns import PairColumns
from harness.data.call import Slot
from harness.data.comparison import Comparison
from harness.data.dossier import Counts
from harness.data.exchange import Unsent
from harness.data.noun import replace
from harness.data.record import Record
from harness.data.suite import Case, Gate, Suite
from harness.gates import Asked, gates_asked
from harness.gates.early import is_beside, is_told_early, looks, settled_by
from harness.gates.latency import QUANTILES
from harness.gates.results import Evidence, gate_results
from harness.identity import iso_time
from harness.pairs.pairing import side_of
from harness.pipeline.prefix import asked_before
from harness.stages.compare import record_of
from harness.stages.plan import planned_calls
from harness.store import RunReader
from harness.tallies.tally import Tally
from harness.waivers import as_unchanged, in_force, waivers_from_json

_FEWEST_NEW = 8
_SHARE_NEW = 20
"""Cases are looked at anew once a twentieth more are there: what is decided never depends on it."""
_MOST_AHEAD = 256
"""Cases kept with their records, since one before them is not complete; more become columns."""

Outcome = tuple[Case, int, str, int, Record | None]
"""What `Monitor.take` takes."""


@dataclass(slots=True)
class _Open:
    """A case some of whose calls have not ended."""

    case: Case
    left: int
    records: dict[str, dict[int, Record]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Monitor:
    """Takes in how calls ended; `settled` says, in any thread, why no more are needed.

    Cases count in the order they were planned, so that one that takes longer, and may fail for
    that, is never left out. What is kept of those after it does not grow with their answers.
    """

    suite: Suite
    task: Task
    gates: tuple[Gate, ...]
    asked: Asked
    """All of them, taken in."""
    accepted: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By case id: the revisions under which its regression is waived, in lower case; to the gates
    it is unchanged."""
    _gates: tuple[Gate, ...] = field(init=False)
    """Those that are waited for."""
    _open: dict[int, _Open] = field(init=False, default_factory=dict)
    _served: dict[str, set[str]] = field(init=False, default_factory=dict)
    """By target: the revisions its answers came from."""
    _next: int = field(init=False, default=0)
    """The place of the first case that is not complete."""
    _ahead: int = field(init=False, default=0)
    """How many of `_open` are complete."""
    _is_added: bytearray = field(init=False)
    """By place: 1 where the case is in the columns."""
    _is_in_order: bool = field(init=False, default=True)
    """Whether the columns hold the cases before `_next`, in order, and no others."""
    _looked_at: int = field(init=False, default=0)
    _timed_at: int = field(init=False, default=0)
    _columns: dict[str, PairColumns] = field(init=False)
    _reason: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Start with no case."""
        self._is_added = bytearray(self.asked.cases)
        is_timed = self.suite.run.balance == "latency"
        self._gates = tuple(
            gate
            for gate in self.gates
            if gate.level == "error"
            and (not is_beside(gate.metric) or (is_timed and gate.metric in QUANTILES))
        )
        # What needs all cases is not known before the end.
        task = replace(self.task, pooled=None)
        self._columns = {
            target.name: PairColumns(
                task=task, candidate=target.name, repeats=self.suite.run.repeats
            )
            for target in self.suite.targets[1:]
        }

    def settled(self) -> str:
        """Give why no more answers are needed; empty while they are."""
        return self._reason

    def take(self, case: Case, seq: int, target: str, repeat: int, record: Record | None) -> None:
        """Take in how a planned call ended; record None: it was not sent, for its target's sake."""
        if repeat < 0 or self._reason:
            return
        place = self._place(seq)
        calls = len(self.suite.targets) * self.suite.run.repeats
        waiting = self._open.setdefault(place, _Open(case, calls))
        waiting.left -= 1
        self._ahead += not waiting.left
        if record is not None:
            waiting.records.setdefault(target, {})[repeat] = record
            if record.served is not None:
                self._served.setdefault(target, set()).add(record.served.revision.lower())
        self._go_on()
        if self._ahead > _MOST_AHEAD:
            self._is_in_order = False
            for other in [place for place, found in self._open.items() if not found.left]:
                self._add(other)
        if self._is_time_to_look():
            self._looked_at = self._next
            self._reason = self._look()

    def missed(self, slot: Slot, unsent: Unsent) -> Outcome | None:
        """Give what there is to take in of a call that was not made, None where that is nothing.

        One that was not needed says nothing of its case.
        """
        if unsent.cause == "settled":
            return None
        record = Record(seq=slot.seq, fault=unsent.fault) if unsent.fault is not None else None
        return slot.case, slot.seq, slot.target, slot.repeat, record

    def _place(self, seq: int) -> int:
        """Give the place of a call's case: warm-ups come first, then all calls of each case."""
        run, targets = self.suite.run, self.suite.targets
        _, warmups = planned_calls(self.asked.cases, targets, run)
        return (seq - warmups) // (len(targets) * run.repeats)

    def _go_on(self) -> None:
        """Count the cases that are complete, up to the first that is not."""
        while self._next < len(self._is_added):
            if not self._is_added[self._next]:
                found = self._open.get(self._next)
                if found is None or found.left:
                    return
                self._add(self._next)
            self._next += 1

    def _add(self, place: int) -> None:
        """Turn the records of a complete case into a row of the columns."""
        found = self._open.pop(place)
        self._ahead -= 1
        self._is_added[place] = 1
        sides = {name: side_of(dict(sorted(r.items()))) for name, r in found.records.items()}
        nobody = side_of({})
        before = sides.get(self.suite.baseline.name, nobody)
        for name, columns in self._columns.items():
            columns.add(found.case, before, sides.get(name, nobody), place)

    def _is_time_to_look(self) -> bool:
        new = self._next - self._looked_at
        return new >= max(_FEWEST_NEW, self._looked_at // _SHARE_NEW)

    def _look(self) -> str:
        watched = tuple(gate for gate in self._gates if self._may_look_at(gate))
        self._timed_at = self._next
        results = tuple(gate_results(self._evidence(watched)))
        has_failed = any(result.outcome == "fail" for result in results)
        return settled_by(results) if has_failed or len(watched) == len(self._gates) else ""

    def _may_look_at(self, gate: Gate) -> bool:
        """Whether a look tells anything of a gate: at latency one may look only so often."""
        if gate.metric in QUANTILES:
            return any(self._timed_at < at <= self._next for at in looks(gate, self.asked.cases))
        return is_told_early(gate, self.asked.clusters)

    def _evidence(self, gates: tuple[Gate, ...]) -> Evidence:
        return Evidence(
            suite=self.suite,
            gates=gates,
            comparisons=tuple(self._comparison(name) for name in self._columns),
            tallies={target.name: Tally(target) for target in self.suite.targets},
            counts=Counts(),
        )

    def _comparison(self, candidate: str) -> Comparison:
        table = self._columns[candidate].table()
        if not self._is_in_order:
            table = asked_before(table, self._next)
        table = as_unchanged(table, self._waived(candidate))
        return Comparison(
            baseline=self.suite.baseline.name,
            candidate=candidate,
            table=replace(
                table,
                unasked=self.asked.cases - self._next,
                cluster_sizes=self.asked.cluster_sizes,
            ),
        )

    def _waived(self, candidate: str) -> frozenset[str]:
        """Give the cases that may regress under the revision of a candidate: pinned, else seen."""
        (pin,) = (one.revision for one in self.suite.targets if one.name == candidate)
        served = self._served.get(candidate, set())
        revisions = {pin.lower()} if pin is not None else served
        if len(revisions) != 1:
            return frozenset()
        return frozenset(name for name, under in self.accepted.items() if revisions & {*under})


class Unwatched:
    """Stands for a monitor where every planned call is made."""

    def settled(self) -> str:
        """Give nothing: all answers are needed."""
        return ""

    def has_room(self) -> bool:
        """Say that nobody looks."""
        return True

    def take(self, case: Case, seq: int, target: str, repeat: int, record: Record | None) -> None:
        """Let a call go by."""

    def miss(self, slot: Slot, unsent: Unsent) -> None:
        """Let a call that was not made go by."""


def open_monitor(suite: Suite, task: Task, reader: RunReader) -> Monitor | Unwatched:
    """Give the monitor of a run, with what is in it already; none where all calls are made.

    An answer that was not judged yet is left to who judges it.
    """
    if suite.run.stop == "end":
        return Unwatched()
    asked = Asked()
    accepted: dict[str, frozenset[str]] = {}
    waived = in_force(waivers_from_json(reader.events()), iso_time(reader.header().started_at)[:10])
    for stored in reader.cases():
        asked.add(stored.case)
        if stored.digest in waived:
            accepted[stored.case.id] = waived[stored.digest]
    monitor = Monitor(
        suite=suite,
        task=task,
        gates=gates_asked(suite, asked),
        asked=asked,
        accepted=accepted,
    )
    if reader.count("exchange") or reader.count("unsent"):
        for stored in reader.cases(as_planned=True):
            for answer in stored.answers:
                record = record_of(answer)
                if record is not None or answer.unsent is not None:
                    monitor.take(stored.case, answer.seq, answer.target, answer.repeat, record)
    return monitor
