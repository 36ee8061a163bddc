"""What stood beside a report goes with the report that needed it, and nothing else does."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.api import Artifact, Dossier, Presentation, Reporter
from harness.cli.beside import REMEMBERED
from harness.cli.concluding import write_all
from harness.registry import Registry, load_registry
from tests.reports import dossiers

DIR, ONE = Presentation(layout="dir"), Presentation(layout="file")
OURS = {"report.css", "report.js", "cases-index.js", "cases-0000.js", "icon.svg"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    whole = load_registry(())
    return replace(whole, reporters={"html": whole.reporters["html"]})


def write(folder: Path, registry: Registry, presentation: Presentation) -> None:
    write_all(replace(dossiers.all_pass(), presentation=presentation), folder, registry)


def beside(folder: Path) -> set[str]:
    return {path.name for path in (folder / "report_files").iterdir()}


def test_files_beside_go_with_the_page_that_needed_them(tmp_path: Path, registry: Registry) -> None:
    write(tmp_path, registry, DIR)
    assert beside(tmp_path) == OURS
    write(tmp_path, registry, ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_same_layout_again_keeps_them_but_those_that_are_too_many(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness_reports.caselist.layout.BYTES_A_FILE", 1)
    monkeypatch.setattr("harness_reports.caselist.chunks.CASES_A_CHUNK", 2)
    write(tmp_path, registry, DIR)
    many = beside(tmp_path)
    write(tmp_path, registry, replace(DIR, embed="none"))
    assert many > beside(tmp_path) >= OURS - {"cases-0000.js"}
    write(tmp_path, registry, DIR)
    assert beside(tmp_path) == many


def test_what_somebody_else_put_or_changed_there_stays(tmp_path: Path, registry: Registry) -> None:
    write(tmp_path, registry, DIR)
    folder = tmp_path / "report_files"
    (folder / "notes.txt").write_text("mine")
    (folder / "report.css").write_text("body { color: red }")
    write(tmp_path, registry, ONE)
    assert beside(tmp_path) == {"notes.txt", "report.css"}
    assert not (tmp_path / REMEMBERED).exists()


def test_a_folder_nobody_remembers_is_left_alone(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "report_files").mkdir()
    (tmp_path / "report_files" / "report.css").write_text("mine")
    write(tmp_path, registry, ONE)
    assert beside(tmp_path) == {"report.css"}


def test_what_is_remembered_cannot_lead_out_of_the_folder(
    tmp_path: Path, registry: Registry
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    write(run, registry, DIR)
    told = json.loads((run / REMEMBERED).read_text())
    digest = told["files"]["report_files/report.js"]
    script = (run / "report_files" / "report.js").read_bytes()
    (tmp_path / "kept.js").write_bytes(script)
    (run / "kept.js").write_bytes(script)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.js").write_bytes(script)
    (run / "media").symlink_to(elsewhere)
    (run / "report_files" / "link.js").symlink_to(tmp_path / "kept.js")
    names = (
        "report_files/../../kept.js",
        "../kept.js",
        "kept.js",
        "media/kept.js",
        "report_files/",
    )
    told["files"] |= dict.fromkeys((*names, "report_files/link.js", "report_files/gone.js"), digest)
    (run / REMEMBERED).write_text(json.dumps(told))
    write(run, registry, ONE)
    assert all(p.is_file() for p in (tmp_path / "kept.js", run / "kept.js", elsewhere / "kept.js"))
    assert beside(run) == {"link.js"}


@pytest.mark.parametrize("text", ["", "[]", '{"reporters": [], "files": 7}', "\xff"])
def test_what_cannot_be_read_removes_nothing(tmp_path: Path, registry: Registry, text: str) -> None:
    write(tmp_path, registry, DIR)
    (tmp_path / REMEMBERED).write_text(text, encoding="latin-1")
    write(tmp_path, registry, ONE)
    assert beside(tmp_path) == OURS


def test_files_of_a_reporter_that_is_not_there_or_that_failed_stay(
    tmp_path: Path, registry: Registry
) -> None:
    def render(_: Dossier) -> Iterable[Artifact]:
        yield Artifact(name="media/song.wav", chunks=iter((b"la",)))

    def fail(_: Dossier) -> Iterable[Artifact]:
        raise ValueError("no")

    for_all = {**registry.reporters, "songs": Reporter(name="songs", render=render)}
    write(tmp_path, replace(registry, reporters=for_all), DIR)
    song = tmp_path / "media" / "song.wav"
    write(tmp_path, registry, ONE)
    assert song.exists()
    failing = {**registry.reporters, "songs": Reporter(name="songs", render=fail)}
    write(tmp_path, replace(registry, reporters=failing), ONE)
    assert song.exists()
    silent = {**registry.reporters, "songs": Reporter(name="songs", render=lambda _: ())}
    write(tmp_path, replace(registry, reporters=silent), ONE)
    assert not (tmp_path / "media").exists()
    assert not (tmp_path / "report_files").exists()
