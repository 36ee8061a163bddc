"""Sets the objects two answers found in one picture side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.api import Json, Output

MOST_BOXES = 40
ALIKE = 0.5
"""From this overlap on, two boxes of one label stand for the same object."""

_CORNERS = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One object in its box."""

    label: str
    score: float | None
    corners: tuple[float, float, float, float]
    """xmin, ymin, xmax, ymax in pixels."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A box, and how much of it the box of the same object on the other side covers."""

    box: Box
    overlap: float | None
    """Intersection over union, 0..1; None: the other side has no such object."""


def boxes_of(output: Output | None) -> tuple[Box, ...]:
    """Give the boxes of a canonical value, in its order; what is none is passed over."""
    value: Json = output.value if output else None
    found = [box for entry in value if (box := _box(entry))] if isinstance(value, list) else []
    return tuple(found[:MOST_BOXES])


def matched(boxes: Sequence[Box], others: Sequence[Box]) -> tuple[Matched, ...]:
    """Give each box with its overlap: pairs of one label, the greatest overlap first."""
    pairs = sorted(
        (
            (overlap(box, other), here, there)
            for here, box in enumerate(boxes)
            for there, other in enumerate(others)
            if box.label == other.label
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: dict[int, float] = {}
    taken: set[int] = set()
    for share, here, there in pairs:
        if share >= ALIKE and here not in found and there not in taken:
            found[here] = share
            taken.add(there)
    return tuple(Matched(box, found.get(place)) for place, box in enumerate(boxes))


def overlap(one: Box, other: Box) -> float:
    """Give intersection over union, 0..1; 0 for boxes without an area."""
    (a, b, c, d), (e, f, g, h) = one.corners, other.corners
    shared = max(0.0, min(c, g) - max(a, e)) * max(0.0, min(d, h) - max(b, f))
    whole = (c - a) * (d - b) + (g - e) * (h - f) - shared
    return shared / whole if whole > 0 else 0.0


def _box(entry: Json) -> Box | None:
    match entry:
        case {"label": str(label), "box": dict(box), **rest}:
            corners = [box.get(corner) for corner in _CORNERS]
            known = [float(x) for x in corners if type(x) in (int, float) and math.isfinite(x)]  # type: ignore[arg-type]  # numbers, as was asked
            score = rest.get("score")
            if len(known) == 4:
                return Box(
                    label=label,
                    score=float(score) if type(score) in (int, float) else None,  # type: ignore[arg-type]
                    corners=(known[0], known[1], known[2], known[3]),
                )
    return None
