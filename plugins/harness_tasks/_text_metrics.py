"""The metrics of translations and summaries, taken where their libraries are installed."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from harness.api import Measure

METRIC_CHARACTERS = 10_000
"""Of longer texts the beginnings are compared: chrF takes a millisecond per 1,000 characters."""


def text_metrics(old: str, new: str) -> Iterator[Measure]:
    """Give `chrf` (Popović 2015) and `rouge_l` (F-measure, Lin 2004), 0..1, old as reference.

    chrF as sacrebleu takes it, ROUGE-L over the words rouge-score sees (extra `metrics`); what is
    not installed is not given, nor is ROUGE-L where the reference has none of its words: it knows
    Latin letters and digits only.
    """
    is_cut = old != new and max(len(old), len(new)) > METRIC_CHARACTERS
    note = f"of the first {METRIC_CHARACTERS:,} characters" if is_cut else ""
    first, second = old[:METRIC_CHARACTERS], new[:METRIC_CHARACTERS]
    if (chrf := _module("sacrebleu.metrics.chrf")) is not None and first:
        value = 1.0 if old == new else _chrf(chrf, first, second)
        yield Measure(name="chrf", value=value, note=note)
    if (rouge := _module("rouge_score.tokenize")) is not None:
        share = rouge_l(rouge.tokenize(first, None), rouge.tokenize(second, None))
        if share is not None:
            yield Measure(name="rouge_l", value=share, note=note)


def rouge_l(reference: Sequence[str], words: Sequence[str]) -> float | None:
    """Give F of the longest common subsequence, 0..1; None for a reference without words.

    By rapidfuzz: rouge-score's own loop needs 0.8 s for 2,000 words.
    """
    from rapidfuzz.distance import LCSseq

    if not reference:
        return None
    return 2 * LCSseq.similarity(reference, words) / (len(reference) + len(words))


def _chrf(module: Any, reference: str, text: str) -> float:
    return min(1.0, float(module.CHRF().sentence_score(text, [reference]).score) / 100)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None
