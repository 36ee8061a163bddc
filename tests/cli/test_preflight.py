"""`revgate run` asks the Hub about its pins before the first call."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from harness.cli import run
from harness.store import RunReader
from tests.hub.hub_server import HubServer
from tests.hub.world import GONE, HEAD, MODEL, OLD, a_hub

Capture = pytest.CaptureFixture[str]
ANSWER = [[{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]]


@pytest.fixture
def server(quiet_world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.setattr("harness.cli.preflight.time.sleep", lambda _seconds: None)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with a_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def models() -> Iterator[responses.RequestsMock]:
    """Both endpoints, answering with the commit they were started with."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for side, commit in (("baseline", OLD), ("candidate", HEAD)):
            headers = {"x-sha": commit}
            mock.post(f"https://{side}.example/", json=ANSWER, headers=headers)
        yield mock


def write(first: str = OLD, second: str = HEAD, *, more: str = "") -> None:
    Path("suite.yaml").write_text(
        f"""\
suite: reviews-upgrade
task: text-classification
target: {{provider: hf-endpoint, model: {MODEL}}}
targets:
  baseline: {{url: "https://baseline.example/", revision: "{first}"}}
  candidate: {{url: "https://candidate.example/", revision: "{second}"}}
run: {{transport: requests, attempts: 1, concurrency: 1}}
{more}
gates: [{{metric: regressions, max: 0}}]
cases:
  - {{id: one, inputs: fine, expect: POSITIVE}}
""",
        encoding="utf-8",
    )


def lock() -> None:
    assert run(["lock", "suite.yaml"]) == 0


def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("out/result.json").read_text(encoding="utf-8"))
    return found


def test_what_was_found_is_told_and_stored_with_the_run(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    write()
    lock()
    capfd.readouterr()
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    behind = f"baseline: the pin {OLD[:12]} is behind the head of {MODEL}, {HEAD[:12]}"
    assert f"warning: {behind}" in capfd.readouterr().err
    assert any(said.startswith(behind) for said in result()["warnings"])
    looked = result()["environment"]["preflight"]
    assert looked["hub"] == server.url
    assert looked["lock"] == {"baseline": OLD, "candidate": HEAD}
    assert looked["targets"]["baseline"]["commit"] == OLD
    assert looked["targets"]["baseline"]["head"] == HEAD
    assert looked["targets"]["candidate"]["licences"] == ["apache-2.0"]
    upstream = looked["upstream"]["candidate"]
    assert (upstream["before"], upstream["after"]) == (OLD, HEAD)
    assert upstream["files"][0] == {
        "kind": "weights", "path": "model.safetensors", "how": "changed"
    }  # fmt: skip
    with RunReader(Path("out")) as reader:
        assert "preflight" in [kind for _, kind, _ in reader.events()]


def test_a_missing_lock_is_told(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    write()
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    assert "there is no lock beside suite.yaml" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("pin", "more", "change", "words"),
    [
        (GONE, "", {}, f"baseline: commit {GONE} has vanished from {MODEL}"),
        (OLD, "licenses: {allow: [mit]}", {}, "licence apache-2.0 is not allowed"),
        (OLD, "", {"facts": {"disabled": True}}, f"{MODEL} is disabled on the Hub"),
        (OLD, "", {"is_shut": True}, "accept the model's conditions"),
        (OLD, "", {"facts": {"gated": "auto"}}, "is gated, and there is no token"),
    ],
    ids=["vanished", "licence", "disabled", "shut", "gated"],
)
def test_what_cannot_be_compared_is_exit_4_before_any_call(
    server: HubServer,
    models: responses.RequestsMock,
    capfd: Capture,
    pin: str,
    more: str,
    change: dict[str, Any],
    words: str,
) -> None:
    for name, value in change.items():
        setattr(server.repos[MODEL], name, value)
    write(pin, more=more)
    assert run(["run", "suite.yaml", "--out", "out"]) == 4
    err = capfd.readouterr().err
    assert words in err
    assert "nothing was sent to a model" in err
    assert err.endswith("exit 4: usage or suite error\n")
    assert len(models.calls) == 0
    assert not Path("out").exists()
    models.post("https://baseline.example/", json=ANSWER)
    run(["run", "suite.yaml", "--out", "out", "--no-preflight"])
    assert len(models.calls) > 0


def test_a_pin_that_is_not_the_locks_is_exit_4(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    write()
    lock()
    write(HEAD)
    assert run(["run", "suite.yaml", "--out", "out"]) == 4
    assert "baseline: the suite asks for something else than the lock" in capfd.readouterr().err
    assert len(models.calls) == 0


def test_a_hub_that_is_away_does_not_stop_a_run(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    server.script = [(503, {})] * 99
    write()
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    assert "warning: baseline: HTTP 503" in capfd.readouterr().err


def test_licences_nobody_can_check_are_exit_12_unless_the_lock_has_them(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    write(more="licenses: {allow: [apache-2.0]}")
    script = [(503, {})] * 99
    server.script = list(script)
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 12
    assert "cannot be checked: neither the Hub nor a lock" in capfd.readouterr().err
    assert len(models.calls) == 0
    server.script = []
    lock()
    server.script = list(script)
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0


def test_a_hub_that_hangs_costs_little(
    server: HubServer,
    models: responses.RequestsMock,
    capfd: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr("harness.cli.preflight.WITHIN_S", 0.3)
        write()
        assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    err = capfd.readouterr().err
    assert "no time for another try" in err


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_where_the_environment_forbids_it_the_hub_is_not_asked(
    server: HubServer,
    models: responses.RequestsMock,
    capfd: Capture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    write(GONE, more="licenses: {allow: [mit]}")
    monkeypatch.setenv(name, "1")
    assert run(["run", "suite.yaml", "--out", "out"]) == 12
    assert "cannot be checked" in capfd.readouterr().err
    write()
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    assert server.asked == []


def test_a_run_that_is_gone_on_with_bears_a_head_that_moved_but_no_vanished_pin(
    server: HubServer, models: responses.RequestsMock, capfd: Capture
) -> None:
    write()
    text = Path("suite.yaml").read_text(encoding="utf-8")
    headed = text.replace("hf-endpoint", "hf-inference").replace('url: "', 'base_url: "')
    for side in ("baseline", "candidate"):
        headed = headed.replace(f'base_url: "https://{side}.example/", ', "")
    Path("suite.yaml").write_text(headed, encoding="utf-8")
    assert run(["run", "suite.yaml", "--out", "out"]) == 4
    assert "hf-inference serves only the head of lab/reviews" in capfd.readouterr().err
    run(["run", "suite.yaml", "-q", "--out", "out", "--no-preflight"])  # nobody is there
    assert run(["run", "-q", "--resume", "out"]) != 4
    assert "warning: baseline: hf-inference serves only the head" in capfd.readouterr().err
    server.repos[MODEL].steps = server.repos[MODEL].steps[1:]
    server.repos[MODEL].tags = {}
    assert run(["run", "-q", "--resume", "out"]) == 4
    assert "has vanished" in capfd.readouterr().err


@pytest.mark.parametrize("words", [["--dry-run"], ["--replay", "out"]])
def test_where_nothing_is_called_nothing_is_asked(
    server: HubServer, models: responses.RequestsMock, words: list[str]
) -> None:
    write()
    assert run(["run", "suite.yaml", "-q", "--out", "out"]) == 0
    server.asked.clear()
    assert run(["run", "suite.yaml", "-q", *words]) == 0
    assert server.asked == []
