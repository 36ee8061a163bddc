"""Chooses the transport of a run."""

from typing import Literal

from harness.errors import UsageError
from harness.transport.wire import Transport

_SPARE_FILES = 64
"""Open files beside the connections: the store, logs, libraries, what the shell handed over."""


def open_transport(name: str, *, workers: int) -> Transport:
    """Open `curl`, `requests`, or with `auto` the first of them that is installed.

    Raises UsageError as `check_transport`.
    """
    if check_transport(name, workers=workers) == "curl":
        from harness.transport.curl import CurlTransport

        return CurlTransport(connections=workers)
    from harness.transport.sessions import SessionTransport

    return SessionTransport(workers=workers)


def check_transport(name: str, *, workers: int) -> Literal["curl", "requests"]:
    """Give the name of the transport that would be opened; nothing is.

    Raises UsageError when `curl` is asked for and pycurl is missing, and when the system does not
    allow as many open connections as there are workers.
    """
    if name in {"auto", "curl"}:
        try:
            import harness.transport.curl  # noqa: F401 - whether it is there is the question
        except ImportError as error:
            if name == "curl":
                raise UsageError(
                    f"run.transport is curl, but pycurl cannot be imported ({error}): "
                    "pip install pycurl, or use transport: requests"
                ) from error
        else:
            _claim_files(workers, workers)
            return "curl"
    # Each connection, and a second handle on it while it is being made: see `Watch.handshaking`.
    _claim_files(workers, 2 * workers)
    return "requests"


def _claim_files(workers: int, sockets: int) -> None:
    """Refuse what would end in "too many open files" half way through."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = sockets + _SPARE_FILES
    if allowed != resource.RLIM_INFINITY and needed > allowed:
        raise UsageError(
            f"{workers} calls in flight need {needed} open files, this process may have {allowed}: "
            f"lower run.concurrency, or raise the limit with `ulimit -n {needed}`"
        )
