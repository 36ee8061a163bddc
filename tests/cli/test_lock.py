"""`revgate lock`: every kind of name becomes a commit, or the command says why not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli import run
from harness.lockfile import read_lock
from tests.hub.hub_server import TOKEN, HubServer, Repo, Step
from tests.hub.world import GONE, HEAD, MODEL, OLD, OLD_NAME, PROPOSED, a_hub
from tests.lockfile.suites import suite_text

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def server(quiet_world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.setattr("harness.cli.lock_verb.time.sleep", lambda _seconds: None)
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with a_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def write(first: str, second: str, *, model: str = MODEL, more: str = "") -> None:
    text = suite_text(first, second, model=model, more=more)
    Path("suite.yaml").write_text(text, encoding="utf-8")


def commits() -> list[str]:
    lock = read_lock(Path("suite.lock"))
    assert lock is not None
    return [target.facts.commit for target in lock.targets]


@pytest.mark.parametrize(
    ("revision", "commit"),
    [
        ("", HEAD),
        ("main", HEAD),
        ("next", HEAD),
        ('"v1.0"', OLD),
        (f'"{OLD[:8]}"', OLD),
        (f'"{OLD}"', OLD),
        ("refs/pr/3", PROPOSED.commit),
    ],
    ids=["none", "main", "branch", "tag", "short", "commit", "pull"],
)
def test_a_name_becomes_its_commit_and_the_suite_can_take_it(
    server: HubServer, capfd: Capture, revision: str, commit: str
) -> None:
    write(revision, f'"{HEAD}"')
    assert run(["lock", "suite.yaml"]) == 0
    assert commits() == [commit, HEAD]
    out, err = capfd.readouterr()
    assert err == "exit 0: wrote suite.lock, 2 targets\n"
    is_pinned = revision == f'"{OLD}"'
    line = f'suite.yaml:5: target baseline: revision: "{commit}"'
    assert (line in out) is not is_pinned
    write(f'"{commit}"', f'"{HEAD}"')
    assert run(["check", "suite.yaml"]) == 0
    assert run(["lock", "suite.yaml"]) == 0
    assert commits() == [commit, HEAD]


def test_the_table_says_what_there_is_to_know(server: HubServer, capfd: Capture) -> None:
    server.repos[MODEL].facts = {
        "gated": "manual",
        "inference": "warm",
        "inferenceProviderMapping": {
            "together": {"status": "error", "task": "text-classification"},
            "hf-inference": {"status": "live", "task": "text-classification"},
        },
    }
    write('"v1.0"', "main")
    assert run(["lock", "suite.yaml"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].split() == [
        "target", "model", "asked", "commit", "licence", "gated", "status"
    ]  # fmt: skip
    assert lines[1].split() == [
        "baseline", MODEL, "v1.0", OLD[:12], "apache-2.0", "manual",
        "not", "pinned,", "behind", "its", "head,", "warm",
    ]  # fmt: skip
    assert lines[2].split()[3] == HEAD[:12]
    served = "served by hf-inference (live), together (error)"
    what = "text-classification, transformers, changed 2024-05-01, serverless: warm"
    assert f"baseline: {what}, {served}" in lines


def test_a_renamed_model_is_locked_under_its_new_name(server: HubServer, capfd: Capture) -> None:
    write("main", '"v1.0"', model=OLD_NAME)
    assert run(["lock", "suite.yaml"]) == 0
    lock = read_lock(Path("suite.lock"))
    assert lock is not None
    assert {(t.asked_model, t.facts.model) for t in lock.targets} == {(OLD_NAME, MODEL)}
    assert f'target baseline: model: "{MODEL}"  (it was renamed)' in capfd.readouterr().out


def test_an_outdated_pin_is_listed_with_commits_and_files(
    server: HubServer, capfd: Capture
) -> None:
    write(f'"{OLD}"', f'"{HEAD}"')
    assert run(["lock", "suite.yaml"]) == 0
    out = capfd.readouterr().out
    assert f"outdated: baseline: {OLD[:12]}, the head is {HEAD[:12]}" in out
    assert "2 commits later:" in out
    assert f"{HEAD[:12]} 2024-07-01 Write a better card" in out
    assert "weights: model.safetensors changed" in out
    assert "generation config: generation_config.json added" in out
    assert "outdated: candidate" not in out


def test_what_changed_between_the_sides_is_shown_and_kept(
    server: HubServer, capfd: Capture
) -> None:
    write(f'"{HEAD}"', f'"{OLD}"')
    assert run(["lock", "suite.yaml"]) == 0
    out = capfd.readouterr().out
    assert f"upstream: candidate: from the baseline's {HEAD[:12]} to {OLD[:12]}" in out
    assert "  2 commits earlier:" in out
    lock = read_lock(Path("suite.lock"))
    assert lock is not None
    assert [(found.before, found.after) for found in lock.upstream] == [(HEAD, OLD)]
    write(f'"{OLD}"', f'"{HEAD}"')  # what the outdated pin shows already is not shown twice
    assert run(["lock", "suite.yaml"]) == 0
    out = capfd.readouterr().out
    assert "outdated: baseline" in out
    assert "upstream: candidate" not in out


@pytest.mark.parametrize("flags", [[], ["--check"]])
@pytest.mark.parametrize(
    ("first", "more", "change", "words", "ending"),
    [
        (f'"{GONE}"', "", {}, f"commit {GONE} has vanished", "1 target that cannot be resolved"),
        ("v1.1", "", {}, "has no branch, tag or commit 'v1.1'", "1 target that cannot"),
        ("main", "", {"is_shut": True}, "accept the model's conditions", "2 targets that cannot"),
        ("main", "", {"is_disabled": True}, "disabled", "2 targets that cannot"),
        (
            "main", "licenses: {allow: [mit]}", {},
            "licence apache-2.0 is not allowed; the suite allows mit",
            "2 targets whose licence is not allowed",
        ),
        (
            "main", "licenses: {allow: [mit]}", {"licence": None},
            "states no licence", "2 targets whose licence",
        ),
    ],
    ids=["vanished", "missing", "gated", "disabled", "licence", "no licence"],
)  # fmt: skip
def test_what_cannot_be_locked_is_exit_4_and_writes_nothing(
    server: HubServer, capfd: Capture, first: str, more: str, change: dict[str, object],
    words: str, ending: str, flags: list[str],
) -> None:  # fmt: skip
    for name, value in change.items():
        setattr(server.repos[MODEL], name, value)
    write(first, "main", more=more)
    assert run(["lock", "suite.yaml", *flags]) == 4
    _, err = capfd.readouterr()
    assert "error: suite.yaml:5: target 'baseline': " in err
    assert words in err
    assert err.splitlines()[-1].startswith(f"exit 4: {ending}")
    assert not Path("suite.lock").exists()


def test_a_repository_that_is_not_there_is_exit_4(server: HubServer, capfd: Capture) -> None:
    write("main", "main", model="lab/none")
    assert run(["lock", "suite.yaml"]) == 4
    assert "a private repository needs HF_TOKEN" in capfd.readouterr().err


def test_a_hub_that_cannot_be_asked_is_exit_12(server: HubServer, capfd: Capture) -> None:
    server.script = [(503, {})] * 99
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 12
    err = capfd.readouterr().err
    assert err.endswith("exit 12: the Hub could not be asked; nothing was written\n")


def test_check_passes_while_the_names_stand(server: HubServer, capfd: Capture) -> None:
    write('"v1.0"', "main")
    assert run(["lock", "suite.yaml", "--check"]) == 11
    assert "suite.lock is missing: run `revgate lock suite.yaml`" in capfd.readouterr().err
    assert not Path("suite.lock").exists()
    assert run(["lock", "suite.yaml"]) == 0
    assert run(["lock", "suite.yaml", "--check"]) == 0
    assert capfd.readouterr().err.endswith("exit 0: suite.lock is up to date\n")


def test_check_fails_when_a_branch_moved_and_writes_nothing(
    server: HubServer, capfd: Capture
) -> None:
    write('"v1.0"', "main")
    assert run(["lock", "suite.yaml"]) == 0
    body = Path("suite.lock").read_bytes()
    step = Step(title="Other weights", files={"model.safetensors": "w3"})
    server.repos[MODEL].steps.append(step)
    capfd.readouterr()
    assert run(["lock", "suite.yaml", "--check"]) == 11
    out, err = capfd.readouterr()
    assert f"moved: candidate: from {HEAD[:12]} to {step.commit[:12]}" in out
    assert "1 commit later:" in out
    assert f'candidate commit: "{HEAD}" → "{step.commit}"' in out
    assert err == "exit 11: suite.lock would change: run `revgate lock suite.yaml`\n"
    assert Path("suite.lock").read_bytes() == body
    assert run(["lock", "suite.yaml"]) == 0
    assert commits() == [OLD, step.commit]


def test_check_says_that_the_locked_commit_vanished(server: HubServer, capfd: Capture) -> None:
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 0
    server.repos[MODEL] = Repo(steps=[Step(title="Squashed", files={"config.json": "1"})])
    assert run(["lock", "suite.yaml", "--check"]) == 11
    assert f"commit {HEAD} has vanished from {MODEL}" in capfd.readouterr().out


def test_what_passes_changes_the_file_but_fails_no_check(server: HubServer, capfd: Capture) -> None:
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 0
    server.repos[MODEL].facts = {"inference": "warm"}
    assert run(["lock", "suite.yaml", "--check"]) == 0
    assert '"" → "warm"  (not a reason to fail)' in capfd.readouterr().out
    server.repos[MODEL].licence = "gpl-3.0"
    assert run(["lock", "suite.yaml", "--check"]) == 11


def test_the_same_facts_give_the_same_bytes(server: HubServer, capfd: Capture) -> None:
    write('"v1.0"', "main")
    assert run(["lock", "suite.yaml"]) == 0
    before = Path("suite.lock").stat()
    assert run(["lock", "suite.yaml"]) == 0
    assert capfd.readouterr().err.endswith("exit 0: suite.lock is up to date\n")
    after = Path("suite.lock").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert sorted(path.name for path in Path().iterdir()) == ["suite.lock", "suite.yaml"]


def test_a_damaged_lock_is_written_anew_and_a_strangers_file_is_left(
    server: HubServer, capfd: Capture
) -> None:
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 0
    lock = Path("suite.lock")
    body = lock.read_text()
    lock.write_text(body.replace("targets:", "<<<<<<< ours\ntargets:"))
    assert run(["lock", "suite.yaml", "--check"]) == 4
    assert run(["lock", "suite.yaml"]) == 0
    assert lock.read_text() == body
    lock.write_text("[[package]]\n")
    assert run(["lock", "suite.yaml"]) == 4
    assert lock.read_text() == "[[package]]\n"


def test_a_suite_of_models_elsewhere_is_exit_5(server: HubServer, capfd: Capture) -> None:
    pin = '"' + "a" * 64 + '"'
    write(pin, pin)
    assert run(["lock", "suite.yaml"]) == 5
    assert "no target names a model of the Hub" in capfd.readouterr().err
    assert server.asked == []


def test_offline_is_refused_before_anything_is_asked(
    server: HubServer, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 4
    assert "HF_HUB_OFFLINE is set" in capfd.readouterr().err
    assert server.asked == []


def test_the_token_is_sent_to_the_hub_and_shown_nowhere(
    server: HubServer, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    write("main", "main")
    assert run(["lock", "suite.yaml"]) == 0
    assert {token for _, token in server.asked} == {f"Bearer {TOKEN}"}
    out, err = capfd.readouterr()
    assert TOKEN not in out + err + Path("suite.lock").read_text()
