"""A registry of plain kinds, and suites written into a temporary folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harness.api.kinds import Check, Provider, Task
from harness.data.call import Credential, Payload, Request
from harness.data.record import Finding, Output
from harness.data.suite import Case
from harness.jsonvalue import Json
from harness.suitefile import LoadedSuite, SuiteError, load_suite

PIN = "714eb0fa89d2f80546fda750413ed43d93601a13"
OTHER_PIN = "9f2c1d0e5b7a4c3f8e6d2b1a0c9f8e7d6c5b4a39"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    tasks: Mapping[str, Task]
    providers: Mapping[str, Provider]
    checks: Mapping[str, Check]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointOptions:
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterOptions:
    base_url: str = "https://router.example"
    retries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    pattern: str
    copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaArguments:
    schema: Mapping[str, Json]
    value: Json = None
    names: tuple[str, ...] = field(default_factory=tuple)


def _task(name: str, **more: Any) -> Task:
    return Task(
        name=name,
        build=lambda case: Payload(value=case.inputs),
        parse=lambda answer: Output(value=None if isinstance(answer, bytes) else answer),
        validate=lambda case, output: [Finding(check=name, ok=True, message="")],
        sample=Case(id="sample", inputs="x"),
        sample_output="x",
        **more,
    )


def _check(name: str, arguments: type, **more: Any) -> Check:
    return Check(
        name=name,
        judge=lambda case, output, given: Finding(check=name, ok=True, message=""),
        arguments=arguments,
        **more,
    )


def _lookahead(arguments: Pattern) -> str | None:
    if "(?=" in arguments.pattern:
        return f"pattern: RE2 cannot run lookahead at col {arguments.pattern.index('(?=') + 1}"
    return None


def _table(*kinds: Any) -> dict[str, Any]:
    return {kind.name: kind for kind in kinds}


@pytest.fixture(scope="session")
def registry() -> Registry:
    credential = Credential(env=("HF_TOKEN",))
    return Registry(
        tasks=_table(_task("text-classification"), _task("image-classification", wants="file")),
        providers=_table(
            Provider(
                name="hf-endpoint",
                request=lambda call: Request(url="https://x.example"),
                options=EndpointOptions,
                credential=credential,
            ),
            Provider(
                name="router",
                request=lambda call: Request(url="https://x.example"),
                options=RouterOptions,
                is_pin=lambda revision: revision.startswith("v"),
            ),
        ),
        checks=_table(
            _check("label_in", Labels, summary="The label is one of these."),
            _check("score_at_least", Least),
            _check("contains", Pattern),
            _check("regex", Pattern, problem=_lookahead),
            _check("json_schema", SchemaArguments),
        ),
    )


HEAD = f"""\
suite: s
task: text-classification
target: {{provider: hf-endpoint, model: m}}
targets:
  a: {{url: "https://a.example", revision: "{PIN}"}}
  b: {{url: "https://b.example", revision: "{OTHER_PIN}"}}
"""
"""Six lines; what a test adds begins on line 7."""

Load = Callable[..., LoadedSuite]
Wrong = Callable[..., list[tuple[str, int, int]]]


@pytest.fixture
def load(tmp_path: Path, registry: Registry) -> Load:
    """Loads text as a suite; `files` are written beside it."""

    def run(
        text: str | bytes,
        files: Mapping[str, str | bytes] | None = None,
        environ: Mapping[str, str] | None = None,
        overrides: Mapping[str, str] | None = None,
        plugged: Registry | None = None,
        now: float | None = None,
    ) -> LoadedSuite:
        for name, body in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body.encode() if isinstance(body, str) else body)
        path = tmp_path / "suite.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_suite(
            path,
            plugged or registry,
            environ=environ or {},
            overrides=overrides or {},
            now=now,
        )

    return run


@pytest.fixture
def refused(load: Load) -> Callable[..., SuiteError]:
    """Gives the error that loading a text ends with."""

    def run(text: str | bytes, **more: Any) -> SuiteError:
        with pytest.raises(SuiteError) as caught:
            load(text, **more)
        return caught.value

    return run


@pytest.fixture
def wrong(refused: Callable[..., SuiteError]) -> Wrong:
    """Gives (code, line, column) of everything that is wrong with a text."""

    def run(text: str | bytes, **more: Any) -> list[tuple[str, int, int]]:
        return [(p.code, p.line, p.column) for p in refused(text, **more).problems]

    return run


@pytest.fixture
def head() -> str:
    return HEAD
