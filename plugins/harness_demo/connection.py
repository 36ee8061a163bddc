"""One keep-alive connection of the demo server: bytes in, bytes out, one send an answer."""

import contextlib
import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from harness_demo.routes import MAX_BODY_BYTES, failure
from harness_demo.served import Reply

if TYPE_CHECKING:
    from harness_demo.sockets import ThreadedServer

PHRASES = {status.value: status.phrase for status in HTTPStatus}
DRAIN_BYTES = 16 * MAX_BODY_BYTES
"""A refused body is read up to here, so that the client gets to see the refusal."""


class Connection(BaseHTTPRequestHandler):
    """Reads requests off one socket; the server decides what is answered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # with Nagle a small answer waits 40 ms for a delayed ACK
    rbufsize = 65536
    server: "ThreadedServer"

    def respond(self) -> None:
        """Answer one request of any method."""
        body, refusal = self._body()
        if refusal is None:
            try:
                headers = {name.lower(): value for name, value in self.headers.items()}
                path = self.path.partition("?")[0]
                reply = self.server.reply(self.command, path, headers, body)
            except ConnectionAbortedError:
                self.close_connection = True
                return
        else:
            reply = refusal
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = respond  # noqa: N815

    def _body(self) -> tuple[bytes, Reply | None]:
        if "transfer-encoding" in self.headers:
            self.close_connection = True
            return b"", failure(411, "Length Required")
        stated = self.headers.get("content-length", "0")
        if not (stated.isascii() and stated.isdigit()):
            self.close_connection = True
            return b"", failure(400, "Bad Request: content-length is not a number")
        body_bytes = int(stated)
        if body_bytes > DRAIN_BYTES:
            self.close_connection = True
        body = self.rfile.read(min(body_bytes, DRAIN_BYTES))
        return body, None

    def _send(self, reply: Reply) -> None:
        headers = {
            "content-type": "application/json",
            "x-request-id": uuid4().hex[:12],
            "content-length": str(len(reply.body)),
        }
        headers |= {name.lower(): value for name, value in reply.headers.items()}
        if reply.close or self.close_connection:
            headers["connection"] = "close"
            self.close_connection = True
        lines = [f"HTTP/1.1 {reply.status} {PHRASES.get(reply.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" else reply.body
        with contextlib.suppress(ConnectionError):
            self.wfile.write(head + body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the ledger is the log."""


def parsed(body: bytes) -> Any:
    """Give the body as JSON, None when it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
