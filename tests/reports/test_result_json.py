"""result.json is schema 1, strict, and counts what the dossier counts."""

import json
import math
import tracemalloc

import pytest

from harness.api import Dossier, Estimate, Flip, LatencySummary, MeasureSummary, Trace
from harness.data.flips import FlipColumn
from harness.data.noun import replace
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
        "reasons",
        "targets",
        "counts",
        "saved_calls",
        "gates",
        "flips",
        "waived",
        "waivers",
        "without_waivers",
        "comparability",
        "noise",
        "latency",
        "measures",
        "slices",
        "warnings",
        "environment",
    ]
    assert found["schema"] == 1
    target = found["targets"]["candidate"]  # type: ignore[index]
    assert list(target) == [
        "provider",
        "model",
        "revision",
        "served",
        "proof",
        "served_spans",
        "cost_usd",
        "price_as_of",
        "usage",
        "service",
        "first_token",
        "response",
        "moved",
        "batched",
        "urls",
        "shapes",
        "ended",
        "traces",
    ]
    measure = found["measures"][0]  # type: ignore[index]
    assert list(measure) == ["name", "target", "n", "mean", "low", "high", "better"]
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
        "method",
        "confidence",
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


def test_what_was_consumed_and_who_answered_when_are_there() -> None:
    base = dossiers.all_pass()
    told = replace(
        base.targets[0],
        cost_usd=0.0125,
        price_as_of="2026-11-21",
        usage={"output_tokens": 640.0},
        first_token=LatencySummary(n=40, p50_s=0.2, p90_s=0.3),
        moved=3,
        batched=8,
        urls={"https://one.example": 5},
        shapes={"list": 8},
        served_spans=(("a" * 40, "2026-11-21T10:00:00Z", "2026-11-21T10:05:00Z"),),
    )
    quiet = replace(
        base.targets[1], cost_usd=None, price_as_of="", usage={}, first_token=None, urls={},
        shapes={}, moved=0, batched=0, served_spans=(),
    )  # fmt: skip
    found = strict(written(replace(base, targets=(told, quiet, *base.targets[2:]))))
    first, second, *_ = found["targets"].values()  # type: ignore[attr-defined]
    assert (first["cost_usd"], first["price_as_of"]) == (0.0125, "2026-11-21")
    assert first["usage"] == {"output_tokens": 640.0}
    assert first["first_token"] == {
        "n": 40, "p50_s": 0.2, "p90_s": 0.3, "p95_s": None, "p99_s": None,
        "intervals": {}, "excluded": 0, "left_out": {},
    }  # fmt: skip
    assert (first["moved"], first["batched"]) == (3, 8)
    assert (first["urls"], first["shapes"]) == ({"https://one.example": 5}, {"list": 8})
    assert first["served_spans"] == [
        {"revision": "a" * 40, "first": "2026-11-21T10:00:00Z", "last": "2026-11-21T10:05:00Z"}
    ]
    assert (second["cost_usd"], second["first_token"], second["usage"]) == (None, None, {})


def test_traces_are_counted_and_a_change_has_its_moment() -> None:
    base = dossiers.all_pass()
    moment = "2026-11-21T10:00:00Z"
    traces = {
        "provider": Trace(counts={"groq": 12, "together": 8}, changed_at=moment),
        "system_fingerprint": Trace(counts={"fp_1": 20}),
    }
    first, *others = base.targets
    found = strict(written(replace(base, targets=(replace(first, traces=traces), *others))))
    told, quiet, *_ = found["targets"].values()  # type: ignore[attr-defined]
    assert told["traces"] == {
        "provider": {
            "counts": {"groq": 12, "together": 8}, "changed_at": moment, "in_turns": False,
        },
        "system_fingerprint": {"counts": {"fp_1": 20}, "changed_at": None, "in_turns": False},
    }  # fmt: skip
    assert quiet["traces"] == {}


def test_a_measure_has_its_interval_where_there_is_one() -> None:
    base = dossiers.all_pass()
    interval = Estimate(value=0.9, low=0.85, high=0.95, confidence=0.95, method="m")
    measures = (
        MeasureSummary(name="span_f1", n=40, mean=0.9, better="higher", interval=interval),
        MeasureSummary(name="wer", n=7, mean=1.5, better="lower"),
    )
    one = replace(base.comparisons[0], measures=measures)
    found = strict(written(replace(base, comparisons=(one,))))["measures"]
    assert [(m["name"], m["mean"], m["low"], m["high"], m["better"]) for m in found] == [  # type: ignore[attr-defined]
        ("span_f1", 0.9, 0.85, 0.95, "higher"),
        ("wer", 1.5, None, None, "lower"),
    ]
    assert {m["target"] for m in found} == {one.candidate}  # type: ignore[attr-defined]


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


def test_percentiles_have_their_intervals_and_what_was_left_out_its_reasons() -> None:
    base = dossiers.all_pass()
    latency = LatencySummary(
        n=4,
        p50_s=0.2,
        intervals={
            "p50_s": Estimate(
                value=0.2, low=0.1, high=math.inf, confidence=0.95, method="order statistics"
            )
        },
        excluded=5,
        left_out={"retried": 3, "replayed": 2},
    )
    told = replace(base.targets[0], latency=latency)
    found = strict(written(replace(base, targets=(told, *base.targets[1:]))))
    assert found["targets"]["baseline"]["service"] == {  # type: ignore[index]
        "n": 4, "p50_s": 0.2, "p90_s": None, "p95_s": None, "p99_s": None,
        "intervals": {
            "p50_s": {
                "value": 0.2, "low": 0.1, "high": None, "confidence": 0.95,
                "method": "order statistics",
            },
        },
        "excluded": 5,
        "left_out": {"retried": 3, "replayed": 2},
    }  # fmt: skip


def test_slices_have_their_times_where_they_were_measured() -> None:
    found = strict(written(dossiers.regressions()))
    parts = {part["tag"]: part for part in found["slices"]}  # type: ignore[attr-defined]
    assert parts["en"]["timed"] == 160
    assert list(parts["en"]["latency_p95"]) == ["value", "low", "high", "confidence", "method"]
    assert parts["de"]["latency_shift"]["low"] < parts["de"]["latency_shift"]["value"]
    assert parts["de"]["latency_p95"] is None  # too few cases for one


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_a_file_written_in_pieces_is_laid_out_as_one_written_at_once(
    name: str, dossier: Dossier
) -> None:
    text = written(dossier)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def all_lost(cases: int) -> Dossier:
    base = dossiers.regressions()
    flips = FlipColumn(
        Flip(case_id=f"c{n}\n", target="candidate", before="pass", after="fail", check='"\n\u2028')
        for n in range(cases)
    )
    (first, *others) = base.comparisons
    return replace(base, comparisons=(replace(first, flips=flips), *others))


@pytest.mark.parametrize("cases", [0, 1, 511, 512, 513, 1024, 1025])
def test_flips_are_all_there_however_many_pieces_they_take(cases: int) -> None:
    text = written(all_lost(cases))
    found = json.loads(text)
    assert [flip["case"] for flip in found["flips"]] == [f"c{n}\n" for n in range(cases)]
    assert text == json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def test_flips_are_written_in_the_memory_of_a_few_of_them() -> None:
    def peak(cases: int) -> int:
        dossier = all_lost(cases)
        tracemalloc.start(1)
        (reporter,) = result_json.harness_reporters()
        (artifact,) = reporter.render(dossier)
        longest = max(map(len, artifact.chunks))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert longest < 200_000
        return most

    peak(10)
    assert peak(20_000) < peak(2_000) + 100_000
