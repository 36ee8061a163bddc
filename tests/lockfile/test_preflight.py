"""What is said before a run, and whether the run may start."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.data.suite import Suite, Target
from harness.hub import Hub
from harness.lockfile import Lock, PreflightFinding, lock_of, preflight, resolve
from harness.registry import Registry
from tests.hub.hub_server import TOKEN, HubServer
from tests.hub.world import GONE, HEAD, MODEL, OLD, asking
from tests.lockfile.suites import asked_of, suite_text


def suite_of(*revisions: str | None, model: str = MODEL, provider: str = "hf-endpoint") -> Suite:
    targets = tuple(
        Target(name=f"side-{number}", provider=provider, model=model, revision=revision)
        for number, revision in enumerate(revisions)
    )
    return Suite(
        name="x", task="text-classification", targets=targets, path=Path("x"), source_sha256=""
    )


def said(
    suite: Suite,
    hub: Hub,
    installed: Registry,
    lock: Lock | None = None,
    allowed: Sequence[str] = (),
) -> list[PreflightFinding]:
    return preflight(suite, lock, hub, providers=installed.providers, allowed_licences=allowed)


def test_pins_that_are_there_raise_nothing(hub: Hub, installed: Registry) -> None:
    assert said(suite_of(OLD, HEAD), hub, installed, allowed=["apache-2.0"]) == []


def test_a_vanished_pin_stops_the_run(hub: Hub, installed: Registry) -> None:
    (found,) = said(suite_of(GONE, HEAD), hub, installed)
    assert (found.target, found.is_error) == ("side-0", True)
    assert "has vanished" in found.message


def test_a_licence_that_is_not_allowed_stops_the_run(hub: Hub, installed: Registry) -> None:
    (found, _) = said(suite_of(OLD, HEAD), hub, installed, allowed=["mit"])
    assert found.is_error
    assert "licence apache-2.0 is not allowed" in found.message


def test_a_disabled_model_stops_the_run(server: HubServer, hub: Hub, installed: Registry) -> None:
    server.repos[MODEL].facts = {"disabled": True}
    (found, _) = said(suite_of(OLD, HEAD), hub, installed)
    assert found.is_error
    assert "disabled" in found.message


def test_a_gated_model_stops_the_run_only_without_a_token(
    server: HubServer, hub: Hub, installed: Registry
) -> None:
    server.repos[MODEL].facts = {"gated": "auto"}
    (found, _) = said(suite_of(OLD, HEAD), hub, installed)
    assert found.is_error
    assert "gated" in found.message
    with asking(server, HF_TOKEN=TOKEN) as known:
        assert said(suite_of(OLD, HEAD), known, installed) == []


def test_a_hub_that_cannot_be_asked_is_a_warning(
    server: HubServer, hub: Hub, installed: Registry
) -> None:
    server.script = [(503, {})] * 99
    found = said(suite_of(OLD, HEAD), hub, installed)
    assert [one.is_error for one in found] == [False, False]


@pytest.mark.parametrize("model", ["gpt-9", "lab/unknown"])
def test_models_of_other_places_are_passed_over(
    hub: Hub, with_elsewhere: Registry, model: str
) -> None:
    suite = suite_of(None, None, model=model, provider="elsewhere")
    assert said(suite, hub, with_elsewhere) == []


@pytest.fixture
def lock(tmp_path: Path, installed: Registry, server: HubServer) -> Lock:
    text = suite_text("v1.0", "main").replace("baseline:", "side-0:")
    asked = asked_of(tmp_path, installed, text.replace("candidate:", "side-1:"))
    with asking(server) as hub:
        return lock_of("x", resolve(asked, hub))


def test_a_lock_that_is_kept_raises_nothing(hub: Hub, installed: Registry, lock: Lock) -> None:
    assert said(suite_of("v1.0", "main"), hub, installed, lock) == []


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
    found = said(suite_of(OLD, "main", "main"), hub, installed, lock)
    assert [(one.target, one.is_error) for one in found] == [("side-0", True), ("side-2", True)]
