"""Finds what a misspelled name was meant to be."""

from collections.abc import Iterable

_CLOSE = 65.0
"""Similarity from which a name is offered; 0..100."""

_LISTED = 12


def closest(word: str, names: Iterable[str]) -> str | None:
    """Give the name most like `word`, None when none is close."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        word[:100], list(names), scorer=fuzz.ratio, processor=_fold, score_cutoff=_CLOSE
    )
    return found[0] if found else None


def did_you_mean(word: str, names: Iterable[str], listed: str = "known") -> str:
    """Give the help for an unknown name: the closest one, then those there are."""
    names = sorted(names)
    near = closest(word, names)
    known = ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")
    guess = f"did you mean {near!r}? " if near else ""
    return f"{guess}{listed}: {known or 'none'}"


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_")
