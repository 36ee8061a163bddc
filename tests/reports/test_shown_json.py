"""JSON is shown as Python's own encoder indents it, and leaves no garbage."""

import gc
import json
from random import Random

import pytest

from harness_reports.characters import shown_json

SCALARS = [1, -0.0, 1e-5, 1e300, 10**40, "x\ty", "é\u2028\x7f\x01", 'a{[,:]}"\\', "", None, True,
           float("nan"), float("-inf"), "half \ud800", "😀"]  # fmt: skip


def value(dice: Random, depth: int = 0) -> object:
    kind = dice.random() if depth < 4 else 1.0
    if kind < 0.3:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    if kind < 0.6:
        keys = dice.sample(["a", "b\n", "", '"', "é", "half \ud800"], dice.randrange(4))
        return {key: value(dice, depth + 1) for key in keys}
    return dice.choice(SCALARS)


@pytest.mark.parametrize("indent", [None, 2])
def test_any_value_looks_as_it_always_did(indent: int | None) -> None:
    dice = Random(7)
    for _ in range(3000):
        one = value(dice)
        assert shown_json(one, indent=indent) == json.dumps(  # type: ignore[arg-type]
            one, ensure_ascii=False, sort_keys=True, indent=indent
        )


def test_what_is_shown_is_freed_without_a_collection() -> None:
    """A hundred thousand answers are shown: what each left behind filled megabytes."""
    answer = [{"label": "POSITIVE", "score": 0.9}]
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(100):
            shown_json(answer)
        assert len(gc.get_objects()) - before < 100
    finally:
        gc.enable()
