"""Short answers taken from a text: normalized, and compared token by token."""

import re
import string
from collections import Counter
from collections.abc import Iterable

from harness.api import Json
from harness_tasks._wire import quoted

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def answer_words(text: str) -> list[str]:
    """Give the words of an answer in small letters, without punctuation and English articles.

    As the SQuAD evaluation script does (Rajpurkar et al. 2016).
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def answer_f1(old: str, new: str) -> float:
    """Give SQuAD's F1 of the words both answers have, 0..1.

    Where one has no word, 1 when the other has none either (SQuAD 2.0).
    """
    old_words, new_words = answer_words(old), answer_words(new)
    if not old_words or not new_words:
        return float(old_words == new_words)
    shared = (Counter(old_words) & Counter(new_words)).total()
    return 2 * shared / (len(old_words) + len(new_words))


def accepted_answers(expect: Json) -> list[str] | None:
    """Give what `expect` accepts: a string, or a list of strings; None for anything else."""
    match expect:
        case str(answer):
            return [answer]
        case [_, *_] as several if all(isinstance(one, str) for one in several):
            return [one for one in several if isinstance(one, str)]
    return None


def any_of(answers: Iterable[str]) -> str:
    """Give up to three answers in quotes, joined by `or`."""
    named = [quoted(answer) for answer in answers]
    return " or ".join(named[:3]) + (" or …" if named[3:] else "")
