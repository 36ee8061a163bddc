"""Says on standard output what a bare loop measured."""

import json
import math


def tell(latencies_s: list[float]) -> None:
    """Print the percentiles of all calls."""
    latencies_s.sort()
    last = len(latencies_s) - 1
    p50_s, p99_s = (latencies_s[min(last, math.ceil(last * at))] for at in (0.5, 0.99))
    print(json.dumps({"calls": last + 1, "p50_s": p50_s, "p99_s": p99_s}))
