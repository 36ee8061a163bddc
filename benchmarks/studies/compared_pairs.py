"""Compares made-up records and reaches a verdict, timed: compared_pairs.py TOLD PAIRS

The figures go to the file TOLD as JSON. What is timed apart is everything after the last pair was
taken in: intervals, slices, latency ratios, every gate, the verdict.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from harness.data.exchange import Fault, Identity
from harness.data.record import Finding, Output, Record
from harness.data.suite import Case, Gate, Suite, Target
from harness.gates import gates_of
from harness.jsonvalue import Json
from harness.stages.compare import compare
from harness.stages.decide import Evidence, decide
from harness.store import StoredAnswer, StoredCase
from harness_tasks.text_classification import TASK

_LABELS = ("POSITIVE", "NEGATIVE")
_TAGS = (("short", "reviews"), ("long", "reviews"), ("mail",), ())
_PINS = {"baseline": "a" * 40, "candidate": "b" * 40}
_GATES = (
    Gate(metric="regressions", max_drop=0.02, confidence=0.95),
    Gate(metric="pass_rate", max_drop=0.01, each="tag"),
    Gate(metric="agreement", min=0.9),
    Gate(metric="label_flip", max=0.1),
    Gate(metric="error_rate", max=0.01),
    Gate(metric="latency_p50", max_ratio=1.15),
    Gate(metric="latency_p95", max_ratio=1.15),
)


def suite() -> Suite:
    """Give the suite the pairs are compared under."""
    return Suite(
        name="pairs",
        task=TASK.name,
        targets=tuple(
            Target(name=name, provider="hf-inference", model="lab/labels", revision=revision)
            for name, revision in _PINS.items()
        ),
        gates=_GATES,
        path=Path("suite.yaml"),
        source_sha256="0" * 64,
    )


def cases(pairs: int) -> Iterator[StoredCase]:
    """Make up cases with an answer of either side: 1 in 10 differs, 1 in 500 has a fault."""
    draw = random.Random(7)
    for number in range(pairs):
        expected = _LABELS[number % 2]
        answers = []
        for place, target in enumerate(_PINS):
            label = expected if draw.random() < 0.95 else _LABELS[1 - number % 2]
            seq = 2 * number + (place + number) % 2
            record = _record(seq, target, expected, label, draw)
            if draw.random() < 0.001:
                record = Record(seq=seq, fault=Fault(kind="overloaded", message="it was busy"))
            answers.append(
                StoredAnswer(
                    target=target,
                    repeat=0,
                    first_of_pair=(place + number) % 2 == 0,
                    seq=seq,
                    record=record,
                    unsent=None,
                    attempts=1,
                    is_replayed=False,
                    answered_at=1_700_000_000.0 + number / 1000,
                )
            )
        case = Case(id=f"case-{number}", inputs="", expect=expected, tags=_TAGS[number % 4])
        yield StoredCase(number=number, case=case, digest=str(number), answers=tuple(answers))


def _record(seq: int, target: str, expected: str, label: str, draw: random.Random) -> Record:
    score = round(draw.uniform(0.5, 1.0), 4)
    other = _LABELS[1 - _LABELS.index(label)]
    scored: list[Json] = [{"label": label, "score": score}, {"label": other, "score": 1.0 - score}]
    return Record(
        seq=seq,
        output=Output(value=scored, text=label, variant="[{label,score}]"),
        findings=(
            Finding(check="valid_labels", ok=True, message="2 labels", weight=0.0),
            Finding(check="expect", ok=label == expected, message=f"got {label}"),
        ),
        served=Identity(revision=_PINS[target], source="x-sha"),
        latency_s=round(draw.lognormvariate(-3.0, 0.4), 6),
    )


def compared(pairs: int) -> dict[str, float | str]:
    """Compare that many pairs; give what it took."""
    taken_in: list[tuple[float, float]] = []

    def watched() -> Iterator[StoredCase]:
        yield from cases(pairs)
        taken_in.append((time.process_time(), time.perf_counter()))

    began = time.process_time()
    asked = suite()
    survey = compare(watched(), asked, TASK)
    evidence = Evidence(
        suite=asked,
        gates=gates_of(asked, survey.cases, has_expectations=True),
        comparisons=survey.comparisons,
        tallies=survey.tallies,
        counts=survey.counts,
    )
    verdict = decide(evidence)
    views = [tally.view() for tally in survey.tallies.values()]
    ((cpu, wall),) = taken_in
    return {
        "pairs": pairs,
        "taking_in_cpu_s": cpu - began,
        "deciding_cpu_s": time.process_time() - cpu,
        "deciding_wall_s": time.perf_counter() - wall,
        "gates": len(verdict.gates),
        "measured": sum(view.latency.n for view in views),
        "outcome": verdict.outcome,
    }


if __name__ == "__main__":
    told = compared(int(sys.argv[2]))
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
