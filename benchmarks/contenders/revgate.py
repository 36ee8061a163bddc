"""Ourselves: a whole `revgate run`, from a suite file to all reports."""

import json
import shutil
import subprocess
from functools import cache, partial
from pathlib import Path

from benchmarks.loops.prompts import prompts
from benchmarks.work import Command, Contender, Order, Shown, Work

NAME = "revgate"
_CERTIFICATE = "certificate.pem"


def contender(program: Path) -> Contender:
    """Give revgate as installed at `program`."""
    return Contender(
        name=NAME,
        version=partial(_version, program),
        command=partial(_command, program),
        shown=_shown,
        takes_tls=partial(_takes_tls, program),
    )


def write_suite(order: Order, *, extra: str = "") -> Path:
    """Write two targets of the same server and half as many cases as calls; give the suite.

    `extra` is YAML flow mapping text for `run`, such as `, rate: 2000`.
    """
    work = order.work
    rows = order.folder / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for number, text in enumerate(prompts(work.calls // 2)):
            file.write(json.dumps({"id": f"review-{number}", "text": text}) + "\n")
    suite = order.folder / "suite.yaml"
    suite.write_text(suite_text(work, order.origin, extra), encoding="utf-8")
    if work.has_tls:  # a suite reads nothing outside its folder
        shutil.copy(order.ca_file, order.folder / _CERTIFICATE)
    return suite


def suite_text(work: Work, origin: str, extra: str = "") -> str:
    """Give the suite: every answer is validated, checked, and gated."""
    trust = f", ca_file: {_CERTIFICATE}" if work.has_tls else ""
    base_url = json.dumps(f"{origin}/hf-inference")
    return f"""\
suite: benchmark
task: text-classification
target: {{provider: hf-inference, model: lab/labels, base_url: {base_url}{trust}}}
targets:
  baseline: {{revision: "{"a" * 40}"}}
  candidate: {{revision: "{"b" * 40}"}}
checks:
  - {{check: label_in, labels: [POSITIVE, NEGATIVE]}}
dataset: {{file: rows.jsonl, id: "{{{{ id }}}}", inputs: "{{{{ text }}}}", expect: POSITIVE}}
run: {{concurrency: {work.concurrency // 2}{extra}}}
gates:
  - {{metric: agreement, min: 0.9}}
  - {{metric: latency_p50, max_ratio: 1.15, level: warn}}
"""


def _command(program: Path, order: Order) -> Command:
    suite = write_suite(order)
    return Command(argv=(str(program), "run", suite.name, "--out", "run"), environment=QUIET)


def _shown(folder: Path) -> Shown | None:
    told = json.loads((folder / "run" / "result.json").read_text())["latency"]["candidate"]
    return Shown(p50_s=told["p50_s"], p99_s=told["p99_s"])


def _version(program: Path) -> str | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip().rpartition(" ")[2]


@cache
def _takes_tls(program: Path) -> bool:
    told = subprocess.run([program, "schema"], capture_output=True, text=True, check=True)
    return '"ca_file"' in told.stdout


QUIET = {"HF_TOKEN": "", "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
"""No credential and no file of the user's takes part."""
