"""History: what the run folders of a place say together."""

from harness.history.drawing import trend_svg
from harness.history.last_pass import NoPassError, last_pass
from harness.history.runs import FinishedRun, finished_runs, unused_waivers
from harness.history.trend import TrendPoint, trend_of

__all__ = [
    "FinishedRun", "NoPassError", "TrendPoint", "finished_runs", "last_pass", "trend_of",
    "trend_svg", "unused_waivers",
]  # fmt: skip
