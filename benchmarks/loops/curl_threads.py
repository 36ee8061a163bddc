"""One thread and one libcurl handle a call in flight, nothing around it.

Arguments: URL CALLS CONCURRENCY CA_FILE.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import pycurl

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
    """Call until no text is left; give the latencies as libcurl saw them."""
    latencies_s: list[float] = []
    received: list[bytes] = []
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, url)
    handle.setopt(pycurl.HTTPHEADER, ["content-type: application/json", "expect:"])
    handle.setopt(pycurl.WRITEFUNCTION, received.append)
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.TCP_NODELAY, 1)
    handle.setopt(pycurl.CAINFO, ca_file)
    while True:
        with lock:
            text = next(texts, None)
        if text is None:
            return latencies_s
        handle.setopt(pycurl.POSTFIELDS, json.dumps({"inputs": text}).encode())
        handle.perform()
        latencies_s.append(handle.getinfo(pycurl.TOTAL_TIME))
        received.clear()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
