"""Keeps what servers said of themselves as events of a run, and reads it back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from harness.data.exchange import Identity
from harness.data.probe import Probe
from harness.jsonvalue import Json

EVENT = "probe"
"""Kind of the events probes are stored as."""


def probes_in(events: Sequence[tuple[float, str, Any]]) -> tuple[Probe, ...]:
    """Give the probes among the events of a run, in the order they were sent.

    What cannot be read as one is left out: it proves nothing.
    """
    found = []
    for at, kind, detail in events:
        if kind == EVENT:
            with suppress(TypeError, ValueError, KeyError):
                found.append(_from_json(at, detail))
    return tuple(found)


def probe_to_json(probe: Probe) -> dict[str, Json]:
    """Give a probe without its time, which is the event's."""
    served: Json = None
    if probe.served is not None:
        served = {
            "revision": probe.served.revision,
            "source": probe.served.source,
            "is_proof": probe.served.is_proof,
        }
    return {
        "target": probe.target,
        "url": probe.url,
        "address": probe.address,
        "when": probe.when,
        "status": probe.status,
        "served": served,
        "note": probe.note,
    }


def _from_json(at: float, detail: Mapping[str, Any]) -> Probe:
    served = detail["served"]
    return Probe(**{**detail, "served": Identity(**served) if served else None, "at": at})
