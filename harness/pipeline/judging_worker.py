"""What `python -m harness.pipeline.judging_worker LINE` does: judge the answers of a run."""

import gc
import sys
from collections.abc import Mapping
from typing import Any

from harness.judging import JudgeOne, serve
from harness.pipeline.judgement import judge_of
from harness.pipeline.surroundings import task_of
from harness.registry import load_registry
from harness.store import codec


def _equip(given: Mapping[str, Any]) -> JudgeOne:
    suite = codec.suite_from_json(given["suite"])
    registry = load_registry(given["modules"])
    return judge_of(suite, task_of(suite, registry), registry).judge


if __name__ == "__main__":
    gc.set_threshold(10_000, 10, 10)  # as in the process that calls: there is hardly a cycle
    serve(int(sys.argv[1]), _equip)
