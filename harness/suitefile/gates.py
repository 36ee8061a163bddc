"""Reads gates: each a metric with exactly one limit that fits it."""

import math

from harness.data.suite import Gate
from harness.jsonvalue import Json
from harness.suitefile.metrics import ALIASES, LIMITS, METRICS, Metric
from harness.suitefile.node import Path
from harness.suitefile.review import Review
from harness.suitefile.settings import GateModel
from harness.suitefile.suggest import did_you_mean
from harness.suitefile.translate import validated


def read_gates(review: Review, written: Json) -> tuple[Gate, ...]:
    """Give the gates as written; what is wrong is reported."""
    if not isinstance(written, list):
        advice = "write `- {metric: pass_rate, max_drop: 0.02}`"
        review.value(("gates",), "E124", "expected a list of gates", advice)
        return ()
    gates = (_read_gate(review, item, ("gates", number)) for number, item in enumerate(written))
    return tuple(gate for gate in gates if gate is not None)


def _read_gate(review: Review, written: Json, path: Path) -> Gate | None:
    model = validated(review, GateModel, written, path, "gate")
    if model is None:
        return None
    name = ALIASES.get(model.metric, model.metric)
    metric = METRICS.get(name)
    if metric is None:
        advice = did_you_mean(model.metric, METRICS, "known")
        review.value((*path, "metric"), "E122", f"unknown metric '{model.metric[:80]}'", advice)
        return None
    _one_limit(review, model, name, metric, path)
    if model.min_effect_ms is not None and not metric.is_latency:
        message = f"'min_effect_ms' belongs to latency gates, not to '{name}'"
        review.key((*path, "min_effect_ms"), "E127", message, "remove it")
    return Gate(
        metric=name,
        min=model.min,
        max=model.max,
        max_drop=model.max_drop,
        max_ratio=model.max_ratio,
        min_effect_ms=model.min_effect_ms,
        each=model.each,
        confidence=model.confidence,
        level=model.level,
    )


def _one_limit(review: Review, model: GateModel, name: str, metric: Metric, path: Path) -> None:
    given = {key: value for key in LIMITS if (value := getattr(model, key)) is not None}
    fits = " or ".join(f"'{limit}'" for limit in metric.limits)
    for key in given:
        if key not in metric.limits:
            message = f"'{name}' takes {fits}, not '{key}'"
            advice = f"write `{{metric: {name}, {metric.limits[-1]}: ...}}`"
            review.key((*path, key), "E127", message, advice)
    if not given:
        message = f"the gate on '{name}' has no limit"
        review.value(path, "E127", message, f"add {fits}")
    elif len(given) > 1:
        message = f"a gate has exactly one limit, got {', '.join(given)}"
        review.value(path, "E127", message, "write one gate for each")
    for key, value in given.items():
        if problem := _range_problem(key, value, metric):
            review.value((*path, key), "E121", f"{key} must be {problem}, got {value:g}")


def _range_problem(key: str, value: float, metric: Metric) -> str | None:
    """Give the range a limit should have kept to, None when it did."""
    if key == "max_ratio":
        return None if math.isfinite(value) and 0 < value <= 1e6 else "above 0 and at most 1000000"
    if metric.is_count and key == "max":
        fits = math.isfinite(value) and value >= 0 and value == int(value)
        return None if fits else "a whole number from 0"
    return None if 0 <= value <= 1 else "in 0..1"
