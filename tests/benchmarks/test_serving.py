"""The servers that everybody asks."""

import json
from pathlib import Path

import pytest

from benchmarks.serving import nginx
from benchmarks.serving.answers import LABELS, PATHS
from benchmarks.serving.plain import answer, whole_request


def test_every_answer_is_json_that_nginx_can_quote() -> None:
    for body in (LABELS, *PATHS.values()):
        json.loads(body)
        assert not set(body) & set("'\\$\n")


def test_a_request_is_whole_with_the_last_byte_of_its_body() -> None:
    request = b"POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
    assert whole_request(request[:-1]) is None
    assert whole_request(request[:20]) is None
    assert whole_request(request + b"GET / ") == ("/v1/completions", len(request))
    assert whole_request(b"GET /x HTTP/1.1\r\n\r\n") == ("/x", 19)


@pytest.mark.parametrize("path", ["/v1/completions", "/v1/chat/completions", "/any/other"])
def test_the_plain_server_answers_in_the_protocol_of_the_path(path: str) -> None:
    head, _, body = answer(path).partition(b"\r\n\r\n")
    assert body.decode() == PATHS.get(path, LABELS)
    assert f"content-length: {len(body)}".encode() in head


def test_nginx_waits_as_long_as_the_port_promises_and_speaks_tls_where_it_should() -> None:
    text = nginx.configuration(
        Path("/m.so"), {(0, False): 8001, (50, True): 8002}, Path("/c.pem"), Path("/k.pem")
    )
    plain, tls = text.split("listen ")[1:]
    assert plain.startswith("127.0.0.1:8001 backlog")
    assert "echo_sleep" not in plain
    assert tls.startswith("127.0.0.1:8002 ssl")
    assert tls.count("echo_sleep 0.05;") == 1 + len(PATHS)
    assert "ssl_certificate /c.pem; ssl_certificate_key /k.pem;" in tls
