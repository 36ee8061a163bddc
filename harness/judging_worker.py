"""What `python -m harness.judging_worker LINE` does: store and judge the answers of a run.

It imports no more than that takes: it is started while others wait for it.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.judging import JudgeOne, serve
from harness.registry import load_registry
from harness.stages.judge import judge_of
from harness.store import RunWriter, codec


def _equip(
    given: Mapping[str, Any], shared: Sequence[int]
) -> tuple[RunWriter, Callable[[], JudgeOne]]:
    def prepare() -> JudgeOne:
        registry = load_registry(given["modules"])  # plugins may take seconds to import
        suite = codec.suite_from_json(given["suite"])
        return judge_of(suite, registry.tasks[suite.task], registry).judge

    run, turns = shared
    return RunWriter(Path(given["folder"]), create=False, shared=(run, turns)), prepare


if __name__ == "__main__":
    gc.set_threshold(100_000, 20, 100)  # as in the process that calls: there is hardly a cycle
    serve(int(sys.argv[1]), _equip)
