"""The table of cases for those who read without a script: what changed, worst first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass

from harness.api import Dossier, plural, replace
from harness_reports.caselist.row import Cell, Row
from harness_reports.characters import one_line
from harness_reports.quantities import k_of_n
from harness_reports.view.case_nouns import CasePanel, CaseRow
from harness_reports.view.repeats import answer_line
from harness_reports.view.words import CHANGES, anchor

MOST_ROWS = 200
WORST_FIRST = ("regressed", "missing", "waived", "fixed", "changed", "same")


@dataclass(slots=True)
class StaticRows:
    """Keeps at most `MOST_ROWS` rows of each change."""

    dossier: Dossier
    kept: dict[str, list[tuple[CaseRow, tuple[str, ...]]]] = field(default_factory=dict)
    changed: int = 0
    """Cases that are not the same under some candidate."""

    def add(self, row: Row) -> None:
        """Add a case; the worst that any candidate made of it says where it stands."""
        found = {cell.change for cell in row.cells[1:]}
        worst = next((change for change in WORST_FIRST if change in found), "same")
        self.changed += worst != "same"
        rows = self.kept.setdefault(worst, [])
        if len(rows) < MOST_ROWS and (worst != "same" or self.is_whole):
            rows.append((_case_row(row), tuple(self._anchors(row))))

    @property
    def is_whole(self) -> bool:
        """Whether all cases fit."""
        return self.dossier.cases <= MOST_ROWS

    def rows(self, anchors: set[str]) -> tuple[CaseRow, ...]:
        """Give the table; `anchors` are those of the cases that stand in the page in full."""
        ordered = [one for change in WORST_FIRST for one in self.kept.get(change, ())]
        return tuple(
            replace(row, href=next((f"#{key}" for key in keys if key in anchors), ""))
            for row, keys in ordered[:MOST_ROWS]
        )

    def words(self) -> str:
        """Say what the table holds."""
        if self.is_whole:
            return "Every case in one table, worst first"
        if not self.changed:
            return "No case changed"
        if self.changed > MOST_ROWS:
            return f"The worst {MOST_ROWS} of {plural(self.changed, 'changed case')}"
        return f"{plural(self.changed, 'changed case')}, worst first"

    def _anchors(self, row: Row) -> Iterator[str]:
        for comparison in self.dossier.comparisons:
            yield anchor("case", row.case_id, comparison.candidate)


def anchors_in(page: object) -> set[str]:
    """Give the anchors of all cases that a page shows in full, wherever in it they stand."""
    return {panel.anchor for panel in _panels(page)}


def _panels(noun: object) -> Iterator[CasePanel]:
    parts: Iterable[object] = ()
    if isinstance(noun, CasePanel):
        yield noun
    elif isinstance(noun, tuple):
        parts = noun
    elif is_dataclass(noun):
        parts = (getattr(noun, one.name) for one in fields(noun))
    for part in parts:
        if not isinstance(part, str):
            yield from _panels(part)


def _case_row(row: Row) -> CaseRow:
    return CaseRow(
        case_id=one_line(row.case_id, 80),
        href="",
        tags=one_line(", ".join(row.tags), 80),
        before=_line(row.cells[0]),
        changes=tuple((CHANGES[cell.change], _line(cell)) for cell in row.cells[1:]),
    )


def _line(cell: Cell) -> str:
    several = len(cell.side.answers) > 1
    odds = f" ({k_of_n(cell.passed, cell.answered)})" if several else ""
    return f"{answer_line(cell.side)}{odds}"
