"""From what a suite asks for to the commits it is about."""

from pathlib import Path

import pytest

from harness.hub import Hub
from harness.lockfile import Lock, lock_of, moved_since, outdated, resolve, with_upstream
from harness.registry import Registry
from harness.suitefile import SuiteError
from tests.hub.hub_server import HubServer, Repo, Step
from tests.hub.world import GONE, HEAD, MODEL, OLD, OLD_NAME, PROPOSED, SECOND, asking
from tests.lockfile.suites import asked_of, suite_text


def test_names_that_move_become_commits(tmp_path: Path, installed: Registry, hub: Hub) -> None:
    asked = asked_of(tmp_path, installed, suite_text("v1.0", "main", model=OLD_NAME))
    lock = lock_of(asked.suite, resolve(asked, hub))
    assert [(t.name, t.asked_model, t.asked_revision, t.facts.model, t.facts.commit)
            for t in lock.targets] == [
        ("baseline", OLD_NAME, "v1.0", MODEL, OLD),
        ("candidate", OLD_NAME, "main", MODEL, HEAD),
    ]  # fmt: skip


def test_places_lead_to_the_revision(tmp_path: Path, installed: Registry) -> None:
    asked = asked_of(tmp_path, installed, suite_text("v1.0", ""))
    assert [target.line for target in asked.targets] == [5, 6]
    shared = suite_text("", "").replace("model:", "revision: main, model:")
    asked = asked_of(tmp_path, installed, shared)
    assert [target.line for target in asked.targets] == [3, 3]


