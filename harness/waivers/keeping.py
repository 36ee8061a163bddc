"""Keeps the waivers a run is decided with as an event of the run, and reads them back."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.data.waiver import Waiver, Waivers
from harness.errors import StoreError
from harness.jsonvalue import Json
from harness.waivers.reading import as_mapping

EVENT = "waivers"
"""Kind of the events; the last one counts."""


def waivers_to_json(waivers: Waivers) -> dict[str, Json]:
    """Give waivers as plain data."""
    entries: list[Json] = [dict(as_mapping(entry)) for entry in waivers.entries]
    return {"file": waivers.file, "sha256": waivers.sha256, "entries": entries}


def waivers_from_json(events: Sequence[tuple[float, str, Any]]) -> Waivers:
    """Give the waivers that the events of a run say it is decided with; none: no waiver.

    Raises StoreError for what is not one of ours.
    """
    kept: Mapping[str, Any] | None = None
    for _, kind, detail in events:
        if kind == EVENT:
            kept = detail
    if kept is None:
        return Waivers()
    try:
        entries = tuple(Waiver(**entry) for entry in kept["entries"])
        return Waivers(file=kept["file"], sha256=kept["sha256"], entries=entries)
    except (TypeError, KeyError) as error:
        raise StoreError(f"the run is damaged: its waivers cannot be read: {error!r}") from error
