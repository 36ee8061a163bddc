"""Turns a text into the numbers of its hashed features."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s\ufe0f\u200d]")
"""A word with its inner apostrophes, or one sign: an emoji says as much as a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """Which features a revision looks at; all of it is in the revision's `config.json`."""

    buckets: int
    """Features are hashed into this many numbers."""
    words: tuple[int, ...]
    """Lengths of word n-grams, as (1, 2)."""
    characters: tuple[int, ...] = ()
    """Lengths of character n-grams inside a word, its edges marked."""


def words_of(text: str) -> list[str]:
    """Give the words and signs of a text, lower case, in order."""
    return [word.replace("’", "'") for word in WORD.findall(text.lower())]


def feature_numbers(text: str, features: FeatureSet) -> list[int]:
    """Give the distinct numbers in [0, buckets) of a text's features, ascending."""
    return sorted({_bucket(feature, features.buckets) for feature in _features(text, features)})


def _features(text: str, features: FeatureSet) -> Iterator[str]:
    words = words_of(text)
    for length in features.words:
        for start in range(len(words) - length + 1):
            yield f"w{length}:" + " ".join(words[start : start + length])
    for word in words:
        marked = f"<{word}>"
        for length in features.characters:
            for start in range(len(marked) - length + 1):
                yield f"c{length}:" + marked[start : start + length]


def _bucket(feature: str, buckets: int) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % buckets
