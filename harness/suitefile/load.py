"""Loads a suite file: everything that can be known without a call is checked here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from harness.data.suite import Case, RunSettings, Suite
from harness.jsonvalue import Json, sha256_hex
from harness.suitefile.cases import Common, WrittenCase, id_digest, read_cases
from harness.suitefile.checks import read_checks
from harness.suitefile.document import compose
from harness.suitefile.gates import read_gates
from harness.suitefile.leaks import find_leaks, known_secrets
from harness.suitefile.media import read_media
from harness.suitefile.misread import refuse_misread, refuse_unfit
from harness.suitefile.models import RunModel, SuiteHead
from harness.suitefile.node import plain
from harness.suitefile.overrides import apply_overrides
from harness.suitefile.paths import PathError
from harness.suitefile.plugged import Plugged, find_plugin
from harness.suitefile.problems import NoCasesError, Problem, SuiteError
from harness.suitefile.review import Review
from harness.suitefile.rowplan import read_row_plan, uses_columns
from harness.suitefile.rows import RowPlan, cases_of
from harness.suitefile.source import as_source, read_bytes
from harness.suitefile.targets import Targets, read_targets
from harness.suitefile.translate import unknown_key, validated

PARTS = ("target", "targets", "checks", "cases", "dataset", "run", "gates")
"""Keys of a suite that have parts of their own."""

_NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSuite:
    """A valid suite and the way to its cases."""

    suite: Suite
    written: tuple[WrittenCase, ...] = field(default=(), repr=False)
    rows: RowPlan | None = field(default=None, repr=False)

    def cases(self) -> Iterator[Case]:
        """Give the cases of the file, then one a row of the dataset, reading as they are asked.

        Media are read case by case. Raises SuiteError for a row that makes no case, or a file
        that can no longer be read.
        """
        taken: set[int] = set()
        for written in self.written:
            taken.add(id_digest(written.case.id))
            yield self._with_media(written)
        if self.rows is not None:
            yield from cases_of(self.rows, taken)

    def _with_media(self, written: WrittenCase) -> Case:
        if written.file is None:
            return written.case
        try:
            return replace(written.case, media=read_media(self.suite.path.parent, written.file))
        except PathError as error:
            line = int(written.case.place.rpartition(":")[2])
            problem = Problem(
                code=error.code, message=str(error), file=str(self.suite.path), line=line
            )
            raise SuiteError([problem]) from error


def load_suite(
    path: Path,
    registry: Plugged,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] = _NO_OVERRIDES,
) -> LoadedSuite:
    """Give the suite in a file, checked against what is installed; nothing is sent or run.

    Raises SuiteError with everything that is wrong, in file order; NoCasesError when there is no
    case; UsageError for an override that cannot be. `environ` is only used to recognise a
    credential that was copied into the suite.
    """
    body = read_bytes(path)
    known = known_secrets(registry.providers, environ)
    review = Review(as_source(body, str(path), known))
    _refuse_leaks(review)
    data = _compose(review)
    unfit = refuse_misread(review, review.root) if review.root else []
    apply_overrides(data, overrides)
    loaded = _read(review, data, registry, path, sha256_hex(body))
    refuse_unfit(review, unfit)
    review.stop_if_wrong()
    if loaded is None:
        raise SuiteError(review.problems)
    return loaded


def _refuse_leaks(review: Review) -> None:
    for number, line in enumerate(review.source.lines, start=1):
        for leak in find_leaks(line, review.source.known):
            message = "looks like a credential"
            advice = "remove it, and revoke it: credentials are read from the environment"
            width = leak.end - leak.start
            review.at(number, leak.start + 1, "E116", message, advice, width)


def _compose(review: Review) -> dict[str, Json]:
    """Give the data of the one document; raises SuiteError when there is nothing to go on with."""
    review.root = compose(review)
    if review.root is None or (review.root.value is None and review.root.is_plain):
        if not review.problems:
            review.at(1, 1, "E110", "suite is empty; needs 'targets' and 'cases'")
        raise SuiteError(review.problems)
    data = plain(review.root)
    if not isinstance(data, dict):
        review.on(review.root, "E124", "a suite is a mapping: `suite: my-upgrade`, ...")
        raise SuiteError(review.problems)
    return data


def _read(
    review: Review, data: dict[str, Json], registry: Plugged, path: Path, source_sha256: str
) -> LoadedSuite | None:
    """Give the suite of composed data, None when the review has enough against it."""
    head = _read_head(review, data)
    task_name = data.get("task")
    task = None
    if isinstance(task_name, str):
        task = find_plugin(review, registry.tasks, "task", task_name, ("task",))
    targets = read_targets(review, data, registry, require_pins=data.get("require_pins") is True)
    gates = read_gates(review, data["gates"]) if "gates" in data else ()
    run = validated(review, RunModel, data.get("run", {}), ("run",), "run")
    checks = read_checks(review, data.get("checks", []), ("checks",), registry.checks)
    parameters = data.get("parameters")
    common = Common(
        folder=path.parent,
        parameters=parameters if isinstance(parameters, dict) else {},
        checks=checks,
        wants_file=task is not None and task.wants == "file",
    )
    written: tuple[WrittenCase, ...] = ()
    if "cases" in data:
        written = read_cases(review, data["cases"], common, registry.checks)
    rows, has_rows = None, False
    if "dataset" in data:
        rows, has_rows = read_row_plan(review, data["dataset"], common)
    if not written and not has_rows and not review.problems:
        _no_cases(review, data)
    if review.problems or head is None or run is None:
        return None
    suite = Suite(
        name=head.suite,
        task=head.task,
        targets=targets.targets,
        gates=gates,
        run=_settings(run),
        require_pins=head.require_pins,
        require_proof=head.require_proof,
        allow_stored_latency=head.allow_stored_latency,
        path=path,
        source_sha256=source_sha256,
        warnings=_warnings(targets, run, rows),
    )
    return LoadedSuite(suite=suite, written=written, rows=rows)


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


def _settings(run: RunModel) -> RunSettings:
    values = run.model_dump(exclude={"max_cost_usd"})
    return RunSettings(**values)


def _warnings(targets: Targets, run: RunModel, rows: RowPlan | None) -> tuple[str, ...]:
    warnings = list(targets.warnings)
    if run.max_cost_usd is not None:
        warnings.append("run.max_cost_usd is not enforced: no price is known for these targets")
    if rows is not None and not uses_columns(rows):
        warnings.append("dataset.inputs names no column: every row asks the same")
    return tuple(warnings)
