"""The page of provider transformers says what it does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from harness.cli import run
from harness_local.coverage import REFUSED, SUPPORTED
from harness_local.provider import Options

PAGE = (Path(__file__).resolve().parents[2] / "docs/providers/transformers.md").read_text("utf-8")


def test_its_suite_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (suite,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "suite.yaml").write_text(suite, encoding="utf-8")
    assert run(["check", str(tmp_path / "suite.yaml")]) == 0, capsys.readouterr()


def test_it_lists_every_key_of_a_target_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", PAGE, re.MULTILINE))
    given = {field.name: str(field.default).lower() for field in fields(Options)}
    assert {key: value.strip("`") for key, value in listed.items()} == given | {
        "start_timeout_s": "600"
    }


def test_it_names_every_task() -> None:
    table = PAGE.partition("| tasks | by |")[2]
    named = {word for word in re.findall(r"[a-z0-9-]+", table) if "-" in word}
    assert set(SUPPORTED) | set(REFUSED) <= named | {"summarization", "translation"}
    assert "summarization, translation" in table
