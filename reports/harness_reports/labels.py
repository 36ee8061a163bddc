"""Sets two answers of a classifier side by side: label by label, with scores."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from harness.api import Json, Output

MOST_LABELS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPair:
    """One label with its score on both sides; None where a side does not name it."""

    label: str
    before: float | None
    after: float | None
    is_first_before: bool
    is_first_after: bool


def label_pairs(before: Output | None, after: Output | None) -> tuple[LabelPair, ...]:
    """Give the labels of both answers by falling score, at most `MOST_LABELS`.

    Empty when an output is not in a classifier's canonical form.
    """
    old, new = scores_of(before), scores_of(after)
    labels = {**old, **new}
    ranked = sorted(labels, key=lambda label: -max(_of(old, label), _of(new, label)))
    first_old, first_new = next(iter(old), None), next(iter(new), None)
    kept = ranked[:MOST_LABELS]
    kept += [first for first in (first_old, first_new) if first is not None and first not in kept]
    return tuple(
        LabelPair(
            label=label,
            before=old.get(label),
            after=new.get(label),
            is_first_before=label == first_old,
            is_first_after=label == first_new,
        )
        for label in dict.fromkeys(kept)
    )


def scores_of(output: Output | None) -> dict[str, float]:
    """Give score by label in the answer's own order; empty for another form."""
    value: Json = output.value if output else None
    if not isinstance(value, list):
        return {}
    scores: dict[str, float] = {}
    for item in value:
        if not isinstance(item, dict):
            return {}
        label, score = item.get("label"), item.get("score")
        if not isinstance(label, str) or isinstance(score, bool | None | str | list | dict):
            return {}
        scores.setdefault(label, float(score))
    return scores


def _of(scores: Mapping[str, float], label: str) -> float:
    return scores.get(label, -math.inf)
