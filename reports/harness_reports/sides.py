"""One target's answers to one case, counted, with the answer that shows them best."""

from collections.abc import Iterator
from statistics import median
from typing import Literal

from msgspec import Struct

from harness.api import Answer, CaseView, Change, Dossier, Finding, Output


class Side(Struct, frozen=True, kw_only=True):
    """The answers of one target to one case."""

    target: str
    answers: tuple[Answer, ...]
    """One a repeat."""
    passed: int
    answered: int
    shown: Answer | None
    """The answer to look at: the first that explains the outcome; None when nothing was planned."""
    latency_s: float | None
    """Median over the repeats that measured the model."""

    @property
    def is_flaky(self) -> bool:
        """Whether its own repeats disagree on passing."""
        return 0 < self.passed < self.answered

    @property
    def is_missing(self) -> bool:
        """Whether no repeat was answered."""
        return self.answered == 0

    @property
    def state(self) -> Literal["passed", "failed", "fault", "skipped", "cancelled"]:
        """What became of the case: by majority of the answered repeats, a tie fails."""
        if self.answered:
            return "passed" if self.passed * 2 > self.answered else "failed"
        return self.shown.state if self.shown else "skipped"

    @property
    def output(self) -> Output | None:
        """The output of the answer shown."""
        record = self.shown.record if self.shown else None
        return record.output if record else None

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What the answer shown did not meet; required findings first."""
        record = self.shown.record if self.shown else None
        failed = [f for f in record.findings if not f.ok] if record else []
        return tuple(sorted(failed, key=lambda finding: not finding.required))

    @property
    def why(self) -> str:
        """Why there is no passing answer, in one sentence; empty when it passed."""
        if self.shown is None:
            return "not planned"
        record = self.shown.record
        if record is not None and record.fault is not None:
            return f"{record.fault.kind}: {record.fault.message}"
        if self.failures:
            return f"{self.failures[0].check}: {self.failures[0].message}"
        return self.shown.reason


def side_of(view: CaseView, target: str) -> Side:
    """Give what one target made of a case."""
    answers = tuple([answer for answer in view.answers if answer.target == target])
    states = [answer.state for answer in answers]
    passed = states.count("passed")
    answered = passed + states.count("failed")
    wanted = "passed" if passed * 2 > answered else "failed" if answered else "fault"
    telling = states.index(wanted) if wanted in states else 0
    measured = [
        answer.record.latency_s
        for answer in answers
        if answer.record is not None and answer.record.latency_s is not None
    ]
    return Side(
        target=target,
        answers=answers,
        passed=passed,
        answered=answered,
        shown=answers[telling] if answers else None,
        latency_s=None if not measured else measured[0] if len(measured) == 1 else median(measured),
    )


class Pair(Struct, frozen=True, kw_only=True):
    """One case under the baseline and under one candidate."""

    view: CaseView
    before: Side
    after: Side
    change: Change


def pairs(dossier: Dossier) -> Iterator[Pair]:
    """Stream every case for every candidate, in plan order, then in the order of candidates."""
    for view in dossier.case_views():
        before = side_of(view, dossier.targets[0].name)
        for target in dossier.targets[1:]:
            change = view.change.get(target.name, "missing")
            yield Pair(view=view, before=before, after=side_of(view, target.name), change=change)
