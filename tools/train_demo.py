"""Rebuilds the weights of the demo's four revisions, bit for bit, from the data beside them.

    PYTHONPATH=plugins python tools/train_demo.py [--out FOLDER]

Nothing is drawn at random: full-batch gradient descent in float64 from zero, sums in a fixed
order, then rounding to 8 bits, which swallows the last-bit differences between processors.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import harness_demo
from harness_demo.data import Review, read_reviews
from harness_demo.features import FeatureSet, feature_numbers
from harness_demo.sentiment import LABELS
from harness_demo.weights import (
    SENTIMENT_AFTER,
    SENTIMENT_BEFORE,
    SUMMARY_AFTER,
    SUMMARY_BEFORE,
    revision_of,
)

Array = npt.NDArray[np.float64]
STOP_WORDS = (
    "a about after again all also an and are as at be been before but by can could did do for from"
    " had has have he her his how i if in into is it its just more most no not of on one only or"
    " our out over said she so some than that the their them then there they this to two up was we"
    " were what when which who will with would you"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one revision of the classifier is trained."""

    features: FeatureSet
    penalty: float
    """Of the squared weights."""
    rounds: int
    prior: float
    """Pseudo-count of the log-count ratios that scale the features (Wang and Manning 2012,
    NB-SVM); 0: features unscaled."""


BEFORE = Recipe(
    features=FeatureSet(buckets=1 << 15, words=(1,)), penalty=3e-4, rounds=200, prior=0.0
)
AFTER = Recipe(
    features=FeatureSet(buckets=1 << 16, words=(1, 2), characters=(3, 4)),
    penalty=3e-4,
    rounds=300,
    prior=0.3,
)


def build() -> dict[str, dict[str, bytes]]:
    """Give, per revision name, its files.

    The older classifier is from before the Spanish reviews were collected.
    """
    reviews = [review for review in read_reviews() if review.split == "train"]
    english = [review for review in reviews if review.slice != "spanish"]
    words = STOP_WORDS.split()
    walk = {"damping": 0.85, "rounds": 60, "stop_words": words}
    return {
        SENTIMENT_BEFORE: train(english, BEFORE),
        SENTIMENT_AFTER: train(reviews, AFTER),
        SUMMARY_BEFORE: {"config.json": _encoded({"method": "lead", "sentences": 2})},
        SUMMARY_AFTER: {"config.json": _encoded({"method": "centrality", "sentences": 2} | walk)},
    }


def train(reviews: Sequence[Review], recipe: Recipe) -> dict[str, bytes]:
    """Give the files of a classifier trained on these reviews."""
    buckets, count = recipe.features.buckets, len(reviews)
    found = [feature_numbers(review.text, recipe.features) for review in reviews]
    feature = np.array([number for numbers in found for number in numbers])
    row = np.array([index for index, numbers in enumerate(found) for _ in numbers])
    size = np.array([1 / math.sqrt(len(numbers)) for numbers in found for _ in numbers])
    wanted = np.array([float(review.label == "POSITIVE") for review in reviews])

    stretch = np.ones(buckets)
    if recipe.prior:
        for_it = recipe.prior + np.bincount(feature, wanted[row], buckets)
        against = recipe.prior + np.bincount(feature, 1 - wanted[row], buckets)
        stretch = np.abs(np.log(for_it / for_it.sum()) - np.log(against / against.sum()))
    value = size * stretch[feature]

    weights, bias = np.zeros(buckets), 0.0
    for _ in range(recipe.rounds):
        logits = bias + np.bincount(row, weights[feature] * value, count)
        errors = 1 / (1 + np.exp(-logits)) - wanted
        slope = np.bincount(feature, errors[row] * value, buckets) / count
        weights -= 8.0 * (slope + recipe.penalty * weights)
        bias -= float(errors.mean())
    return _quantised(weights * stretch, bias, recipe.features)


def _quantised(weights: Array, bias: float, features: FeatureSet) -> dict[str, bytes]:
    scale = float(f"{np.abs(weights).max() / 127:.6g}")
    steps = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    config = {
        "labels": LABELS,
        "features": asdict(features),
        "bias": float(f"{bias:.6g}"),
        "scale": scale,
    }
    return {"config.json": _encoded(config), "weights.int8": steps.tobytes()}


def _encoded(config: object) -> bytes:
    return (json.dumps(config, indent=1) + "\n").encode()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the weights and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    home = Path(harness_demo.__file__).parent / "weights"
    parser.add_argument("--out", type=Path, default=home)
    out: Path = parser.parse_args(arguments).out
    for name, files in build().items():
        (out / name).mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (out / name / file).write_bytes(content)
        print(name, revision_of(files), sum(map(len, files.values())), "bytes")


if __name__ == "__main__":
    main()
