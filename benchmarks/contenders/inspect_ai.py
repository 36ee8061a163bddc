"""inspect-ai: a task of its own making, asked through its OpenAI-compatible provider."""

import json
import subprocess
from pathlib import Path

from benchmarks.contenders.pins import home_of, python_of, version_in
from benchmarks.loops.prompts import prompts
from benchmarks.medians import percentile
from benchmarks.work import Command, Contender, Order, Shown

NAME = "inspect-ai"
_TASK = """\
from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def benchmark():
    return Task(dataset=json_dataset("rows.jsonl"), solver=generate(), scorer=includes())
"""
_READ = """\
import glob, json
from inspect_ai.log import read_eval_log
samples = read_eval_log(glob.glob("logs/*.eval")[0]).samples
print(json.dumps([sample.output.time for sample in samples]))
"""


def _command(order: Order) -> Command:
    folder, work = order.folder, order.work
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        for text in prompts(work.calls):
            file.write(json.dumps({"input": text, "target": "POSITIVE"}) + "\n")
    (folder / "labels.py").write_text(_TASK)
    argv = [str(python_of(NAME).with_name("inspect")), "eval", "labels.py"]
    argv += ["--model", "openai-api/bench/lab", "--display", "none", "--log-dir", "logs"]
    argv += ["--max-connections", str(work.concurrency), "--max-samples", str(work.concurrency)]
    argv += ["--no-log-realtime"]
    return Command(
        argv=tuple(argv),
        environment={
            "BENCH_BASE_URL": f"{order.origin}/v1",
            "BENCH_API_KEY": "none",
            "INSPECT_TELEMETRY": "",
            "XDG_DATA_HOME": str(folder / "data"),
            "DO_NOT_TRACK": "1",
        },
    )


def _shown(folder: Path) -> Shown | None:
    """Read the time of the model call that every sample shows; its own reader knows its format."""
    told = subprocess.run(
        [str(python_of(NAME)), "-c", _READ], cwd=folder, capture_output=True, text=True, check=True
    )
    times = sorted(json.loads(told.stdout))
    return Shown(p50_s=percentile(times, 50), p99_s=percentile(times, 99)) if times else None


CONTENDER = Contender(
    name=NAME,
    version=lambda: version_in(home_of(NAME), "inspect_ai"),
    command=_command,
    shown=_shown,
    takes_tls=lambda: False,
)
