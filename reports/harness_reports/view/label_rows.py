"""Shows two answers of a classifier as bars, label by label."""

from harness_reports.characters import one_line
from harness_reports.chart import score_bar
from harness_reports.labels import LabelPair, label_pairs
from harness_reports.quantities import signed
from harness_reports.shapes import Chart
from harness_reports.sides import Side
from harness_reports.view.case_nouns import LabelRow


def label_rows(before: Side, after: Side, series: int, key: str) -> tuple[LabelRow, ...]:
    """Give a row a label; empty when neither answer has labels, or one is of another form."""
    found = label_pairs(before.output, after.output)
    has_before = any(pair.before is not None for pair in found)
    has_after = any(pair.after is not None for pair in found)
    if (before.output and not has_before) or (after.output and not has_after):
        return ()
    return tuple(_row(pair, series, f"{key}-{index}") for index, pair in enumerate(found))


def _row(pair: LabelPair, series: int, key: str) -> LabelRow:
    is_known = pair.before is not None and pair.after is not None
    change = (pair.after or 0.0) - (pair.before or 0.0)
    return LabelRow(
        label=one_line(pair.label, 60),
        before=_score(pair.before),
        after=_score(pair.after),
        change=signed(round(change, 4)) if is_known else "—",
        before_chart=_bar(pair.before, 0, f"{key}-before"),
        after_chart=_bar(pair.after, series, f"{key}-after"),
        before_first="▸ top" if pair.is_first_before else "",
        after_first="▸ top" if pair.is_first_after else "",
    )


def _bar(score: float | None, series: int, key: str) -> Chart | None:
    if score is None:
        return None
    return score_bar(key=key, title=f"score {_score(score)}", score=score, series=series)


def _score(score: float | None) -> str:
    return "—" if score is None else f"{score:.3f}"
