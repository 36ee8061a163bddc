"""Matches waivers with what became of the cases: which are used, and why the others are not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.data.comparison import Comparison, WaivedFlip
from harness.data.flips import Flip, FlipColumn
from harness.data.noun import replace
from harness.data.waiver import Waiver, Waivers, WaiverStatus, WaiverUse
from harness.waivers.applying import as_unchanged

if TYPE_CHECKING:
    from harness.store import StoredCase


@dataclass(slots=True)
class SeenCases:
    """The cases of a run that waivers speak of; bounded by the number of waivers."""

    waivers: Waivers
    ids: dict[str, list[str]] = field(default_factory=dict)
    """By digest."""
    names: set[str] = field(default_factory=set)
    """Ids that a waiver names, whatever their content is by now."""

    def watch(self, cases: "Iterable[StoredCase]") -> "Iterator[StoredCase]":
        """Give the cases on, remembering those that are waived."""
        digests = {entry.digest for entry in self.waivers.entries}
        named = {entry.case for entry in self.waivers.entries}
        for stored in cases:
            if stored.digest in digests:
                self.ids.setdefault(stored.digest, []).append(stored.case.id)
            if stored.case.id in named:
                self.names.add(stored.case.id)
            yield stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the waivers of a suite come to."""

    comparisons: tuple[Comparison, ...]
    """As observed; waived flips stand apart."""
    gated: tuple[Comparison, ...]
    """As the gates see them: what is waived is unchanged."""
    uses: tuple[WaiverUse, ...]

    @property
    def waived(self) -> Mapping[str, frozenset[str]]:
        """Ids of the waived cases by candidate."""
        return {
            one.candidate: frozenset(flip.flip.case_id for flip in one.waived)
            for one in self.comparisons
            if one.waived
        }


def settle(
    waivers: Waivers,
    comparisons: Sequence[Comparison],
    revisions: Mapping[str, str | None],
    seen: SeenCases,
    day: str,
) -> Settled:
    """Give comparisons with the waived flips apart, and what every waiver did.

    `revisions` are those of the candidates by name (None: not known), `day` is the UTC day the
    run was started, `2026-11-21`: a waiver counts up to and including the day it expires.
    """
    told: dict[Waiver, list[tuple[WaiverStatus, str]]] = {}
    found: list[Comparison] = []
    spoken_of = {case_id for ids in seen.ids.values() for case_id in ids}
    for comparison in comparisons:
        taken: dict[str, Waiver] = {}
        lost = {
            flip.case_id
            for flip in (comparison.flips if spoken_of else ())
            if flip.after == "fail" and flip.case_id in spoken_of
        }
        revision = revisions.get(comparison.candidate)
        for entry in waivers.entries:
            if revision is None or entry.revision.lower() != revision.lower():
                continue
            ids = seen.ids.get(entry.digest, [])
            mine = [case_id for case_id in ids if case_id in lost]
            if mine and entry.expires >= day:
                taken.update(dict.fromkeys(mine, entry))
            said = _said(entry, mine, ids, seen, day, comparison.candidate)
            told.setdefault(entry, []).append(said)
        found.append(_apart(comparison, taken))
    return Settled(
        comparisons=tuple(found),
        gated=tuple(_gated(comparison) for comparison in found),
        uses=tuple(_use(entry, told.get(entry, ()), revisions) for entry in waivers.entries),
    )


def _said(
    entry: Waiver, mine: Sequence[str], ids: Sequence[str], seen: SeenCases, day: str, name: str
) -> tuple[WaiverStatus, str]:
    """Give what a waiver of this candidate's revision did under it."""
    if mine and entry.expires >= day:
        return "used", f"{', '.join(mine)} fails under {name} and is waived until {entry.expires}"
    if mine:
        return "expired", (
            f"it expired on {entry.expires}, and {', '.join(mine)} still fails under {name}: "
            "accept it again, or repair it"
        )
    if ids:
        return "unused", f"{', '.join(ids)} did not regress under {name}: remove it"
    if entry.case in seen.names:
        return "mismatched", (
            f"case {entry.case} is not what it was when it was accepted: its inputs, parameters "
            "or expectation changed; look at it anew"
        )
    return "mismatched", f"no case of this run is what was accepted as {entry.case}"


def in_force(waivers: Waivers, day: str) -> dict[str, frozenset[str]]:
    """Give, by digest, the revisions under which a case may regress on a day, in lower case."""
    found: dict[str, set[str]] = {}
    for entry in waivers.entries:
        if entry.expires >= day:
            found.setdefault(entry.digest, set()).add(entry.revision.lower())
    return {digest: frozenset(revisions) for digest, revisions in found.items()}


_STRONGEST: tuple[WaiverStatus, ...] = ("used", "expired", "unused", "mismatched")


def _use(
    entry: Waiver, told: Sequence[tuple[WaiverStatus, str]], revisions: Mapping[str, str | None]
) -> WaiverUse:
    for status in _STRONGEST:
        for said, note in told:
            if said == status:
                return WaiverUse(waiver=entry, status=status, note=note)
    names = ", ".join(
        f"{name} is {revision or 'not known'}" for name, revision in revisions.items()
    )
    note = f"it is for revision {entry.revision}, and {names}: remove it, or accept the case anew"
    return WaiverUse(waiver=entry, status="mismatched", note=note)


def _apart(comparison: Comparison, taken: Mapping[str, Waiver]) -> Comparison:
    if not taken:
        return comparison

    def is_waived(flip: Flip) -> bool:
        return flip.after == "fail" and flip.case_id in taken

    return replace(
        comparison,
        flips=FlipColumn(flip for flip in comparison.flips if not is_waived(flip)),
        waived=tuple(
            WaivedFlip(flip=flip, waiver=taken[flip.case_id])
            for flip in comparison.flips
            if is_waived(flip)
        ),
    )


def _gated(comparison: Comparison) -> Comparison:
    waived = frozenset(one.flip.case_id for one in comparison.waived)
    return replace(comparison, table=as_unchanged(comparison.table, waived))
