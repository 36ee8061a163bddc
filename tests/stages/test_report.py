"""Reporters render; one that breaks is named, and the others go on."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from harness.api.kinds import Reporter
from harness.data.dossier import Artifact, Dossier
from harness.gates import gates_of
from harness.gates.results import Evidence
from harness.stages.compare import case_views, compare
from harness.stages.decide import decide
from harness.stages.report import BrokenReport, Occasion, assemble, report
from tests.gates.world import TASK, Row, stored, suite

ROWS: list[Row] = [("P", "F"), ("P", "x"), ("P", "P")]


@pytest.fixture
def dossier() -> Dossier:
    asked = suite()
    survey = compare(stored(ROWS), asked, TASK)
    verdict = decide(
        Evidence(
            suite=asked,
            gates=gates_of(asked, survey.cases, has_expectations=True),
            comparisons=survey.comparisons,
            tallies=survey.tallies,
            counts=survey.counts,
        )
    )
    occasion = Occasion(
        run_id="r", started_at=0.0, finished_at=60.0, environment={}, reproduce=(), warnings=("w",)
    )
    return assemble(
        asked, TASK, survey, verdict, occasion, lambda: case_views(stored(ROWS), asked, TASK)
    )


def whole(name: str) -> Reporter:
    return Reporter(name=name, render=lambda _d: [Artifact(name=name, chunks=iter([b"a", b"b"]))])


def wrote(dossier: Dossier, *reporters: Reporter) -> tuple[dict[str, bytes], list[BrokenReport]]:
    files: dict[str, bytes] = {}

    def write(artifact: Artifact) -> None:
        files[artifact.name] = b"".join(artifact.chunks)

    return files, list(report(dossier, reporters, write).broken)


def test_a_dossier_holds_all_that_was_found(dossier: Dossier) -> None:
    assert (dossier.cases, dossier.counts.planned, dossier.counts.faults) == (3, 6, 1)
    assert dossier.verdict.exit_code == 1
    assert [group.kind for group in dossier.faults] == ["malformed"]
    assert dossier.started_at == "1970-01-01T00:00:00Z"
    assert dossier.finished_at == "1970-01-01T00:01:00Z"
    assert dossier.warnings == ("w",)
    assert len(list(dossier.case_views())) == len(list(dossier.case_views())) == 3


def test_every_report_is_written_whole(dossier: Dossier) -> None:
    assert wrote(dossier, whole("one"), whole("two")) == ({"one": b"ab", "two": b"ab"}, [])


def at_once(_dossier: Dossier) -> Iterable[Artifact]:
    raise RuntimeError("no")


def on_the_way(_dossier: Dossier) -> Iterator[Artifact]:
    yield Artifact(name="half", chunks=_torn())


def leaving(_dossier: Dossier) -> Iterator[Artifact]:
    raise SystemExit(0)
    yield


def without_its_template(_dossier: Dossier) -> Iterator[Artifact]:
    raise FileNotFoundError("report.html.j2")
    yield


def no_artifact(_dossier: Dossier) -> Iterable[Artifact]:
    return ["report.html"]  # type: ignore[list-item]


def _torn() -> Iterator[bytes]:
    yield b"a"
    raise RuntimeError("no")


@pytest.mark.parametrize(
    "render", [at_once, on_the_way, leaving, without_its_template, no_artifact]
)
def test_a_reporter_that_breaks_is_named_and_the_others_go_on(
    dossier: Dossier, render: object
) -> None:
    files, broken = wrote(dossier, Reporter(name="bad", render=render), whole("good"))  # type: ignore[arg-type]
    assert [found.reporter for found in broken] == ["bad"]
    assert files == {"good": b"ab"}


def test_a_file_that_cannot_be_written_is_not_the_reporters_fault(dossier: Dossier) -> None:
    def full(_artifact: Artifact) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        report(dossier, [whole("one")], full)


def write_into(folder: Path, artifact: Artifact) -> None:
    if artifact.name.startswith("full"):
        raise OSError(28, "No space left on device", artifact.name)
    (folder / artifact.name).write_bytes(b"".join(artifact.chunks))


def test_every_reporter_goes_through_all_cases_and_what_is_kept_is_in_their_order(
    dossier: Dossier,
) -> None:
    def counting(name: str) -> Reporter:
        def render(one: Dossier) -> Iterator[Artifact]:
            views = one.case_views()
            yield Artifact(name=name, chunks=(view.case.id.encode() for view in views))

        return Reporter(name=name, render=render)

    bad = [Reporter(name=name, render=at_once) for name in ("bad", "worse")]
    chosen = [counting("c"), bad[0], counting("a"), bad[1], counting("b")]
    reported = report(dossier, chosen, lambda made: (made.name, b"".join(made.chunks)))
    assert reported.kept == (("c", b"c0c1c2"), ("a", b"c0c1c2"), ("b", b"c0c1c2"))
    assert [found.reporter for found in reported.broken] == ["bad", "worse"]


@pytest.mark.parametrize("place", [0, 1])
def test_a_file_that_cannot_be_written_keeps_nobody_from_writing_the_others(
    dossier: Dossier, tmp_path: Path, place: int
) -> None:
    reporters = [whole("one"), whole("two"), whole("three")]
    reporters.insert(place, whole("full"))
    with pytest.raises(OSError, match="No space left on device: 'full'"):
        report(dossier, reporters, partial(write_into, tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "three", "two"]
