"""Dossiers of upgrades: known upstream, unlike sides, JSON answers, embeddings, other sizes."""

import json
import random
from functools import cache

from harness.api import (
    Answer,
    Case,
    CaseView,
    Change,
    Dossier,
    Estimate,
    Json,
    LatencySummary,
    Measure,
    PairTable,
)
from harness.data.conditions import Condition
from harness.data.noise import Noise
from harness.data.noun import replace
from tests.reports import dossiers, media_dossiers
from tests.reports.media_files import landscape

UPSTREAM: dict[str, Json] = {
    "candidate": {
        "model": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
        "before": dossiers.BEFORE,
        "after": dossiers.AFTER,
        "direction": "later",
        "cut": True,
        "commits": [
            {
                "id": dossiers.AFTER,
                "date": "2026-10-02T09:00:00Z",
                "title": "Train two epochs more",
            },
            {"id": "5" * 40, "date": "2026-09-30T09:00:00Z", "title": "Lower-case the <labels>"},
        ],
        "files": [
            {"kind": "weights", "path": "model.safetensors", "how": "changed"},
            {"kind": "config", "path": "config.json", "how": "changed"},
            {"kind": "tokenizer", "path": "vocab.txt", "how": "removed"},
        ],
    }
}


def timed(summary: LatencySummary, **changes: object) -> LatencySummary:
    """A summary with intervals, and with reasons for what it leaves out."""
    known = {
        key: Estimate(
            value=value, low=value * 0.94, high=value * 1.08, confidence=0.95, method="ranks"
        )
        for key in ("p50_s", "p90_s", "p95_s")
        if (value := getattr(summary, key)) is not None
    }
    base = replace(
        summary, intervals=known, excluded=7, left_out={"retried": 4, "cached": 2, "moved": 1}
    )
    return replace(base, **changes)


def drifting(table: PairTable, pairs: int = 240) -> PairTable:
    """Latencies of which the candidate's rise, and of which the first of a pair is slower."""
    chance = random.Random(3)
    before, after, firsts = [], [], []
    for place in range(pairs):
        first = place % 2 == 0
        one, other = chance.lognormvariate(-3, 0.2), chance.lognormvariate(-3, 0.2)
        before.append(one * (1.5 if first else 1))
        after.append(other * (1 if first else 1.5) * (1 + place / pairs))
        firsts.append(first)
    return replace(
        table,
        before_latency_s=before,
        after_latency_s=after,
        first_was_baseline=firsts,
        latency_rows=[],
        places=[],
    )


def upgraded() -> Dossier:
    """Everything a report can say of what is compared."""
    base = dossiers.regressions()
    targets = tuple(replace(one, latency=timed(one.latency)) for one in base.targets)
    comparison = replace(
        base.comparisons[0], table=drifting(base.comparisons[0].table), order_effect_p=0.0004
    )
    conditions = (
        Condition(item="prompts", candidate="candidate", policy="block", is_equal=True),
        Condition(
            item="transport",
            candidate="candidate",
            policy="warn",
            is_equal=False,
            words="baseline and candidate are not alike in transport: what sent the calls was "
            "curl, is requests",
        ),
    )
    floor = Noise(
        alarms=3, relabellings=1000, low=0.0006, high=0.0088, cases=60, visible_drop=0.081
    )
    return replace(
        base,
        targets=targets,
        comparisons=(comparison,),
        conditions=conditions,
        noise=floor,
        environment={**base.environment, "preflight": {"hub": "x", "upstream": UPSTREAM}},
    )


def paced() -> Dossier:
    """Calls at a given rate, some of which had to wait; ends of answers that the wire tells."""
    base = dossiers.all_pass()
    left_out = {"bundled": 5, "held back": 2}
    targets = tuple(
        replace(
            one,
            response=replace(
                dossiers.spread(place + 20, 0.07 + 0.05 * place, 300), left_out=left_out
            ),
            ended={"stop": 180, "length": 12 + place, "refused": 3},
        )
        for place, one in enumerate(base.targets)
    )
    return replace(base, targets=targets)


def _view(name: str, before: Json, after: Json, kind: Change, *, as_text: bool) -> CaseView:
    answers: list[Answer] = []
    for target, value, ok in (
        ("baseline", before, kind != "fixed"),
        ("candidate", after, kind != "regressed"),
    ):
        text = json.dumps(value) if as_text else ""
        why = "" if ok else "missing key 'iban'"
        found = dossiers.record(5, text if as_text else value, text, ok, why, "json_schema")
        answers.append(dossiers.answer(target, 0, found))
    return CaseView(
        case=Case(id=name, inputs="Give the invoice as JSON.", tags=("extract",), place="s.yaml:9"),
        answers=tuple(answers),
        change={"candidate": kind},
        measures={"candidate": (Measure(name="exact_match", value=0.0),)},
    )


def structured() -> Dossier:
    """Answers that are JSON, as values and as text."""
    invoice: Json = {
        "name": "Müller",
        "iban": "DE89 3704",
        "lines": [{"id": 1, "price": 4.5}, {"id": 2, "price": 8}, {"id": 3, "price": 1}],
    }
    other: Json = {
        "name": "Müller",
        "account": "DE89 3704",
        "lines": [{"id": 1, "price": 4.5}, {"id": 3, "price": 1.25}],
    }
    views = [
        _view("invoice-3", invoice, other, "regressed", as_text=True),
        _view("invoice-4", other, invoice, "changed", as_text=True),
    ]
    return media_dossiers.made("text-generation", "text", views)


def embeddings(cases: int = 24, width: int = 16) -> Dossier:
    """Vectors around four centres; one case moves from one centre to the next."""
    chance = random.Random(11)
    centres = [[chance.gauss(0, 1) for _ in range(width)] for _ in range(4)]

    def near(centre: int) -> tuple[Json, str, bytes]:
        numbers: Json = [x + chance.gauss(0, 0.1) for x in centres[centre % 4]]
        return {"vector": numbers, "shape": [width]}, f"{width} numbers", b""

    views = []
    for place in range(cases):
        old = near(place)
        new = near(place + 1) if place == 5 else old
        kind: Change = "regressed" if place == 5 else "same"
        views.append(media_dossiers.view(f"word-{place}", old, new, kind, f"word {place}"))
    return media_dossiers.made("feature-extraction", "vector", views)


def sizes() -> Dossier:
    """A picture that comes in another size, one that comes with other pixels, one unchanged."""
    small, large, other = (landscape(0.3, 96, 64), landscape(0.3, 120, 80), landscape(0.6, 96, 64))
    feature, words = media_dossiers.feature, "image/png"
    return media_dossiers.made("text-to-image", "image", [
        media_dossiers.view(
            "larger", feature(small, words), feature(large, words), "regressed", "grain"
        ),
        media_dossiers.view(
            "other", feature(small, words), feature(other, words), "regressed", "grain"
        ),
        media_dossiers.view(
            "same", feature(small, words), feature(small, words), "changed", "grain"
        ),
    ])  # fmt: skip


@cache
def everything() -> tuple[tuple[str, Dossier], ...]:
    """Every dossier by name, made once for all tests of a process."""
    makers = (upgraded, paced, structured, embeddings, sizes)
    return tuple((make.__name__, make()) for make in makers)
