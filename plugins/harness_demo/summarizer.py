"""Says in a few of its own sentences what an article is about."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness_demo.features import words_of
from harness_demo.served import InputError
from harness_demo.weights import Weights

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”']?\s+(?=[\"“']?[A-Z0-9])")
DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Summarizer:
    """One revision of the summarizer; calling it answers a request."""

    method: str
    """`lead`: the first sentences. `centrality`: those that share most with the others."""
    sentences: int
    damping: float = 0.0
    rounds: int = 0
    stop_words: frozenset[str] = frozenset()

    def __call__(self, payload: Mapping[str, Any]) -> list[dict[str, str]]:
        """Give one summary per text."""
        inputs = payload["inputs"]
        texts = inputs if isinstance(inputs, list) else [inputs]
        if not texts or not all(isinstance(text, str) for text in texts):
            raise InputError("Error in `inputs`: str or list of str expected")
        return [{"summary_text": self.summary(text)} for text in texts]

    def summary(self, text: str) -> str:
        """Give the chosen sentences in the order of the text."""
        found = [part.strip() for part in SENTENCE_END.split(text.strip())]
        if self.method == "lead" or len(found) <= self.sentences:
            return " ".join(found[: self.sentences])
        scores = self._centrality([self._content(sentence) for sentence in found])
        best = sorted(range(len(found)), key=lambda i: (-round(float(scores[i]), DIGITS), i))
        return " ".join(found[i] for i in sorted(best[: self.sentences]))

    def _content(self, sentence: str) -> frozenset[str]:
        words = {word for word in words_of(sentence) if word[0].isalnum()}
        return frozenset(words - self.stop_words)

    def _centrality(self, bags: list[frozenset[str]]) -> npt.NDArray[np.float64]:
        """TextRank (Mihalcea and Tarau 2004): damped random walk over word overlap."""
        links = np.array([[_overlap(one, other) for other in bags] for one in bags])
        totals = links.sum(axis=1, keepdims=True)
        even = np.full_like(links, 1 / len(bags))
        steps = np.divide(links, totals, out=even, where=totals > 0)
        scores = np.full(len(bags), 1 / len(bags))
        for _ in range(self.rounds):
            walked = (steps * scores[:, None]).sum(axis=0)
            scores = (1 - self.damping) / len(bags) + self.damping * walked
        return scores


def load_summarizer(weights: Weights) -> Summarizer:
    """Give the summarizer stored in these files (`config.json`)."""
    config = json.loads(weights["config.json"])
    return Summarizer(
        method=config["method"],
        sentences=config["sentences"],
        damping=config.get("damping", 0.0),
        rounds=config.get("rounds", 0),
        stop_words=frozenset(config.get("stop_words", ())),
    )


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    if one is other or not one or not other:
        return 0.0
    return len(one & other) / (math.log(len(one) + 1) + math.log(len(other) + 1))
