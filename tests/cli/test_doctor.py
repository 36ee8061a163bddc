"""`revgate doctor`: one page on what runs stand on."""

import json
from pathlib import Path

import pytest

from harness.cli import run
from tests.hub.hub_server import TOKEN
from tests.hub.world import a_hub

Capture = pytest.CaptureFixture[str]
SUBJECTS = {
    "revgate", "Python", "system", "curl", "requests", "SQLite", "runs", "open files", "clock",
    "output", "plugins", "Hub",
}  # fmt: skip


def test_every_subject_is_on_the_page(quiet_world: Path, capfd: Capture) -> None:
    assert run(["doctor", "--offline"]) == 0
    out, err = capfd.readouterr()
    for subject in SUBJECTS:
        assert f"  {subject} " in out
    assert "not asked: --offline is set" in out
    assert err.startswith("exit 0: sound")


def test_json_says_the_same(quiet_world: Path, capfd: Capture) -> None:
    assert run(["doctor", "--format", "json"]) == 0
    page = json.loads(capfd.readouterr().out)
    assert page["schema"] == 1
    assert {one["subject"] for one in page["observations"]} >= SUBJECTS
    assert {one["state"] for one in page["observations"]} <= {"ok", "note", "warning"}


def test_the_hub_is_asked_and_the_token_shown_nowhere(
    quiet_world: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with a_hub() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        assert run(["doctor"]) == 0
    out, err = capfd.readouterr()
    assert f"{server.url} answers in" in out
    assert "found in HF_TOKEN" in out
    assert TOKEN not in out + err


def test_what_is_broken_is_exit_4(
    quiet_world: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["doctor", "--offline", "-p", "no_such_plugin"]) == 4
    out, err = capfd.readouterr()
    assert "plugin no_such_plugin cannot be imported" in out
    assert err == "exit 4: 1 thing to repair\n"
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "not an address")
    assert run(["doctor"]) == 4
    assert "HF_ENDPOINT is not an address of a Hub" in capfd.readouterr().out
