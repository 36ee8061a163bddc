"""How reports are laid out is chosen where they are asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.concluding import write_all
from harness.cli.folder import write_artifact
from harness.data.dossier import Artifact
from harness.errors import UsageError
from harness.registry import load_registry
from harness_reports.caselist import layout
from tests.e2e.sides import Sides
from tests.reports import dossiers
from tests.reports.listed import index_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(sides: Open) -> Sides:
    """A world with a finished run `out`: 6 cases, c3 regressed."""
    found = sides(flips=lambda number: number == 3)
    assert found.run("run", str(found.suite(6)), "-q", "--out", "out") == 1
    return found


def held(folder: Path) -> int:
    return sum(index_of((folder / "report.html").read_text("utf-8"))["has_text"])


@pytest.mark.parametrize("verb", [("report",), ("compare",)])
def test_reports_are_laid_out_as_they_are_asked_for(world: Sides, verb: tuple[str, ...]) -> None:
    out = world.folder / "out"
    assert held(out) == 6
    assert not (out / "report_files").exists()
    world.run(*verb, "out", "--embed", "none")
    assert held(out) == 0
    world.run(*verb, "out", "--layout", "dir")
    assert "<style" not in (out / "report.html").read_text("utf-8")
    assert {"report.css", "report.js", "cases-index.js"} <= {
        path.name for path in (out / "report_files").iterdir()
    }


def test_a_run_lays_its_reports_out_too(world: Sides) -> None:
    suite = str(world.folder / "suite.yaml")
    assert world.run("run", suite, "-q", "--out", "two", "--layout", "dir", "--embed", "all") == 1
    assert (world.folder / "two" / "report_files" / "cases-0000.js").exists()


def test_another_layout_is_a_usage_error(world: Sides, capfd: Capture) -> None:
    assert world.run("report", "out", "--layout", "zip") == 4
    assert "'zip' is not one of 'auto', 'file', 'dir'" in capfd.readouterr().err


def test_that_a_page_is_very_large_is_told_beside_the_result(
    tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, registry = dossiers.all_pass(), load_registry(())
    write_all(dossier, tmp_path, registry)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(layout, "LARGE", 10)
    write_all(dossier, tmp_path, registry)
    assert "warning: report.html: about " in capfd.readouterr().err


@pytest.mark.parametrize(
    "name", ["other/x.js", "report_files/../x.js", "report_files/", "report_files/media/x", "../x"]
)
def test_only_known_folders_take_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not a name for a report"):
        write_artifact(tmp_path, Artifact(name=name, chunks=iter((b"x",))))
    assert list(tmp_path.iterdir()) == []
    write_artifact(tmp_path, Artifact(name="report_files/x.js", chunks=iter((b"x",))))
    assert (tmp_path / "report_files" / "x.js").read_bytes() == b"x"
