"""Puts a suite together from its parts, each read by its own module."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from harness.data.suite import Gate, RunSettings, Suite
from harness.jsonvalue import Json
from harness.suitefile.cases.rowplan import read_row_plan, uses_columns
from harness.suitefile.cases.written import Common, WrittenCase, read_cases
from harness.suitefile.conditions.checks import read_checks
from harness.suitefile.conditions.gates import read_gates
from harness.suitefile.fitting import refuse_unbatched, refuse_unpriced, routed, stale_prices
from harness.suitefile.keys.models import SuiteHead
from harness.suitefile.keys.plugged import Plugged, find_plugin
from harness.suitefile.keys.settings import RunModel
from harness.suitefile.keys.translate import unknown_key, validated
from harness.suitefile.loaded import LoadedSuite
from harness.suitefile.problems.problem import NoCasesError
from harness.suitefile.targets.reading import read_targets
from harness.suitefile.tree.review import Review

PARTS = ("target", "targets", "checks", "cases", "dataset", "run", "gates")
"""Keys of a suite that have parts of their own."""


def assemble(
    review: Review,
    data: dict[str, Json],
    registry: Plugged,
    path: Path,
    source_sha256: str,
    now: float,
) -> LoadedSuite | None:
    """Give the suite of composed data, None when the review has enough against it.

    `now` is UTC seconds: prices grow old.
    """
    head = _read_head(review, data)
    task_name = data.get("task")
    task = None
    if isinstance(task_name, str):
        task = find_plugin(review, registry.tasks, "task", task_name, ("task",))
    targets = read_targets(review, data, registry, require_pins=data.get("require_pins") is True)
    run = validated(review, RunModel, data.get("run", {}), ("run",), "run")
    gates: tuple[Gate, ...] = ()
    if "gates" in data:
        measures = task.measures if task is not None else None
        gates = read_gates(review, data["gates"], measures, run.batch if run is not None else 1)
    checks = read_checks(review, data.get("checks", []), ("checks",), registry.checks)
    parameters = data.get("parameters")
    common = Common(
        folder=path.parent,
        parameters=parameters if isinstance(parameters, dict) else {},
        checks=checks,
        wants_file=task is not None and task.wants == "file",
        parts=task.parts if task is not None else (),
    )
    written: tuple[WrittenCase, ...] = ()
    if "cases" in data:
        written = read_cases(review, data["cases"], common, registry.checks)
    rows, has_rows = None, False
    if "dataset" in data:
        rows, has_rows = read_row_plan(review, data["dataset"], common)
    if not written and not has_rows and not review.problems:
        _no_cases(review, data)
    warnings = list(targets.warnings)
    if head is not None and run is not None:
        refuse_unpriced(review, targets.targets, run)
        refuse_unbatched(review, targets.targets, run, head.task, registry)
        warnings += routed(review, targets.targets, gates, head, registry)
        warnings += stale_prices(targets.targets, now)
    if rows is not None and not uses_columns(rows):
        warnings.append("dataset.inputs names no column: every row asks the same")
    if review.problems or head is None or run is None:
        return None
    suite = Suite(
        name=head.suite,
        task=head.task,
        targets=targets.targets,
        gates=gates,
        run=RunSettings(**run.settings()),
        parameters=head.parameters,
        require_pins=head.require_pins,
        allow_routing=head.allow_routing,
        require_proof=head.require_proof,
        allow_stored_latency=head.allow_stored_latency,
        comparability=head.comparability,
        unfinished=head.unfinished,
        path=path,
        source_sha256=source_sha256,
        warnings=tuple(warnings),
    )
    allowed = tuple(name.lower() for name in head.licenses.allow) if head.licenses else ()
    return LoadedSuite(suite=suite, allowed_licences=allowed, written=written, rows=rows)


def _read_head(review: Review, data: Mapping[str, Json]) -> SuiteHead | None:
    known = (*SuiteHead.model_fields, *PARTS)
    for key in data:
        if key not in known:
            unknown_key(review, (key,), "suite", known)
    own = {key: value for key, value in data.items() if key in SuiteHead.model_fields}
    return validated(review, SuiteHead, own, (), "the suite")


def _no_cases(review: Review, data: Mapping[str, Json]) -> None:
    """Raise NoCasesError: the suite is right as far as it goes, but asks nothing."""
    keys: tuple[Literal["dataset", "cases"], ...] = ("dataset", "cases")
    key = next((key for key in keys if key in data), None)
    if key is None:
        advice = "add `cases:`, `dataset:`, or both"
        review.key((), "E123", "the suite has no 'cases' and no 'dataset'", advice)
        return
    message = "the dataset has no row" if key == "dataset" else "the suite has no case"
    review.key((key,), "E113", message, "add a case: without one there is nothing to compare")
    raise NoCasesError(review.problems)
