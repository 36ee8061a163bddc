"""The command as a whole: help, usage errors, other packages' verbs, the last line."""

import signal
import subprocess
import sys
import threading
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import pytest

from harness.cli import added_verbs, run
from harness.cli.painting import uncoloured
from harness.data.lines import Words
from harness.exits import WORDS, gravest

Capture = pytest.CaptureFixture[str]


def test_help_and_version_are_exit_0_without_a_last_word(capfd: Capture) -> None:
    assert run(["--help"]) == 0
    out, err = capfd.readouterr()
    for verb in ("check", "compare", "demo", "gate", "init", "list", "plugins", "report", "run"):
        assert f"\n  {verb} " in out
    assert err == ""
    assert run(["--version"]) == 0
    assert capfd.readouterr().out.startswith("revgate, version ")


@pytest.mark.parametrize("words", [["bogus"], ["--bogus"], ["run"], ["check"], ["show"], ["gate"]])
def test_wrong_usage_is_exit_4(quiet_world: Path, capfd: Capture, words: list[str]) -> None:
    assert run(words) == 4
    assert capfd.readouterr().err.endswith("exit 4: usage or suite error\n")


def offer(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Let another package add the verb `theirs`."""
    entry = EntryPoint("theirs", value, "revgate.commands")

    def entry_points(**wanted: Any) -> list[EntryPoint]:
        return [entry] if wanted.get("name") in {None, "theirs"} else []

    monkeypatch.setattr(added_verbs, "entry_points", entry_points)


@click.command(name="theirs")
@click.argument("how")
def theirs(how: str) -> int:
    """Somebody else's verb."""
    if how == "exit":
        raise SystemExit(0)
    if how == "crash":
        raise RuntimeError("boom")
    if how == "stop":
        raise KeyboardInterrupt
    if how == "stop in compiled code":
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ValueError("no schema: KeyboardInterrupt") from None
    return int(how)


@pytest.mark.parametrize(
    ("how", "code", "last"),
    [
        ("0", 0, ""),
        ("1", 1, "exit 1: the command failed"),
        ("exit", 3, "exit 3: internal error"),
        ("crash", 3, "exit 3: internal error"),
        ("stop", 2, "exit 2: interrupted"),
        ("stop in compiled code", 2, "exit 2: interrupted"),
    ],
)
def test_a_verb_of_another_package_ends_as_ours_do(
    monkeypatch: pytest.MonkeyPatch, capfd: Capture, how: str, code: int, last: str
) -> None:
    offer(monkeypatch, f"{__name__}:theirs")
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())
    assert run(["theirs", how]) == code
    err = capfd.readouterr().err
    assert err.rstrip("\n").rpartition("\n")[2] == last
    assert ("Traceback" in err) == (how == "crash")


def _this_module() -> Any:
    import types

    module = types.ModuleType(__name__)
    module.theirs = theirs  # type: ignore[attr-defined]  # a module made here
    return module


@pytest.mark.parametrize("value", ["no_such_module:command", "json:dumps"])
def test_a_broken_verb_of_another_package_is_named_and_breaks_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capfd: Capture, value: str
) -> None:
    offer(monkeypatch, value)
    assert run(["--help"]) == 0
    assert "theirs   (cannot be loaded)" in capfd.readouterr().out
    assert run(["theirs"]) == 4
    assert "the verb theirs" in capfd.readouterr().err


def test_every_code_has_words_and_a_place_in_the_order() -> None:
    assert set(WORDS) == {0, 1, 2, 3, 4, 5, 10, 11, 12}
    for code in WORDS:
        assert gravest([0, code]) == code
        assert gravest([5, code]) == (code or 5)
    assert gravest([]) == 0
    assert gravest([1, 12]) == 1
    assert gravest([11, 1]) == 11
    assert gravest([10, 12]) == 12


def test_a_verb_runs_in_any_thread(capfd: Capture) -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(["--help"])))
    thread.start()
    thread.join()
    assert codes == [0]
    assert "Commands:" in capfd.readouterr().out


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("revgate, version ")
    assert uncoloured((Words("x", "added"),)) == "x"
