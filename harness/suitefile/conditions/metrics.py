"""The metrics a gate may name, and which limits each of them takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

LIMITS = ("max", "min", "max_drop", "max_ratio", "max_rise")
ALIASES: Mapping[str, str] = MappingProxyType({"score": "mean_score"})


class Metric(NamedTuple):
    """What a gate on this metric may say."""

    limits: tuple[str, ...]
    is_count: bool = False
    """Its values are whole numbers from 0; otherwise shares in 0..1, or ratios above 0."""
    is_latency: bool = False
    is_measure: bool = False
    """It is a measure of the task; its values may be any numbers."""
    why: str = ""
    """Why a limit does not fit, in words."""


_LATENCY = Metric(("max_ratio",), is_latency=True)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "regressions": Metric(("max",), is_count=True),
        "faults": Metric(("max",), is_count=True),
        "error_rate": Metric(("max", "max_rise")),
        "refusal_rate": Metric(("max", "max_rise")),
        "truncation_rate": Metric(("max", "max_rise")),
        "pass_rate": Metric(("min", "max_drop")),
        "mean_score": Metric(("max_drop",)),
        "agreement": Metric(("min",)),
        "flaky_rate": Metric(("max",)),
        "latency_p50": _LATENCY,
        "latency_p90": _LATENCY,
        "latency_p95": _LATENCY,
        "latency_p99": _LATENCY,
        **{f"first_token_p{percent}": _LATENCY for percent in (50, 90, 95, 99)},
        "cost": Metric(("max_ratio",)),
        "input_tokens": Metric(("max_ratio",)),
        "output_tokens": Metric(("max_ratio",)),
        "shape_changes": Metric(("max",), is_count=True),
    }
)


def metric_of_measure(better: Literal["higher", "lower", "neither"]) -> Metric:
    """Give what a gate may say of a task's measure: a limit that what gets worse runs into."""
    limits, why = {
        "higher": (("min",), ": more of it is better"),
        "lower": (("max",), ": less of it is better"),
        "neither": (("min", "max"), ""),
    }[better]
    return Metric(limits, is_measure=True, why=why)
