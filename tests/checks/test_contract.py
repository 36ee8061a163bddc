"""Every check that comes with revgate holds to the contract, and a suite can name its arguments."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from harness.api import Check
from harness.api.contract import check_check

ROOT = Path(__file__).resolve().parents[2]

NAMES = [
    "equals", "contains", "not_contains", "regex", "json_schema", "label_is", "label_in",
    "score_at_least", "similarity_at_least", "length_between", "latency_at_most",
]  # fmt: skip


def check_of(name: str) -> Check:
    module: Any = importlib.import_module(f"harness_checks.{name}")
    (check,) = module.harness_checks()
    assert isinstance(check, Check)
    return check


every_check = pytest.mark.parametrize("name", NAMES)


@every_check
def test_holds_to_the_contract(name: str) -> None:
    check_check(check_of(name))


@every_check
def test_has_the_name_of_its_module_and_a_summary(name: str) -> None:
    check = check_of(name)
    assert check.name == name
    assert check.summary
    assert "\n" not in check.summary


@every_check
def test_an_argument_of_another_type_is_refused(name: str) -> None:
    kind = check_of(name).arguments
    properties = TypeAdapter(kind).json_schema()["properties"]
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python({key: object() for key in properties})


def test_names_in_suites_are_these() -> None:
    found = {name: sorted(_properties(name)) for name in NAMES}
    assert found == {
        "equals": ["ignore_case", "value"],
        "contains": ["ignore_case", "value"],
        "not_contains": ["ignore_case", "value"],
        "regex": ["pattern"],
        "json_schema": ["schema"],
        "label_is": ["label"],
        "label_in": ["labels"],
        "score_at_least": ["label", "min"],
        "similarity_at_least": ["min", "to"],
        "length_between": ["max", "min", "unit"],
        "latency_at_most": ["ms"],
    }


def test_heavy_libraries_are_imported_only_when_needed() -> None:
    modules = ", ".join(f"harness_checks.{name}" for name in NAMES)
    code = (
        f"import sys, {modules}\n"
        "print([m for m in ('re2', 'jsonschema', 'rapidfuzz', 'referencing') if m in sys.modules])"
    )
    path = [str(ROOT), str(ROOT / "plugins")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path}\n{code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def _properties(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = TypeAdapter(check_of(name).arguments).json_schema()
    properties: dict[str, Any] = schema["properties"]
    return properties
