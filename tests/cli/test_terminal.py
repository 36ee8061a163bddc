"""What reaches a terminal, a log, a pipe: nothing untrusted raw, and no crash."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.screen import may_paint
from harness_demo.served import Reply
from tests.e2e.sides import Sides, only_run

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]

HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07 \r\n::error file=x::pwned\n  ::set-output::x\n"
    "##[error]boom\x9b2J \u202eevil\x7f"
)


def raw_parts(text: str) -> list[str]:
    """Give what a terminal or a CI runner would act on."""
    found = re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
    found += [line for line in text.splitlines() if line.lstrip().startswith("::")]
    return found + re.findall(r"##\[|##vso", text)


@pytest.mark.parametrize("where", ["answer", "error", "commit", "finding"])
def test_model_text_is_never_raw_on_stdout_or_stderr(
    sides: Open, capfd: Capture, where: str
) -> None:
    answers: dict[str, Any] = {
        "answer": Reply(status=200, body=json.dumps([[{"label": HOSTILE, "score": 0.9}]]).encode()),
        "error": Reply(status=400, body=json.dumps({"error": HOSTILE}).encode()),
        "commit": Reply(
            status=200,
            headers={"x-sha": "\x9b2J##[error]::x\x7f"},
            body=b'[[{"label": "POSITIVE", "score": 0.9}]]',
        ),
        "finding": Reply(status=200, body=json.dumps({"error": HOSTILE}).encode()),
    }
    world = sides(faults=lambda request: answers[where] if "b" * 40 in request.path else None)
    suite = str(world.suite(3))
    world.run("run", suite, "-v", "--out", "out")
    world.run("run", suite, "-v", "--format", "json")
    out, err = capfd.readouterr()
    json.loads(out[out.index("\n{") :])
    texts = [out, err]
    for words in (
        ("show", "out"),
        ("show", "out", "c1"),
        ("gate", "out"),
        ("list", "."),
        ("compare", "out"),
    ):
        world.run(*words)
        texts += capfd.readouterr()
    assert [raw_parts(text) for text in texts] == [[]] * len(texts)
    assert "boom" in "".join(texts) or where == "commit"


def test_json_on_stdout_is_the_same_document_whatever_is_in_it(sides: Open, capfd: Capture) -> None:
    hostile = {"x-sha": "##[error]\x85"}
    body = b'[[{"label": "POSITIVE", "score": 0.9}]]'
    world = sides(faults=lambda request: Reply(status=200, headers=hostile, body=body))
    world.run("run", str(world.suite(2)), "-q", "--format", "json")
    out = capfd.readouterr().out
    stored = (only_run(world.folder) / "result.json").read_text()
    assert json.loads(out) == json.loads(stored)
    assert out.isascii()
    assert "##" not in out


def test_a_hostile_case_id_is_shown_and_not_obeyed(sides: Open, capfd: Capture) -> None:
    world = sides(flips=lambda number: number == 1)
    suite = world.suite(2)
    suite.write_text(suite.read_text().replace("id: c1", 'id: "::error::x"'))
    world.run("run", str(suite), "--out", "out", "-v")
    world.run("show", "out", "::error::x")
    world.run("show", "out", "::error::y")
    out, err = capfd.readouterr()
    assert raw_parts(out + err) == []


def revgate(folder: Path, *words: str, **more: Any) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "harness", *words]
    environ = {**os.environ, **more.pop("env", {})}
    return subprocess.run(command, cwd=folder, env=environ, check=False, timeout=60, **more)


@pytest.fixture
def finished(sides: Open) -> Sides:
    world = sides(flips=lambda number: number == 1)
    world.run("run", str(world.suite(3)), "-q", "--out", "out")
    return world


NARROW = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.e2e
@pytest.mark.parametrize(
    "words", [("show", "out"), ("show", "out", "c1"), ("--help",), ("run", "-h")]
)
def test_a_terminal_that_knows_ascii_only_is_no_crash(
    finished: Sides, words: tuple[str, ...]
) -> None:
    done = revgate(finished.folder, *words, env=NARROW, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert b"Traceback" not in done.stderr


@pytest.mark.e2e
@pytest.mark.parametrize("columns", ["0", "1", "junk"])
def test_a_terminal_without_width_is_no_crash(finished: Sides, columns: str) -> None:
    done = revgate(finished.folder, "--help", env={"COLUMNS": columns}, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.e2e
@pytest.mark.parametrize("ends", [">&-", "2>&-", ">&- 2>&-", "<&-", ">/dev/full", "2>/dev/full"])
def test_closed_or_full_streams_do_not_change_the_verdict(finished: Sides, ends: str) -> None:
    for words, code in (("run suite.yaml", 1), ("show out", 0), ("gate out", 1), ("list .", 0)):
        command = f"'{sys.executable}' -m harness {words} {ends}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=finished.folder,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (words, done.returncode) == (words, code), done.stderr
        assert b"Traceback" not in done.stderr
        assert b"Exception ignored" not in done.stderr


@pytest.mark.e2e
def test_a_reader_that_goes_away_does_not_change_the_verdict(finished: Sides) -> None:
    script = f"'{sys.executable}' -m harness gate out | true; exit ${{PIPESTATUS[0]}}"
    for _ in range(3):
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=finished.folder,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert done.stderr == b"exit 1: a gate failed\n"


def on_terminal(folder: Path, *words: str, **environ: str) -> tuple[int, str]:
    """Run the command with a terminal for all three streams; give exit code and what it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"} | environ,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # the other end was closed
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    return process.returncode, shown.decode()


