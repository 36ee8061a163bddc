"""Two label answers to one case as numbers: agreement, drift, distance."""

import math
from collections.abc import Iterator, Mapping

from harness.api import Case, Measure, Output
from harness_tasks._labels import scores_of


def compare_labels(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of the top label, drift of its score, and distance of the distributions.

    `score_drift` is candidate minus baseline, -1..1; left out when the candidate did not return
    the baseline's top label: its score is unknown then, not 0.
    """
    old, new = scores_of(before), scores_of(after)
    yield Measure(name="agreement", value=float(before.text == after.text))
    if not old or not new:
        return
    top = before.text
    if top in old and top in new:
        yield Measure(name="score_drift", value=new[top] - old[top], better="neither", note=top)
    if case.parameters.get("function_to_apply") == "none":
        return  # logits are no probabilities
    shift = probability_shift(old, new, independent=_has_independent_labels(case))
    yield Measure(name="probability_shift", value=shift, better="lower")


def probability_shift(
    old: Mapping[str, float], new: Mapping[str, float], *, independent: bool = False
) -> float:
    """Give the total variation distance over the union of labels, 0..1.

    A label one side did not return counts as 0 there. Independent labels are distributions of
    their own, and their distances are averaged.
    """
    labels = old.keys() | new.keys()
    total = math.fsum(abs(old.get(label, 0.0) - new.get(label, 0.0)) for label in labels)
    return min(1.0, total / (len(labels) if independent else 2))


def _has_independent_labels(case: Case) -> bool:
    parameters = case.parameters
    return bool(parameters.get("multi_label")) or parameters.get("function_to_apply") == "sigmoid"
