"""What importing the package costs: nothing heavy comes along unasked."""

import subprocess
import sys

import pytest

HEAVY = {"scipy", "numpy", "rich", "jinja2", "requests", "responses", "pandas"}


def modules_after(statement: str) -> set[str]:
    """Give the modules a statement leaves behind in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def loaded_by(statement: str) -> set[str]:
    """Give their top-level names."""
    return {name.partition(".")[0] for name in modules_after(statement)}


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


def test_the_version_looks_for_no_package() -> None:
    bare = modules_after("")
    loaded = modules_after("import harness.cli\nharness.cli.run(['--version'])") - bare
    assert "harness.cli" in loaded
    assert loaded & {"importlib.metadata", "msgspec", "harness.registry"} == set()


def test_checking_a_suite_imports_no_statistics_no_http_and_no_store() -> None:
    loaded = loaded_by("import harness.cli.check_verb")
    assert loaded & {"scipy", "numpy", "rich", "requests", "responses", "sqlite3"} == set()
    modules = modules_after("import harness.cli.check_verb")
    assert modules & {"harness.store", "harness.history", "harness.transport"} == set()


def test_loading_the_installed_reports_loads_none_of_what_they_write() -> None:
    modules = modules_after("from harness.registry import load_registry\nload_registry()")
    assert "harness_reports.junit" in modules
    assert not {name for name in modules if name.startswith("harness_reports.view")}
    assert modules & {"harness_reports.junit_document", "harness_reports.markdown_summary"} == set()


def test_a_run_over_curl_imports_no_requests_and_scipy_only_to_decide() -> None:
    pytest.importorskip("pycurl")
    everything = (
        "import harness.cli.running, harness.stats\n"
        "from harness.transport import open_transport\n"
        "open_transport('auto', workers=2).close()\n"
        "for name in harness.stats.__all__: getattr(harness.stats, name)"
    )
    loaded = loaded_by(everything)
    assert loaded >= {"pycurl", "numpy"}
    unused = {"requests", "urllib3", "charset_normalizer", "responses", "rich", "scipy"}
    assert loaded & (unused | {"jinja2", "jsonschema", "unittest", "argparse"}) == set()


def test_the_process_that_judges_imports_nothing_to_read_suites_with() -> None:
    statement = "import harness.judging_worker\nimport harness.registry as r\nr.load_registry()"
    loaded = modules_after(statement)
    assert "harness.stages.judge" in loaded
    assert loaded & (HEAVY | {"yaml", "pydantic", "harness.suitefile"}) == set()
