"""Stored cases written as letters, and the survey and verdict they come to.

A row is one string a target, a letter a repeat: P passes, Q passes with another answer, F fails,
x is a malformed answer, t a timeout, c no connection, p a call no plugin could build, - a call not
sent as the target was given up, b one the budget left out, . one nobody made any more.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.api.kinds import Task
from harness.data.call import Payload
from harness.data.exchange import Fault, FaultKind, Identity, Unsent
from harness.data.noun import replace
from harness.data.record import Finding, Output, Record
from harness.data.suite import Case, Gate, RunSettings, Suite, Target
from harness.data.verdict import GateResult, Verdict
from harness.gates import gates_of
from harness.gates.results import Evidence
from harness.stages.compare import compare
from harness.stages.decide import decide
from harness.store import StoredAnswer, StoredCase
from harness.tallies.survey import Survey

PINS = ("a" * 40, "b" * 40, "c" * 40)
NAMES = ("baseline", "candidate", "other")
FAULTS: dict[str, FaultKind] = {"x": "malformed", "t": "timeout", "c": "connect"}
NOT_SENT: dict[str, Any] = {"-": "target stopped", "b": "budget", "p": "plugin"}
Row = Sequence[str]
Latency = Callable[[int, int, int], float | None]
Served = Callable[[int, str], Identity | None]
Kept = Callable[[int, int, int, StoredAnswer], StoredAnswer]
"""Given the case, target and repeat, changes what the run keeps of an answer."""

TASK = Task(
    name="letters",
    build=lambda case: Payload(value=case.inputs),
    parse=lambda answer: Output(value=answer),  # type: ignore[arg-type]
    validate=lambda _case, _output: [Finding(check="valid", ok=True, message="it is")],
    sample=Case(id="sample", inputs="a"),
    sample_output="a",
)


def suite(*, width: int = 2, gates: Iterable[Gate] = (), repeats: int = 1, **more: Any) -> Suite:
    given: dict[str, Any] = {
        "name": "letters",
        "task": "letters",
        "targets": tuple(
            Target(name=NAMES[i], provider="p", model="m", revision=PINS[i]) for i in range(width)
        ),
        "gates": tuple(gates),
        "run": RunSettings(repeats=repeats),
        "path": Path("suite.yaml"),
        "source_sha256": "0" * 64,
    }
    return Suite(**(given | more))


def honest(target: int, _letter: str) -> Identity:
    return Identity(revision=PINS[target], source="x-sha")


def nobody(_target: int, _letter: str) -> None:
    return None


def record(letter: str, seq: int, latency_s: float | None, served: Identity | None) -> Record:
    if letter in FAULTS:
        fault = Fault(kind=FAULTS[letter], message=f"it was {FAULTS[letter]}")
        return Record(seq=seq, fault=fault, latency_s=latency_s, served=served)
    finding = Finding(check="expect", ok=letter != "F", message=f"got {letter}")
    return Record(
        seq=seq,
        output=Output(value=letter, text=letter),
        findings=(finding,),
        latency_s=latency_s,
        served=served,
    )


def stored(
    rows: Iterable[Row],
    *,
    latency: Latency = lambda _case, _target, _repeat: None,
    served: Served = honest,
    tags: Callable[[int], tuple[str, ...]] = lambda _case: (),
    cluster: Callable[[int], str | None] = lambda _case: None,
    replayed: bool = False,
    kept: Kept = lambda _case, _target, _repeat, answer: answer,
) -> Iterator[StoredCase]:
    """Give the rows as a run keeps them; who goes first of a pair alternates."""
    for number, row in enumerate(rows):
        answers = []
        for target, letters in enumerate(row):
            for repeat, letter in enumerate(letters):
                place = (target + number) % len(row)
                seq = (number * 100 + repeat) * len(row) + place
                found = None
                unsent = None
                if letter in NOT_SENT:
                    fault = Fault(kind="plugin", message="raised") if letter == "p" else None
                    unsent = Unsent(seq=seq, cause=NOT_SENT[letter], reason="so", fault=fault)
                elif letter != ".":
                    seconds = latency(number, target, repeat)
                    found = record(letter, seq, seconds, served(target, letter))
                answer = StoredAnswer(
                    target=NAMES[target],
                    repeat=repeat,
                    first_of_pair=place == 0,
                    seq=seq,
                    record=found,
                    unsent=unsent,
                    attempts=int(found is not None),
                    is_replayed=replayed,
                )
                answers.append(kept(number, target, repeat, answer))
        case = Case(
            id=f"c{number}",
            inputs=str(number),
            expect="P",
            tags=tags(number),
            cluster=cluster(number),
        )
        yield StoredCase(number=number, case=case, digest=str(number), answers=tuple(answers))


def shape(rows: Sequence[Row], gates: Iterable[Gate], more: dict[str, Any]) -> Suite:
    width, repeats = (len(rows[0]), len(rows[0][0])) if rows else (2, 1)
    settings = {k: more.pop(k) for k in ("require_proof", "targets") if k in more}
    return suite(**({"width": width, "gates": gates, "repeats": repeats} | settings))


def with_record(answer: StoredAnswer, **more: Any) -> StoredAnswer:
    """Give an answer whose record is changed; one without an output stays as it is."""
    if answer.record is None or answer.record.output is None:
        return answer
    return replace(answer, record=replace(answer.record, **more))


def surveyed(rows: Sequence[Row], task: Task = TASK, **more: Any) -> Survey:
    """Give the survey of rows; `more` as `stored` takes it."""
    asked = shape(rows, (), more)
    return compare(stored(rows, **more), asked, task)


def verdict(
    rows: Sequence[Row],
    *gates: Gate,
    old_latency: bool = False,
    task: Task = TASK,
    **more: Any,
) -> Verdict:
    """Give the verdict on rows; without gates the default ones decide."""
    asked = shape(rows, gates, more)
    survey = compare(stored(rows, **more), asked, task)
    return decide(
        Evidence(
            suite=asked,
            gates=gates_of(asked, survey.cases, has_expectations=True),
            comparisons=survey.comparisons,
            tallies=survey.tallies,
            counts=survey.counts,
            has_stored_latency=old_latency,
        )
    )


def result(rows: Sequence[Row], gate: Gate, **more: Any) -> GateResult:
    """Give how one gate was decided."""
    (found,) = verdict(rows, gate, **more).gates
    return found


def counts(same: int = 0, lost: int = 0, gained: int = 0, broken: int = 0) -> list[Row]:
    """Give cases that pass on both sides, regress, are fixed, or fail on both sides."""
    return [("P", "P")] * same + [("P", "F")] * lost + [("F", "P")] * gained + [("F", "F")] * broken
