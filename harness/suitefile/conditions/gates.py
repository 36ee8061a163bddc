"""Reads gates: each a metric with exactly one limit that fits it."""

import math
from collections.abc import Mapping
from typing import Literal

from harness.data.suite import Gate
from harness.jsonvalue import Json
from harness.suitefile.conditions.metrics import (
    ALIASES,
    LIMITS,
    METRICS,
    Metric,
    metric_of_measure,
)
from harness.suitefile.keys.settings import GateModel
from harness.suitefile.keys.translate import validated
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review


def read_gates(
    review: Review,
    written: Json,
    measures: Mapping[str, Literal["higher", "lower", "neither"]] | None,
    batch: int = 1,
) -> tuple[Gate, ...]:
    """Give the gates as written; what is wrong is reported.

    `measures` are those the task declares, None: the task is not known. `batch` is how many cases
    travel in one call: with more than one there is no latency to decide on.
    """
    if not isinstance(written, list):
        advice = "write `- {metric: pass_rate, max_drop: 0.02}`"
        review.value(("gates",), "E124", "expected a list of gates", advice)
        return ()
    known = {name: metric_of_measure(better) for name, better in (measures or {}).items()}
    known |= METRICS
    gates = []
    for number, item in enumerate(written):
        path: Path = ("gates", number)
        gate = _read_gate(review, item, path, known, is_whole=measures is not None)
        if gate is not None:
            gates.append(gate)
            _refuse_unmeasured(review, gate, path, batch)
    return tuple(gates)


def _refuse_unmeasured(review: Review, gate: Gate, path: Path, batch: int) -> None:
    metric = METRICS.get(gate.metric)
    if batch > 1 and metric is not None and metric.is_latency and gate.level == "error":
        message = f"'{gate.metric}' cannot be decided: calls that travel in batches have no latency"
        advice = "remove `run.batch`, or the gate, or write `level: warn`"
        review.value((*path, "metric"), "E137", message, advice)


def _read_gate(
    review: Review, written: Json, path: Path, known: Mapping[str, Metric], *, is_whole: bool
) -> Gate | None:
    model = validated(review, GateModel, written, path, "gate")
    if model is None:
        return None
    name = ALIASES.get(model.metric, model.metric)
    metric = known.get(name) or (None if is_whole else metric_of_measure("neither"))
    if metric is None:
        advice = did_you_mean(model.metric, known, "known")
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
        max_rise=model.max_rise,
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
            message = f"'{name}' takes {fits}, not '{key}'{metric.why}"
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
    if metric.is_measure:
        return None if math.isfinite(value) else "a finite number"
    return None if 0 <= value <= 1 else "in 0..1"
