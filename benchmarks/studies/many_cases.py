"""A finished comparison of any number of cases with long answers, made up as it is read."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from harness.api import (
    Answer,
    Case,
    CaseView,
    Change,
    Comparison,
    Counts,
    Dossier,
    Finding,
    Flip,
    FlipColumn,
    LatencySummary,
    Measure,
    Output,
    PairTable,
    Presentation,
    Record,
    TargetView,
    Verdict,
)

TARGETS = ("baseline", "candidate")
WORDS = 4_000
SLICES = 41
CHECKS = ("contains", "json_schema", "length_between", "not_contains")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyCases:
    """How many cases, and how long their answers are."""

    cases: int
    characters: int = 600
    seed: int = 7
    presentation: Presentation = field(default_factory=Presentation)

    def change(self, number: int) -> Change:
        """What becomes of a case: 2 % regressed, 1.5 % fixed, 36.5 % changed, 60 % the same."""
        share = random.Random(number * 7919 + self.seed).random()
        if share < 0.02:
            return "regressed"
        if share < 0.035:
            return "fixed"
        return "changed" if share < 0.4 else "same"

    def views(self) -> Iterator[CaseView]:
        """Make every case up, in order; the same every time."""
        writer = _Writer(self.seed)
        for number in range(self.cases):
            change = self.change(number)
            before = writer.text(self.characters)
            after = before if change == "same" else writer.altered(before, number)
            yield _view(number, change, before, after)

    def dossier(self) -> Dossier:
        """Give the whole comparison."""
        changes = [self.change(number) for number in range(self.cases)]
        before = [0.0 if change == "fixed" else 1.0 for change in changes]
        after = [0.0 if change == "regressed" else 1.0 for change in changes]
        ids = [_name(number) for number in range(self.cases)]
        nothing = [0.0] * self.cases
        table = PairTable(
            case_ids=ids,
            tags=[_tags(number) for number in range(self.cases)],
            clusters=[None] * self.cases,
            before_pass=before,
            after_pass=after,
            before_score=before,
            after_score=after,
            before_missing=nothing,
            after_missing=nothing,
            agreement=[float(change == "same") for change in changes],
            before_flaky=[False] * self.cases,
            after_flaky=[False] * self.cases,
            before_latency_s=[0.4],
            after_latency_s=[0.41],
            first_was_baseline=[True],
        )
        comparison = Comparison(
            baseline=TARGETS[0],
            candidate=TARGETS[1],
            table=table,
            flips=FlipColumn(_flips(ids, changes)),
        )
        return Dossier(
            suite="nightly",
            task="text-generation",
            show="text",
            suite_path="suites/nightly.yaml",
            run_id="20261121T073100Z-nightly-1f2e3d4c",
            started_at="2026-11-21T07:31:00+00:00",
            finished_at="2026-11-21T08:43:00+00:00",
            targets=tuple(_target(name, self.cases) for name in TARGETS),
            counts=Counts(planned=2 * self.cases, answered=2 * self.cases, attempts=2 * self.cases),
            cases=self.cases,
            repeats=1,
            comparisons=(comparison,),
            verdict=Verdict(outcome="fail", exit_code=1, reasons=("made up",), gates=()),
            faults=(),
            warnings=(),
            environment={},
            reproduce=(),
            case_views=self.views,
            presentation=self.presentation,
        )


class _Writer:
    """Writes texts of made-up words, some far more frequent than others, as in a language."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        letters = "aeioubcdfghklmnprstvwz"
        self._words = [
            "".join(self._chance.choices(letters, k=self._chance.randint(2, 11)))
            for _ in range(WORDS)
        ]
        self._weights = list(accumulate(1 / (rank + 1) for rank in range(WORDS)))

    def text(self, characters: int) -> str:
        """Give a text of that many characters."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=characters // 5)
        return " ".join(words)[:characters].ljust(characters, "a")

    def altered(self, text: str, number: int) -> str:
        """Give another text: one word differs, in every third one many."""
        words = text.split(" ")
        for _ in range(1 if number % 3 else len(words) // 2):
            words[self._chance.randrange(len(words))] = self._chance.choice(self._words)
        return " ".join(words)


def _view(number: int, change: Change, before: str, after: str) -> CaseView:
    case = Case(
        id=_name(number),
        inputs=f"Summarise document {number} in a few sentences.",
        tags=_tags(number),
        place=f"suites/nightly.jsonl:{number + 1}",
    )
    answers = (
        _answer(number, 0, before, ok=change != "fixed"),
        _answer(number, 1, after, ok=change != "regressed"),
    )
    measures = {TARGETS[1]: (Measure(name="agreement", value=float(change == "same")),)}
    return CaseView(case=case, answers=answers, change={TARGETS[1]: change}, measures=measures)


def _answer(number: int, place: int, text: str, *, ok: bool) -> Answer:
    finding = Finding(
        check=CHECKS[number % len(CHECKS)],
        ok=ok,
        message="as it should be" if ok else f"expected item {number % 11} to be there",
    )
    latency_s = 0.4 * math.exp(math.sin(number * 12.9898 + place) * 0.35)
    record = Record(
        seq=2 * number + place,
        output=Output(value=text, text=text),
        findings=(finding,),
        latency_s=latency_s,
    )
    return Answer(target=TARGETS[place], repeat=0, record=record, state=record.state, attempts=1)


def _name(number: int) -> str:
    return f"document-{number:06d}"


def _tags(number: int) -> tuple[str, ...]:
    return (f"slice/{number % SLICES:02d}", ("short", "long")[number % 2])


def _flips(ids: list[str], changes: list[Change]) -> Iterator[Flip]:
    for number, (case_id, change) in enumerate(zip(ids, changes, strict=True)):
        if change in ("regressed", "fixed"):
            is_lost = change == "regressed"
            yield Flip(
                case_id=case_id,
                target=TARGETS[1],
                before="pass" if is_lost else "fail",
                after="fail" if is_lost else "pass",
                check=CHECKS[number % len(CHECKS)],
                reason=f"expected item {number % 11} to be there",
            )


def _target(name: str, cases: int) -> TargetView:
    return TargetView(
        name=name,
        provider="hf-endpoint",
        model="acme/chat-7b",
        revision=("0123456789" * 4) if name == TARGETS[0] else ("89ab012345" * 4),
        url=f"https://{name}.example",
        served=(),
        evidence="",
        proof="proven",
        counts={"answered": cases, "passed": cases, "failed": 0},
        pass_rate=0.98,
        mean_score=0.98,
        latency=LatencySummary(n=cases, p50_s=0.4, p90_s=0.5, p95_s=0.55, p99_s=0.57),
    )
