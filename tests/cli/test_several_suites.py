"""Several suites in one run: an index that leads to each report, and the gravest exit code."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Artifact, Index, Reporter
from harness.cli.indexing import write_index
from harness.cli.run_verb import command
from tests.e2e.sides import Sides

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(sides: Open) -> Sides:
    """Two suites on one server: the candidate fails one case of the first."""
    opened = sides(flips=lambda number: number == 3)
    opened.suite(2, name="small.yaml", title="small")
    opened.suite(4, name="large.yaml", title="large")
    return opened


def test_an_index_stands_above_the_runs(world: Sides, capfd: Capture) -> None:
    assert world.run("run", "small.yaml", "large.yaml", "-q", "--out", "out") == 1
    above = world.folder / "out"
    page = (above / "index.html").read_text("utf-8")
    for name in ("small", "large"):
        assert f'href="{name}/report.html"' in page
        assert (above / name / "report.html").is_file()
    assert "Of 2 suites: 1 passed, 1 failed." in page
    assert "revgate run small.yaml large.yaml" in page
    assert "small/report.html" in (above / "index.md").read_text("utf-8")
    out, err = capfd.readouterr()
    assert "2 suites, 1 passed" in out
    assert "index: out/index.html" in err
    assert err.rstrip().endswith("exit 1: a gate failed")


def test_without_out_the_index_has_a_folder_of_its_own(world: Sides, capfd: Capture) -> None:
    assert world.run("run", "small.yaml", "large.yaml", "-q") == 1
    named = re.findall(r"  (runs/\S+/report\.html)$", capfd.readouterr().out, re.MULTILINE)
    assert len(named) == 2
    assert all((world.folder / name).is_file() for name in named)
    (page,) = (world.folder / "runs").glob("*/index.html")
    assert "-2-suites-" in page.parent.name
    links = [part.split('"')[0] for part in page.read_text("utf-8").split('href="')]
    reports = [link for link in links if link.endswith("/report.html")]
    assert len(reports) == 2
    assert all((page.parent / link).is_file() for link in reports)
    assert world.run("list") == 0


def test_one_suite_has_no_index(world: Sides) -> None:
    world.run("run", "small.yaml", "-q", "--out", "out")
    assert not (world.folder / "out" / "index.html").exists()


def test_a_dry_run_writes_nothing(world: Sides, capfd: Capture) -> None:
    assert world.run("run", "small.yaml", "large.yaml", "--dry-run") == 0
    assert not (world.folder / "runs").exists()
    assert "suites" not in capfd.readouterr().out


def test_json_stays_a_line_a_suite(world: Sides, capfd: Capture) -> None:
    words = ("run", "small.yaml", "large.yaml", "-q", "--out", "out", "--format", "json")
    assert world.run(*words) == 1
    lines = capfd.readouterr().out.splitlines()
    assert [json.loads(line)["suite"] for line in lines] == ["small", "large"]
    assert (world.folder / "out" / "index.html").is_file()


def test_a_suite_that_ends_them_all_is_in_the_index_with_those_not_run(world: Sides) -> None:
    (world.folder / "out" / "large").mkdir(parents=True)
    (world.folder / "out" / "large" / "run.sqlite").write_bytes(b"")
    world.suite(2, name="last.yaml", title="last")
    words = ("run", "small.yaml", "large.yaml", "last.yaml", "-q", "--out", "out")
    assert world.run(*words) == 4
    page = (world.folder / "out" / "index.html").read_text("utf-8")
    assert "Of 3 suites: 1 passed, 2 without a verdict." in page
    assert "already holds a run" in page
    assert "not run" in page
    assert "exit code 4" in page


def test_a_reporter_that_fails_costs_only_its_index(tmp_path: Path, capfd: Capture) -> None:
    def breaks(_index: Index) -> Iterator[Artifact]:
        raise RuntimeError("no ink")
        yield

    def writes(index: Index) -> list[Artifact]:
        return [Artifact(name="index.txt", chunks=iter([index.words.encode()]))]

    nothing: Any = lambda _dossier: ()  # noqa: E731
    reporters = [
        Reporter(name="broken", render=nothing, index=breaks),
        Reporter(name="whole", render=nothing, index=writes),
        Reporter(name="none", render=nothing),
    ]
    index = Index(runs=(), exit_code=0, words="well", command="")
    write_index(index, tmp_path / "above", reporters)
    assert [path.name for path in (tmp_path / "above").iterdir()] == ["index.txt"]
    assert "reporter broken raised RuntimeError('no ink')" in capfd.readouterr().err


def test_the_help_of_run_names_the_template_option() -> None:
    assert any("--template" in option.opts for option in command.params)
