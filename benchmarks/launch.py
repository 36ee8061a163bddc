"""Starts one process from a small one, waits for its end, and says what it cost.

A process begins with the peak memory of whoever started it: the one that collects measurements has
grown too large for that. Arguments: TOLD MOST_S ARGV...; the cost goes to the file TOLD as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time

_PEAK_UNIT_BYTES = 1024
"""Linux gives the peak in KiB."""


def main(told: str, most_s: float, argv: list[str]) -> None:
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
    status, usage = waited(process, began + most_s)
    cost = {
        "wall_s": time.perf_counter() - began,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * _PEAK_UNIT_BYTES,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    with open(told, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not loaded here
        json.dump(cost, file)


def waited(process: "subprocess.Popen[bytes]", until: float) -> tuple[int, resource.struct_rusage]:
    """Give status and usage, children included; one that is not done at `until` is killed."""
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            return status, usage
        if time.perf_counter() > until:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            return status, usage
        time.sleep(0.005)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
