"""Two sets of labelled masks as numbers, and what a suite may expect of one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from harness.api import Case, Finding, Measure, Output
from harness_tasks._boxes import counted, labels_of
from harness_tasks._segments import bits_of, masks_of
from harness_tasks._wire import in_words, quoted

SAME_OVERLAP = 0.5
"""A label agrees above this intersection over union (panoptic matching, Kirillov 2019)."""

FORMS = "a label, a list of labels, or a mapping of labels to their least share of the picture"


def compare_masks(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement, overlap of the masks label by label, and agreement of the labels.

    Masks of one label are united, so that an object cut in two differs little. `mask_iou` is the
    mean over the labels of both sides, 0 for a label only one has. `label_agreement` is the share
    of labels both gave, each as often as it was given. Where nothing was decoded only equal files
    overlap.
    """
    overlaps = overlap_by_label(before, after)
    shared = _label_agreement(labels_of(before.value), labels_of(after.value))
    same = before.value == after.value or all(
        overlap > SAME_OVERLAP for overlap, _ in overlaps.values()
    )
    yield Measure(name="agreement", value=float(same))
    if overlaps:
        worst = min(overlaps, key=lambda label: overlaps[label][0])
        least, note = overlaps[worst]
        note = f"least {least:.2f}: {worst[:60]}" + (f", {note}" if note else "")
        mean = sum(overlap for overlap, _ in overlaps.values()) / len(overlaps)
        yield Measure(name="mask_iou", value=mean, note=note)
    yield Measure(name="label_agreement", value=shared)


def overlap_by_label(before: Output, after: Output) -> dict[str, tuple[float, str]]:
    """Give label -> (intersection over union 0..1, a note) for every label of either side."""
    old, new = _united(masks_of(before)), _united(masks_of(after))
    return {label: _overlap(old.get(label), new.get(label)) for label in sorted(old | new)}


def expect_masks(case: Case, output: Output) -> Finding:
    """Hold the labels, or the share of the picture each covers, against `case.expect`."""
    labels = labels_of(output.value)
    got = quoted(counted(labels), 200) if labels else "nothing"
    match case.expect:
        case str(label):
            wanted = [label]
        case list(several) if all(isinstance(one, str) for one in several):
            wanted = [one for one in several if isinstance(one, str)]
        case dict(least) if least and all(_is_share(floor) for floor in least.values()):
            return _areas_reach(least, output)
        case other:
            message = f"`expect` must be {FORMS}, not {in_words(other)}"
            return Finding(check="expect", ok=False, message=message)
    ok = not Counter(wanted) - Counter(labels) if wanted else not labels
    message = f"expected {counted(wanted) or 'nothing'}, got {got}"
    return Finding(check="expect", ok=ok, message=message)


def _areas_reach(least: dict[str, Any], output: Output) -> Finding:
    areas: Counter[str] = Counter()
    for mask in masks_of(output):
        areas[mask["label"]] += mask.get("area", 0.0)
    missed = [f"{name} has {areas[name]:.3g}" for name in least if areas[name] < least[name]]
    wanted = ", ".join(f"{name} at least {floor}" for name, floor in least.items())
    message = f"expected {wanted} of the picture; " + (", ".join(missed) or "all reached")
    return Finding(check="expect", ok=not missed, message=message)


def _united(masks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give label -> {size, files, bits}; bits are None where one mask was not decoded."""
    united: dict[str, dict[str, Any]] = {}
    for mask in masks:
        size, bits = (mask.get("width"), mask.get("height")), bits_of(mask)
        one = united.setdefault(mask["label"], {"size": size, "files": [], "bits": bits})
        one["files"] = sorted([*one["files"], mask["sha256"]])
        if one["bits"] is None or bits is None or one["size"] != size:
            one["bits"] = None
        else:
            one["bits"] = one["bits"] | bits
    return united


def _overlap(old: dict[str, Any] | None, new: dict[str, Any] | None) -> tuple[float, str]:
    import numpy as np

    if old is None or new is None:
        return 0.0, "on one side only"
    if old["files"] == new["files"]:
        return 1.0, ""
    if old["size"] != new["size"]:
        return 0.0, "of another size"
    if old["bits"] is None or new["bits"] is None:
        return 0.0, "the files differ; they were not decoded"
    either = int(np.unpackbits(old["bits"] | new["bits"]).sum())
    both = int(np.unpackbits(old["bits"] & new["bits"]).sum())
    return (both / either if either else 1.0), ""


def _label_agreement(old: list[str], new: list[str]) -> float:
    first, second = Counter(old), Counter(new)
    either = (first | second).total()
    return (first & second).total() / either if either else 1.0


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
