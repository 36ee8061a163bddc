"""The server speaks the hf-inference protocol: shapes, headers, errors, kept connections."""

import http.client
import re
import statistics
import time
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from harness_demo.served import Served
from harness_demo.server import DemoServer


def test_an_endpoint_answers_with_its_own_revision(
    server: DemoServer, client: requests.Session, served: tuple[Served, ...]
) -> None:
    for one in served:
        url = f"{server.url}/endpoints/{one.revision}"
        with client.post(url, json={"inputs": "Good. Very good. Not bad."}) as response:
            assert response.status_code == 200
            assert response.json() == one.predict({"inputs": "Good. Very good. Not bad."})
            assert response.headers["x-sha"] == one.revision
            assert response.headers["content-type"] == "application/json"
            assert response.headers["x-compute-type"] == "cpu"
            assert response.headers["x-compute-characters"] == "25"
            assert re.fullmatch(r"\d+\.\d{3}", response.headers["x-compute-time"])
            assert response.headers["x-request-id"]


@pytest.mark.parametrize("prefix", ["/hf-inference/models/", "/models/"])
def test_serverless_answers_with_the_head(
    server: DemoServer, client: requests.Session, served: tuple[Served, ...], prefix: str
) -> None:
    with client.post(server.url + prefix + served[0].model, json={"inputs": "ok"}) as response:
        assert response.headers["x-sha"] == served[1].revision


def test_health_names_every_revision(
    server: DemoServer, client: requests.Session, served: tuple[Served, ...]
) -> None:
    with client.get(server.url + "/health") as response:
        names = [model["revision"] for model in response.json()["models"]]
    assert names == [one.revision for one in served]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "error"),
    [
        ("POST", "/models/nobody/none", {"json": {}}, 404, "Model nobody/none does not exist"),
        ("POST", "/endpoints/abc", {"json": {}}, 404, "Model abc does not exist"),
        ("GET", "/models/revgate/reviews-sentiment", {}, 405, "Method Not Allowed"),
        ("DELETE", "/health", {}, 405, "Method Not Allowed"),
        ("POST", "", {"json": {}}, 400, ["Error in `inputs`: field required"]),
        ("POST", "", {"data": b"{"}, 400, ["Error: the body is not a JSON object"]),
        ("POST", "", {"data": b"\xff"}, 400, ["Error: the body is not a JSON object"]),
        ("POST", "", {"json": [1]}, 400, ["Error: the body is not a JSON object"]),
        (
            "POST",
            "",
            {"json": {"inputs": 3}},
            400,
            ["Error in `inputs`: str or list of str expected"],
        ),
        (
            "POST",
            "",
            {"data": b" " * 1_000_001},
            413,
            "Failed to buffer the request body: length limit exceeded",
        ),
        ("POST", "", {"data": iter([b"{}"])}, 411, "Length Required"),
    ],
)
def test_errors_look_like_the_real_thing(
    server: DemoServer,
    client: requests.Session,
    method: str,
    path: str,
    sent: Mapping[str, Any],
    status: int,
    error: object,
) -> None:
    url = server.url + (path or "/models/revgate/reviews-sentiment")
    with client.request(method, url, **sent) as response:
        assert (response.status_code, response.json()) == (status, {"error": error})


def test_a_wrong_request_still_says_which_revision_refused_it(
    server: DemoServer, client: requests.Session, served: tuple[Served, ...]
) -> None:
    url = f"{server.url}/endpoints/{served[0].revision}"
    with client.post(url, json={}) as response:
        assert response.headers["x-sha"] == served[0].revision


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "open-sesame"}, 401),
        ({"authorization": "Bearer open-sesame"}, 200),
    ],
)
def test_a_token_is_asked_for(
    served: tuple[Served, ...], client: requests.Session, headers: dict[str, str], status: int
) -> None:
    with DemoServer(served, token="open-sesame") as server:
        url = f"{server.url}/endpoints/{served[0].revision}"
        with client.post(url, json={"inputs": "ok"}, headers=headers) as response:
            assert response.status_code == status
            if status == 401:
                message = "Invalid credentials in Authorization header"
                assert response.json() == {"error": message}
                assert "x-sha" not in response.headers


def test_one_connection_carries_many_calls_without_delay(
    server: DemoServer, served: tuple[Served, ...]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    ports, elapsed_s = set(), []
    for _ in range(40):
        started_s = time.perf_counter()
        path = f"/endpoints/{served[0].revision}"
        connection.request("POST", path, b'{"inputs":"ok"}', {"content-type": "application/json"})
        assert connection.getresponse().read()
        elapsed_s.append(time.perf_counter() - started_s)
        ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(ports) == 1
    assert statistics.median(elapsed_s) < 0.03  # a delayed ACK would cost 0.04


def test_head_has_no_body(server: DemoServer, client: requests.Session) -> None:
    with client.head(server.url + "/health") as response:
        assert response.status_code == 200
        assert response.content == b""
    with client.get(server.url + "/health") as response:
        assert response.json()["status"] == "ok"


def test_the_same_revision_cannot_be_served_twice(served: tuple[Served, ...]) -> None:
    with pytest.raises(ValueError, match="twice"):
        DemoServer([served[0], served[0]])


def test_closing_twice_is_harmless_and_frees_the_port(served: tuple[Served, ...]) -> None:
    server = DemoServer(served).start()
    server.close()
    server.close()
    with DemoServer(served, port=server.port) as again:
        assert again.url == server.url


def test_a_server_that_never_served_can_be_closed(served: tuple[Served, ...]) -> None:
    DemoServer(served).close()
