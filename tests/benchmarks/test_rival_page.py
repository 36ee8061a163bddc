"""The page of another program is of the cases that our own report shows."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.contenders.promptfoo import CONTENDER
from benchmarks.studies.many_cases import ManyCases
from benchmarks.studies.rival_page import rival_pages, write_evaluation


def test_the_evaluation_holds_the_very_same_answers(tmp_path: Path) -> None:
    write_evaluation(tmp_path, 30)
    told = json.loads((tmp_path / "promptfooconfig.json").read_text())
    assert [one["label"] for one in told["providers"]] == ["baseline", "candidate"]
    assert len((tmp_path / "tests.jsonl").read_text().splitlines()) == 30
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert answers == [
        [
            answer.record.output.text
            for answer in view.answers
            if answer.record is not None and answer.record.output
        ]
        for view in ManyCases(cases=30).views()
    ]
    assert {len(before) for before, _ in answers} == {600}


def test_a_program_that_is_not_installed_has_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert list(rival_pages(tmp_path / "pages", cases=(10,))) == []


@pytest.mark.e2e
@pytest.mark.skipif(
    CONTENDER.version() is None or shutil.which("chromium") is None,
    reason="promptfoo and Chromium are not both installed",
)
def test_its_page_holds_every_answer(tmp_path: Path) -> None:
    (page,) = rival_pages(tmp_path, cases=(10,))
    assert (page.cases, page.exit_code) == (10, 0)
    assert page.peak_bytes > 20_000_000
    assert page.usable_s is not None
    text = (tmp_path / "promptfoo-10" / "out.html").read_text()
    assert page.page_bytes == len(text.encode())
    for line in (tmp_path / "promptfoo-10" / "answers.jsonl").read_text().splitlines():
        assert all(answer in text for answer in json.loads(line))
