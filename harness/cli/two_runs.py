"""Pairs a target of one stored run with a target of another, by the content of the cases."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from harness import pipeline
from harness.cli.folder import find_run
from harness.data.dossier import Dossier
from harness.data.noun import replace
from harness.data.probe import Probe
from harness.data.suite import Suite, Target
from harness.errors import NothingSelectedError, UsageError
from harness.identity import environment
from harness.registry import Registry
from harness.stages.report import Occasion
from harness.store import RunHeader, RunReader, StoredAnswer, StoredCase, codec
from harness.units import plural
from harness.waivers import waivers_from_json

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """One target of a stored run."""

    folder: Path
    header: RunHeader
    target: Target
    is_early: bool
    """Whether the run may have stopped before all cases were asked, these in random order."""


def conclude_two(first: str, second: str, out: Path, registry: Registry) -> Dossier:
    """Give the dossier of a baseline from one run and a candidate from another.

    They were not called side by side: latency gates are undecided unless the second run's suite
    has `allow_stored_latency`.
    """
    before, after = _chosen(first, last=False), _chosen(second, last=True)
    suite = _joined(before, after)

    def stored() -> Iterator[StoredCase]:
        with RunReader(before.folder) as one, RunReader(after.folder) as other:
            yield from _pairs(one, other, before, after, suite.run.repeats)

    if next(stored(), None) is None:
        raise NothingSelectedError(
            f"{first} and {second}: no case of one has the inputs, parameters and expectation of "
            "a case of the other: there is nothing to compare"
        )
    occasion = Occasion(
        run_id=f"{before.header.run_id} and {after.header.run_id}",
        started_at=before.header.started_at,
        finished_at=after.header.started_at,
        environment=environment(),
        reproduce=(shlex.join(["revgate", "compare", first, second, "--out", str(out)]),),
        warnings=_unpaired(before, after),
    )
    with RunReader(before.folder) as one, RunReader(after.folder) as other:
        waivers = waivers_from_json(other.events())
        conditions = pipeline.conditions_of_two(
            suite, one, other, before.target.name, after.target.name
        )
    probes = (*_probes(before, "baseline"), *_probes(after, "candidate"))
    return pipeline.conclude(
        suite,
        stored,
        occasion,
        registry,
        was_interleaved=False,
        probes=probes,
        waivers=waivers,
        conditions=conditions,
    )


def _chosen(name: str, *, last: bool) -> _Chosen:
    path, _, wanted = name.partition("#")
    folder = find_run(path)
    with RunReader(folder) as reader:
        header = reader.header()
    suite = codec.suite_from_json(header.suite)
    targets = suite.targets
    wanted = wanted or targets[-1 if last else 0].name
    for target in targets:
        if target.name == wanted:
            is_early = suite.run.stop == "early"
            return _Chosen(folder=folder, header=header, target=target, is_early=is_early)
    known = ", ".join(target.name for target in targets)
    raise UsageError(f"{name}: the run has no target {wanted!r}; it has {known}")


def _joined(before: _Chosen, after: _Chosen) -> Suite:
    suite = codec.suite_from_json(after.header.suite)
    other = codec.suite_from_json(before.header.suite)
    if other.task != suite.task:
        raise UsageError(f"the runs are of different tasks: {other.task} and {suite.task}")
    repeats = min(suite.run.repeats, other.run.repeats)
    # What one of the two left out was left out as its answers came, whichever of them it was.
    stop: Literal["end", "early"] = "early" if before.is_early or after.is_early else "end"
    return replace(
        suite,
        targets=(
            replace(before.target, name="baseline"),
            replace(after.target, name="candidate"),
        ),
        run=replace(suite.run, repeats=repeats, stop=stop),
    )


def _pairs(
    one: RunReader, other: RunReader, before: _Chosen, after: _Chosen, repeats: int
) -> Iterator[StoredCase]:
    for stored in other.cases():
        partner = one.case_by_digest(stored.digest)
        if partner is None:
            continue
        answers = [
            *_answers(partner, before.target.name, "baseline", repeats),
            *_answers(stored, after.target.name, "candidate", repeats),
        ]
        if before.is_early != after.is_early:
            # The order that was drawn counts; that of the other run is the one of the file.
            drawn = partner if before.is_early else stored
            place = min((answer.seq for answer in drawn.answers), default=0)
            answers = [replace(answer, seq=place) for answer in answers]
        yield replace(stored, answers=tuple(answers))


def _answers(stored: StoredCase, target: str, name: str, repeats: int) -> Iterator[StoredAnswer]:
    """Give a target's answers under its new name; repeats the other run has not are left out."""
    for answer in stored.answers:
        if answer.target == target and answer.repeat < repeats:
            yield replace(answer, target=name)


def _probes(chosen: _Chosen, name: str) -> Iterator[Probe]:
    """Give what was said of a target in its run, under its new name."""
    with RunReader(chosen.folder) as reader:
        for probe in pipeline.probes_in(reader.events()):
            if probe.target == chosen.target.name:
                yield replace(probe, target=name)


def _unpaired(before: _Chosen, after: _Chosen) -> tuple[str, ...]:
    with RunReader(before.folder) as one, RunReader(after.folder) as other:
        found = (_only_in("second", other, one), _only_in("first", one, other))
    return tuple(words for words in found if words)


def _only_in(which: str, run: RunReader, other: RunReader) -> str:
    """Name the first cases that are in a run and not in the other; empty: there are none."""
    lonely = (s.case.id for s in run.cases() if other.case_by_digest(s.digest) is None)
    named = list(islice(lonely, _NAMED))
    count = len(named) + sum(1 for _ in lonely)
    more = ", ..." if count > _NAMED else ""
    if not named:
        return ""
    return f"{plural(count, 'case')} only in the {which} run: {', '.join(named)}{more}"
