"""Answers over HTTP on loopback, one question at a time, and says how long each took."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from harness_local.worker.nouns import File, Loaded, Question, QuestionError, Specification
from harness_local.worker.plain import plain
from harness_local.worker.reading import read_question

MOST_BYTES = 1 << 28
"""Of a request's body."""


class Server(ThreadingHTTPServer):
    """Serves one model at `POST /models/{model}@{revision}` and `GET /info`."""

    daemon_threads = True

    def __init__(self, specification: Specification, loaded: Loaded) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.loaded = loaded
        self.specification = specification
        pin = f"@{specification.revision}" if specification.revision else ""
        self.path = f"/models/{specification.model}{pin}"
        # One thread asks the model, always the same: its libraries keep state by thread.
        self.turns = ThreadPoolExecutor(max_workers=1)

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def info(self) -> dict[str, Any]:
        """Give what is loaded: `model_id`, `model_sha` and the facts of loading."""
        given = self.specification
        return {"model_id": given.model, "model_sha": self.loaded.commit, **self.loaded.facts}


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/info":
            self._send(200, _json(self.server.info()), "application/json", {})
        else:
            self._refuse(404, "nothing here but /info")

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True
            self._refuse(413, f"a content-length of at most {MOST_BYTES} is needed")
            return
        body = self.rfile.read(int(length))
        if unquote(urlsplit(self.path).path) != self.server.path:
            self._refuse(404, f"this process serves {self.server.path} only")
            return
        try:
            question = read_question(body, self.headers.get("content-type", ""))
        except QuestionError as error:
            self._refuse(400, str(error))
            return
        arrived_s = time.perf_counter()
        self.server.turns.submit(self._answer, question, arrived_s).result()

    def _answer(self, question: Question, arrived_s: float) -> None:
        if self._is_gone():  # its deadline passed while it waited for its turn
            self.close_connection = True
            return
        begun_s = time.perf_counter()
        status, body, kind = _outcome(self.server.loaded, question)
        timings = {
            "x-compute-type": self.server.specification.device.partition(":")[0],
            "x-compute-time": f"{time.perf_counter() - begun_s:.6f}",
            "x-queue-time": f"{begun_s - arrived_s:.6f}",
        }
        self._send(status, body, kind, timings)

    def _is_gone(self) -> bool:
        """Whether who asked has hung up."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _refuse(self, status: int, message: str) -> None:
        self._send(status, _json({"error": message}), "application/json", {})

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str]) -> None:
        self.send_response(status)
        facts = {"content-type": kind, "content-length": str(len(body))}
        for name, value in (facts | {"x-sha": self.server.loaded.commit} | more).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name it has there
        """Say nothing: every exchange is stored by who asks."""


def _outcome(loaded: Loaded, question: Question) -> tuple[int, bytes, str]:
    """Give status, body and media type. Statuses are such that only what may pass is retried."""
    try:
        answer = loaded.ask(question)
        if isinstance(answer, File):
            return 200, answer.body, answer.media_type
        return 200, _json(plain(answer)), "application/json"
    except QuestionError as error:
        return 400, _json({"error": str(error)}), "application/json"
    except Exception as error:  # noqa: BLE001  one question must not end the other answers
        is_full = isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__
        message = f"{type(error).__name__}: {error}"
        return 503 if is_full else 422, _json({"error": message}), "application/json"


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
