"""Shows what answered beside the pin: addresses, shapes, a revision that changed in mid-run."""

import math
from collections.abc import Iterator

from harness.api import Dossier, TargetView, Trace, plural
from harness_reports.characters import one_line
from harness_reports.quantities import moment
from harness_reports.view.nouns import Row

_ENDS = (
    ("stop", "by themselves"),
    ("length", "cut off at the limit of their length"),
    ("refused", "refused"),
)


def served_rows(target: TargetView) -> Iterator[Row]:
    """Stream the rows of a target: several addresses, moved and bundled answers, shapes."""
    for url, count in sorted(target.urls.items(), key=lambda item: (-item[1], item[0])):
        yield Row(f"{plural(count, 'answer')} from", one_line(url, 300), is_code=True)
    if target.moved:
        yield Row(
            "Moved",
            f"{plural(target.moved, 'answer')} from another address than the one meant; "
            "left out of latency",
        )
    if target.ended:
        ends = ", ".join(
            f"{target.ended[end]:,} {words}" for end, words in _ENDS if end in target.ended
        )
        yield Row("Ended", ends)
    if target.batched:
        yield Row(
            "Bundled",
            f"{plural(target.batched, 'answer')} in one request with others; left out of latency",
        )
    for shape, count in sorted(target.shapes.items(), key=lambda item: (-item[1], item[0]))[:8]:
        words = f"{one_line(shape, 200)} ({plural(count, 'answer')})"
        yield Row("Answer shape", words, is_code=True)
    for name, trace in target.traces.items():
        yield Row(one_line(name, 60), trace_words(trace))


def trace_words(trace: Trace) -> str:
    """Give the answers by value, and when it changed where it did."""
    counted = [
        f"{one_line(value, 100)} ({plural(n, 'answer')})" for value, n in trace.counts.items()
    ]
    told = ", ".join(counted)
    if not trace.changed_at:
        return told
    when = _clock(trace.changed_at)
    return f"{told}; in turns since {when}" if trace.in_turns else f"{told}; changed at {when}"


def served_spans(target: TargetView) -> tuple[tuple[str, str], ...]:
    """Give (revision, from when to when) where the answer to who serves changed; else nothing."""
    if len(target.served_spans) < 2:
        return ()
    return tuple(
        (one_line(revision, 200), f"{_clock(first)} to {_clock(last)}")
        for revision, first, last in target.served_spans[:20]
    )


def shape_findings(dossier: Dossier) -> tuple[str, ...]:
    """Give a sentence for every candidate that answers in another raw shape than the baseline."""
    targets = {target.name: target for target in dossier.targets}
    found = []
    for comparison in dossier.comparisons:
        first, other = targets[comparison.baseline], targets[comparison.candidate]
        told = [share for share in comparison.table.shape_changed if not math.isnan(share)]
        changed = sum(share > 0 for share in told)
        differ = first.shapes and other.shapes and set(first.shapes) != set(other.shapes)
        if changed or differ:
            where = f", in {changed:,} of {plural(len(told), 'case')}" if changed else ""
            found.append(
                f"The shape of the answers changed{where}: {_listed(first)} sent by "
                f"{one_line(first.name, 60)}, {_listed(other)} by {one_line(other.name, 60)}."
            )
    return tuple(found)


def _listed(target: TargetView) -> str:
    return (
        " and ".join(one_line(shape, 120) for shape in sorted(target.shapes)[:4]) or "nothing known"
    )


def _clock(time: str) -> str:
    return one_line(moment(time), 40)
