"""Stored cases to comparisons: one stream, every candidate against the baseline."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.api.kinds import Task
from harness.columns import PairColumns
from harness.compact import SharedColumn
from harness.data.comparison import Change, Comparison
from harness.data.dossier import Answer, CaseView
from harness.data.noun import replace
from harness.data.record import Measure, Record
from harness.data.suite import Suite
from harness.pairs.pairing import PairOutcome, Side, pair_up, side_of
from harness.pairs.slices import slices_of
from harness.pairs.speed import compare_speed
from harness.store import StoredCase
from harness.store.reader import StoredAnswer
from harness.tallies.survey import Survey, counts_of
from harness.tallies.tally import Tally

_NOBODY = side_of({})
"""A target that was not asked this case."""


def compare(cases: Iterable[StoredCase], suite: Suite, task: Task) -> Survey:
    """Give the comparison of every candidate with the baseline, and the tally of every target."""
    tallies = {target.name: Tally(target) for target in suite.targets}
    columns = {
        target.name: PairColumns(task=task, candidate=target.name, repeats=suite.run.repeats)
        for target in suite.targets[1:]
    }
    changes: dict[str, SharedColumn[Change]] = {name: SharedColumn() for name in columns}
    total = 0
    unasked = _Unasked()
    sizes: Counter[str] = Counter()
    baseline = suite.baseline.name
    for stored in cases:
        total += 1
        if stored.case.cluster and suite.run.stop == "early":
            sizes[stored.case.cluster] += 1
        sides = _sides(stored, tallies)
        place = min((answer.seq for answer in stored.answers), default=0)
        is_unasked = unasked.has(stored, place)
        before = sides.get(baseline, _NOBODY)
        for name, collected in columns.items():
            after = sides.get(name, _NOBODY)
            if is_unasked:
                change = pair_up(task, stored.case, name, before, after).change
            else:
                change = collected.add(stored.case, before, after, place)
            changes[name].append(change)
    comparisons = tuple(
        _comparison(suite, name, collected, unasked, sizes) for name, collected in columns.items()
    )
    return Survey(
        tallies=tallies,
        comparisons=comparisons,
        counts=counts_of(tallies.values()),
        cases=total,
        changes=changes,
    )


@dataclass(slots=True)
class _Unasked:
    """The cases that a run which stopped early left out, in whole or in part."""

    cases: int = 0
    first: int | None = None
    """The place of the first of them."""

    def has(self, stored: StoredCase, place: int) -> bool:
        """Whether some call of the case was not made as the question was settled; counts it."""
        unsent = (answer.unsent for answer in stored.answers if answer.unsent is not None)
        if not any(one.cause == "settled" for one in unsent):
            return False
        self.cases += 1
        self.first = place if self.first is None else min(self.first, place)
        return True


def case_views(
    cases: Iterable[StoredCase],
    suite: Suite,
    task: Task,
    changes: Mapping[str, Sequence[Change]] | None = None,
) -> Iterator[CaseView]:
    """Give every case as a reporter shows it.

    `changes` are what `compare` found to have become of these cases, by candidate; without them
    they are compared again.
    """
    order = {target.name: number for number, target in enumerate(suite.targets)}
    baseline, *candidates = order
    for row, stored in enumerate(cases):
        compared = _Compared(stored, task, baseline, candidates)
        if changes is None:
            change = compared.changes()
        else:
            change = {name: found[row] for name, found in changes.items()}
        answers = sorted(stored.answers, key=lambda a: (order[a.target], a.repeat))
        yield CaseView(
            case=stored.case,
            answers=tuple(map(_answer, answers)),
            change=change,
            measures=compared,
            media_body=stored.media_body,
        )


class _Compared(Mapping[str, tuple[Measure, ...]]):
    """The measures of one case by candidate; a case of which nobody asks is not compared again."""

    __slots__ = ("_baseline", "_candidates", "_found", "_stored", "_task")

    def __init__(
        self, stored: StoredCase, task: Task, baseline: str, candidates: Sequence[str]
    ) -> None:
        self._stored, self._task = stored, task
        self._baseline, self._candidates = baseline, candidates
        self._found: dict[str, PairOutcome] | None = None

    def changes(self) -> dict[str, Change]:
        """Give what became of the case, by candidate."""
        return {name: outcome.change for name, outcome in self._outcomes().items()}

    def _outcomes(self) -> dict[str, PairOutcome]:
        if self._found is None:
            sides = _sides(self._stored, {})
            before = sides.get(self._baseline, _NOBODY)
            self._found = {
                name: pair_up(self._task, self._stored.case, name, before, sides.get(name, _NOBODY))
                for name in self._candidates
            }
        return self._found

    def __getitem__(self, name: str) -> tuple[Measure, ...]:
        return self._outcomes()[name].measures

    def __iter__(self) -> Iterator[str]:
        return iter(self._candidates)

    def __len__(self) -> int:
        return len(self._candidates)


def record_of(answer: StoredAnswer) -> Record | None:
    """Give the record of a call; one that could not be built has a fault without an exchange."""
    if answer.record is not None:
        return answer.record
    if answer.unsent is not None and answer.unsent.fault is not None:
        return Record(seq=answer.seq, fault=answer.unsent.fault)
    return None


def _answer(answer: StoredAnswer) -> Answer:
    record = record_of(answer)
    if record is not None:
        return Answer(
            target=answer.target,
            repeat=answer.repeat,
            record=record,
            state=record.state,
            attempts=answer.attempts,
            body=answer.body,
        )
    skipped = answer.unsent is not None
    return Answer(
        target=answer.target,
        repeat=answer.repeat,
        record=None,
        state="skipped" if skipped else "cancelled",
        reason=answer.unsent.reason if answer.unsent else "the run was stopped before this call",
    )


def _sides(stored: StoredCase, tallies: Mapping[str, Tally]) -> dict[str, Side]:
    records: dict[str, dict[int, Record]] = {}
    for answer in stored.answers:
        record = record_of(answer)
        found = records.setdefault(answer.target, {})
        if record is not None:
            found[answer.repeat] = record
        tally = tallies.get(answer.target)
        if tally is not None:
            _tally(tally, stored.case.id, answer, record)
    sides = {name: side_of(found) for name, found in records.items()}
    for name, side in sides.items() if tallies else ():
        tally = tallies.get(name)
        if tally is not None and side.answered:
            tally.cases_answered += 1
            tally.pass_sum += side.pass_share
            tally.score_sum += side.mean_score
    return sides


def _tally(tally: Tally, case_id: str, answer: StoredAnswer, record: Record | None) -> None:
    tally.attempts += answer.attempts
    tally.replayed += answer.is_replayed
    if record is not None:
        tally.add(case_id, record)
        tally.add_sent(answer, record)
    elif answer.unsent is not None:
        tally.states["skipped"] += 1
        tally.stopped += answer.unsent.cause == "target stopped"
        if answer.unsent.cause == "budget":
            tally.over_budget += 1
            tally.budget_words = answer.unsent.reason
        elif answer.unsent.cause == "settled":
            tally.saved += 1
            tally.saved_words = answer.unsent.reason
    else:
        tally.states["cancelled"] += 1


def _comparison(
    suite: Suite,
    candidate: str,
    columns: PairColumns,
    unasked: _Unasked,
    cluster_sizes: Mapping[str, int],
) -> Comparison:
    table = replace(
        columns.table(),
        unasked=unasked.cases,
        asked_until=unasked.first,
        cluster_sizes=cluster_sizes,
    )
    speed = compare_speed(table, suite.run.seed)
    return Comparison(
        baseline=suite.baseline.name,
        candidate=candidate,
        table=table,
        flips=columns.flips,
        slices=slices_of(table),
        measures=columns.measures(),
        latency_shift=speed.shift,
        latency_p50=speed.p50,
        latency_p95=speed.p95,
        order_effect_p=speed.order_p,
        warnings=columns.warnings(suite.baseline.name),
    )
