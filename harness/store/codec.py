"""Nouns to JSON bytes and back: the one place where stored data becomes typed.

What has its default is left out; what a field's type does not allow is a ValueError.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

from harness.data.exchange import Attempt, Exchange, Fault, Response, Step, Timings
from harness.data.noun import Noun, replace
from harness.data.record import Record
from harness.data.suite import Case, Gate, Price, RunSettings, Suite, Target
from harness.jsonvalue import Json, canonical, digest


class _StoredAttempt(Noun, frozen=True, kw_only=True):
    """An attempt with its response beside it, the body named by digest."""

    at: float
    waited_s: float
    timings: Timings
    status: int | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: str | None = None
    arrivals: tuple[tuple[float, int], ...] = ()
    fault: Fault | None = None
    url: str = ""
    steps: tuple[Step, ...] = ()


def _plain(value: object) -> object:
    """Give what JSON has no form for as what it stands for; raises TypeError."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored as JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_CASE = msgspec.json.Decoder(Case)
_RECORD = msgspec.json.Decoder(Record)
_FAULT = msgspec.json.Decoder(Fault)
_ATTEMPTS = msgspec.json.Decoder(tuple[_StoredAttempt, ...])


def dump(value: object) -> bytes:
    """Give JSON bytes of plain data and of nouns in it; raises TypeError for anything else."""
    return _ENCODER.encode(value)


def load(body: bytes) -> Any:
    """Read JSON bytes this module wrote."""
    return msgspec.json.decode(body)


def fields_of(noun: Any) -> dict[str, Any]:
    """Give a dataclass's fields that differ from their defaults, nested nouns left as they are."""
    given: dict[str, Any] = {}
    for name, default in _defaults_of(noun.__class__):
        value = getattr(noun, name)
        if value is default or (default is not dataclasses.MISSING and value == default):
            continue
        given[name] = value
    return given


@cache
def _defaults_of(kind: type) -> tuple[tuple[str, Any], ...]:
    """Give the fields of a kind of noun, each with its default, MISSING where it has none."""
    return tuple((item.name, item.default) for item in dataclasses.fields(kind))


def case_bytes(case: Case) -> bytes:
    """Give a case without its media bytes: those are a blob."""
    return dump(case) if case.media is None else dump(_plain_case(case))


def case_of(body: bytes) -> Case:
    """Read what `case_bytes` gave."""
    return _CASE.decode(body)


def _plain_case(case: Case) -> dict[str, Any]:
    media = case.media
    given = cast("dict[str, Any]", msgspec.to_builtins(replace(case, media=None), enc_hook=_plain))
    if media is not None:
        given["media"] = {k: v for k, v in fields_of(media).items() if k != "body"}
    return given


def case_digest(case: Case) -> str:
    """Give the digest cases are paired by: inputs, parameters, expectation."""
    media = case.media.sha256 if case.media is not None else None
    return digest(
        {
            "inputs": case.inputs,
            "media": media,
            "parameters": dict(case.parameters),
            "expect": case.expect,
        }
    )


def case_fingerprint(case: Case) -> str:
    """Give the digest of everything a case is, its place in the file left out."""
    return digest(_plain_case(replace(case, place="")))


def suite_to_json(suite: Suite) -> dict[str, Json]:
    """Give a suite as plain data."""
    given = fields_of(suite)
    given["path"] = str(suite.path)
    given["targets"] = [target_to_json(target) for target in suite.targets]
    given["gates"] = [fields_of(gate) for gate in suite.gates]
    given["run"] = fields_of(suite.run)
    given["parameters"] = dict(suite.parameters)
    if suite.comparability:
        given["comparability"] = dict(suite.comparability)
    else:
        given.pop("comparability", None)
    given["warnings"] = list(suite.warnings)
    return cast("dict[str, Json]", load(dump(given)))


def suite_from_json(given: Mapping[str, Any]) -> Suite:
    """Read what `suite_to_json` gave."""
    return Suite(
        **{
            **given,
            "path": Path(given["path"]),
            "targets": tuple(target_from_json(target) for target in given["targets"]),
            "gates": tuple(Gate(**gate) for gate in given["gates"]),
            "run": RunSettings(**given["run"]),
            "warnings": tuple(given["warnings"]),
        }
    )


def target_to_json(target: Target) -> dict[str, Any]:
    """Give a target as plain data."""
    given = fields_of(target)
    given["options"] = dict(target.options)
    if target.price is not None:
        given["price"] = fields_of(target.price)
    return given


def target_from_json(given: Mapping[str, Any]) -> Target:
    """Read what `target_to_json` gave."""
    price = given.get("price")
    return Target(
        **{
            **given,
            "urls": tuple(given.get("urls", ())),
            "price": Price(**price) if price is not None else None,
        }
    )


def answered_at(exchange: Exchange) -> float:
    """Give when a call ended, UTC, seconds since 1970."""
    last = exchange.attempts[-1]
    return last.started_at + (last.timings.total_s or 0.0)


def attempts_bytes(exchange: Exchange, keep: Callable[[bytes], str]) -> bytes:
    """Give the attempts of an exchange; `keep` takes each body and gives its digest."""
    return dump([_stored(attempt, keep) for attempt in exchange.attempts])


def _stored(attempt: Attempt, keep: Callable[[bytes], str]) -> _StoredAttempt:
    response = attempt.response
    if response is None:
        return _StoredAttempt(
            at=attempt.started_at,
            waited_s=attempt.waited_s,
            timings=attempt.timings,
            fault=attempt.fault,
            url=attempt.url,
            steps=attempt.steps,
        )
    return _StoredAttempt(
        at=attempt.started_at,
        waited_s=attempt.waited_s,
        timings=attempt.timings,
        status=response.status,
        headers=response.headers,
        body=keep(response.body),
        arrivals=response.arrivals,
        fault=attempt.fault,
        url=attempt.url,
        steps=attempt.steps,
    )


def attempts_of(stored: bytes, body_of: Callable[[str], bytes]) -> tuple[Attempt, ...]:
    """Read what `attempts_bytes` gave; `body_of` gives a body by its digest."""
    return tuple(_attempt(given, body_of) for given in _ATTEMPTS.decode(stored))


def _attempt(given: _StoredAttempt, body_of: Callable[[str], bytes]) -> Attempt:
    response = None
    if given.status is not None:
        response = Response(
            status=given.status,
            headers=given.headers,
            body=body_of(given.body) if given.body else b"",
            arrivals=given.arrivals,
        )
    return Attempt(
        url=given.url,
        steps=given.steps,
        response=response,
        fault=given.fault,
        timings=given.timings,
        started_at=given.at,
        waited_s=given.waited_s,
    )


def fault_of(stored: bytes | None) -> Fault | None:
    """Read a fault; None stays None."""
    return None if stored is None else _FAULT.decode(stored)


def record_bytes(record: Record) -> bytes:
    """Give a record that can be read back; raises TypeError or ValueError for any other.

    A plugin may have put anything into it.
    """
    if record.output is not None:
        canonical(record.output.value)  # what JSON has no form for would be stored as another thing
    stored = dump(record)
    record_of(stored)
    return stored


def record_of(stored: bytes) -> Record:
    """Read what `record_bytes` gave; raises ValueError."""
    return _RECORD.decode(stored)
