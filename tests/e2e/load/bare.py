"""A libcurl loop with nothing around it, as a process of its own: what a clock can show at best.

`bare.py URL CALLS CONCURRENCY`: asks for labels of texts, so many at once, on two paths in turn as
a run of two targets does; prints one JSON line, by path the seconds that libcurl took for each.
"""

import json
import sys
from collections import defaultdict

import pycurl

from tests.e2e.sides import AFTER, BEFORE


def main(url: str, calls: int, concurrency: int) -> None:
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, concurrency)
    paths = [f"/m/{BEFORE}", f"/m/{AFTER}"]
    took_s: dict[str, list[float]] = defaultdict(list)
    asked: dict[pycurl.Curl, str] = {}
    sent = 0

    def send(handle: pycurl.Curl) -> None:
        nonlocal sent
        if sent == calls:
            return
        asked[handle] = path = paths[sent % 2]
        handle.setopt(pycurl.URL, url + path)
        handle.setopt(pycurl.POSTFIELDS, json.dumps({"inputs": f"text {sent // 2}"}).encode())
        multi.add_handle(handle)
        sent += 1

    for _ in range(concurrency):
        handle = pycurl.Curl()
        handle.setopt(pycurl.HTTPHEADER, ["content-type: application/json", "expect:"])
        handle.setopt(pycurl.WRITEFUNCTION, lambda _chunk: None)
        handle.setopt(pycurl.TCP_NODELAY, 1)
        send(handle)
    while asked:
        multi.perform()
        waiting = 1
        while waiting:
            waiting, done, failed = multi.info_read()
            assert not failed, failed
            for handle in done:
                took_s[asked.pop(handle)].append(handle.getinfo(pycurl.TOTAL_TIME))
                multi.remove_handle(handle)
                send(handle)
        own_ms = multi.timeout()  # 0 where libcurl wants to go on at once
        if asked and own_ms:
            multi.select(min(own_ms / 1000, 0.1) if own_ms > 0 else 0.1)
    print(json.dumps(took_s))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
