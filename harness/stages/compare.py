"""Stored cases to comparisons: one stream, every candidate against the baseline."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from harness.api.kinds import Task
from harness.columns import PairColumns
from harness.data.comparison import Change, Comparison
from harness.data.dossier import Answer, CaseView
from harness.data.record import Measure, Record
from harness.data.suite import Suite
from harness.pairing import Side, pair_up, side_of
from harness.slices import slices_of
from harness.speed import compare_speed
from harness.store import StoredCase
from harness.store.reader import StoredAnswer
from harness.survey import Survey, counts_of
from harness.tally import Tally

_NOBODY = side_of({})
"""A target that was not asked this case."""


def compare(cases: Iterable[StoredCase], suite: Suite, task: Task) -> Survey:
    """Give the comparison of every candidate with the baseline, and the tally of every target."""
    tallies = {target.name: Tally(target) for target in suite.targets}
    columns = {
        target.name: PairColumns(task=task, candidate=target.name, repeats=suite.run.repeats)
        for target in suite.targets[1:]
    }
    total = 0
    unasked = _Unasked()
    for stored in cases:
        total += 1
        sides = _sides(stored, tallies)
        place = min((answer.seq for answer in stored.answers), default=0)
        if unasked.has(stored, place):
            continue
        before = sides.get(suite.baseline.name, _NOBODY)
        for name, collected in columns.items():
            collected.add(stored.case, before, sides.get(name, _NOBODY), place)
    comparisons = tuple(
        _comparison(suite, name, collected, unasked) for name, collected in columns.items()
    )
    return Survey(
        tallies=tallies,
        comparisons=comparisons,
        counts=counts_of(tallies.values()),
        cases=total,
        changes={name: dict(collected.changes) for name, collected in columns.items()},
    )


@dataclass(slots=True)
class _Unasked:
    """The cases that a run which stopped early left out, in whole or in part."""

    cases: int = 0
    first: int | None = None
    """The place of the first of them."""

    def has(self, stored: StoredCase, place: int) -> bool:
        """Whether some call of the case was not made as the question was settled; counts it."""
        causes = {answer.unsent.cause for answer in stored.answers if answer.unsent is not None}
        if "settled" not in causes:
            return False
        self.cases += 1
        self.first = place if self.first is None else min(self.first, place)
        return True


def case_views(cases: Iterable[StoredCase], suite: Suite, task: Task) -> Iterator[CaseView]:
    """Give every case as a reporter shows it."""
    names = [target.name for target in suite.targets]
    for stored in cases:
        sides = _sides(stored, {})
        before = sides.get(names[0], _NOBODY)
        changes: dict[str, Change] = {}
        measures: dict[str, tuple[Measure, ...]] = {}
        for name in names[1:]:
            outcome = pair_up(task, stored.case, name, before, sides.get(name, _NOBODY))
            changes[name], measures[name] = outcome.change, outcome.measures
        answers = sorted(stored.answers, key=lambda a: (names.index(a.target), a.repeat))
        yield CaseView(
            case=stored.case,
            answers=tuple(_answer(answer) for answer in answers),
            change=changes,
            measures=measures,
            media_body=stored.media_body,
        )


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
    for name, side in sides.items():
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
    suite: Suite, candidate: str, columns: PairColumns, unasked: _Unasked
) -> Comparison:
    table = replace(columns.table(), unasked=unasked.cases, asked_until=unasked.first)
    speed = compare_speed(table, suite.run.seed)
    return Comparison(
        baseline=suite.baseline.name,
        candidate=candidate,
        table=table,
        flips=tuple(columns.flips),
        slices=slices_of(table),
        measures=columns.measures(),
        latency_shift=speed.shift,
        latency_p50=speed.p50,
        latency_p95=speed.p95,
        order_effect_p=speed.order_p,
        warnings=columns.warnings(suite.baseline.name),
    )
