"""The limits: the least that a client in Python can do with pycurl, and with requests."""

import importlib.metadata
import json
import sys
from functools import partial
from pathlib import Path

from benchmarks.work import Command, Contender, Order, Shown

_LOOPS = Path(__file__).resolve().parents[1] / "loops"


def _command(script: str, order: Order) -> Command:
    work = order.work
    url = f"{order.origin}/hf-inference/models/lab/labels"
    argv = [sys.executable, str(_LOOPS / script), url, str(work.calls), str(work.concurrency)]
    return Command(argv=(*argv, str(order.ca_file)))


def _shown(folder: Path) -> Shown | None:
    told = json.loads((folder / "output.txt").read_text())
    return Shown(p50_s=told["p50_s"], p99_s=told["p99_s"])


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


CURL = Contender(
    name="bare pycurl",
    version=partial(_installed, "pycurl"),
    command=partial(_command, "curl_loop.py"),
    shown=_shown,
)
CURL_THREADS = Contender(
    name="bare pycurl threads",
    version=partial(_installed, "pycurl"),
    command=partial(_command, "curl_threads.py"),
    shown=_shown,
)
REQUESTS = Contender(
    name="bare requests",
    version=partial(_installed, "requests"),
    command=partial(_command, "requests_loop.py"),
    shown=_shown,
)
