"""An answer with the cells of a table it rests on: read, and given field by field."""

from harness.api import Json, Output
from harness_tasks._wire import refused

EXPECTED = "{answer, coordinates, cells, aggregator}, or a list of one such"


def parse_cells(answer: Json | bytes) -> Output:
    """Read one answer; models that pick no cells give only the answer. Raises ShapeError."""
    match answer:
        case dict() as entry:
            frame = "{}"
        case [dict() as entry]:
            frame = "[{}]"
        case _:
            raise refused(answer, EXPECTED)
    words, cells = entry.get("answer"), entry.get("cells", [])
    aggregator, coordinates = entry.get("aggregator"), entry.get("coordinates", [])
    if entry.get("error") is not None or not isinstance(words, str):
        raise refused(entry, EXPECTED)
    if not isinstance(aggregator, str | None):
        raise refused(aggregator, "a string or null as aggregator")
    if not isinstance(cells, list) or not all(isinstance(cell, str) for cell in cells):
        raise refused(cells, "a list of strings as cells")
    if not isinstance(coordinates, list) or not all(map(_is_place, coordinates)):
        raise refused(coordinates, "a list of [row, column] as coordinates")
    value: dict[str, Json] = {
        "answer": words, "aggregator": aggregator, "cells": cells, "coordinates": coordinates,
    }  # fmt: skip
    names = [name for name in ("answer", "coordinates", "cells", "aggregator") if name in entry]
    variant = frame.replace("{}", f"{{{','.join(names)}}}")
    return Output(value=value, variant=variant, text=words)


def field_of(output: Output, name: str) -> Json:
    """Give one field of a canonical value, null where it has none."""
    return output.value.get(name) if isinstance(output.value, dict) else None


def places_of(output: Output) -> list[tuple[int, int]]:
    """Give (row, column) of the cells, both from 0."""
    places = field_of(output, "coordinates")
    found = []
    for place in places if isinstance(places, list) else ():
        match place:
            case [int(row), int(column)]:
                found.append((row, column))
    return found


def _is_place(place: Json) -> bool:
    match place:
        case [int(row), int(column)]:
            return not isinstance(row, bool) and max(abs(row), abs(column)) < 1 << 53
    return False
