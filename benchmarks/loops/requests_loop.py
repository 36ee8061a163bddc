"""One thread and one Session a call in flight, nothing around it: URL CALLS CONCURRENCY CA_FILE."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import requests

if __package__ in {None, ""}:  # started by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.loops.prompts import prompts
from benchmarks.loops.telling import tell


def main(url: str, calls: int, concurrency: int, ca_file: str) -> None:
    texts, lock = prompts(calls), Lock()
    with ThreadPoolExecutor(concurrency) as pool:
        parts = [pool.submit(work, url, ca_file, texts, lock) for _ in range(concurrency)]
    tell([latency_s for part in parts for latency_s in part.result()])


def work(url: str, ca_file: str, texts: Iterator[str], lock: Lock) -> list[float]:
    """Call until no text is left; give the latencies as this client sees them."""
    latencies_s: list[float] = []
    with requests.Session() as session:
        session.verify = ca_file
        session.trust_env = False
        while True:
            with lock:
                text = next(texts, None)
            if text is None:
                return latencies_s
            began = time.perf_counter()
            answer = session.post(url, json={"inputs": text}, timeout=60)
            latencies_s.append(time.perf_counter() - began)
            answer.raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
