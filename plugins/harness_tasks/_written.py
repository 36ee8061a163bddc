"""Two texts a model wrote as numbers: what texts have in common, and the JSON they may be."""

from collections.abc import Iterator

from harness.api import Case, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._structure import changed_leaves, json_in, shared_leaves
from harness_tasks._text import TEXT_MEASURES, compare_texts

WRITTEN_MEASURES = {**TEXT_MEASURES, **directions("json_agreement")}
"""What `compare_written` gives."""


def compare_written(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give what texts give, and `json_agreement` where a side is a JSON object or list.

    It is the share of values that both have at the same place, 0 where only one side is JSON.
    """
    yield from compare_texts(case, before, after)
    old, new = json_in(before.text), json_in(after.text)
    if old is not None and new is not None:
        value, note = shared_leaves(old, new), changed_leaves(old, new)
        yield Measure(name="json_agreement", value=value, note=note)
    elif old is not None or new is not None:
        side = "baseline" if new is None else "candidate"
        yield Measure(name="json_agreement", value=0.0, note=f"only the {side} is JSON")
