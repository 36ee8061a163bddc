"""Pairs a target of one stored run with a target of another, by the content of the cases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness import pipeline
from harness.cli.folder import find_run
from harness.data.dossier import Dossier
from harness.data.suite import Suite, Target
from harness.errors import UsageError
from harness.identity import environment
from harness.registry import Registry
from harness.stages.report import Occasion
from harness.store import RunHeader, RunReader, StoredCase, codec
from harness.units import plural


def conclude_two(first: str, second: str, registry: Registry) -> Dossier:
    """Give the dossier of a baseline from one run and a candidate from another.

    They were not called side by side: latency gates are undecided unless the second run's suite
    has `allow_stored_latency`.
    """
    before, before_header, before_target = _open(first, last=False)
    after, after_header, after_target = _open(second, last=True)
    suite = _joined(after_header, before_header, before_target, after_target)

    def stored() -> Iterator[StoredCase]:
        return _pairs(before, after, before_target.name, after_target.name)

    unpaired = _unpaired(before, after)
    occasion = Occasion(
        run_id=f"{before_header.run_id} and {after_header.run_id}",
        started_at=before_header.started_at,
        finished_at=after_header.started_at,
        environment=environment(),
        reproduce=(f"revgate compare {first} {second}",),
        warnings=unpaired,
    )
    return pipeline.conclude(suite, stored, occasion, registry, was_interleaved=False)


def _open(name: str, *, last: bool) -> tuple[RunReader, RunHeader, Target]:
    path, _, wanted = name.partition("#")
    reader = RunReader(find_run(path))
    header = reader.header()
    targets = codec.suite_from_json(header.suite).targets
    if not wanted:
        return reader, header, targets[-1 if last else 0]
    for target in targets:
        if target.name == wanted:
            return reader, header, target
    known = ", ".join(target.name for target in targets)
    raise UsageError(f"{name}: the run has no target {wanted!r}; it has {known}")


def _joined(after: RunHeader, before: RunHeader, first: Target, second: Target) -> Suite:
    suite = codec.suite_from_json(after.suite)
    other = codec.suite_from_json(before.suite)
    if other.task != suite.task:
        raise UsageError(f"the runs are of different tasks: {other.task} and {suite.task}")
    repeats = min(suite.run.repeats, other.run.repeats)
    return replace(
        suite,
        targets=(replace(first, name="baseline"), replace(second, name="candidate")),
        run=replace(suite.run, repeats=repeats),
        path=Path(suite.path),
    )


def _pairs(before: RunReader, after: RunReader, first: str, second: str) -> Iterator[StoredCase]:
    for stored in after.cases():
        partner = before.case_by_digest(stored.digest)
        if partner is None:
            continue
        answers = [
            *(replace(a, target="baseline") for a in partner.answers if a.target == first),
            *(replace(a, target="candidate") for a in stored.answers if a.target == second),
        ]
        yield replace(stored, answers=tuple(answers))


def _unpaired(before: RunReader, after: RunReader) -> tuple[str, ...]:
    lonely = [s.case.id for s in after.cases() if before.case_by_digest(s.digest) is None]
    others = [s.case.id for s in before.cases() if after.case_by_digest(s.digest) is None]
    found = []
    for ids, which in ((lonely, "second"), (others, "first")):
        if ids:
            named = ", ".join(ids[:5])
            found.append(f"{plural(len(ids), 'case')} only in the {which} run: {named}")
    return tuple(found)
