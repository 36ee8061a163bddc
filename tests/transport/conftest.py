"""Both transports, one after the other."""

import threading
from collections.abc import Iterator

import pytest

from harness.transport import Transport, open_transport


@pytest.fixture(params=["curl", "requests"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """An open transport; its threads have ended when the test is over."""
    if request.param == "curl":
        pytest.importorskip("pycurl")
    before = set(threading.enumerate())
    transport = open_transport(request.param, workers=16)
    yield transport
    transport.close()
    ours = [t for t in set(threading.enumerate()) - before if t.name.startswith("revgate-")]
    for thread in ours:
        thread.join(3)
        assert not thread.is_alive(), f"{thread.name} outlived its transport"
