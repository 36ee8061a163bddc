"""The transport that fits, or words about why there is none."""

import resource
import sys

import pytest

from harness.errors import UsageError
from harness.transport import open_transport


@pytest.mark.parametrize(
    ("name", "expected"), [("auto", "curl"), ("curl", "curl"), ("requests", "requests")]
)
def test_the_transport_asked_for_is_opened(name: str, expected: str) -> None:
    pytest.importorskip("pycurl")
    transport = open_transport(name, workers=2)
    transport.close()
    assert transport.name == expected


def test_without_pycurl_requests_takes_over_unless_curl_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pycurl", None)
    for module in ("harness.transport.curl", "harness.transport.curl_outcome"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    transport = open_transport("auto", workers=2)
    transport.close()
    assert transport.name == "requests"
    with pytest.raises(UsageError, match="pip install pycurl"):
        open_transport("curl", workers=2)


def test_more_connections_than_the_system_allows_are_refused_with_the_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 4096))
    with pytest.raises(UsageError, match=r"200 calls .* need 264 .* may have 256: .*ulimit -n 264"):
        open_transport("curl", workers=200)
    open_transport("curl", workers=192).close()
    with pytest.raises(UsageError, match=r"97 calls .* need 258 .* may have 256: .*ulimit -n 258"):
        open_transport("requests", workers=97)
    open_transport("requests", workers=96).close()
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (resource.RLIM_INFINITY,) * 2)
    open_transport("requests", workers=5000).close()
