"""The one place that knows the order: plan, call, judge, compare, decide, report."""

from harness.pipeline.calls import make_calls, prove_sendable, store_plan
from harness.pipeline.conclusion import conclude, write_reports
from harness.pipeline.judgement import is_half_judged, judge_again
from harness.pipeline.judging_process import JudgingProcess
from harness.pipeline.probe_events import probes_in
from harness.pipeline.sides import conditions_of, conditions_of_two
from harness.pipeline.subgroups import search_subgroups
from harness.pipeline.surroundings import Listener, Surroundings, task_of

__all__ = [
    "JudgingProcess",
    "Listener",
    "Surroundings",
    "conclude",
    "conditions_of",
    "conditions_of_two",
    "is_half_judged",
    "judge_again",
    "make_calls",
    "probes_in",
    "prove_sendable",
    "search_subgroups",
    "store_plan",
    "task_of",
    "write_reports",
]
