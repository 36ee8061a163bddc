"""The same run gives the same bytes: those kept in `golden/`, and twice the same."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.data.noun import replace
from harness.registry import Registry
from tests.e2e.sides import Sides
from tests.reports import dossiers, golden, media_dossiers
from tests.reports.golden import FOLDER

AGAIN = "if that is meant: python -m tests.reports.golden"


def test_the_small_run_gives_the_bytes_that_are_kept(installed: Registry) -> None:
    made = golden.golden(installed)
    assert sorted(made) == sorted(path.name for path in FOLDER.iterdir()), AGAIN
    for name, content in made.items():
        kept = (FOLDER / name).read_bytes()
        assert content.decode().split("\n") == kept.decode().split("\n"), f"{name}: {AGAIN}"
        assert content == kept


def test_another_answer_gives_other_bytes(installed: Registry) -> None:
    whole = golden.small()
    first, *rest = whole.case_views()
    record = first.answers[1].record
    assert record is not None
    assert record.output is not None
    other = replace(record, output=replace(record.output, value="no", text="no"))
    changed = replace(first, answers=(first.answers[0], replace(first.answers[1], record=other)))
    told = replace(whole, case_views=lambda: iter([changed, *rest]))
    for name in ("csv", "html", "junit", "markdown"):
        render = installed.reporters[name].render
        assert all_bytes(render(told)) != all_bytes(render(whole))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("three targets", dossiers.three_targets),
        ("hostile", dossiers.hostile),
        ("boxes", media_dossiers.boxes),
        ("large images", media_dossiers.large_images),
    ],
)
def test_a_dossier_made_twice_gives_the_same_files(
    installed: Registry, name: str, make: Callable[[], dossiers.Dossier]
) -> None:
    for reporter in installed.reporters.values():
        assert all_bytes(reporter.render(make())) == all_bytes(reporter.render(make()))


def test_a_stored_run_is_reported_twice_in_the_same_bytes(
    sides: Callable[..., Sides], capfd: pytest.CaptureFixture[str]
) -> None:
    world = sides(flips=lambda number: number % 5 == 1)
    world.run("run", str(world.suite(12)), "-q", "--out", "out")
    first = files(world.folder / "out")
    assert {"report.html", "cases.csv", "junit.xml", "summary.md", "result.json"} <= first.keys()
    assert world.run("report", "out") == 0
    assert files(world.folder / "out") == first
    assert world.run("compare", "out") == 1
    again = files(world.folder / "out")
    assert {name for name in first if first[name] != again[name]} == set()
    capfd.readouterr()
    world.run("show", "out")
    shown = capfd.readouterr().out
    world.run("show", "out")
    assert capfd.readouterr().out == shown


def all_bytes(artifacts: object) -> dict[str, bytes]:
    return {one.name: b"".join(one.chunks) for one in artifacts}  # type: ignore[attr-defined]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("run.")
    }


def test_a_recording_replayed_twice_at_a_stated_time_gives_the_same_reports(
    sides: Callable[..., Sides], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sides(flips=lambda number: number % 5 == 1)
    suite = str(world.suite(12))
    world.run("run", suite, "-q", "--out", "first", "--record", "answers.jsonl")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    made = []
    for _ in range(2):
        world.run("run", suite, "-q", "--out", "out", "--replay", "answers.jsonl")
        made.append(files(world.folder / "out"))
        shutil.rmtree(world.folder / "out")
    assert made[0] == made[1]
    assert b"2026-11-18" in made[0]["report.html"]
    assert b"2026-11-18" not in files(world.folder / "first")["report.html"]


@pytest.mark.parametrize("value", ["", "now", "-1", "1.5", "\u0661", "9" * 13])
def test_a_stated_time_that_is_none_is_told_before_anything_is_read(
    sides: Callable[..., Sides],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    value: str,
) -> None:
    world = sides()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert world.run("run", str(world.suite(2)), "--replay", "missing.jsonl") == 4
    assert "SOURCE_DATE_EPOCH" in capfd.readouterr().err
    assert world.run("run", str(world.suite(2)), "-q", "--out", "out") == 0
