"""result.json is schema 1, strict, and counts what the dossier counts."""

import json
import math
from dataclasses import replace

import pytest

from harness.api import Dossier
from harness_reports import result_json
from tests.reports import dossiers


def written(dossier: Dossier) -> str:
    (reporter,) = result_json.harness_reporters()
    (artifact,) = reporter.render(dossier)
    assert artifact.name == "result.json"
    return b"".join(artifact.chunks).decode()


def strict(text: str) -> dict[str, object]:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)  # type: ignore[no-any-return]


def test_keys_stand_in_their_documented_order() -> None:
    found = strict(written(dossiers.regressions()))
    assert list(found) == [
        "schema",
        "suite",
        "verdict",
        "exit_code",
        "targets",
        "counts",
        "gates",
        "flips",
        "latency",
        "slices",
        "warnings",
        "environment",
    ]
    assert found["schema"] == 1
    target = found["targets"]["candidate"]  # type: ignore[index]
    assert list(target) == ["provider", "model", "revision", "served", "proof"]
    gate = found["gates"][0]  # type: ignore[index]
    assert list(gate) == [
        "metric",
        "target",
        "slice",
        "level",
        "baseline",
        "candidate",
        "estimate",
        "low",
        "high",
        "limit",
        "outcome",
        "reason",
    ]
    assert list(found["flips"][0]) == ["case", "target", "before", "after", "check"]  # type: ignore[index]
    latency = found["latency"]["baseline"]  # type: ignore[index]
    assert list(latency) == ["n", "p50_s", "p90_s", "p95_s", "p99_s"]
    assert latency["p99_s"] is None


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_counts_add_up_and_text_is_strict(name: str, dossier: Dossier) -> None:
    text = written(dossier)
    assert text.endswith("}\n")
    assert text.startswith('{\n  "schema": 1,')
    found = strict(text)
    counts: dict[str, int] = found["counts"]  # type: ignore[assignment]
    assert counts["planned"] == (
        counts["answered"] + counts["faults"] + counts["skipped"] + counts["cancelled"]
    )
    assert counts["answered"] == counts["passed"] + counts["failed"]
    assert len(found["flips"]) == sum(len(c.flips) for c in dossier.comparisons)  # type: ignore[arg-type]


def test_no_number_is_nan_or_infinite() -> None:
    base = dossiers.inconclusive()
    gate = replace(base.verdict.gates[0], low=-math.inf, high=math.inf, estimate=math.nan)
    broken = replace(base, verdict=replace(base.verdict, gates=(gate,)))
    found = strict(written(broken))
    assert found["gates"][0]["low"] is None  # type: ignore[index]
    assert found["gates"][0]["estimate"] is None  # type: ignore[index]


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    base = replace(dossiers.all_pass(), warnings=("half a pair: \ud83d",))
    assert strict(written(base))["warnings"] == ["half a pair: \\ud83d"]


def test_warnings_of_comparisons_are_there_once() -> None:
    base = dossiers.all_pass()
    doubled = replace(
        base,
        warnings=("first",),
        comparisons=(replace(base.comparisons[0], warnings=("first", "second")),),
    )
    assert strict(written(doubled))["warnings"] == ["first", "second"]