def test_a_vanished_commit_is_said_to_have_vanished(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    resolved = resolve(asked_of(tmp_path, installed, suite_text(f'"{GONE}"', "main")), hub)
    fault = resolved[0].fault
    assert fault is not None
    assert f"commit {GONE} has vanished from {MODEL}; its head is {HEAD} now" in fault.message
    assert resolved[1].entry is not None


def test_a_missing_name_is_compared_with_those_there_are(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    resolved = resolve(asked_of(tmp_path, installed, suite_text("v1.1", "main")), hub)
    fault = resolved[0].fault
    assert fault is not None
    assert fault.message == f"{MODEL} has no branch, tag or commit 'v1.1'"
    assert fault.hint.startswith("did you mean 'v1.0'?")
    assert "refs/pr/3" in fault.hint


def test_a_model_that_must_be_there_is_an_error_and_one_that_may_be_is_not(
    tmp_path: Path, with_elsewhere: Registry, hub: Hub
) -> None:
    text = suite_text("", "", model="lab/no")
    certain = resolve(asked_of(tmp_path, with_elsewhere, text), hub)
    assert certain[0].fault is not None
    text = text.replace("hf-endpoint", "elsewhere")
    possible = resolve(asked_of(tmp_path, with_elsewhere, text), hub)
    assert possible[0].fault is None
    assert possible[0].skipped == "the Hub has no model lab/no"


def test_what_follows_a_colon_is_not_part_of_the_name(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    text = suite_text("", "", model=f'"{OLD_NAME}:cheapest"')
    resolved = resolve(asked_of(tmp_path, installed, text), hub)
    entry = resolved[0].entry
    assert entry is not None
    assert (entry.asked_model, entry.facts.model) == (OLD_NAME, MODEL)


@pytest.mark.parametrize("revision", ['"' + "a" * 64 + '"'])
def test_a_pin_of_the_providers_own_is_not_asked_for(
    tmp_path: Path, installed: Registry, hub: Hub, server: HubServer, revision: str
) -> None:
    resolved = resolve(asked_of(tmp_path, installed, suite_text(revision, revision)), hub)
    assert all("pin of hf-endpoint" in one.skipped for one in resolved)
    assert server.asked == []


def test_mistakes_but_moving_revisions_are_refused_at_their_place(
    tmp_path: Path, installed: Registry
) -> None:
    broken = suite_text("main", "main").replace("hf-endpoint", "hf-endpiont")
    with pytest.raises(SuiteError) as caught:
        asked_of(tmp_path, installed, broken)
    assert {problem.code for problem in caught.value.problems} == {"E122"}


@pytest.mark.parametrize("text", ["", "- a list", "suite: [", "targets: !!python/object x"])
def test_what_is_no_suite_is_refused(tmp_path: Path, installed: Registry, text: str) -> None:
    with pytest.raises(SuiteError):
        asked_of(tmp_path, installed, text)


def test_a_credential_in_the_suite_is_never_sent(tmp_path: Path, installed: Registry) -> None:
    with pytest.raises(SuiteError, match="looks like a credential"):
        asked_of(tmp_path, installed, suite_text("hf_" + "a1" * 15, "main"))


def test_mistakes_in_cases_are_left_to_check(tmp_path: Path, installed: Registry) -> None:
    text = suite_text("main", "main").replace("inputs: fine", "input: fine")
    assert len(asked_of(tmp_path, installed, text).targets) == 2


def test_pins_behind_the_head_are_outdated(tmp_path: Path, installed: Registry, hub: Hub) -> None:
    asked = asked_of(tmp_path, installed, suite_text(f'"{OLD}"', f'"{HEAD}"'))
    (behind,) = outdated(lock_of(asked.suite, resolve(asked, hub)), hub)
    assert (behind.target, behind.before, behind.after) == ("baseline", OLD, HEAD)
    assert not behind.has_vanished


def test_a_name_that_moved_and_a_commit_that_vanished_behind_it(
    tmp_path: Path, installed: Registry, server: HubServer, hub: Hub
) -> None:
    asked = asked_of(tmp_path, installed, suite_text("v1.0", "main"))
    before = lock_of(asked.suite, resolve(asked, hub))
    squashed = Step(title="Squashed", files={"config.json": "1"})
    server.repos[MODEL] = Repo(steps=[squashed], tags={"v1.0": squashed.commit})
    with asking(server) as later:
        after = lock_of(asked.suite, resolve(asked, later))
        moved = moved_since(before, after, later)
    assert [(m.target, m.before, m.has_vanished) for m in moved] == [
        ("baseline", OLD, True),
        ("candidate", HEAD, True),
    ]


def between(
    tmp_path: Path,
    installed: Registry,
    hub: Hub,
    first: str,
    second: str,
    known: Lock | None = None,
) -> Lock:
    asked = asked_of(tmp_path, installed, suite_text(f'"{first}"', f'"{second}"'))
    return with_upstream(asked, lock_of(asked.suite, resolve(asked, hub)), known, hub)


def test_what_changed_between_the_sides_is_kept(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    (found,) = between(tmp_path, installed, hub, OLD, HEAD).upstream
    assert (found.target, found.model, found.direction) == ("candidate", MODEL, "later")
    assert (found.before, found.after) == (OLD, HEAD)
    assert [commit.id for commit in found.commits] == [HEAD, SECOND.commit]
    assert [(file.kind, file.path, file.how) for file in found.files] == [
        ("weights", "model.safetensors", "changed"),
        ("generation config", "generation_config.json", "added"),
        ("other", "README.md", "changed"),
    ]
    assert not found.is_cut


def test_a_step_back_and_a_side_branch_are_told_apart(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    (back,) = between(tmp_path, installed, hub, HEAD, OLD).upstream
    assert back.direction == "earlier"
    assert [commit.id for commit in back.commits] == [HEAD, SECOND.commit]
    assert [file.how for file in back.files] == ["changed", "removed", "changed"]
    (apart,) = between(tmp_path, installed, hub, OLD, PROPOSED.commit).upstream
    assert apart.direction == "apart"


def test_one_commit_on_both_sides_has_nothing_between(
    tmp_path: Path, installed: Registry, hub: Hub
) -> None:
    assert between(tmp_path, installed, hub, HEAD, HEAD).upstream == ()


def test_what_a_lock_knows_of_two_commits_is_not_asked_for_again(
    tmp_path: Path, installed: Registry, hub: Hub, server: HubServer
) -> None:
    known = between(tmp_path, installed, hub, OLD, HEAD)
    server.asked.clear()
    with asking(server) as later:
        again = between(tmp_path, installed, later, OLD, HEAD, known)
    assert again.upstream == known.upstream
    assert not any("/commits/" in path or "/tree/" in path for path, _ in server.asked)


def test_what_the_hub_cannot_say_of_two_commits_is_left_out(
    tmp_path: Path, installed: Registry, hub: Hub, server: HubServer
) -> None:
    asked = asked_of(tmp_path, installed, suite_text(f'"{OLD}"', f'"{HEAD}"'))
    lock = lock_of(asked.suite, resolve(asked, hub))
    server.script = [(503, {})] * 9
    assert with_upstream(asked, lock, None, hub).upstream == ()
