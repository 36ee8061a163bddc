"""Reads how many requests the Hub still allows, and for how long it wants none."""

import re

from harness.data.exchange import Response
from harness.data.noun import replace

_LEFT = re.compile(r";\s*r=([0-9]{1,9})(?![0-9])")
_RESET = re.compile(r";\s*t=([0-9]{1,9})(?![0-9])")


def pause_s(response: Response) -> float:
    """Give the seconds for which nothing more may be asked; 0 while requests are left.

    From `RateLimit: "api";r=0;t=217`: r requests are left, the window ends in t seconds
    (draft-ietf-httpapi-ratelimit-headers-09).
    """
    header = response.headers.get("ratelimit", "")
    left, reset = _LEFT.search(header), _RESET.search(header)
    if left is None or reset is None or int(left.group(1)) > 0:
        return 0.0
    return float(reset.group(1))


def with_stated_wait(response: Response) -> Response:
    """Give a refusal that states its wait the way retries read it: as `Retry-After`."""
    wait_s = pause_s(response)
    if response.status != 429 or not wait_s or "retry-after" in response.headers:
        return response
    return replace(response, headers={**response.headers, "retry-after": f"{wait_s:g}"})
