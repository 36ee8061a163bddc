"""Loads suites: YAML in, nouns out, every mistake with its place."""

from typing import TYPE_CHECKING, Any

from harness.suitefile.arguments import build_arguments
from harness.suitefile.formats import as_github, as_json, as_sarif
from harness.suitefile.load import load_suite
from harness.suitefile.loaded import LoadedSuite
from harness.suitefile.problems import NoCasesError, Problem, SuiteError, as_text

if TYPE_CHECKING:
    from harness.suitefile.schema import suite_schema

__all__ = [
    "LoadedSuite", "NoCasesError", "Problem", "SuiteError", "as_github", "as_json", "as_sarif",
    "as_text", "build_arguments", "load_suite", "suite_schema",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # The schema is for editors; loading a suite does not pay for it.
    if name == "suite_schema":
        from harness.suitefile.schema import suite_schema

        return suite_schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
