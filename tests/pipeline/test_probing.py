"""Servers are asked who they are before the first call and after the last, and it counts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness import pipeline
from harness.api.kinds import Provider, unknown_revision
from harness.cli.concluding import conclude_run
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.call import Call, Request
from harness.data.dossier import Dossier
from harness.data.exchange import Identity, Response
from harness.data.noun import replace
from harness.data.suite import Suite, Target
from harness.jsonvalue import parse_json
from harness.pipeline.probe_events import probes_in
from harness.pipeline.probing import Prober
from harness.registry import Registry
from harness.store import RunReader, RunWriter
from harness.transport import open_transport
from harness_demo.server import Reply, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, OTHER, Sides
from tests.pipeline.test_calls import Silent, begin, go

Open = Callable[..., Sides]
TOKEN = "hf_" + "t" * 30


@dataclass
class Info:
    """What `/info` of either endpoint says; it may change when so many calls were answered."""

    says: dict[str, Any] = field(default_factory=lambda: {BEFORE: BEFORE, AFTER: AFTER})
    later: dict[str, Any] = field(default_factory=dict)
    calls_until: int = 1
    calls: int = 0
    asked: list[RequestInfo] = field(default_factory=list)
    is_missing: bool = False

    def __call__(self, request: RequestInfo) -> Reply | None:
        if request.method != "GET":
            self.calls += 1
            return None
        self.asked.append(request)
        if self.is_missing:
            return Reply(status=404, body=b"no such page")
        known = self.says | (self.later if self.calls >= self.calls_until else {})
        revision = known[request.path.split("/")[-2]]
        if revision is None:
            return Reply(status=503, body=b"warming up")
        return Reply(status=200, body=f'{{"model_sha": "{revision}"}}'.encode())


def info_of(target: Target) -> Iterator[Request]:
    yield Request(url=f"{target.options['url']}/info", method="GET")


def said(_request: Request, response: Response) -> Identity | None:
    value = parse_json(response.body)
    assert isinstance(value, dict)
    return Identity(revision=str(value["model_sha"]), source="/info")


@dataclass
class World:
    """A run over two endpoints whose answers carry no evidence of their own."""

    sides: Sides
    info: Info
    suite: Suite
    around: pipeline.Surroundings

    def go(self) -> Dossier:
        assert go(self.sides, self.suite, self.around)
        return conclude_run(self.sides.folder, self.around.registry, writes=False)


def with_provider(registry: Registry, **changes: Any) -> Registry:
    asking = replace(registry.providers["hf-endpoint"], **changes)
    return replace(registry, providers={**registry.providers, "hf-endpoint": asking})


@pytest.fixture
def world(sides: Open, installed: Registry) -> World:
    info = Info()
    opened = sides(faults=info)
    registry = with_provider(installed, served=unknown_revision, probes=info_of, probed=said)
    around = pipeline.Surroundings(
        registry=registry,
        wallet=open_wallet({"HF_TOKEN": TOKEN}),
        clock=Clock(),
        stop=threading.Event(),
        listener=Silent(),
    )
    return World(opened, info, begin(opened, registry), around)


def test_the_same_before_and_after_proves_who_answered(world: World) -> None:
    dossier = world.go()
    assert [target.proof for target in dossier.targets] == ["proven", "proven"]
    assert [target.served for target in dossier.targets] == [(BEFORE,), (AFTER,)]
    assert dossier.verdict.exit_code == 0
    assert len(world.info.asked) == 4
    assert {r.headers.get("authorization") for r in world.info.asked} == {f"Bearer {TOKEN}"}
    with RunReader(world.sides.folder) as reader:
        probes = probes_in(reader.events())
    assert [(p.target, p.when, p.status) for p in probes] == [
        ("baseline", "before", 200), ("candidate", "before", 200),
        ("baseline", "after", 200), ("candidate", "after", 200),
    ]  # fmt: skip


def test_a_server_that_changed_in_mid_run_makes_the_comparison_invalid(world: World) -> None:
    world.info.later = {AFTER: OTHER}
    dossier = world.go()
    assert [target.proof for target in dossier.targets] == ["proven", "mismatch"]
    assert (dossier.verdict.outcome, dossier.verdict.exit_code) == ("invalid", 11)
    (changed, pinned) = dossier.verdict.reasons
    assert changed.startswith("candidate: the model changed in mid-run: http://127.0.0.1:")
    assert f"said {AFTER} at " in changed
    assert f"and {OTHER} at 20" in changed
    assert pinned.startswith(f"candidate: it is pinned to {AFTER}, but http://127.0.0.1:")


def test_without_such_a_page_the_pin_is_taken_on_trust_and_the_run_goes_on(world: World) -> None:
    world.info.is_missing = True
    dossier = world.go()
    assert [target.proof for target in dossier.targets] == ["opaque", "opaque"]
    assert dossier.verdict.exit_code == 0
    assert any("/info: HTTP 404" in warning for warning in dossier.warnings)


def test_a_server_that_was_not_up_yet_proves_nothing(world: World) -> None:
    world.info.says = {BEFORE: None, AFTER: AFTER}
    world.info.later = {BEFORE: BEFORE}
    assert [target.proof for target in world.go().targets] == ["opaque", "proven"]


def test_nobody_is_asked_when_no_call_is_left(world: World) -> None:
    world.go()
    world.info.later = {AFTER: OTHER}
    assert [target.proof for target in world.go().targets] == ["proven", "proven"]
    assert len(world.info.asked) == 4


def test_a_run_that_was_stopped_is_covered_by_the_probes_it_is_gone_on_with(
    world: World,
) -> None:
    registry = world.around.registry
    plain = registry.providers["hf-endpoint"].request

    def stop_at_the_first(call: Call) -> Request:
        world.around.stop.set()
        return plain(call)

    stopping = replace(world.around, registry=with_provider(registry, request=stop_at_the_first))
    with closing(RunWriter(world.sides.folder, create=False)) as writer:
        pipeline.make_calls(world.suite, writer, stopping)
    asked = len(world.info.asked)
    assert asked == 2
    world.around.stop.clear()
    assert [target.proof for target in world.go().targets] == ["proven", "proven"]


def test_a_run_that_ended_before_it_could_ask_again_asks_when_it_is_gone_on_with(
    world: World,
) -> None:
    """A stop, or a kill, between the last answer and the last question loses no proof."""
    registry = world.around.registry
    plain, calls = registry.providers["hf-endpoint"].request, []
    with RunReader(world.sides.folder) as reader:
        planned = reader.count("plan")

    def stop_at_the_last(call: Call) -> Request:
        calls.append(call)
        if len(calls) == planned:
            world.around.stop.set()
        return plain(call)

    stopping = replace(world.around, registry=with_provider(registry, request=stop_at_the_last))
    with closing(RunWriter(world.sides.folder, create=False)) as writer:
        assert not pipeline.make_calls(world.suite, writer, stopping)
    with RunReader(world.sides.folder) as reader:
        assert not list(reader.pending())
    assert len(world.info.asked) == 2
    world.around.stop.clear()
    assert [target.proof for target in world.go().targets] == ["proven", "proven"]
    assert len(world.info.asked) == 4


def prober(world: World, **changes: Any) -> tuple[Prober, Any]:
    registry = with_provider(world.around.registry, **changes)
    transport = open_transport("auto", workers=2)
    found = Prober(
        suite=world.suite,
        providers=registry.providers,
        transport=transport,
        wallet=world.around.wallet,
        clock=world.around.clock,
        stop=world.around.stop,
    )
    return found, closing(transport)


def broken(*_anything: object) -> Any:
    raise RuntimeError("no idea")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"probes": broken}, "provider hf-endpoint: RuntimeError('no idea')"),
        ({"probes": lambda _target: ["/info"]}, "probes gave a str, not a Request"),
        ({"probed": broken}, "provider hf-endpoint: RuntimeError('no idea')"),
        ({"probed": lambda _r, _s: "abc"}, "probed gave a str, not an Identity"),
        ({"probed": lambda _r, _s: None}, "does not say which revision it serves"),
        ({"probes": lambda _t: [Request(url="http://127.0.0.1:1/info")]}, "connect"),
    ],
)
def test_what_goes_wrong_is_noted_and_nothing_else(
    world: World, changes: dict[str, Any], note: str
) -> None:
    asking, closed = prober(world, **changes)
    with closed:
        probes = asking.ask("before")
    assert [probe.target for probe in probes] == ["baseline", "candidate"]
    assert all(note in probe.note and probe.served is None for probe in probes)


def test_every_address_is_asked_and_a_started_server_in_place_of_the_one_named(
    world: World,
) -> None:
    first, second = world.suite.targets
    urls = (f"{world.sides.server.url}/endpoints/{BEFORE}", "http://started.example/x")
    several = replace(first, urls=urls, options={"url": urls[0]})
    started = replace(second, options={"url": f"http://unset.example/endpoints/{AFTER}"})
    world.suite = replace(world.suite, targets=(several, started))
    asking, closed = prober(world)
    asking.origins = {started.name: world.sides.server.url}
    with closed:
        probes = asking.ask("before")
    assert [(probe.address, probe.served is not None) for probe in probes] == [
        (urls[0], True), (urls[1], False), (f"http://unset.example/endpoints/{AFTER}", True),
    ]  # fmt: skip


def test_a_token_is_sent_where_calls_may_send_it_and_is_stored_nowhere(world: World) -> None:
    def leaking(_request: Request, response: Response) -> Identity:
        return Identity(revision=response.body.decode(), source="/info")

    def echo(_target: Target) -> list[Request]:
        return [Request(url=f"{world.sides.server.url}/x/{BEFORE}/info?t={TOKEN}", method="GET")]

    world.info.says[BEFORE] = TOKEN
    asking, closed = prober(world, probes=echo, probed=leaking)
    with closed:
        probes = asking.ask("before")
    assert TOKEN not in repr(probes)
    assert probes[0].served is not None


def test_a_suite_whose_answers_were_stored_is_not_asked_about(world: World) -> None:
    def asked(provider: Provider) -> int:
        return len(list(provider.probes(world.suite.targets[0])))

    assert asked(world.around.registry.providers["hf-endpoint"]) == 1
    targets = tuple(replace(target, run="runs/x") for target in world.suite.targets)
    world.suite = replace(world.suite, targets=targets)
    asking, closed = prober(world)
    with closed:
        assert asking.ask("before") == ()
