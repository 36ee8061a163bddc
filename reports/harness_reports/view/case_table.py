"""Shows all cases in one table, when they are few enough; else says where they are."""

from collections.abc import Iterable

from harness.api import Dossier, plural
from harness_reports.characters import one_line
from harness_reports.quantities import k_of_n
from harness_reports.sides import Pair, Side
from harness_reports.view.case_nouns import CaseRow, CaseTable
from harness_reports.view.panel import panel_anchor
from harness_reports.view.repeats import answer_line
from harness_reports.view.words import CHANGES

MOST_ROWS = 200


def case_table(dossier: Dossier, rows: Iterable[list[Pair]], shown: set[str]) -> CaseTable:
    """Give a row a case; `shown` are the ids of the cases that stand in the page in full."""
    where = "cases.csv beside this file has a row for every answer."
    few = dossier.cases <= MOST_ROWS
    return CaseTable(
        candidates=tuple(one_line(c.candidate, 60) for c in dossier.comparisons),
        rows=tuple(_case_row(row, shown) for row in rows),
        words=where if few else f"All {plural(dossier.cases, 'case')}: {where}",
    )


def _case_row(row: list[Pair], shown: set[str]) -> CaseRow:
    first = row[0]
    linked = [panel_anchor(pair) for pair in row if panel_anchor(pair) in shown]
    return CaseRow(
        case_id=one_line(first.view.case.id, 80),
        href=f"#{linked[0]}" if linked else "",
        tags=one_line(", ".join(first.view.case.tags), 80),
        before=f"{answer_line(first.before)}{_odds(first.before)}",
        changes=tuple((CHANGES[p.change], f"{answer_line(p.after)}{_odds(p.after)}") for p in row),
    )


def _odds(side: Side) -> str:
    return f" ({k_of_n(side.passed, side.answered)})" if len(side.answers) > 1 else ""
