"""Two label answers to one case as numbers: flips, drift, distance, order."""

import math
from collections.abc import Iterator, Mapping

from harness.api import Case, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._labels import scores_of
from harness_tasks._ranking import KENDALL, kendall_tau, top_overlap
from harness_tasks._wire import quoted

LABEL_MEASURES = directions(
    "label_flip", "score_drift", "probability_shift", "top_k_overlap", "rank_correlation"
)
"""What `compare_labels` gives."""


def compare_labels(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give the flip of the top label, drift of its score, distance and order of the rest.

    `label_flip` is 1 where the top label is another one; its note names both. `score_drift` is
    candidate minus baseline, -1..1; left out when the candidate did not return the baseline's top
    label: its score is unknown then, not 0. `rank_correlation` is Kendall's tau-b over the labels
    both sides have.
    """
    old, new = scores_of(before), scores_of(after)
    is_same = before.text == after.text
    note = "" if is_same else f"{quoted(before.text, 30)} → {quoted(after.text, 30)}"
    yield Measure(name="agreement", value=float(is_same))
    yield Measure(name="label_flip", value=float(not is_same), better="lower", note=note)
    if not old or not new:
        return
    top = before.text
    if top in old and top in new:
        yield Measure(name="score_drift", value=new[top] - old[top], better="neither", note=top)
    if case.parameters.get("function_to_apply") != "none":  # logits are no probabilities
        shift = probability_shift(old, new, independent=_has_independent_labels(case))
        yield Measure(name="probability_shift", value=shift, better="lower")
    yield Measure(name="top_k_overlap", value=top_overlap(old.keys(), new.keys()))
    tau = kendall_tau(old, new)
    if tau is not None:
        yield Measure(name="rank_correlation", value=tau, note=KENDALL)


def probability_shift(
    old: Mapping[str, float], new: Mapping[str, float], *, independent: bool = False
) -> float:
    """Give the total variation distance over the union of labels, 0..1.

    A label one side did not return counts as 0 there. Independent labels are distributions of
    their own, and their distances are averaged.
    """
    if old == new:
        return 0.0
    labels = old.keys() | new.keys()
    total = math.fsum(abs(old.get(label, 0.0) - new.get(label, 0.0)) for label in labels)
    return min(1.0, total / (len(labels) if independent else 2))


def _has_independent_labels(case: Case) -> bool:
    parameters = case.parameters
    return bool(parameters.get("multi_label")) or parameters.get("function_to_apply") == "sigmoid"
