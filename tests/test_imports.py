"""What importing the package costs: nothing heavy comes along unasked."""

import subprocess
import sys

import pytest

HEAVY = {"scipy", "numpy", "rich", "jinja2", "requests", "responses", "pandas"}


def loaded_by(statement: str) -> set[str]:
    """Give the top-level modules a statement leaves behind in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "harness",
        "harness.api",
        "harness.suitefile",
        "harness.cli",
        "harness.store",
        "harness.recording",
    ],
)
def test_imports_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


def test_the_help_page_imports_no_verb() -> None:
    loaded = loaded_by("import harness.cli\nharness.cli.run(['--help'])")
    assert loaded & (HEAVY | {"yaml", "pydantic", "sqlite3"}) == set()


def test_loading_every_installed_plugin_imports_nothing_heavy() -> None:
    loaded = loaded_by("from harness.registry import load_registry\nload_registry()")
    assert loaded & HEAVY == set()


def test_checking_a_suite_imports_no_statistics_and_no_http() -> None:
    loaded = loaded_by("import harness.cli.check_verb")
    assert loaded & {"scipy", "numpy", "rich", "requests", "responses"} == set()
