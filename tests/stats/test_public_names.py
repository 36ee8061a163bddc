"""The package as others import it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness import stats


def run_python(code: str) -> str:
    root = str(Path(stats.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_importing_the_package_loads_neither_numpy_nor_scipy():
    loaded = run_python(
        "import sys, harness.stats; print({'numpy', 'scipy'} & set(sys.modules) or 'none')"
    )
    assert loaded.strip() == "none"


def test_proportions_and_sample_sizes_are_computed_without_numpy():
    loaded = run_python(
        "import sys; from harness import stats as s;"
        "s.paired_proportion(1, 2, 50); s.proportion(3, 9); s.cases_to_pass(0.02);"
        "s.required_cases(3, 1, 100, 0.02); s.mcnemar(3, 1); s.benjamini_hochberg([0.1]);"
        "print({'numpy', 'scipy'} & set(sys.modules) or 'none')"
    )
    assert loaded.strip() == "none"


@pytest.mark.parametrize("name", stats.__all__)
def test_a_public_name_is_not_hidden_by_a_module(name):
    assert callable(getattr(stats, name))
    assert callable(getattr(stats, name))


def test_a_misspelt_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'paired_porportion'"):
        stats.paired_porportion  # noqa: B018


def test_the_package_lists_its_public_names():
    assert set(dir(stats)) == set(stats.__all__)
