"""Intervals, tests and sample sizes a verdict rests on.

Pure functions of numbers and arrays: nothing is read, written or remembered, so a notebook may use
them as freely as a run does. Each name is loaded when first used, because numpy would otherwise
slow down every command that compares nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.stats.binomial_interval import exact_proportion, proportion
    from harness.stats.cluster_reach import all_alike, clusters_to_pass
    from harness.stats.exact_tests import mcnemar, sign_flip
    from harness.stats.families import benjamini_hochberg, holm
    from harness.stats.interval import Interval
    from harness.stats.mean_interval import paired_mean
    from harness.stats.order_statistics import limiting_ranks, quantile, shift
    from harness.stats.ratio_limits import ranked_ratio
    from harness.stats.reachability import cases_to_pass, cases_to_reach, reachable
    from harness.stats.sample_size import cases_to_decide, required_cases, visible_drop
    from harness.stats.score_interval import paired_proportion
    from harness.stats.sequential import ConfidenceSequence, Decision
    from harness.stats.settling import cases_to_settle, clusters_settle
    from harness.stats.tail_ratio import quantile_ratio
    from harness.stats.timing import Drift, OrderEffect, drift, order_effect
    from harness.stats.totals import total_ratio

__all__ = [
    "ConfidenceSequence",
    "Decision",
    "Drift",
    "Interval",
    "OrderEffect",
    "all_alike",
    "benjamini_hochberg",
    "cases_to_decide",
    "cases_to_pass",
    "cases_to_reach",
    "cases_to_settle",
    "clusters_settle",
    "clusters_to_pass",
    "drift",
    "exact_proportion",
    "holm",
    "limiting_ranks",
    "mcnemar",
    "order_effect",
    "paired_mean",
    "paired_proportion",
    "proportion",
    "quantile",
    "quantile_ratio",
    "ranked_ratio",
    "reachable",
    "required_cases",
    "shift",
    "sign_flip",
    "total_ratio",
    "visible_drop",
]

# No module may be called like a public name: importing it would put the module in its place.
_NAMES_BY_MODULE = {
    "binomial_interval": ("exact_proportion", "proportion"),
    "cluster_reach": ("all_alike", "clusters_to_pass"),
    "exact_tests": ("mcnemar", "sign_flip"),
    "families": ("benjamini_hochberg", "holm"),
    "interval": ("Interval",),
    "mean_interval": ("paired_mean",),
    "order_statistics": ("limiting_ranks", "quantile", "shift"),
    "ratio_limits": ("ranked_ratio",),
    "reachability": ("cases_to_pass", "cases_to_reach", "reachable"),
    "sample_size": ("cases_to_decide", "required_cases", "visible_drop"),
    "score_interval": ("paired_proportion",),
    "sequential": ("ConfidenceSequence", "Decision"),
    "settling": ("cases_to_settle", "clusters_settle"),
    "tail_ratio": ("quantile_ratio",),
    "timing": ("Drift", "OrderEffect", "drift", "order_effect"),
    "totals": ("total_ratio",),
}
_MODULE_BY_NAME = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}

if not TYPE_CHECKING:  # else a misspelt name would pass the type check

    def __getattr__(name: str) -> Any:
        """Load a public name from its module (PEP 562)."""
        if name not in _MODULE_BY_NAME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULE_BY_NAME[name]}"), name)


def __dir__() -> list[str]:
    """Give the public names, loaded or not."""
    return sorted(__all__)
