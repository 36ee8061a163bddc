"""One libcurl multi-handle loop with nothing around it: URL CALLS CONCURRENCY CA_FILE."""

import json
import sys
from pathlib import Path

import pycurl

if __package__ in {None, ""}:  # started by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.loops.prompts import prompts
from benchmarks.loops.telling import tell


def main(url: str, calls: int, concurrency: int, ca_file: str) -> None:
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, concurrency)
    texts = prompts(calls)
    received: list[bytes] = []
    latencies_s: list[float] = []
    flying = 0
    for _ in range(concurrency):
        handle = pycurl.Curl()
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.HTTPHEADER, ["content-type: application/json", "expect:"])
        handle.setopt(pycurl.WRITEFUNCTION, received.append)
        handle.setopt(pycurl.TCP_NODELAY, 1)
        handle.setopt(pycurl.CAINFO, ca_file)
        flying += send(multi, handle, next(texts, None))
    while flying:
        multi.perform()
        waiting = 1
        while waiting:
            waiting, done, failed = multi.info_read()
            if failed:
                raise SystemExit(failed[0][2])
            for handle in done:
                latencies_s.append(handle.getinfo(pycurl.TOTAL_TIME))
                multi.remove_handle(handle)
                flying += send(multi, handle, next(texts, None)) - 1
            received.clear()
        own_ms = multi.timeout()  # 0 where libcurl wants to go on at once
        if flying and own_ms:
            multi.select(min(own_ms / 1000, 0.1) if own_ms > 0 else 0.1)
    tell(latencies_s)


def send(multi: pycurl.CurlMulti, handle: pycurl.Curl, text: str | None) -> int:
    """Start a call; give 1, or 0 when there is none left."""
    if text is None:
        return 0
    handle.setopt(pycurl.POSTFIELDS, json.dumps({"inputs": text}).encode())
    multi.add_handle(handle)
    return 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
