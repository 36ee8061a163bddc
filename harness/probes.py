"""Weighs what probes say of a target: what holds for every answer, and what contradicts it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.data.exchange import Identity
from harness.data.noun import replace
from harness.data.probe import Probe, Probed
from harness.data.suite import Target
from harness.identity import iso_time

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one address said when."""

    probe: Probe
    served: Identity

    @property
    def revision(self) -> str:
        return self.served.revision.lower()


def weigh(target: Target, probes: Iterable[Probe]) -> Probed:
    """Give what the probes of a target come to, in the order they were sent.

    Evidence holds for the answers between two probes of one address that say the same. A name
    that is neither a commit nor the pin says nothing: any commit may bear it. Neither does one
    page that is asked for two targets with addresses of their own: it cannot tell them apart.
    """
    probes = list(probes)
    own = [_told_apart(probe, probes) for probe in probes if probe.target == target.name]
    pin = target.revision.lower() if target.revision is not None else None
    series: dict[tuple[str, str], list[Probe]] = {}
    for probe in own:
        series.setdefault((probe.address, probe.url), []).append(probe)
    contradictions: list[str] = []
    covering: dict[str, list[Identity]] = {address: [] for address, _ in series}
    for (address, _), sent in series.items():
        said = [_Said(probe, probe.served) for probe in sent if probe.served is not None]
        said = [one for one in said if _says_which(one, pin)]
        contradictions += _changes(said)
        contradictions += _other_than(pin, said)
        if _spans(sent, said):
            covering[address].append(said[0].served)
    is_covered = not contradictions and bool(covering) and all(covering.values())
    return Probed(
        contradictions=tuple(dict.fromkeys(contradictions)),
        covering=tuple(_strongest(found) for found in covering.values()) if is_covered else (),
        notes=tuple(dict.fromkeys(_notes(own, pin))) if own and not is_covered else (),
    )


def _told_apart(probe: Probe, probes: Sequence[Probe]) -> Probe:
    """Give a probe, its evidence taken off where the same page is asked for another address."""
    for other in probes:
        if other.url == probe.url and other.address != probe.address and probe.served is not None:
            note = f"one page for {probe.address} and {other.address}: it cannot tell them apart"
            return replace(probe, served=None, note=note)
    return probe


def _says_which(said: _Said, pin: str | None) -> bool:
    is_commit = len(said.revision) in (40, 64) and set(said.revision) <= _HEX
    return said.served.is_proof or is_commit or said.revision == pin


def _changes(said: Sequence[_Said]) -> Iterator[str]:
    for before, after in pairwise(said):
        if before.revision != after.revision:
            yield (
                f"the model changed in mid-run: {after.probe.url} said {before.served.revision} at "
                f"{iso_time(before.probe.at)} and {after.served.revision} at "
                f"{iso_time(after.probe.at)}"
            )


def _other_than(pin: str | None, said: Sequence[_Said]) -> Iterator[str]:
    for one in said:
        if pin is not None and one.revision != pin:
            yield (
                f"it is pinned to {pin}, but {one.probe.url} says {one.served.revision} "
                f"({one.served.source})"
            )


def _spans(sent: Sequence[Probe], said: Sequence[_Said]) -> bool:
    """Whether an address said one and the same before the first answer and after the last."""
    if len(said) < 2 or len({one.revision for one in said}) > 1:
        return False
    is_first, is_last = said[0].probe is sent[0], said[-1].probe is sent[-1]
    return is_first and is_last and (sent[0].when, sent[-1].when) == ("before", "after")


def _strongest(found: Sequence[Identity]) -> Identity:
    return next((one for one in found if one.is_proof), found[0])


def _notes(own: Sequence[Probe], pin: str | None) -> Iterator[str]:
    for probe in own:
        if probe.note:
            yield f"{probe.url}: {probe.note}"
        elif probe.served is not None and not _says_which(_Said(probe, probe.served), pin):
            yield (
                f"{probe.url} says {probe.served.revision} ({probe.served.source}): "
                "a name that proves nothing"
            )
