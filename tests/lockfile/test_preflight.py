"""What is said before a run, and whether the run may start."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.data.noun import replace
from harness.data.suite import Suite, Target
from harness.hub import Hub
from harness.lockfile import Lock, PreflightFinding, lock_of, preflight, resolve
from harness.registry import Registry
from tests.hub.hub_server import TOKEN, HubServer
from tests.hub.world import GONE, HEAD, MODEL, OLD, asking
from tests.lockfile.suites import asked_of, suite_text


def suite_of(
    *revisions: str | None, model: str = MODEL, provider: str = "hf-endpoint", **more: object
) -> Suite:
    targets = tuple(
        Target(
            name=f"side-{number}", provider=provider, model=model, revision=revision,
            **more,  # type: ignore[arg-type]  # as each test likes
        )
        for number, revision in enumerate(revisions)
    )  # fmt: skip
    return Suite(
        name="x", task="text-classification", targets=targets, path=Path("x"), source_sha256=""
    )


def said(
    suite: Suite,
    hub: Hub | None,
    installed: Registry,
    lock: Lock | None = None,
    allowed: Sequence[str] = (),
) -> list[PreflightFinding]:
    """Give what is said of targets; that there is no lock is tested on its own."""
    found = preflight(suite, lock, hub, providers=installed.providers, allowed_licences=allowed)
    return [one for one in found if one.target]


@pytest.fixture
def lock(tmp_path: Path, installed: Registry, server: HubServer) -> Lock:
    text = suite_text("v1.0", "main").replace("baseline:", "side-0:")
    asked = asked_of(tmp_path, installed, text.replace("candidate:", "side-1:"))
    with asking(server) as hub:
        return lock_of("x", resolve(asked, hub))


def test_pins_that_are_there_raise_nothing(hub: Hub, installed: Registry) -> None:
    assert said(suite_of(HEAD, HEAD), hub, installed, allowed=["apache-2.0"]) == []


def test_a_missing_lock_is_one_warning(hub: Hub, installed: Registry, lock: Lock) -> None:
    suite = suite_of(HEAD, HEAD)
    (found,) = preflight(suite, None, hub, providers=installed.providers)
    assert (found.target, found.is_error) == ("", False)
    assert "there is no lock beside x" in found.message
    assert preflight(suite_of("v1.0", HEAD), lock, hub, providers=installed.providers) == []


def test_a_pin_behind_the_head_is_a_warning(hub: Hub, installed: Registry) -> None:
    (found,) = said(suite_of(OLD, HEAD), hub, installed)
    assert (found.target, found.is_error, found.is_outdated) == ("side-0", False, True)
    assert f"the pin {OLD[:12]} is behind the head of {MODEL}, {HEAD[:12]}" in found.message


def test_a_pin_behind_the_head_stops_where_only_the_head_is_served(
    hub: Hub, installed: Registry
) -> None:
    (found,) = said(suite_of(OLD, HEAD, provider="hf-inference"), hub, installed)
    assert (found.target, found.is_error, found.is_outdated) == ("side-0", True, True)
    assert f"serves only the head of {MODEL}" in found.message
    assert "run: runs/<id>" in found.hint
    elsewhere = {"base_url": "https://gateway.example/hf"}
    suite = suite_of(OLD, HEAD, provider="hf-inference", options=elsewhere)
    assert [one.is_error for one in said(suite, hub, installed)] == [False]


def test_a_vanished_pin_stops_the_run(hub: Hub, installed: Registry) -> None:
    (found,) = said(suite_of(GONE, HEAD), hub, installed)
    assert (found.target, found.is_error) == ("side-0", True)
    assert "has vanished" in found.message


def test_a_licence_that_is_not_allowed_stops_the_run(hub: Hub, installed: Registry) -> None:
    (found, _) = said(suite_of(HEAD, HEAD), hub, installed, allowed=["mit"])
    assert found.is_error
    assert "licence apache-2.0 is not allowed" in found.message


def test_a_disabled_model_stops_the_run(server: HubServer, hub: Hub, installed: Registry) -> None:
    server.repos[MODEL].facts = {"disabled": True}
    (found, _) = said(suite_of(HEAD, HEAD), hub, installed)
    assert found.is_error
    assert "disabled" in found.message


def test_a_gated_model_stops_the_run_without_access(
    server: HubServer, hub: Hub, installed: Registry
) -> None:
    server.repos[MODEL].facts = {"gated": "auto"}
    (found, _) = said(suite_of(HEAD, HEAD), hub, installed)
    assert found.is_error
    assert "gated, and there is no token" in found.message
    with asking(server, HF_TOKEN=TOKEN) as known:
        assert said(suite_of(HEAD, HEAD), known, installed) == []
    server.repos[MODEL].is_closed = True
    with asking(server, HF_TOKEN=TOKEN) as stranger:
        (found, _) = said(suite_of(HEAD, HEAD), stranger, installed)
    assert found.is_error
    assert "HF_TOKEN may not read it" in found.message
    assert "accept the model's conditions" in found.hint


def test_a_hub_that_cannot_be_asked_is_a_warning(
    server: HubServer, hub: Hub, installed: Registry
) -> None:
    server.script = [(503, {})] * 99
    found = said(suite_of(OLD, HEAD), hub, installed)
    assert [one.is_error for one in found] == [False, False]
    assert len(server.asked) == 3  # the attempts for the first target: it is not waited for twice


def test_licences_that_cannot_be_checked_stop_the_run_unless_the_lock_has_them(
    server: HubServer, installed: Registry, lock: Lock
) -> None:
    suite = suite_of("v1.0", "main")
    server.script = [(503, {})] * 99
    with asking(server) as hub:
        found = said(suite, hub, installed, allowed=["apache-2.0"])
    stops = [one for one in found if one.is_error]
    assert [(one.target, one.is_of_the_way) for one in stops] == [
        ("side-0", True),
        ("side-1", True),
    ]
    for away in (None, hub):
        found = said(suite, away, installed, lock, ["apache-2.0"])
        assert not any(one.is_error for one in found)
        found = said(suite, away, installed, lock, ["mit"])
        assert [one.is_error for one in found if "licence" in one.message] == [True, True]
    found = said(suite_of(HEAD, "next"), None, installed, lock, ["apache-2.0"])
    assert [one.is_error for one in found] == [True, True]  # the lock is about other revisions


def test_a_hub_that_must_not_be_asked_is_passed_over(installed: Registry) -> None:
    assert said(suite_of(GONE, "nonsense"), None, installed) == []


def test_a_repository_nobody_sees_is_a_warning_unless_licences_matter(
    hub: Hub, installed: Registry
) -> None:
    suite = suite_of(HEAD, model="lab/private")
    assert [one.is_error for one in said(suite, hub, installed)] == [False]
    found = said(suite, hub, installed, allowed=["mit"])
    assert [(one.is_error, one.is_of_the_way) for one in found] == [(False, False), (True, False)]


@pytest.mark.parametrize("model", ["gpt-9", "lab/unknown"])
@pytest.mark.parametrize("revision", [None, HEAD])
def test_models_of_other_places_are_passed_over(
    hub: Hub, with_elsewhere: Registry, model: str, revision: str | None
) -> None:
    suite = suite_of(revision, revision, model=model, provider="elsewhere")
    assert said(suite, hub, with_elsewhere) == []


@pytest.mark.parametrize(
    "more",
    [
        {"options": {"url": "http://127.0.0.1:9/x"}},
        {"options": {"url": "http://localhost:9"}, "urls": ("http://localhost:9", "http://[::1]")},
        {"run": "runs/x#baseline"},
    ],
    ids=["loopback", "several", "stored"],
)
def test_what_runs_here_or_ran_before_is_not_asked_for(
    server: HubServer, hub: Hub, installed: Registry, more: dict[str, object]
) -> None:
    suite = suite_of(GONE, GONE, **more)
    assert preflight(suite, None, hub, providers=installed.providers) == []
    assert server.asked == []


def test_one_address_elsewhere_is_enough_to_ask(hub: Hub, installed: Registry) -> None:
    urls = ("http://localhost:9", "https://far.example")
    suite = suite_of(GONE, options={"url": urls[0]}, urls=urls)
    assert [one.is_error for one in said(suite, hub, installed)] == [True]


def test_a_lock_that_is_kept_raises_nothing(hub: Hub, installed: Registry, lock: Lock) -> None:
    assert said(suite_of("v1.0", "main"), hub, installed, lock) == []


def test_the_commit_a_lock_found_may_stand_in_the_suite(
    hub: Hub, installed: Registry, lock: Lock
) -> None:
    found = said(suite_of(OLD, HEAD), hub, installed, lock)
    assert [one.is_error for one in found] == [False]  # behind its head, no more
    entry = lock.targets[0]
    renamed = replace(entry.facts, model="lab/x")
    other = replace(
        lock, targets=(replace(entry, asked_model="lab/x", facts=renamed), *lock.targets[1:])
    )
    assert said(suite_of(OLD, HEAD), hub, installed, other)[-1].is_error


def test_a_name_that_moved_since_the_lock_stops_the_run(
    server: HubServer, hub: Hub, installed: Registry, lock: Lock
) -> None:
    server.repos[MODEL].tags["v1.0"] = HEAD
    (found,) = said(suite_of("v1.0", "main"), hub, installed, lock)
    assert found.is_error
    assert found.message == f"the lock says {OLD}, the Hub says {HEAD}"


def test_a_suite_that_changed_since_the_lock_stops_the_run(
    hub: Hub, installed: Registry, lock: Lock
) -> None:
    found = said(suite_of(HEAD, "main", "main"), hub, installed, lock)
    assert [(one.target, one.is_error) for one in found] == [("side-0", True), ("side-2", True)]
