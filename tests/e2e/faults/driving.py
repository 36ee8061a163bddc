"""Drives the real command against the faulty server, each in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.store import RunReader
from harness_demo.ledger import read_ledger
from tests.e2e.sides import AFTER, BEFORE, suite_text

ROOT = Path(__file__).resolve().parents[3]
LAUNCH = ROOT / "benchmarks" / "launch.py"
CANARY = "hf_canary0123456789ABCDEFGHIJ"
"""A token that is sent to the server and must be found nowhere else."""

CHAT = """
suite: sides
task: chat-completion
target: {{provider: openai, model: lab/chat, stream: true}}
targets:
  baseline: {{base_url: "{url}/fine/{before}"}}
  candidate: {{base_url: "{url}/broken/{after}"}}
run: {{{settings}}}
cases:
{cases}
"""

IMAGES = """
suite: sides
task: text-to-image
target: {{provider: hf-endpoint, model: lab/painter}}
targets:
  baseline: {{url: "{url}/fine/{before}", revision: "{before}"}}
  candidate: {{url: "{url}/broken/{after}", revision: "{after}"}}
run: {{{settings}}}
cases:
{cases}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A running faulty server."""

    url: str
    evil: str
    ledger: Path
    ca_file: Path | None = None
    """What its certificate is trusted by, to be put beside the suite; None: it serves no TLS."""

    def requests(self) -> list[dict[str, Any]]:
        """Give every request there was, oldest first."""
        return list(read_ledger(self.ledger)) if self.ledger.exists() else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A command that has ended."""

    code: int
    folder: Path
    """Of the run."""
    stdout: str
    stderr: str
    took_s: float
    peak_mb: float


@contextmanager
def faulty(module: str, *words: str, ledger: Path) -> Iterator[Faulty]:
    """Run a server module for a block; it is told where to write its ledger last."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *words, str(ledger)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            ca_file = Path(told["ca_file"]) if "ca_file" in told else None
            yield Faulty(url=told["url"], evil=told["evil"], ca_file=ca_file, ledger=ledger)
        finally:
            process.kill()


def labels_suite(faulty: Faulty, cases: int, settings: Mapping[str, object]) -> str:
    """Give a suite of `text 0` ... whose candidate is the broken one."""
    text = suite_text(
        cases,
        before_url=f"{faulty.url}/fine/{BEFORE}",
        after_url=f"{faulty.url}/broken/{AFTER}",
        settings=_settings(settings),
    )
    if faulty.ca_file is None:
        return text
    provider = "{provider: hf-endpoint"
    assert provider in text
    return text.replace(provider, f"{provider}, ca_file: {faulty.ca_file.name}")


def images_suite(faulty: Faulty, cases: int, settings: Mapping[str, object]) -> str:
    """Give the same as images that are asked for."""
    lines = [f'  - {{id: c{n}, inputs: "text {n}", expect: {{width: 1}}}}' for n in range(cases)]
    return _filled(IMAGES, faulty, lines, settings)


def chat_suite(faulty: Faulty, cases: int, settings: Mapping[str, object]) -> str:
    """Give the same as a streamed chat."""
    check = "checks: [{check: contains, value: text}]"
    lines = [f'  - {{id: c{n}, inputs: "text {n}", {check}}}' for n in range(cases)]
    return _filled(CHAT, faulty, lines, settings)


WRITERS: Mapping[str, Callable[[Faulty, int, Mapping[str, object]], str]] = {
    "labels": labels_suite,
    "chat": chat_suite,
    "images": images_suite,
}
"""By what is asked for: see `Kind.asks`."""


def _filled(
    suite: str, faulty: Faulty, cases: Sequence[str], settings: Mapping[str, object]
) -> str:
    return suite.format(
        url=faulty.url,
        before=BEFORE,
        after=AFTER,
        settings=_settings(settings),
        cases="\n".join(cases),
    )


def _settings(settings: Mapping[str, object]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in settings.items())


def revgate(folder: Path, *words: str, within_s: float) -> Outcome:
    """Run the command in `folder`, the run's folder being `out` there; kill it when it is late."""
    told = folder / "cost.json"
    started_s = time.monotonic()
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        # Started from a small process: peak memory begins at that of whoever starts.
        subprocess.run(
            [sys.executable, LAUNCH, told, str(within_s), sys.executable, "-m", "harness", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=_environ(),
            check=True,
        )
    cost = json.loads(told.read_text(encoding="ascii"))
    return Outcome(
        code=cost["exit_code"],
        folder=folder / "out",
        stdout=(folder / "stdout").read_text(errors="replace"),
        stderr=(folder / "stderr").read_text(errors="replace"),
        took_s=time.monotonic() - started_s,
        peak_mb=cost["peak_bytes"] / 2**20,
    )


def killed(folder: Path, *words: str, calls: int, within_s: float) -> None:
    """Run the command as above, and kill it once so many calls are stored."""
    until = time.monotonic() + within_s
    command = [sys.executable, "-m", "harness", *words]
    with subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, env=_environ()
    ) as process:
        try:
            stored = 0
            while stored < calls:
                assert time.monotonic() < until, f"{stored} calls stored"
                assert process.poll() is None, process.communicate()
                with suppress(StoreError), RunReader(folder / "out") as reader:
                    stored = reader.count("exchange")
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


def _environ() -> dict[str, str]:
    return os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_TOKEN": CANARY,
        "OPENAI_API_KEY": CANARY,
    }
