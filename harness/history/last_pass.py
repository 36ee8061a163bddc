"""Finds the newest run of a suite that passed: what its next run is held against."""

from pathlib import Path

from harness.errors import HarnessError
from harness.history.runs import FinishedRun, finished_runs
from harness.units import plural

RUNS = "runs"
"""The folder runs are looked for in, beside the suite and where one stands."""


class NoPassError(HarnessError):
    """No run of a suite can be taken for the last one that passed; the text says why."""


def last_pass(suite: str, places: tuple[Path, ...]) -> tuple[FinishedRun, str]:
    """Give the newest passing run of a suite below `runs/` in the first place that has one.

    With it the folder as it is written from that place: `runs/<name>`. A run of some of the
    suite's cases only is not taken. Raises NoPassError.
    """
    others: list[FinishedRun] = []
    for place in places:
        found = finished_runs(place / RUNS, suite)
        known = {run.run_id for run in others}
        others += [run for run in found if run.run_id not in known]
        passed = [run for run in found if run.verdict == "pass" and run.is_whole]
        if passed:
            newest = passed[-1]
            return newest, newest.folder.relative_to(place).as_posix()
    raise NoPassError(_why(suite, others))


def _why(suite: str, others: list[FinishedRun]) -> str:
    if not others:
        return f"no finished run of suite '{suite}' lies in {RUNS}/"
    passed = [run for run in others if run.verdict == "pass"]
    if passed:
        were = "was" if len(passed) == 1 else "were"
        some = plural(len(passed), "run")
        return f"{some} of suite '{suite}' passed, but {were} of some of its cases only"
    newest = max(others, key=lambda run: run.started_at)
    return (
        f"none of {plural(len(others), 'finished run')} of suite '{suite}' passed; the newest, "
        f"{newest.run_id}, is {newest.verdict}"
    )
