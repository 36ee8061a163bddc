"""Two revisions of a labeller on loopback, and suites that compare them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli import run
from harness_demo.ledger import LedgerReader
from harness_demo.served import Served
from harness_demo.server import DemoServer

BEFORE, AFTER, OTHER = "a" * 40, "b" * 40, "c" * 40
LABELS = ("POSITIVE", "NEGATIVE")
Flips = Callable[[int], bool]


def never(_number: int) -> bool:
    return False


def labeller(revision: str, flips: Flips = never) -> Served:
    """Gives `text N` the label of N's parity, the wrong one where `flips` says so."""

    def predict(payload: Mapping[str, Any]) -> Any:
        number = int(str(payload["inputs"]).split()[1])
        first = (number + flips(number)) % 2
        return [
            [
                {"label": LABELS[first], "score": 0.9},
                {"label": LABELS[1 - first], "score": 0.1},
            ]
        ]

    return Served(
        model="lab/labels", revision=revision, task="text-classification", predict=predict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A running server and the folder a user stands in."""

    server: DemoServer
    folder: Path
    ledger: LedgerReader

    def calls(self) -> list[dict[str, Any]]:
        """Everything the models were asked; who serves is asked beside, with GET."""
        return [line for line in self.ledger.lines() if line["method"] != "GET"]

    def suite(self, cases: int = 6, *, name: str = "suite.yaml", **more: Any) -> Path:
        """Write a suite over the two revisions; see `suite_text`."""
        urls = {f"{side}_url": f"{self.server.url}/endpoints/{pin}" for side, pin in PINS.items()}
        path = self.folder / name
        path.write_text(suite_text(cases, **(urls | more)), encoding="utf-8")
        return path

    def run(self, *words: str) -> int:
        """Run the command line in this process; give its exit code."""
        return run([str(word) for word in words])


PINS = {"before": BEFORE, "after": AFTER}


def suite_text(
    cases: int,
    *,
    before_url: str,
    after_url: str,
    before_pin: str = BEFORE,
    after_pin: str = AFTER,
    expects: bool = True,
    gates: str = "",
    settings: str = "concurrency: 4",
    more: str = "",
    title: str = "sides",
) -> str:
    """Give a suite of `text 0` ... `text N`, tagged by tens."""
    lines = [
        f"suite: {title}",
        "task: text-classification",
        "target: {provider: hf-endpoint, model: lab/labels}",
        "targets:",
        f'  baseline: {{url: "{before_url}", revision: "{before_pin}"}}',
        f'  candidate: {{url: "{after_url}", revision: "{after_pin}"}}',
        f"run: {{{settings}}}",
    ]
    if gates:
        lines.append(f"gates: [{gates}]")
    if more:
        lines.append(more)
    lines.append("cases:")
    for number in range(cases):
        expected = f", expect: {LABELS[number % 2]}" if expects else ""
        lines.append(
            f'  - {{id: c{number}, inputs: "text {number}", tags: [t{number // 10}]{expected}}}'
        )
    return "\n".join(lines) + "\n"


@contextmanager
def open_sides(
    folder: Path, *, flips: Flips = never, served: Any = None, **more: Any
) -> Iterator[Sides]:
    """Serve `BEFORE` as it should be and `AFTER` with `flips`, with a ledger beside `folder`."""
    ledger = folder.parent / "ledger.jsonl"
    both = served or (labeller(BEFORE), labeller(AFTER, flips))
    with DemoServer(both, ledger=ledger, **more) as server:
        yield Sides(server=server, folder=folder, ledger=LedgerReader(ledger))


def result_of(folder: Path) -> dict[str, Any]:
    """Give the content of a run's `result.json`."""
    found: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return found


def only_run(folder: Path) -> Path:
    """Give the one run below `folder/runs`."""
    (found,) = [path.parent for path in (folder / "runs").glob("*/run.sqlite")]
    return found
