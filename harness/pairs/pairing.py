"""Pairs the answers of two targets to one case: what flipped, what agrees, what is missing."""

from collections.abc import Mapping, Sequence

from harness.api.kinds import Task
from harness.data.comparison import Change
from harness.data.flips import Flip
from harness.data.noun import Noun
from harness.data.record import Measure, Record
from harness.data.suite import Case

NAN = float("nan")


class Side(Noun, frozen=True, kw_only=True):
    """One target's records of one case."""

    records: Mapping[int, Record]
    """By repeat; one that was not sent has no record."""
    answered: Sequence[Record]
    """Those with an answer that counts."""
    pass_share: float
    """Share of answered repeats that passed; NaN when none was answered."""
    mean_score: float
    """Mean score of answered repeats; NaN when none was answered."""
    uncounted: int = 0
    """Answers that came and count as missing, as they were cut off or refused."""

    @property
    def is_flaky(self) -> bool:
        """Whether its own repeats disagree on passing."""
        return 0 < self.pass_share < 1


def side_of(records: Mapping[int, Record]) -> Side:
    """Give what a target's records of a case, by repeat, come to."""
    answered: list[Record] = []
    uncounted = passed = 0
    score = 0.0
    for record in records.values():
        if record.output is None:
            continue
        if record.uncounted:
            uncounted += 1
            continue
        answered.append(record)
        passed += record.state == "passed"
        score += record.score or 0.0
    n = len(answered)
    return Side(
        records=records,
        answered=answered,
        uncounted=uncounted,
        pass_share=passed / n if n else NAN,
        mean_score=score / n if n else NAN,
    )


class PairOutcome(Noun, frozen=True, kw_only=True):
    """What became of one case."""

    change: Change
    flip: Flip | None
    measures: tuple[Measure, ...]
    """Of the first repeat both sides answered."""
    every_measure: tuple[Measure, ...]
    """Of all repeats."""
    agreements: tuple[float, ...]
    """A value in 0..1 for every repeat that could be compared."""
    shapes: tuple[tuple[str, str], ...]
    """(before, after) of every repeat that both sides answered."""
    warnings: tuple[str, ...] = ()


def pair_up(task: Task, case: Case, candidate: str, before: Side, after: Side) -> PairOutcome:
    """Compare repeat with repeat. A plugin that raises is a warning, and its pair is missing."""
    compared: list[tuple[Measure, ...]] = []
    agreements: list[float] = []
    shapes: list[tuple[str, str]] = []
    warnings: list[str] = []
    for repeat, record in before.records.items():
        other = after.records.get(repeat)
        if other is None or record.output is None or other.output is None:
            continue
        if record.uncounted or other.uncounted:
            continue
        shapes.append((record.output.variant, other.output.variant))
        try:
            measures = tuple(task.compare(case, record.output, other.output))
            agreed = [m.value for m in measures if m.name == "agreement"]
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            warnings.append(f"task {task.name}: compare raised {error!r}")
            continue
        compared.append(measures)
        if not all(0.0 <= value <= 1.0 for value in agreed):
            warnings.append(f"task {task.name}: compare gave an agreement that is not in 0..1")
        elif agreed:
            agreements.append(sum(agreed) / len(agreed))
    flip = flip_of(case.id, candidate, before, after)
    return PairOutcome(
        change=_change(flip, agreements),
        flip=flip,
        measures=compared[0] if compared else (),
        every_measure=tuple(measure for measures in compared for measure in measures),
        agreements=tuple(agreements),
        shapes=tuple(shapes),
        warnings=tuple(warnings),
    )


def flip_of(case_id: str, target: str, before: Side, after: Side) -> Flip | None:
    """Give the flip of a case whose majority of answered repeats changed sides, or None."""
    was, now = before.pass_share, after.pass_share
    if was > 0.5 > now:
        check, reason = _first_failure(after.answered)
        return Flip(
            case_id=case_id, target=target, before="pass", after="fail", check=check, reason=reason
        )
    if was < 0.5 < now:
        check, reason = _first_failure(before.answered)
        return Flip(
            case_id=case_id, target=target, before="fail", after="pass", check=check, reason=reason
        )
    return None


def _first_failure(records: Sequence[Record]) -> tuple[str, str]:
    for record in records:
        for finding in record.findings:
            if finding.required and not finding.ok:
                return finding.check, finding.message
    return "", ""


def _change(flip: Flip | None, agreements: Sequence[float]) -> Change:
    if flip is not None:
        return "regressed" if flip.after == "fail" else "fixed"
    if not agreements:
        return "missing"
    return "same" if min(agreements) == 1.0 else "changed"
