"""What became of each entity between two answers: moved, renamed, vanished, appeared."""

from collections import Counter
from collections.abc import Sequence

from harness.api import Json, Output
from harness_tasks._spans import entities_of
from harness_tasks._wire import quoted

SHOWN = 5
"""Changes a note names; the others are counted."""

ALIGNED_SPANS = 200
"""Of longer lists no alignment is shown: every span is held against every other one."""

Entity = dict[str, Json]


def aligned(before: Output, after: Output) -> str:
    """Give what changed in words: `1 moved, 1 appeared: PER 'Ada' 0..3 → 'Ada Wong' 0..8, ...`.

    Spans are paired that overlap, those of one label first, the largest overlap first. Empty where
    nothing changed, or the answers give no places.
    """
    old, new = _unshared(before, after), _unshared(after, before)
    if not (old or new) or max(len(old), len(new)) > ALIGNED_SPANS:
        return ""
    pairs = _paired(old, new)
    counts: Counter[str] = Counter()
    shown: list[tuple[int, str]] = []
    for first, second in pairs:
        is_named_alike = old[first]["entity"] == new[second]["entity"]
        counts["moved" if is_named_alike else "renamed"] += 1
        name = "" if is_named_alike else f"{_name(new[second])} "
        change = f"{_name(old[first])} {_place(old[first])} → {name}{_place(new[second])}"
        shown.append((_start(old[first]), change))
    gone, come = {first for first, _ in pairs}, {second for _, second in pairs}
    for kind, entities, paired in (("vanished", old, gone), ("appeared", new, come)):
        for place, entity in enumerate(entities):
            if place not in paired:
                counts[kind] += 1
                words = f"{_name(entity)} {_place(entity)}"
                shown.append((_start(entity), f"− {words}" if kind == "vanished" else f"+ {words}"))
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    changes = [change for _, change in sorted(shown)]
    more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    return f"{said}: {', '.join(changes[:SHOWN])}{more}"


def _unshared(one: Output, other: Output) -> list[Entity]:
    """Give the entities the other side does not have, at the same place under the same label."""
    theirs = Counter(map(_key, entities_of(other)))
    found = []
    for entity in entities_of(one):
        if theirs[_key(entity)]:
            theirs[_key(entity)] -= 1
        else:
            found.append(entity)
    return found


def _paired(old: Sequence[Entity], new: Sequence[Entity]) -> list[tuple[int, int]]:
    overlaps = []
    for first, one in enumerate(old):
        for second, other in enumerate(new):
            overlap = _overlap(one, other)
            if overlap > 0:
                is_renamed = one["entity"] != other["entity"]
                overlaps.append((is_renamed, -overlap, first, second))
    pairs: list[tuple[int, int]] = []
    for _, _, first, second in sorted(overlaps):
        if all(first != one and second != other for one, other in pairs):
            pairs.append((first, second))
    return pairs


def _key(entity: Entity) -> tuple[str, ...]:
    has_place = isinstance(entity["start"], int) and isinstance(entity["end"], int)
    words = ("", str(entity["start"]), str(entity["end"])) if has_place else (str(entity["word"]),)
    return str(entity["entity"]), *words


def _overlap(one: Entity, other: Entity) -> float:
    """Give the share of characters both cover; without places 1 for the same word."""
    places = (one["start"], one["end"], other["start"], other["end"])
    match places:
        case (int(start), int(end), int(begin), int(stop)):
            both = min(end, stop) - max(start, begin)
            either = max(end, stop) - min(start, begin)
            return both / either if both > 0 else 0.0
    return float(one["word"] == other["word"])


def _start(entity: Entity) -> int:
    return entity["start"] if isinstance(entity["start"], int) else 0


def _name(entity: Entity) -> str:
    return quoted(str(entity["entity"]), 20).strip("'")


def _place(entity: Entity) -> str:
    where = f" {entity['start']}..{entity['end']}" if isinstance(entity["start"], int) else ""
    return quoted(str(entity["word"]), 30) + where
