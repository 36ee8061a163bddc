"""Two sets of boxes matched by their overlap, compared, held against expectations."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.api import Case, Finding, Measure, Output
from harness_tasks._boxes import Found, counted, found_in, labels_of, objects_of
from harness_tasks._wire import in_words, quoted

LEAST_OVERLAP = 0.5
"""Intersection over union from which two boxes hold one object (PASCAL VOC, Everingham 2010)."""

MOST_BOXES = 300
"""Of more objects those with the highest scores are compared."""

FORMS = "a label, a list of labels, {label: count}, or [{label, box: {xmin, ymin, xmax, ymax}}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two boxes that overlap enough."""

    old: Found
    new: Found
    overlap: float


def overlap_of(first: Found, second: Found) -> float:
    """Give intersection over union of two boxes, 0..1; 1 for equal boxes, without an area too."""
    if first.corners == second.corners:
        return 1.0
    (left, top, right, bottom), (xmin, ymin, xmax, ymax) = first.corners, second.corners
    width = min(right, xmax) - max(left, xmin)
    height = min(bottom, ymax) - max(top, ymin)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    either = (right - left) * (bottom - top) + (xmax - xmin) * (ymax - ymin) - both
    return both / either if either > 0 else 0.0


def matched(old: Sequence[Found], new: Sequence[Found], *, by_label: bool) -> list[Match]:
    """Pair boxes that overlap by at least `LEAST_OVERLAP`, the largest overlap first."""
    overlaps = [
        (overlap_of(first, second), place, other)
        for place, first in enumerate(old)
        for other, second in enumerate(new)
        if not by_label or first.label == second.label
    ]
    overlaps = [entry for entry in overlaps if entry[0] >= LEAST_OVERLAP]
    overlaps.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    free_old, free_new = set(range(len(old))), set(range(len(new)))
    pairs = []
    for overlap, place, other in overlaps:
        if place in free_old and other in free_new:
            free_old.remove(place)
            free_new.remove(other)
            pairs.append(Match(old=old[place], new=new[other], overlap=overlap))
    return pairs


def box_f1(old: Sequence[Found], new: Sequence[Found]) -> float:
    """Give F1 of matching boxes with the same label, 0..1; 1 when both sides found nothing."""
    size = len(old) + len(new)
    return 2 * len(matched(old, new, by_label=True)) / size if size else 1.0


def compare_boxes(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement (every box has its match), F1, overlap, labels and scores of what matches.

    `mean_iou` and `score_drift` (candidate minus baseline) are means over boxes matched with the
    same label; `label_agreement` is the share of same labels among boxes matched by place alone.
    """
    all_old, all_new = found_in(before), found_in(after)
    old, new = all_old[:MOST_BOXES], all_new[:MOST_BOXES]
    is_cut = len(all_old) > len(old) or len(all_new) > len(new)
    note = f"of the {MOST_BOXES} highest scores" if is_cut else ""
    pairs = matched(old, new, by_label=True)
    f1 = 2 * len(pairs) / (len(old) + len(new)) if old or new else 1.0
    is_same = before.value == after.value
    yield Measure(name="agreement", value=float(is_same or f1 == 1.0), note=note)
    changes = "; ".join(filter(None, (note, _unmatched(old, new, pairs))))
    yield Measure(name="box_f1", value=f1, note=changes)
    if pairs:
        yield Measure(name="mean_iou", value=sum(pair.overlap for pair in pairs) / len(pairs))
    places = matched(old, new, by_label=False)
    if places:
        same = sum(pair.old.label == pair.new.label for pair in places)
        yield Measure(name="label_agreement", value=same / len(places))
    drifts = [pair.new.score - pair.old.score for pair in pairs]
    if drifts and all(map(math.isfinite, drifts)):
        drift = math.fsum(drifts) / len(drifts)
        yield Measure(name="score_drift", value=drift, better="neither")


def expect_boxes(case: Case, output: Output) -> Finding:
    """Hold the objects against `case.expect`: labels that must be found, exact counts, or boxes.

    `[]` expects nothing. Boxes are scored by F1, and met when every one is matched.
    """
    labels = labels_of(output.value)
    match case.expect:
        case str(label):
            return _labels_found([label], labels)
        case []:
            return _finding(ok=not labels, wanted="nothing", labels=labels)
        case list(wanted) if all(isinstance(one, str) for one in wanted):
            return _labels_found([one for one in wanted if isinstance(one, str)], labels)
        case dict(counts) if counts and all(type(count) is int for count in counts.values()):
            got = Counter(labels)
            ok = all(got[label] == count for label, count in counts.items())
            wanted_text = ", ".join(f"{count} {label}" for label, count in counts.items())
            return _finding(ok=ok, wanted=wanted_text, labels=labels)
        case list(wanted) if len(boxes := list(objects_of(wanted))) == len(wanted) <= MOST_BOXES:
            f1 = box_f1(boxes, found_in(output)[:MOST_BOXES])
            message = f"boxes match with F1 {f1:.2f}, expected 1"
            return Finding(check="expect", ok=f1 == 1.0, message=message, score=f1)
    message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
    return Finding(check="expect", ok=False, message=message)


def _unmatched(old: Sequence[Found], new: Sequence[Found], pairs: Sequence[Match]) -> str:
    """Give the objects without a match in words: `vanished: 1 cup; appeared: 2 cat`."""
    gone = Counter(one.label for one in old) - Counter(pair.old.label for pair in pairs)
    come = Counter(one.label for one in new) - Counter(pair.new.label for pair in pairs)
    named = (("vanished", gone), ("appeared", come))
    shown = [(word, quoted(counted([*found.elements()]), 80)) for word, found in named if found]
    return "; ".join(f"{word}: {labels}" for word, labels in shown)


def _labels_found(wanted: list[str], labels: list[str]) -> Finding:
    return _finding(ok=not Counter(wanted) - Counter(labels), wanted=counted(wanted), labels=labels)


def _finding(*, ok: bool, wanted: str, labels: list[str]) -> Finding:
    message = f"expected {wanted}, got {quoted(counted(labels), 200) if labels else 'nothing'}"
    return Finding(check="expect", ok=ok, message=message)
