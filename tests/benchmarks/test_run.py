"""The whole command, on little work."""

from pathlib import Path

import pytest

from benchmarks.kept import Kept
from benchmarks.run import main
from benchmarks.work import Measurement

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("server", [["--plain-server"], []])
def test_ourselves_and_a_bare_loop_do_the_same_work(tmp_path: Path, server: list[str]) -> None:
    kept, out = tmp_path / "kept.jsonl", tmp_path / "RESULTS.md"
    arguments = ["--calls", "100", "--many-calls", "120", "--rounds", "1", "--keep", str(kept)]
    arguments += ["--cells", "speed", "--contenders", "revgate", "bare requests", *server]
    assert main([*arguments, "--out", str(out)]) == 0
    lines = [line for line in Kept(kept).lines() if isinstance(line, Measurement)]
    assert [(line.contender, line.served) for line in lines] == [
        ("revgate", 100),
        ("bare requests", 100),
        ("revgate", 120),
        ("bare requests", 120),
    ]
    assert all(line.is_sound and line.shown is not None for line in lines)
    page = out.read_text()
    assert "### 120 calls, concurrency 32, 0 ms" in page
    assert "| bare requests | 1 |" in page

    before = kept.read_text()
    assert main([*arguments, "--out", str(out)]) == 0  # goes on where it was: nothing is missing
    assert kept.read_text() == before


def test_a_program_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--revgate", str(tmp_path / "revgate"), "--keep", str(tmp_path / "kept")]) == 2
    assert "no revgate there" in capsys.readouterr().err
