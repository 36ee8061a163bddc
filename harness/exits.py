"""Exit codes, and what each says in words (design section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass

WORDS = {
    0: "every error-level gate passed",
    1: "a gate failed",
    2: "interrupted; the run can be resumed",
    3: "internal error",
    4: "usage or suite error",
    5: "nothing selected",
    10: "inconclusive",
    11: "the comparison is invalid",
    12: "a provider could not be reached before there was enough data",
}

_GRAVEST_FIRST = (3, 2, 4, 11, 1, 12, 10, 5, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a command ends."""

    code: int = 0
    words: str = "done"


def verdict_ending(code: int) -> Ending:
    """Give the ending of a command whose exit code is a verdict."""
    return Ending(code=code, words=WORDS[code])


def gravest(codes: Iterable[int]) -> int:
    """Give the code of several runs: the gravest of them."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), 0)
