"""Decides what keeps a lock from being written, and how the command then ends."""

from collections.abc import Sequence

from harness.exits import Ending, gravest
from harness.lockfile.asked import Asked
from harness.lockfile.policy import licence_problem
from harness.lockfile.resolving import Resolved
from harness.units import plural

_UNRESOLVED, _UNREACHABLE = 4, 12


def refused(asked: Asked, resolved: Sequence[Resolved]) -> Ending | None:
    """Give the ending when a target cannot be resolved or licensed, None when all can.

    4: somebody has to change the suite; 12: the Hub could not be asked, which may pass.
    """
    faults = [one.fault for one in resolved if one.fault is not None]
    entries = [one.entry for one in resolved if one.entry is not None]
    unlicensed = [
        entry for entry in entries if licence_problem(entry.facts.licences, asked.allowed_licences)
    ]
    if not faults and not unlicensed:
        return None
    codes = [_UNREACHABLE if fault.is_of_the_way else _UNRESOLVED for fault in faults]
    code = gravest([*codes, *(_UNRESOLVED for _ in unlicensed)])
    if code == _UNREACHABLE:
        return Ending(code=code, words="the Hub could not be asked; nothing was written")
    what = {
        "that cannot be resolved": sum(not fault.is_of_the_way for fault in faults),
        "whose licence is not allowed": len(unlicensed),
    }
    words = ", ".join(f"{plural(count, 'target')} {why}" for why, count in what.items() if count)
    return Ending(code=code, words=f"{words}; nothing was written")
