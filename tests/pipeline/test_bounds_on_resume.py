"""A bound on calls or dollars holds over a kill and over a stop, however often a run goes on."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from harness import pipeline
from harness.pipeline.unstored import used
from harness.registry import Registry
from harness.store import RunReader, RunWriter, codec
from harness.suitefile import load_suite
from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import Sides
from tests.pipeline.test_calls import around, go
from tests.store import nouns

__all__ = ["around"]
Open = Callable[..., Sides]
ROOT = Path(__file__).resolve().parents[2]

_PLUGIN = """
import threading
from pathlib import Path
from harness.api import Check, Finding, hookimpl

def judge(case, output, given):
    if Path("hangs").exists():
        threading.Event().wait()
    return Finding(check="patient", ok=True, message="")

@hookimpl
def harness_checks():
    return [Check(name="patient", judge=judge)]
"""


def priced(world: Sides, cases: int, settings: str, more: str = "") -> Path:
    """Write a suite whose every call costs a dollar."""
    suite = world.suite(cases, settings=settings, more=more)
    text = suite.read_text(encoding="utf-8")
    for name in ("baseline", "candidate"):
        text = text.replace(f"  {name}: {{", f"  {name}: {{price: {{per_call: 1}}, ")
    suite.write_text(text, encoding="utf-8")
    return suite


def spent_usd(folder: Path) -> float:
    with RunReader(folder) as reader:
        return reader.spent_usd()


def test_what_answers_cost_that_were_not_judged_before_a_kill_is_counted(sides: Open) -> None:
    world = sides()
    (world.folder / "judges_with_patience.py").write_text(_PLUGIN)
    (world.folder / "hangs").touch()
    suite = priced(world, 20, "concurrency: 1, max_cost_usd: 8", "checks: [{check: patient}]")
    words = ["-q", "-p", "judges_with_patience"]
    command = [sys.executable, "-B", "-m", "harness", "run", str(suite), "--out", "out", *words]
    with subprocess.Popen(command, env={"PYTHONPATH": f"{ROOT}:{world.folder}"}) as process:
        until, answered = time.monotonic() + 60, 0
        while answered < 6:
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.05)
            if (world.folder / "out" / "run.lock").exists():
                with RunReader(world.folder / "out") as reader:
                    answered = reader.count("exchange")
        process.kill()
    with RunReader(world.folder / "out") as reader:
        assert reader.count("record") == 0
    (world.folder / "hangs").unlink()
    world.run("run", "--resume", "out", *words)
    assert spent_usd(world.folder / "out") == 8.0
    with RunReader(world.folder / "out") as reader:
        assert reader.count("exchange") == reader.count("record") == 8
        kept = Counter(urlsplit(exchange.url).path for _, exchange in reader.exchanges())
    lost = Counter(call["path"] for call in world.calls()) - kept
    assert set(lost.values()) <= {1}  # the one to a target that was in flight at the kill


def test_what_answers_cost_that_nobody_can_read_is_counted(sides: Open) -> None:
    world = sides(faults=lambda _: Reply(status=200, body=b'{"label": 1}'))
    suite = priced(world, 10, "concurrency: 1, max_cost_usd: 4")
    for words in ([str(suite), "--out", "out"], ["--resume", "out"]):
        world.run("run", *words, "-q")
        assert spent_usd(world.folder / "out") == 4.0
        assert len(world.calls()) == 4
    with RunReader(world.folder / "out") as reader:
        records = [answer.record for case in reader.cases() for answer in case.answers]
    assert [one.fault.kind for one in records if one and one.fault] == ["malformed"] * 4


def test_attempts_of_calls_that_were_to_be_tried_again_count_after_a_stop(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    came: list[int] = []

    def busy(request: RequestInfo) -> Reply | None:
        if request.method == "GET":
            return None  # who serves is asked beside
        came.append(len(came))
        if len(came) == 4:
            around.stop.set()
        return Reply(status=503, headers={"retry-after": "30"}) if len(came) <= 4 else None

    world = sides(faults=busy)
    loaded = load_suite(
        world.suite(2, settings="concurrency: 2, max_calls: 6"), installed, environ={}
    )
    with closing(RunWriter(world.folder, create=True)) as writer:
        writer.put_header(nouns.header(suite=codec.suite_to_json(loaded.suite)))
        pipeline.store_plan(loaded.suite, loaded.cases(), writer)
    assert not go(world, loaded.suite, around)
    assert len(world.calls()) == 4
    with RunReader(world.folder) as reader:
        assert reader.count("exchange") == 0
        assert used(reader) == (4, 0.0)
    around.stop.clear()
    go(world, loaded.suite, around)
    assert len(world.calls()) == 6
    with RunReader(world.folder) as reader:
        assert used(reader) == (6, 0.0)
        assert (reader.count("exchange"), reader.count("unsent")) == (2, 2)
