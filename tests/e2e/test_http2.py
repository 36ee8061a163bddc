"""A server that offers HTTP/2 over TLS is called by it, over few connections, as any other."""

import json
from collections.abc import Callable, Iterator

import pytest

from harness.store import RunReader
from tests.e2e.sides import AFTER, BEFORE, LABELS, Sides, result_of
from tests.transport.certificates import issue

pycurl = pytest.importorskip("pycurl")
pytest.importorskip("h2")
from tests.transport.multiplex import Asked, MultiplexServer, replies  # noqa: E402 - needs h2

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not pycurl.version_info()[4] & pycurl.VERSION_HTTP2, reason="this libcurl has no HTTP/2"
    ),
]
CASES, CONCURRENCY = 60, 8


def labels(asked: Asked) -> Iterator[float]:
    """Give `text N` the label of its parity; the path ends with the commit that is served."""
    if asked.method != "POST":
        yield from replies(b"{}", 404)(asked)
        return
    number = int(str(json.loads(asked.body)["inputs"]).split()[1])
    best = {"label": LABELS[number % 2], "score": 0.9}
    commit = asked.path.rpartition("/")[2]
    yield 0.01
    body = json.dumps([[best]]).encode()
    yield from replies(body, content_type="application/json", x_sha=commit)(asked)


def test_a_run_over_http_2_is_like_any_other(sides: Callable[..., Sides]) -> None:
    world = sides()
    certificate = issue(world.folder)
    if certificate is None:
        pytest.skip("openssl is not installed")
    with MultiplexServer(labels, certificate) as server:
        suite = world.suite(
            CASES,
            before_url=f"{server.url}/{BEFORE}",
            after_url=f"{server.url}/{AFTER}",
            settings=f"concurrency: {CONCURRENCY}",
        )
        target = "target: {provider: hf-endpoint"
        text = suite.read_text()
        assert target in text
        suite.write_text(text.replace(target, f"{target}, ca_file: {certificate[1].name}"))
        assert world.run("run", str(suite), "-q", "--out", "out") == 0
    counts = result_of(world.folder / "out")["counts"]
    assert (counts["planned"], counts["passed"], counts["attempts"]) == (120, 120, 120)
    asked = [asked for asked in server.ledger if asked.method == "POST"]
    assert len(asked) == 2 * CASES
    assert len({one.connection for one in asked}) <= 2 * CONCURRENCY
    with RunReader(world.folder / "out") as reader:
        assert {exchange.transport for _, exchange in reader.exchanges()} == {"curl"}
