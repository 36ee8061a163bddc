"""Shown by 5: a task somebody else packaged is found, listed, used, and holds to the contract."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness_demo.served import Served
from tests.e2e.sides import AFTER, BEFORE, Sides

pytestmark = pytest.mark.e2e
FOLDER = Path(__file__).resolve().parents[1] / "api" / "stranger"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the stranger's distribution was installed into by pip."""
    target = tmp_path_factory.mktemp("stranger")
    source = target / "source"
    source.mkdir()
    for path in FOLDER.iterdir():
        if path.is_file():
            (source / path.name).write_bytes(path.read_bytes())
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
            "--no-build-isolation", "--disable-pip-version-check", "--root-user-action=ignore",
            "--target", str(target / "site"), str(source),
        ],
        check=True,
        timeout=120,
    )  # fmt: skip
    return target / "site"


def fill_mask(revision: str, word: str) -> Served:
    def predict(payload: Mapping[str, Any]) -> Any:
        assert "[MASK]" in payload["inputs"]
        return [{"token_str": f" {word}", "score": 0.8, "token": 1}]

    return Served(model="lab/mask", revision=revision, task="fill-blank", predict=predict)


def test_a_packaged_task_is_found_listed_and_used(sides: Callable[..., Sides], place: Path) -> None:
    world = sides(served=(fill_mask(BEFORE, "milk"), fill_mask(AFTER, "cream")))
    suite = world.suite(1)
    text = suite.read_text().replace("task: text-classification", "task: fill-blank")
    cases = 'cases:\n  - {id: milk, inputs: "Cheese is made of [MASK].", expect: milk}\n'
    suite.write_text(text.partition("cases:")[0] + cases)

    def revgate(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "harness", *words],
            cwd=world.folder,
            env={**os.environ, "PYTHONPATH": str(place)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    rows = [line.split() for line in revgate("plugins").stdout.splitlines()]
    assert ["task", "fill-blank", "acme-fill-mask", "1.0"] in rows
    assert revgate("check", str(suite)).returncode == 0
    done = revgate("run", str(suite), "-q", "--format", "json")
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert [(f["case"], f["after"]) for f in result["flips"]] == [("milk", "fail")]
    assert result["environment"]["plugins"]["task:fill-blank"] == "acme-fill-mask 1.0"


def test_a_packaged_task_holds_to_the_contract(place: Path) -> None:
    code = """
import acme_fill_mask
from harness.api.contract import check_task, contract
(task,) = acme_fill_mask.harness_tasks()
check_task(task)
contract(task)
"""
    environ = {**os.environ, "PYTHONPATH": str(place)}
    subprocess.run([sys.executable, "-c", code], env=environ, cwd=place, check=True, timeout=60)
