"""A model server on loopback that speaks the hf-inference protocol: the demo's, the tests' too."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from harness_demo.connection import parsed
from harness_demo.ledger import Ledger
from harness_demo.routes import answer, routes_of
from harness_demo.served import InputError, Reply, RequestInfo, Served
from harness_demo.sockets import ThreadedServer

__all__ = ["DemoServer", "InputError", "Reply", "RequestInfo", "Served"]

POLL_S = 0.02


class DemoServer:
    """Serves `served` until closed; a context manager that starts and closes.

    `POST /endpoints/<revision>` is a dedicated endpoint started with that revision;
    `POST /hf-inference/models/<model>` is serverless and answers with the model's last revision;
    `GET /health` lists the models. For tests: `delay_s` is an artificial service time, one number
    or a function of the request; `ledger` receives one line a request; `faults` may answer in the
    model's place, or raise ConnectionAbortedError to hang up without an answer.
    """

    def __init__(
        self,
        served: Sequence[Served],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        ledger: Path | None = None,
        delay_s: float | Callable[[RequestInfo], float] = 0.0,
        faults: Callable[[RequestInfo], Reply | None] | None = None,
    ) -> None:
        self._served = tuple(served)
        self._routes = routes_of(served)
        self._token, self._delay_s, self._faults = token, delay_s, faults
        self._ledger = Ledger(ledger) if ledger is not None else None
        self._ordinals = itertools.count(1)
        self._closing = threading.Event()
        self._sockets = ThreadedServer((host, port), self._reply)
        self._is_serving = False

    @property
    def url(self) -> str:
        """`http://host:port`, listening from construction on."""
        host, port = self._sockets.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def port(self) -> int:
        """The port, the free one chosen when 0 was asked for."""
        return int(self._sockets.server_address[1])

    def start(self) -> Self:
        """Serve in a background thread."""
        self._is_serving = True
        threading.Thread(target=self.serve_forever, name="demo-server", daemon=True).start()
        return self

    def serve_forever(self) -> None:
        """Serve in this thread until `close` is called from another."""
        self._is_serving = True
        self._sockets.serve_forever(poll_interval=POLL_S)

    def close(self) -> None:
        """Stop accepting, cut open connections, free the port; a second call does nothing."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._is_serving:
            self._sockets.shutdown()
        self._sockets.server_close()
        self._sockets.cut()
        if self._ledger is not None:
            self._ledger.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        request = RequestInfo(
            ordinal=next(self._ordinals),
            method=method,
            path=path,
            headers=headers,
            body=body,
            payload=parsed(body),
            served=self._routes.get(path.rstrip("/")),
        )
        if self._ledger is not None:
            self._ledger.write(request)
        fault = self._faults(request) if self._faults is not None else None
        if fault is not None:
            return fault
        return answer(request, served=self._served, token=self._token, service=self._serve)

    def _serve(self, request: RequestInfo) -> None:
        delay_s = self._delay_s(request) if callable(self._delay_s) else self._delay_s
        if delay_s > 0:
            self._closing.wait(delay_s)


if __name__ == "__main__":
    from harness_demo.child import main

    raise SystemExit(main())
