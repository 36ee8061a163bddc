"""Shows what differs between two JSON answers, place by place."""

from harness.api import Dossier, Json, plural
from harness_reports.characters import one_line, shown_json
from harness_reports.paths import PathChange, json_of, path_changes
from harness_reports.sides import Pair
from harness_reports.view.case_nouns import PathRow, PathTable
from harness_reports.view.nouns import Badge

_KINDS = {
    "changed": Badge("≠", "changed", "unsure"),
    "only before": Badge("−", "gone", "bad"),
    "only after": Badge("+", "new", "good"),
}
_LONGEST = 200


def path_table(dossier: Dossier, pair: Pair) -> PathTable | None:
    """Give a row a place that differs; None where the answers are not both JSON, or are alike."""
    if dossier.show not in ("json", "text"):
        return None
    is_json = dossier.show == "json"
    before, after = (json_of(side.output, is_json=is_json) for side in (pair.before, pair.after))
    if not all(isinstance(value, dict | list) for value in (before, after)):
        return None
    changes, count = path_changes(before, after)
    if not changes:
        return None
    rest = count - len(changes)
    return PathTable(
        words=f"The answers differ in {plural(count, 'place')}.",
        rows=tuple(map(_row, changes)),
        more=f"{plural(rest, 'more place')} below, in the text." if rest else "",
    )


def _row(change: PathChange) -> PathRow:
    return PathRow(
        path=one_line(change.path, 160),
        badge=_KINDS[change.kind],
        before="" if change.kind == "only after" else _value(change.before),
        after="" if change.kind == "only before" else _value(change.after),
    )


def _value(value: Json) -> str:
    return one_line(shown_json(value, indent=None), _LONGEST)
