"""Shows the answers of a classifier as bars, label by label."""

from collections.abc import Sequence

from harness_reports.characters import one_line
from harness_reports.chart import score_bar
from harness_reports.labels import LabelPair, label_pairs, scores_of
from harness_reports.quantities import signed
from harness_reports.sides import Side
from harness_reports.view.case_nouns import LabelCell, LabelRow


def label_rows(sides: Sequence[tuple[Side, int]], key: str) -> tuple[LabelRow, ...]:
    """Give a row a label with a cell a side: baseline, candidate, then the other candidates.

    `sides` come with their places among the targets. Empty when neither of the first two has
    labels, or one of them is of another form.
    """
    (before, _), (after, _), *others = sides
    found = label_pairs(before.output, after.output)
    has_before = any(pair.before is not None for pair in found)
    has_after = any(pair.after is not None for pair in found)
    if (before.output and not has_before) or (after.output and not has_after):
        return ()
    rest = [(scores_of(side.output), series) for side, series in others]
    return tuple(
        _row(pair, sides[0][1], sides[1][1], rest, f"{key}-{index}")
        for index, pair in enumerate(found)
    )


def _row(
    pair: LabelPair,
    first: int,
    second: int,
    others: Sequence[tuple[dict[str, float], int]],
    key: str,
) -> LabelRow:
    is_known = pair.before is not None and pair.after is not None
    change = (pair.after or 0.0) - (pair.before or 0.0)
    cells = [
        _cell(pair.before, first, f"{key}-before", is_first=pair.is_first_before),
        _cell(pair.after, second, f"{key}-after", is_first=pair.is_first_after),
    ]
    for scores, series in others:
        is_first = next(iter(scores), None) == pair.label
        cells.append(_cell(scores.get(pair.label), series, f"{key}-{series}", is_first=is_first))
    return LabelRow(
        label=one_line(pair.label, 60),
        cells=tuple(cells),
        change=signed(round(change, 4)) if is_known else "—",
    )


def _cell(score: float | None, series: int, key: str, *, is_first: bool) -> LabelCell:
    if score is None:
        return LabelCell("—", None, "")
    words = f"{score:.3f}"
    chart = score_bar(key=key, title=f"score {words}", score=score, series=series)
    return LabelCell(words, chart, "▸ top" if is_first else "")
