"""Chooses the transport of a run."""

from harness.errors import UsageError
from harness.transport.wire import Transport


def open_transport(name: str, *, workers: int) -> Transport:
    """Open `curl`, `requests`, or with `auto` the first of them that is installed.

    Raises UsageError when `curl` is asked for and pycurl is missing.
    """
    if name in {"auto", "curl"}:
        try:
            from harness.transport.curl import CurlTransport
        except ImportError as error:
            if name == "curl":
                raise UsageError(
                    f"run.transport is curl, but pycurl cannot be imported ({error}): "
                    "pip install pycurl, or use transport: requests"
                ) from error
        else:
            return CurlTransport(connections=workers)
    from harness.transport.sessions import SessionTransport

    return SessionTransport(workers=workers)
