"""Two transcripts against each other: word and character error rate, with what was changed."""

import unicodedata
from collections.abc import Iterator, Sequence

from harness.api import Case, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._text import COMPARED_CHARACTERS, compare_texts
from harness_tasks._transcript import starts_of

TRANSCRIPT_MEASURES = directions("wer", "cer", "similarity", "length_ratio", "start_drift_s")
"""What `compare_transcripts` gives."""

ALIGNED_WORDS = 4_000
"""Of longer transcripts no alignment is shown: its memory grows with the square."""


def words_of(text: str) -> list[str]:
    """Give the words in NFKC and lower case, without punctuation but apostrophes within a word."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    kept = (one if one == "'" or not _is_punctuation(one) else " " for one in folded)
    words = (word.strip("'") for word in "".join(kept).split())
    return [word for word in words if word]


def error_rate(reference: Sequence[str], heard: Sequence[str]) -> float | None:
    """Give (substitutions + deletions + insertions) / size of the reference, from 0; may exceed 1.

    Of words the word error rate, of characters the character error rate; None for an empty
    reference.
    """
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(reference, heard) / len(reference) if reference else None


def alignment(reference: list[str], heard: list[str]) -> str:
    """Give what was changed in words: `1 replaced, 1 dropped: universe → university, sir → ∅`."""
    from rapidfuzz.distance import Levenshtein

    if max(len(reference), len(heard)) > ALIGNED_WORDS:
        return ""
    counts, shown = {"replaced": 0, "dropped": 0, "added": 0}, []
    kinds = {"replace": "replaced", "delete": "dropped", "insert": "added"}
    for step in Levenshtein.editops(reference, heard):
        counts[kinds[step.tag]] += 1
        old = reference[step.src_pos][:30] if step.tag != "insert" else "∅"
        new = heard[step.dest_pos][:30] if step.tag != "delete" else "∅"
        shown.append(f"{old} → {new}")
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return f"{said}: {', '.join(shown[:5])}{more}" if shown else ""


def compare_transcripts(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement, error rates with the baseline as reference, similarity, drift of times.

    Agreement and error rates are on `words_of`: case and punctuation make no error. `similarity`
    and `length_ratio` are on the texts as they came. `start_drift_s` is the mean distance of the
    chunks' starts where both sides have as many.
    """
    old, new = words_of(before.text), words_of(after.text)
    yield Measure(name="agreement", value=float(old == new))
    wer, cer = error_rate(old, new), character_error_rate(old, new)
    if wer is not None and cer is not None:
        yield Measure(name="wer", value=wer, better="lower", note=alignment(old, new))
        yield Measure(name="cer", value=cer, better="lower")
    exact = compare_texts(case, before, after)
    yield from (measure for measure in exact if measure.name in ("similarity", "length_ratio"))
    first, second = starts_of(before), starts_of(after)
    if first and len(first) == len(second):
        drift = sum(abs(a - b) for a, b in zip(first, second, strict=True)) / len(first)
        yield Measure(name="start_drift_s", value=drift, better="lower")


def character_error_rate(reference: list[str], heard: list[str]) -> float | None:
    """Give the error rate over the characters of the words joined by one space."""
    old, new = " ".join(reference), " ".join(heard)
    return error_rate(old[:COMPARED_CHARACTERS], new[:COMPARED_CHARACTERS])


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"
