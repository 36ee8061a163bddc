"""Turns what pip says when it fails into a sentence with a way out."""

from harness_demo.real.wheels import Wheel

UNREACHABLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "Max retries exceeded",
    "Network is unreachable",
    "connection broken",
)
SHOWN_LINES = 6


def explained(complaint: str, *, wheel: Wheel, python: str) -> str:
    """Give the message for what pip wrote to stderr: what failed, then what to do."""
    what = f"cannot install {wheel.name} {wheel.version}"
    if "No module named pip" in complaint:
        return f"{what}: {python} has no pip. Run `{python} -m ensurepip`, then try again."
    if "DO NOT MATCH THE HASHES" in complaint:
        return (
            f"{what}: the package index sent a file whose sha256 is not {wheel.sha256}. Nothing of "
            "it was kept. Look at which index pip uses (`pip config list`) and who rewrites "
            "downloads, then try again."
        )
    if any(word in complaint for word in UNREACHABLE):
        return (
            f"{what}: the package index cannot be reached. Go online, or name a mirror or proxy "
            "(PIP_INDEX_URL, HTTPS_PROXY), then try again; `revgate demo` needs no network."
        )
    if "No matching distribution found" in complaint:
        return (
            f"{what}: the package index pip uses does not have it for {python}. Name an index that "
            "mirrors PyPI in PIP_INDEX_URL, then try again."
        )
    said = "\n".join(f"  {line}" for line in complaint.strip().splitlines()[-SHOWN_LINES:])
    return f"{what}; pip said:\n{said or '  nothing'}\nPut that right, then try again."
