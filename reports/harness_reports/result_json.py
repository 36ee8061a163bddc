"""Writes `result.json`, schema 1: what programs read."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice

from harness.api import (
    Artifact,
    Dossier,
    Estimate,
    Flip,
    LatencySummary,
    MeasureSummary,
    Reporter,
    Slice,
    TargetView,
    WaivedFlip,
    WaiverUse,
    hookimpl,
)


def result_of(dossier: Dossier) -> dict[str, object]:
    """Give the content of `result.json`, schema 1, keys in their documented order.

    Lists that may be as long as the run is are iterators.
    """
    return {
        "schema": 1,
        "suite": dossier.suite,
        "verdict": dossier.verdict.outcome,
        "exit_code": dossier.verdict.exit_code,
        "reasons": list(dossier.verdict.reasons),
        "targets": {target.name: _target(target) for target in dossier.targets},
        "counts": {
            name: getattr(dossier.counts, name)
            for name in (
                "planned",
                "answered",
                "passed",
                "failed",
                "faults",
                "skipped",
                "cancelled",
                "attempts",
                "replayed",
            )
        },
        "saved_calls": dossier.counts.saved,
        "gates": [
            {
                name: getattr(gate, name)
                for name in (
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
                )
            }
            for gate in dossier.verdict.gates
        ],
        "flips": (_flip(flip) for one in dossier.comparisons for flip in one.flips),
        "waived": (
            _waived(comparison.candidate, one)
            for comparison in dossier.comparisons
            for one in comparison.waived
        ),
        "waivers": [_use(use) for use in dossier.waivers],
        "without_waivers": dossier.without_waivers
        and {
            "verdict": dossier.without_waivers.outcome,
            "exit_code": dossier.without_waivers.exit_code,
            "reasons": list(dossier.without_waivers.reasons),
        },
        "comparability": [
            {
                "item": one.item,
                "target": one.candidate,
                "policy": one.policy,
                "equal": one.is_equal,
                "words": one.words,
            }
            for one in dossier.conditions
        ],
        "noise": dossier.noise and asdict(dossier.noise),
        "latency": {target.name: _percentiles(target.latency) for target in dossier.targets},
        "measures": [
            _measure(comparison.candidate, measure)
            for comparison in dossier.comparisons
            for measure in comparison.measures
        ],
        "slices": (
            _slice(comparison.candidate, part)
            for comparison in dossier.comparisons
            for part in comparison.slices
        ),
        "warnings": list(all_warnings(dossier)),
        "environment": dict(dossier.environment),
    }


def all_warnings(dossier: Dossier) -> tuple[str, ...]:
    """Give the warnings of the run and of its comparisons, each once, in order."""
    found = list(dossier.warnings)
    for comparison in dossier.comparisons:
        found += comparison.warnings
    return tuple(dict.fromkeys(found))


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `result.json`: strict JSON, UTF-8, two spaces, a newline at the end."""
    yield Artifact(name="result.json", chunks=_chunks(dossier))


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [Reporter(name="result-json", render=render)]


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=2)
_AT_ONCE = 512
"""Entries of a list that are spelled together."""


def _chunks(dossier: Dossier) -> Iterator[bytes]:
    """Stream the file: what there is of every case is never held, nor spelled, all at once."""
    comma = "{"
    for name, value in result_of(dossier).items():
        yield f"{comma}\n  {_ENCODER.encode(name)}: ".encode()
        if isinstance(value, Iterator):
            yield from _array(value)
        else:
            yield _spelled(value, 2)
        comma = ","
    yield b"\n}\n"


def _array(entries: Iterator[object]) -> Iterator[bytes]:
    is_first = True
    while some := list(islice(entries, _AT_ONCE)):
        inside = _spelled(some, 2)[1:-4]  # without `[` and `\n  ]`
        yield (b"[" if is_first else b",") + inside
        is_first = False
    yield b"[]" if is_first else b"\n  ]"


def _spelled(value: object, depth: int) -> bytes:
    """Spell a value whose first line stands so many spaces deep."""
    # What breaks a line within a string is spelled otherwise: every line is one of the layout.
    return _ENCODER.encode(_strict(value)).replace("\n", "\n" + " " * depth).encode()


def _target(target: TargetView) -> dict[str, object]:
    return {
        "provider": target.provider,
        "model": target.model,
        "revision": target.revision,
        "served": list(target.served),
        "proof": target.proof,
        "served_spans": [
            {"revision": revision, "first": first, "last": last}
            for revision, first, last in target.served_spans
        ],
        "cost_usd": target.cost_usd,
        "price_as_of": target.price_as_of or None,
        "usage": dict(target.usage),
        "service": _latency(target.latency),
        "first_token": target.first_token and _latency(target.first_token),
        "response": target.response and _latency(target.response),
        "moved": target.moved,
        "batched": target.batched,
        "urls": dict(target.urls),
        "shapes": dict(target.shapes),
        "ended": dict(target.ended),
        "traces": {
            name: {
                "counts": dict(trace.counts),
                "changed_at": trace.changed_at or None,
                "in_turns": trace.in_turns,
            }
            for name, trace in target.traces.items()
        },
    }


def _flip(flip: Flip) -> dict[str, object]:
    return {
        "case": flip.case_id,
        "target": flip.target,
        "before": flip.before,
        "after": flip.after,
        "check": flip.check,
    }


def _waived(target: str, one: WaivedFlip) -> dict[str, object]:
    return {
        "case": one.flip.case_id,
        "target": target,
        "check": one.flip.check,
        "reason": one.waiver.reason,
        "by": one.waiver.by,
        "expires": one.waiver.expires,
    }


def _use(use: WaiverUse) -> dict[str, object]:
    return {
        "case": use.waiver.case,
        "digest": use.waiver.digest,
        "revision": use.waiver.revision,
        "status": use.status,
        "note": use.note,
    }


def _measure(target: str, measure: MeasureSummary) -> dict[str, object]:
    interval = measure.interval
    return {
        "name": measure.name,
        "target": target,
        "n": measure.n,
        "mean": measure.mean,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "better": measure.better,
    }


def _percentiles(latency: LatencySummary) -> dict[str, object]:
    return {name: getattr(latency, name) for name in ("n", "p50_s", "p90_s", "p95_s", "p99_s")}


def _latency(latency: LatencySummary) -> dict[str, object]:
    return {
        **_percentiles(latency),
        "intervals": {name: _estimate(one) for name, one in latency.intervals.items()},
        "excluded": latency.excluded,
        "left_out": dict(latency.left_out),
    }


def _estimate(found: Estimate) -> dict[str, object]:
    """A number and its interval; null where the sample is too small to bound it."""
    return {name: getattr(found, name) for name in ("value", "low", "high", "confidence", "method")}


def _slice(target: str, part: Slice) -> dict[str, object]:
    difference = part.difference
    return {
        "tag": part.tag,
        "target": target,
        "n": part.n,
        "baseline": part.before_rate,
        "candidate": part.after_rate,
        "estimate": difference and difference.value,
        "low": difference and difference.low,
        "high": difference and difference.high,
        "regressed": part.regressed,
        "fixed": part.fixed,
        "p_value": part.p_value,
        "timed": part.timed,
        "latency_shift": part.latency_shift and _estimate(part.latency_shift),
        "latency_p95": part.latency_p95 and _estimate(part.latency_p95),
    }


def _strict(value: object) -> object:
    """NaN and infinity are unknown numbers: null. A lone surrogate has no UTF-8: an escape."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {str(_strict(str(key))): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    return value
