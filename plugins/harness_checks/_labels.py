"""Labels with scores inside a canonical output."""

import math

from harness.api import Output


def scores_of(output: Output) -> dict[str, float]:
    """Give label -> finite score, highest first; empty when the output has no labels."""
    scores: dict[str, float] = {}
    for entry in output.value if isinstance(output.value, list) else ():
        match entry:
            case {"label": str(label), "score": int() | float() as score} if math.isfinite(score):
                scores.setdefault(label, float(score))
    return scores
