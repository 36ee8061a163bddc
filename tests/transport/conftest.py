"""Both transports, one after the other."""

import contextlib
import threading
from collections.abc import Iterator

import pytest

from harness.transport import Transport, open_transport
from tests.transport.certificates import Certificate, issue


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate nobody trusts, for 127.0.0.1."""
    issued = issue(tmp_path_factory.mktemp("tls"))
    if issued is None:
        pytest.skip("openssl is not installed")
    return issued


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


@pytest.fixture
def curl() -> Iterator[Transport]:
    """An open transport of libcurl, for what only it tells apart."""
    pytest.importorskip("pycurl")
    with contextlib.closing(open_transport("curl", workers=16)) as opened:
        yield opened
