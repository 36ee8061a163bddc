"""Nouns to JSON bytes and back: the one place where stored data becomes typed."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import orjson

from harness.data.exchange import Attempt, Exchange, Fault, Identity, Response, Step, Timings
from harness.data.record import Finding, Output, Record, Usage
from harness.data.suite import Case, CheckUse, Gate, Media, Price, RunSettings, Suite, Target
from harness.jsonvalue import Json, digest

_AS_IS = orjson.OPT_PASSTHROUGH_DATACLASS


def dump(value: object) -> bytes:
    """Give JSON bytes of plain data."""
    return orjson.dumps(value, option=_AS_IS)


def load(body: bytes) -> Any:
    """Read JSON bytes this module wrote."""
    return orjson.loads(body)


def fields_of(noun: Any) -> dict[str, Any]:
    """Give a noun's fields that differ from their defaults, nested nouns left as they are."""
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


def case_to_json(case: Case) -> dict[str, Any]:
    """Give a case without its media bytes: those are a blob."""
    given = fields_of(case)
    given["checks"] = [fields_of(use) for use in case.checks]
    if case.media is not None:
        given["media"] = {k: v for k, v in fields_of(case.media).items() if k != "body"}
    given["parameters"] = dict(case.parameters)
    return given


def case_from_json(given: Mapping[str, Any]) -> Case:
    """Read what `case_to_json` gave."""
    media = given.get("media")
    return Case(
        **{
            **given,
            "checks": tuple(CheckUse(**use) for use in given.get("checks", ())),
            "tags": tuple(given.get("tags", ())),
            "media": Media(**media) if media else None,
        }
    )


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
    given = case_to_json(case)
    given.pop("place", None)
    return digest(given)


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
    return cast("dict[str, Json]", orjson.loads(dump(given)))


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


def attempt_to_json(attempt: Attempt, body_sha256: str | None) -> dict[str, Any]:
    """Give an attempt, its body named by digest."""
    given: dict[str, Any] = {"at": attempt.started_at, "waited_s": attempt.waited_s}
    given["timings"] = fields_of(attempt.timings)
    if attempt.response is not None:
        given["status"] = attempt.response.status
        given["headers"] = dict(attempt.response.headers)
        given["body"] = body_sha256
        if attempt.response.arrivals:
            given["arrivals"] = attempt.response.arrivals
    if attempt.fault is not None:
        given["fault"] = fields_of(attempt.fault)
    if attempt.url:
        given["url"] = attempt.url
    if attempt.steps:
        given["steps"] = [fields_of(step) for step in attempt.steps]
    return given


def attempt_from_json(given: Mapping[str, Any], body: bytes) -> Attempt:
    """Read what `attempt_to_json` gave."""
    response = None
    if "status" in given:
        response = Response(
            status=given["status"],
            headers=given["headers"],
            body=body,
            arrivals=tuple((at_s, there) for at_s, there in given.get("arrivals", ())),
        )
    return Attempt(
        url=given.get("url", ""),
        steps=tuple(Step(**step) for step in given.get("steps", ())),
        response=response,
        fault=fault_from_json(given.get("fault")),
        timings=Timings(**given["timings"]),
        started_at=given["at"],
        waited_s=given["waited_s"],
    )


def fault_from_json(given: Mapping[str, Any] | None) -> Fault | None:
    """Read a fault's fields; None stays None."""
    return None if given is None else Fault(**given)


def record_to_json(record: Record) -> dict[str, Any]:
    """Give a record as plain data."""
    given = fields_of(record)
    given["findings"] = [fields_of(finding) for finding in record.findings]
    given["usage"] = fields_of(record.usage)
    if not record.traces:
        del given["traces"]
    for name in ("output", "fault", "served"):
        noun = getattr(record, name)
        if noun is not None:
            given[name] = fields_of(noun)
    return given


def record_from_json(given: Mapping[str, Any]) -> Record:
    """Read what `record_to_json` gave."""
    output, served = given.get("output"), given.get("served")
    return Record(
        seq=given["seq"],
        output=Output(**output) if output else None,
        findings=tuple(Finding(**finding) for finding in given["findings"]),
        fault=fault_from_json(given.get("fault")),
        served=Identity(**served) if served else None,
        traces=given.get("traces", {}),
        usage=Usage(**given["usage"]),
        latency_s=given.get("latency_s"),
        first_token_s=given.get("first_token_s"),
    )
