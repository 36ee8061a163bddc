"""Takes waived cases out of the gates: there they count as unchanged."""

from array import array
from collections.abc import Collection, Iterator, Mapping

from harness.data.comparison import Change, PairTable
from harness.data.dossier import CaseView
from harness.data.noun import replace


def as_unchanged(table: PairTable, waived: Collection[str]) -> PairTable:
    """Give the table with passing and score of regressed cases of these ids as on the baseline.

    Both sides then agree on them. What did not regress stays: a waiver excuses a flip, and a fault
    or a gain is none. What was missing stays missing; measures of the task, latency, cost and raw
    shapes say nothing of passing, and stay as they were seen.
    """
    if not waived:
        return table
    rows = [
        row
        for row, case_id in enumerate(table.case_ids)
        if case_id in waived and table.before_pass[row] > 0.5 > table.after_pass[row]
    ]
    after_pass = array("d", table.after_pass)
    after_score = array("d", table.after_score)
    agreement = array("d", table.agreement)
    for row in rows:
        after_pass[row] = table.before_pass[row]
        after_score[row] = table.before_score[row]
        if agreement[row] == agreement[row]:
            agreement[row] = 1.0
    return replace(table, after_pass=after_pass, after_score=after_score, agreement=agreement)


def marked(views: Iterator[CaseView], waived: Mapping[str, Collection[str]]) -> Iterator[CaseView]:
    """Give the cases, those waived under a candidate (ids by its name) called `waived` there."""
    for view in views:
        change: dict[str, Change] = dict(view.change)
        for name, ids in waived.items():
            if view.case.id in ids:
                change[name] = "waived"
        yield replace(view, change=change) if waived else view
