"""Servers that targets bring along run as long as their calls, and only then."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness import pipeline
from harness.api import HarnessError, Target
from harness.api.kinds import Provider
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.noun import replace
from harness.data.record import Record
from harness.data.suite import Suite
from harness.pipeline.servers import ServerError
from harness.recording import open_recording, write_recording
from harness.registry import Registry
from harness.store import RunReader, RunWriter, codec
from harness.suitefile import load_suite
from harness_demo.server import DemoServer
from tests.e2e.sides import AFTER, BEFORE, labeller
from tests.store import nouns

SUITE = f"""
suite: local
task: text-classification
target: {{provider: homely, model: lab/labels}}
targets:
  old: {{revision: "{BEFORE}"}}
  new: {{revision: "{AFTER}"}}
cases:
  - {{id: one, inputs: text 1}}
  - {{id: two, inputs: text 2}}
run: {{concurrency: 1}}
gates: [{{metric: agreement, min: 0.5}}]
"""


@dataclass(slots=True)
class Listener:
    """Remembers what it is told."""

    warnings: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def planned(self, calls: int, pending: int) -> None:
        """Nothing to remember."""

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        self.states.append(record.state if record is not None else "skipped")

    def warned(self, message: str) -> None:
        self.warnings.append(message)


@dataclass(slots=True)
class Home:
    """Provider `homely`: hf-inference over servers that it starts itself."""

    folder: Path
    registry: Registry
    fails: dict[str, BaseException] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    listener: Listener = field(default_factory=Listener)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def start(self, target: Target, task: str) -> Iterator[str]:
        self.log.append(f"start {target.name} for {task}")
        if target.name in self.fails:
            raise self.fails[target.name]
        with DemoServer([labeller(str(target.revision))]) as server:
            yield server.url
        self.log.append(f"end {target.name}")

    def around(self) -> pipeline.Surroundings:
        plain = self.registry.providers["hf-endpoint"]
        homely = Provider(
            name="homely",
            request=lambda call: plain.request(
                replace(call, target=replace(call.target, options={"url": url_of(call.target)}))
            ),
            output=plain.output,
            served=plain.served,
            start=self.start,
        )
        providers = {**self.registry.providers, "homely": homely}
        return pipeline.Surroundings(
            registry=replace(self.registry, providers=providers),
            wallet=open_wallet({}),
            clock=Clock(),
            stop=self.stop,
            listener=self.listener,
        )

    def begin(self, text: str = SUITE) -> Suite:
        path = self.folder / "suite.yaml"
        path.write_text(text, encoding="utf-8")
        loaded = load_suite(path, self.around().registry, environ={})
        with closing(RunWriter(self.folder, create=True)) as writer:
            writer.put_header(nouns.header(suite=codec.suite_to_json(loaded.suite)))
            pipeline.store_plan(loaded.suite, loaded.cases(), writer)
        return loaded.suite

    def go(self, suite: Suite, replay: Path | None = None) -> bool:
        with closing(RunWriter(self.folder, create=False)) as writer:
            if replay is None:
                return pipeline.make_calls(suite, writer, self.around())
            with closing(open_recording(replay)) as recording:
                return pipeline.make_calls(suite, writer, self.around(), recording)


def url_of(target: Target) -> str:
    """Give an address nobody listens at: what a started server stands in for."""
    return f"http://homely.invalid/endpoints/{target.revision}"


@pytest.fixture
def home(tmp_path: Path, installed: Registry) -> Home:
    return Home(tmp_path, installed)


ALL = [
    "start old for text-classification",
    "start new for text-classification",
    "end new",
    "end old",
]


def test_every_call_goes_to_the_server_of_its_target_and_is_stored_under_its_own_address(
    home: Home,
) -> None:
    suite = home.begin()
    assert home.go(suite)
    assert home.log == ALL
    assert home.listener.states == ["passed"] * 4
    with RunReader(home.folder) as reader:
        exchanges = [exchange for _, exchange in reader.exchanges()]
        records = [a.record for stored in reader.cases() for a in stored.answers]
    pins = {target.name: target.revision for target in suite.targets}
    for exchange in exchanges:
        assert exchange.url == f"http://homely.invalid/endpoints/{pins[exchange.target]}"
    assert {r.served.revision for r in records if r and r.served} == {BEFORE, AFTER}


def test_nothing_is_started_when_no_call_is_left(home: Home) -> None:
    suite = home.begin()
    assert home.go(suite)
    home.log.clear()
    assert home.go(suite)
    assert home.log == []


def test_nothing_is_started_for_a_replay(home: Home, tmp_path: Path, installed: Registry) -> None:
    suite = home.begin()
    assert home.go(suite)
    path = tmp_path / "answers.jsonl"
    with RunReader(home.folder) as reader:
        write_recording(path, reader.exchanges(), suite=suite.name, secrets=())
    (tmp_path / "again").mkdir()
    other = Home(tmp_path / "again", installed)
    assert other.go(other.begin(), replay=path)
    assert other.log == []
    assert other.listener.states == ["passed"] * 4


def test_nothing_is_started_when_the_run_is_already_to_stop(home: Home) -> None:
    suite = home.begin()
    home.stop.set()
    assert not home.go(suite)
    assert home.log == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (HarnessError("no such revision"), r"target new \(homely\): no such revision"),
        (
            OSError("no port is free"),
            "target new: provider homely could not start its server: .*no port",
        ),
        (SystemExit(3), r"could not start its server: SystemExit\(3\)"),
    ],
)
def test_a_start_that_fails_names_the_target_sends_nothing_and_ends_what_was_started(
    error: BaseException, words: str, home: Home
) -> None:
    suite = home.begin()
    home.fails["new"] = error
    with pytest.raises(ServerError, match=words) as raised:
        home.go(suite)
    assert raised.value.exit_code == 4
    assert home.listener.states == []
    assert home.log[:2] == ALL[:2]
    with RunReader(home.folder) as reader:
        assert reader.count("exchange") == 0
    home.fails.clear()
    assert home.go(suite)  # what stood in the way is gone: the run goes on


def test_several_calls_at_once_are_warned_of_and_one_is_not(home: Home, tmp_path: Path) -> None:
    assert home.go(home.begin())
    assert home.listener.warnings == []
    (tmp_path / "many").mkdir()
    many = Home(tmp_path / "many", home.registry)
    assert many.go(many.begin(SUITE.replace("concurrency: 1", "concurrency: 3")))
    (warning,) = many.listener.warnings
    assert "old, new run on this machine" in warning
    assert "run.concurrency 3" in warning
