"""What a well-behaved server sends arrives as it was sent."""

import gzip

import pytest

from harness.transport import Transport
from tests.transport.faulty import JSON_BODY, FaultyServer, Line, Seen, raw, reply
from tests.transport.sending import SECRET, answer_of, collect, send, ticket


def test_status_lower_case_headers_and_body_arrive(transport: Transport) -> None:
    scripts = {"/m": reply(X_Sha="A" * 40, Content_Type="application/json")}
    with FaultyServer(scripts) as server:
        response = answer_of(send(transport, f"{server.url}/m", body=b'{"inputs":"\xc3\xa9"}'))
    assert response.status == 200
    assert response.body == JSON_BODY
    assert response.headers["x-sha"] == "A" * 40
    assert response.headers["content-type"] == "application/json"
    (seen,) = server.ledger
    assert (seen.method, seen.body) == ("POST", b'{"inputs":"\xc3\xa9"}')


def test_only_our_headers_travel(transport: Transport) -> None:
    with FaultyServer({"/m": reply()}) as server:
        send(transport, f"{server.url}/m", headers={"X-Mine": "1"}, secret=SECRET)
    headers = dict(server.ledger[0].headers)
    assert headers.pop("x-mine") == "1"
    assert headers.pop("authorization") == SECRET.line
    assert set(headers) <= {
        "host",
        "accept-encoding",
        "content-length",
        "connection",
        "user-agent",
    }


def test_the_credential_takes_the_place_of_a_header_of_its_name(transport: Transport) -> None:
    with FaultyServer({"/m": reply()}) as server:
        send(transport, f"{server.url}/m", headers={"Authorization": "none"}, secret=SECRET)
    assert server.ledger[0].headers["authorization"] == SECRET.line


def test_a_second_call_uses_the_same_connection_and_says_so(transport: Transport) -> None:
    with FaultyServer({"/m": reply()}) as server:
        first = send(transport, f"{server.url}/m").timings
        second = send(transport, f"{server.url}/m").timings
    assert [seen.connection for seen in server.ledger] == [1, 1]
    assert first.connect_s is not None
    assert first.connect_s > 0
    assert second.connect_s == 0
    for timings in (first, second):
        assert timings.first_byte_s is not None
        assert timings.total_s is not None
        assert 0 < timings.first_byte_s <= timings.total_s


def test_a_connection_the_server_closed_between_calls_is_opened_again(
    transport: Transport,
) -> None:
    with FaultyServer({"/m": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")}) as server:
        outcomes = [send(transport, f"{server.url}/m") for _ in range(4)]
    # A close may cross the next request on its way: such a call may be tried again.
    answered = [outcome for outcome in outcomes if outcome.response is not None]
    assert all(outcome.fault is None or outcome.fault.is_transient for outcome in outcomes)
    assert len(answered) >= 2
    assert server.connections >= len(answered)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
def test_a_handle_that_served_another_method_posts_again(transport: Transport, method: str) -> None:
    body = b"" if method in {"GET", "HEAD", "DELETE"} else b"{}"

    def script(line: Line, seen: Seen) -> bool:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        if seen.method != "HEAD":
            line.send(b"{}")
        return True

    with FaultyServer(script) as server:
        answer_of(send(transport, f"{server.url}/a", method=method, body=body))
        answer_of(send(transport, f"{server.url}/b"))
    assert [seen.method for seen in server.ledger] == [method, "POST"]
    assert [seen.body for seen in server.ledger] == [body, b"{}"]


def test_many_at_once_come_back_under_their_keys(transport: Transport) -> None:
    def script(line: Line, seen: Seen) -> bool:
        body = seen.body
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return True

    with FaultyServer(script) as server:
        for key in range(100):
            transport.submit(ticket(f"{server.url}/m", key=key, body=b"%d" % key))
        outcomes = collect(transport, 100)
    assert sorted(outcome.key for outcome in outcomes) == list(range(100))
    for outcome in outcomes:
        assert answer_of(outcome).body == b"%d" % outcome.key


def test_gzip_is_decoded(transport: Transport) -> None:
    body = gzip.compress(JSON_BODY)
    with FaultyServer({"/m": reply(body, Content_Encoding="gzip")}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).body == JSON_BODY
    assert server.ledger[0].headers["accept-encoding"] == "gzip"


def test_a_chunked_answer_is_put_together(transport: Transport) -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    with FaultyServer({"/m": raw(data)}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).body == b"[1,2]"


def test_a_body_that_ends_with_the_connection_is_taken(transport: Transport) -> None:
    with FaultyServer({"/m": raw(b"HTTP/1.1 200 OK\r\n\r\n[1]")}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).body == b"[1]"


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "999 Odd", "204 No Content"])
def test_any_status_is_a_response(transport: Transport, status: str) -> None:
    data = f"HTTP/1.1 {status}\r\n\r\n".encode()
    with FaultyServer({"/m": raw(data)}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).status == int(status[:3])


def test_what_comes_before_the_answer_is_passed_over(transport: Transport) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with FaultyServer({"/m": raw(early * 3 + data)}) as server:
        outcome = send(transport, f"{server.url}/m")
    # `requests` takes the first of them for the answer; no call is lost or passed by that.
    if transport.name == "curl":
        assert answer_of(outcome).headers == {"content-length": "2"}
    else:
        assert outcome.response is None or outcome.response.status == 103


def test_a_repeated_header_is_one_list(transport: Transport) -> None:
    data = b"HTTP/1.1 200 OK\r\nX-Sha: a\r\nx-sha: b\r\nContent-Length: 2\r\n\r\n{}"
    with FaultyServer({"/m": raw(data)}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).headers["x-sha"] == "a, b"


def test_cookies_are_not_sent_back(transport: Transport) -> None:
    scripts = {"/m": reply(Set_Cookie="track=1; Path=/")}
    with FaultyServer(scripts) as server:
        for _ in range(3):
            send(transport, f"{server.url}/m")
    assert not any("cookie" in seen.headers for seen in server.ledger)


def test_a_path_beyond_ascii_is_sent_in_its_ascii_form(transport: Transport) -> None:
    with FaultyServer(reply()) as server:
        answer_of(send(transport, f"{server.url}/é?q=ü%20x"))
    assert server.ledger[0].path == "/%C3%A9?q=%C3%BC%20x"
