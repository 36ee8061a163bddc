"""The demo's texts: reviews with a label, articles without."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One product review written for this project.

    Most come in pairs that say the opposite in like words; a pair is never split between train
    and test. Which pairs are in the test was chosen by a hash of their text, before any training.
    """

    id: str
    text: str
    label: Literal["POSITIVE", "NEGATIVE"]
    split: Literal["train", "test"]
    slice: str
    """What is hard about it: plain, negation, sarcasm, mixed, short, emoji or spanish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One short article written for this project."""

    id: str
    text: str
    slice: str
    """Its subject: technology, local or science."""


def read_reviews() -> Iterator[Review]:
    """Give every review, both splits, in the order of the file."""
    yield from (Review(**json.loads(line)) for line in _lines("reviews.jsonl"))


def read_articles() -> Iterator[Article]:
    """Give every article in the order of the file."""
    yield from (Article(**json.loads(line)) for line in _lines("articles.jsonl"))


def _lines(name: str) -> list[str]:
    return (files(__name__) / name).read_text(encoding="utf-8").splitlines()
