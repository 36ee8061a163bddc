"""One case as the list shows it: what became of it at every target."""

from array import array
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from harness.api import CaseView, Change, Comparison
from harness_reports.caselist.numbers import CaseNumbers
from harness_reports.causes import Cause, normal_reason, regressions_of
from harness_reports.characters import one_line
from harness_reports.sides import Side, side_of
from harness_reports.view.words import anchor

MOST_CAUSES = 1_000


class Cell(Struct, frozen=True, kw_only=True):
    """One target's part in a case."""

    side: Side
    state: Literal["passed", "failed", "fault", "skipped", "cancelled"]
    change: Change
    """Against the baseline; `same` for the baseline itself."""
    check: str
    """The first check that is not met, or the kind of fault; empty: none."""
    cause: int
    """Number of the cause it regressed by, from 1; 0: none."""
    score: float | None
    latency_s: float | None
    answer: str
    passed: int
    answered: int


class Row(Struct, frozen=True, kw_only=True):
    """One case with a cell a target, the baseline's first."""

    case_id: str
    tags: tuple[str, ...]
    cells: tuple[Cell, ...]
    view: CaseView

    @property
    def is_same(self) -> bool:
        """Whether every candidate did as the baseline, and nobody failed to answer."""
        return all(
            cell.change == "same" and cell.state in ("passed", "failed") and not cell.side.is_flaky
            for cell in self.cells
        )


class Causes:
    """The causes of every candidate's regressions, numbered from 1 through all of them."""

    def __init__(self, comparisons: Sequence[Comparison]) -> None:
        self.named: list[tuple[str, str, str, str]] = []
        """Candidate, anchor in the page, check, reason."""
        self._numbers: dict[str, CaseNumbers] = {}
        for comparison in comparisons:
            self._numbers[comparison.candidate] = self._numbered(comparison)

    def number(self, candidate: str, case_id: str) -> int:
        """Give the number of the cause of a case; 0 where it did not regress."""
        numbers = self._numbers.get(candidate)
        return numbers[case_id] if numbers is not None else 0

    def _numbered(self, comparison: Comparison) -> CaseNumbers:
        number_of = array("I", bytes(4 * len(comparison.flips)))
        for cause in regressions_of(comparison, MOST_CAUSES).largest:
            self.named.append(_named(comparison.candidate, cause))
            for place in cause.case_ids.places:
                number_of[place] = len(self.named)
        return CaseNumbers(zip(comparison.flipped, number_of, strict=True))


def _named(candidate: str, cause: Cause) -> tuple[str, str, str, str]:
    key = anchor("cause", candidate, cause.check, cause.reason)
    names = one_line(candidate, 60), key, one_line(cause.check, 80)
    return *names, normal_reason(cause.reason)


def row_of(view: CaseView, targets: Sequence[str], causes: Causes) -> Row:
    """Give a case as the list shows it; the first target is the baseline."""
    cells = []
    for place, target in enumerate(targets):
        side = side_of(view, target)
        failures = side.failures
        record = side.shown.record if side.shown else None
        fault = record.fault.kind if record and record.fault else ""
        cells.append(
            Cell(
                side=side,
                state=side.state,
                change=view.change.get(target, "missing") if place else "same",
                check=failures[0].check if failures else fault,
                cause=causes.number(target, view.case.id) if place else 0,
                score=_score(side),
                latency_s=side.latency_s,
                answer=side.output.text if side.output else "",
                passed=side.passed,
                answered=side.answered,
            )
        )
    case = view.case
    return Row(case_id=case.id, tags=tuple(case.tags), cells=tuple(cells), view=view)


def _score(side: Side) -> float | None:
    scores = [a.record.score for a in side.answers if a.record is not None]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
