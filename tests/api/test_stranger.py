"""A task by somebody else, in a distribution of its own."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from harness.api.contract import check_task, contract
from harness.registry import load_registry

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "stranger"
MODULE = FOLDER / "acme_fill_mask.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("acme_fill_mask", MODULE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_takes_at_most_25_lines() -> None:
    assert len(MODULE.read_text().splitlines()) <= 25


def test_holds_to_the_contract() -> None:
    (task,) = load().harness_tasks()
    check_task(task)
    contract(task)


def test_declares_itself_by_the_entry_point_group_of_the_built_ins() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    assert project["entry-points"] == {"harness": {"acme-fill-mask": "acme_fill_mask"}}


def test_is_found_by_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    registry = load_registry(["acme_fill_mask"], discover=False)
    assert list(registry.tasks) == ["fill-blank"]


def test_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(MODULE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
