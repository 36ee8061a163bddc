"""Loads suites: YAML in, nouns out, every mistake with its place."""

from typing import TYPE_CHECKING, Any

from harness.suitefile.keys.arguments import build_arguments
from harness.suitefile.load import load_suite, suite_name
from harness.suitefile.loaded import LoadedSuite
from harness.suitefile.problems.formats import as_github, as_json, as_sarif
from harness.suitefile.problems.problem import NoCasesError, Problem, SuiteError, as_text
from harness.suitefile.targets.stored import run_folder as stored_run_folder

if TYPE_CHECKING:
    from harness.suitefile.schema import suite_schema

__all__ = [
    "LoadedSuite", "NoCasesError", "Problem", "SuiteError", "as_github", "as_json", "as_sarif",
    "as_text", "build_arguments", "load_suite", "stored_run_folder", "suite_name",
    "suite_schema",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # The schema is for editors; loading a suite does not pay for it.
    if name == "suite_schema":
        from harness.suitefile.schema import suite_schema

        return suite_schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
