"""promptfoo: two HTTP providers side by side, its results as JSON."""

import json
import shutil
from pathlib import Path

from benchmarks.contenders.pins import home_of
from benchmarks.loops.prompts import prompts
from benchmarks.medians import percentile
from benchmarks.work import Command, Contender, Order, Shown

NAME = "promptfoo"
_PACKAGE = Path("node_modules", "promptfoo")


def _command(order: Order) -> Command:
    folder, work = order.folder, order.work
    with (folder / "tests.jsonl").open("w", encoding="utf-8") as file:
        for text in prompts(work.calls // 2):
            file.write(json.dumps({"vars": {"text": text}}) + "\n")
    (folder / "promptfooconfig.json").write_text(json.dumps(_configuration(order)))
    return command_in(folder, *evaluating("-o", "out.json", concurrency=work.concurrency))


def evaluating(*arguments: str, concurrency: int) -> tuple[str, ...]:
    """Give the arguments that evaluate `promptfooconfig.json`, with nothing cached."""
    start = ("eval", "-c", "promptfooconfig.json", *arguments, "-j", str(concurrency))
    return (*start, "--no-cache", "--no-progress-bar", "--no-table")


def command_in(folder: Path, *arguments: str) -> Command:
    """Give a command of promptfoo that keeps all in a folder and calls nobody by itself."""
    main = home_of(NAME) / _PACKAGE / "dist" / "src" / "main.js"
    return Command(
        argv=(_node(), str(main), *arguments),
        environment={
            "PROMPTFOO_CONFIG_DIR": str(folder / "home"),
            "PROMPTFOO_DISABLE_TELEMETRY": "1",
            "PROMPTFOO_DISABLE_UPDATE": "1",
            "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
            "PROMPTFOO_CACHE_ENABLED": "false",
            "NODE_NO_WARNINGS": "1",
        },
    )


def _configuration(order: Order) -> dict[str, object]:
    providers = [
        {
            "id": f"{order.origin}/hf-inference/models/lab/labels",
            "label": label,
            "config": {
                "method": "POST",
                "headers": {"content-type": "application/json"},
                "body": {"inputs": "{{prompt}}"},
                "transformResponse": "json[0][0].label",
            },
        }
        for label in ("baseline", "candidate")
    ]
    return {
        "prompts": ["{{text}}"],
        "providers": providers,
        "defaultTest": {"assert": [{"type": "equals", "value": "POSITIVE"}]},
        "tests": "file://tests.jsonl",
    }


def _shown(folder: Path) -> Shown | None:
    """Read the latency that every result shows."""
    results = json.loads((folder / "out.json").read_text())["results"]["results"]
    times = sorted(result["latencyMs"] / 1000 for result in results)
    return Shown(p50_s=percentile(times, 50), p99_s=percentile(times, 99)) if times else None


def _node() -> str:
    return shutil.which("node") or "node"


def _version() -> str | None:
    described = home_of(NAME) / _PACKAGE / "package.json"
    if shutil.which("node") is None or not described.exists():
        return None
    return str(json.loads(described.read_text())["version"])


CONTENDER = Contender(
    name=NAME, version=_version, command=_command, shown=_shown, takes_tls=lambda: False
)
