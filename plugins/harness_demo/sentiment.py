"""Says whether a review is positive: logistic regression over hashed features."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness_demo.features import FeatureSet, feature_numbers
from harness_demo.served import InputError
from harness_demo.weights import Weights

LABELS = ("NEGATIVE", "POSITIVE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """One revision of the classifier; calling it answers a request."""

    features: FeatureSet
    bias: float
    scale: float
    """Size of one step of the 8-bit weights."""
    steps: npt.NDArray[np.int8]
    """Shape (buckets,); the weight of feature f is `scale * steps[f]`."""

    def __call__(self, payload: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
        """Give, per text, both labels with their probability, likelier first; `top_k` of them."""
        inputs = payload["inputs"]
        texts = inputs if isinstance(inputs, list) else [inputs]
        if not texts or not all(isinstance(text, str) for text in texts):
            raise InputError("Error in `inputs`: str or list of str expected")
        count = _top_k(payload.get("parameters") or {})
        return [self._ranked(text)[:count] for text in texts]

    def probability(self, text: str) -> float:
        """Give the probability, in [0, 1], that the text is positive."""
        numbers = feature_numbers(text, self.features)
        steps = int(self.steps[numbers].sum(dtype=np.int64)) if numbers else 0
        logit = self.bias + self.scale * steps / math.sqrt(max(len(numbers), 1))
        return 1 / (1 + math.exp(-logit))

    def _ranked(self, text: str) -> list[dict[str, Any]]:
        positive = self.probability(text)
        scored = zip(LABELS, (1 - positive, positive), strict=True)
        ranked = sorted(scored, key=lambda pair: -pair[1])
        return [{"label": label, "score": score} for label, score in ranked]


def load_sentiment(weights: Weights) -> Sentiment:
    """Give the classifier stored in these files (`config.json`, `weights.int8`)."""
    config = json.loads(weights["config.json"])
    shape = config["features"]
    return Sentiment(
        features=FeatureSet(
            buckets=shape["buckets"],
            words=tuple(shape["words"]),
            characters=tuple(shape["characters"]),
        ),
        bias=config["bias"],
        scale=config["scale"],
        steps=np.frombuffer(weights["weights.int8"], dtype=np.int8),
    )


def _top_k(parameters: Any) -> int:
    if not isinstance(parameters, dict):
        raise InputError("Error in `parameters`: value is not a valid dict")
    top_k = parameters.get("top_k")
    if top_k is None:
        return len(LABELS)
    if isinstance(top_k, bool) or not isinstance(top_k, int) or top_k < 1:
        raise InputError("Error in `parameters.top_k`: ensure this value is greater than 0")
    return top_k
