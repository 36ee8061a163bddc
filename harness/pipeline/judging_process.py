"""Starts the process that judges the answers of a run with many calls."""

from collections.abc import Iterable

from harness.data.suite import Suite
from harness.judging import Worker, start_worker
from harness.store import codec

_MODULE = "harness.judging_worker"


def start_judging(suite: Suite, modules: Iterable[str]) -> Worker:
    """Start a process that judges as this one would; `modules` are those named with `-p`."""
    return start_worker(_MODULE, {"suite": codec.suite_to_json(suite), "modules": list(modules)})