@pytest.mark.e2e
def test_a_case_is_coloured_on_a_terminal_and_only_there(finished: Sides) -> None:
    failed = "\x1b[31m✗ failed\x1b[0m"
    _, shown = on_terminal(finished.folder, "show", "out", "c1", PAGER="cat")
    assert failed in shown
    assert "\x1b[1mc1\x1b[0m" in shown
    for wish in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        _, shown = on_terminal(finished.folder, "show", "out", "c1", PAGER="cat", **wish)
        assert "\x1b" not in shown
        assert "✗ failed" in shown


PAGER = """
import pathlib, sys
pathlib.Path("paged").write_bytes(sys.stdin.buffer.read())
"""


INTERRUPTED_PAGER = """
import os, pathlib, signal, sys
first = sys.stdin.buffer.readline()
for _ in range(2):
    os.kill(os.getppid(), signal.SIGINT)
pathlib.Path("paged").write_bytes(first + sys.stdin.buffer.read())
"""


def pager_of(world: Sides, code: str) -> tuple[str, Path]:
    """Give the command of a pager, and the file it writes what it was given into."""
    script = world.folder / "pager.py"
    script.write_text(code)
    return f"'{sys.executable}' '{script}'", world.folder / "paged"


@pytest.mark.e2e
def test_a_report_goes_through_the_pager_on_a_terminal_and_only_there(finished: Sides) -> None:
    pager, paged = pager_of(finished, PAGER)
    code, shown = on_terminal(finished.folder, "show", "out", REVGATE_PAGER=pager)
    assert (code, shown.strip()) == (0, "exit 0: done")
    told = paged.read_text()
    assert "Regressions" in told
    assert "\x1b[1m" in told
    paged.unlink()
    code, shown = on_terminal(finished.folder, "show", "out", "--no-pager", REVGATE_PAGER=pager)
    assert code == 0
    assert "Regressions" in shown
    for wish in ({"CI": "true"}, {"TERM": "dumb"}, {"REVGATE_PAGER": ""}):
        code, shown = on_terminal(
            finished.folder, "show", "out", **{"REVGATE_PAGER": pager, **wish}
        )
        assert (code, "Regressions" in shown) == (0, True)
    revgate(finished.folder, "show", "out", env={"REVGATE_PAGER": pager}, capture_output=True)
    assert not paged.exists()


@pytest.mark.e2e
def test_ctrl_c_is_meant_for_the_pager(finished: Sides) -> None:
    pager, paged = pager_of(finished, INTERRUPTED_PAGER)
    code, shown = on_terminal(finished.folder, "show", "out", REVGATE_PAGER=pager)
    assert (code, shown.strip()) == (0, "exit 0: done")
    assert "Regressions" in paged.read_text()


@pytest.mark.e2e
@pytest.mark.parametrize("pager", ["true", "head -n 1", "/no/such/pager", "'", "cat"])
def test_a_pager_that_reads_nothing_or_is_not_there_is_no_crash(
    finished: Sides, pager: str
) -> None:
    code, shown = on_terminal(finished.folder, "show", "out", REVGATE_PAGER=pager)
    assert code == 0
    assert "Traceback" not in shown
    assert shown.rstrip().endswith("exit 0: done")


@pytest.mark.e2e
@pytest.mark.parametrize("environ", [{}, {"CI": "true"}, {"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_a_run_on_a_terminal_ends_with_the_code_in_words(
    finished: Sides, environ: dict[str, str]
) -> None:
    code, shown = on_terminal(finished.folder, "run", "suite.yaml", **environ)
    assert code == 1
    assert shown.rstrip().endswith("exit 1: a gate failed")
    if "CI" in environ or "TERM" in environ:
        assert "\x1b" not in shown


def test_colour_needs_a_terminal_that_wants_it() -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    stream: Any = Terminal()
    assert may_paint(stream, {})
    assert may_paint(stream, {"NO_COLOR": ""})
    assert not may_paint(stream, {"NO_COLOR": "1"})
    assert not may_paint(stream, {"TERM": "dumb"})
    assert not may_paint(None, {})
