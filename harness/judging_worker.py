"""What a process does that stores and judges the answers of a run.

It is a copy of the one that makes the calls, or `python -m harness.judging_worker LINE`. That
imports no more than it takes: it is started while others wait for it.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.judging import JudgeOne, serve
from harness.registry import Registry, load_registry
from harness.stages.judge import judge_of
from harness.store import RunWriter, codec


def work(line: int, registry: Registry | None = None) -> None:
    """Store and judge what comes over the line with this file descriptor until it is closed.

    Without a registry the plugins are loaded that the equipment names.
    """
    gc.set_threshold(100_000, 20, 100)  # as in the process that calls: there is hardly a cycle
    serve(line, partial(_equip, registry))


def _equip(
    registry: Registry | None, given: Mapping[str, Any], shared: Sequence[int]
) -> tuple[RunWriter, Callable[[], JudgeOne]]:
    def prepare() -> JudgeOne:
        known = registry or load_registry(given["modules"])  # plugins may take seconds to import
        suite = codec.suite_from_json(given["suite"])
        return judge_of(suite, known.tasks[suite.task], known).judge

    run, turns = shared
    return RunWriter(Path(given["folder"]), create=False, shared=(run, turns)), prepare


if __name__ == "__main__":
    work(int(sys.argv[1]))
