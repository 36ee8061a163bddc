"""Answers that are objects in boxes: read, checked for legality."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.api import Case, Finding, Json, Output
from harness_tasks._labels import legal, number
from harness_tasks._wire import in_words, quoted, refused

EXPECTED = "[{label, score, box: {xmin, ymin, xmax, ymax}}, ...]"
CORNERS = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One object that was found."""

    label: str
    score: float
    corners: tuple[float, float, float, float]
    """xmin, ymin, xmax, ymax in pixels."""


def parse_boxes(answer: Json | bytes) -> Output:
    """Read `[{label, score, box}]`, flat or as the only entry of a list; raises ShapeError.

    An empty list is an answer: nothing was found. Canonical: by falling score, ties as they came;
    the text counts the objects: `2 cat, 1 remote`.
    """
    match answer:
        case []:
            return Output(value=[], variant="[]", text="")
        case [[dict(), *_] as entries]:
            variant = "[[{label,score,box}]]"
        case [dict(), *_] as entries:
            variant = "[{label,score,box}]"
        case _:
            raise refused(answer, EXPECTED)
    value = sorted(map(_read, entries), key=lambda entry: -entry[0])
    output: list[Json] = [entry for _, entry in value]
    return Output(value=output, variant=variant, text=counted(labels_of(output)))


def found_in(output: Output) -> list[Found]:
    """Give the objects of a canonical value whose corners are finite, by falling score."""
    return list(objects_of(output.value))


def objects_of(value: Json) -> Iterator[Found]:
    """Give the objects of `[{label, box, score?}]`, others passed over; a missing score is 1."""
    for entry in value if isinstance(value, list) else ():
        match entry:
            case {"label": str(label), "box": dict(box), **rest}:
                score = rest.get("score", 1.0)
                corners = [box.get(corner) for corner in CORNERS]
                numbers = [x for x in corners if isinstance(x, int | float) and math.isfinite(x)]
                if len(numbers) == 4 and isinstance(score, int | float):
                    xmin, ymin, xmax, ymax = numbers
                    yield Found(label=label, score=score, corners=(xmin, ymin, xmax, ymax))


def labels_of(value: Json) -> list[str]:
    """Give the labels of `[{label, ...}]`, in order, as often as they stand there."""
    entries = value if isinstance(value, list) else []
    labels = [entry.get("label") for entry in entries if isinstance(entry, dict)]
    return [label for label in labels if isinstance(label, str)]


def counted(labels: list[str]) -> str:
    """Give `2 cat, 1 remote`: the most frequent first, then by name."""
    counts = sorted(Counter(labels).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {label}" for label, count in counts)


def nothing_found(case: Case) -> Finding:
    """Give the finding on an empty answer: legal unless the case expects something."""
    ok = case.expect is None or case.expect == []
    return legal("objects", "nothing was found", ok=ok)


def validate_boxes(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether objects have names, scores reach the threshold, and boxes are in order."""
    if output.value == []:
        yield nothing_found(case)
        return
    found = found_in(output)
    size = len(output.value) if isinstance(output.value, list) else 0
    is_whole = 0 < len(found) == size and all(one.label for one in found)
    message = f"{size} objects" if is_whole else "an object without a name, or with no finite box"
    yield legal("objects", message, ok=is_whole)
    threshold = case.parameters.get("threshold")
    least = threshold if isinstance(threshold, float | int) else 0.0
    for place, one in enumerate(found):
        if isinstance(one.score, bool) or not least <= one.score <= 1:
            message = f"score of {quoted(one.label)} is {in_words(one.score)}, expected {least}..1"
            yield legal("scores", message, where=f"/{place}/score")
            break
    else:
        yield legal("scores", "every score is in range", ok=bool(found))
    for place, one in enumerate(found):
        xmin, ymin, xmax, ymax = one.corners
        if xmin > xmax or ymin > ymax:
            message = f"the box of {quoted(one.label)} ends before it begins: {one.corners}"
            yield legal("boxes", message, where=f"/{place}/box")
            break
    else:
        yield legal("boxes", "every box is in order", ok=bool(found))


def _read(entry: Json) -> tuple[float, Json]:
    match entry:
        case {"error": error} if error is not None:
            raise refused(entry, EXPECTED)
        case {"label": str(label), "score": score, "box": dict(box)}:
            corners: dict[str, Json] = {corner: number(box.get(corner)) for corner in CORNERS}
            value = number(score)
            return value, {"label": label, "score": value, "box": corners}
    raise refused(entry, EXPECTED)
