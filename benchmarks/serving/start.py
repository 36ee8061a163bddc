"""Starts the fastest server there is, and hands its log out contender by contender."""

import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.access_log import Served, served
from benchmarks.serving import certificate, nginx

_READY_S = 10.0
_FLUSHED_S = 0.5
"""Longer than either server keeps log lines to itself."""


@dataclass(slots=True)
class Service:
    """A running server."""

    name: str
    ports: Mapping[nginx.Port, int]
    ca_file: Path
    log: Path
    _read_bytes: int = field(default=0)

    def origin(self, delay_ms: int, *, has_tls: bool) -> str:
        """Give who answers after `delay_ms`."""
        scheme = "https" if has_tls else "http"
        return f"{scheme}://127.0.0.1:{self.ports[delay_ms, has_tls]}"

    def since_last(self) -> Served:
        """Read what was served since this was last asked."""
        time.sleep(_FLUSHED_S)
        with self.log.open("rb") as file:
            file.seek(self._read_bytes)
            text = file.read()
        self._read_bytes += len(text)
        return served(text.decode("ascii").splitlines())


@contextmanager
def serving(
    folder: Path, delays_ms: tuple[int, ...], *, use_nginx: bool = True
) -> Iterator[Service]:
    """Serve every delay with and without TLS, in an empty folder, until the end of the context."""
    pem, key = certificate.make(folder)
    ports = _free_ports([(delay, has_tls) for delay in delays_ms for has_tls in (False, True)])
    log = folder / "access.log"
    log.touch()
    there = nginx.found() if use_nginx else None
    if there is not None:
        program, module = there
        name = f"{nginx.version(program)} with echo"
        (folder / "nginx.conf").write_text(nginx.configuration(module, ports, pem, key))
        argv = [program, "-p", str(folder), "-c", "nginx.conf"]
    else:
        name = f"asyncio of Python {platform.python_version()} (no nginx with echo was found)"
        named = [f"{delay}:{int(tls)}:{number}" for (delay, tls), number in ports.items()]
        program = str(Path(__file__).with_name("plain.py"))
        argv = [sys.executable, program, str(log), str(pem), str(key), *named]
    with (folder / "server.txt").open("wb") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT)
    try:
        _await_listening(process, ports.values(), folder / "server.txt")
        yield Service(name, ports, pem, log)
    finally:
        process.terminate()
        process.wait(10)


def _free_ports(wanted: list[nginx.Port]) -> dict[nginx.Port, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in wanted]
    ports = {name: sock.getsockname()[1] for name, sock in zip(wanted, sockets, strict=True)}
    for sock in sockets:
        sock.close()
    return ports


def _await_listening(process: "subprocess.Popen[bytes]", ports: Iterable[int], told: Path) -> None:
    until = time.monotonic() + _READY_S
    left = list(ports)
    while left:
        if process.poll() is not None or time.monotonic() > until:
            raise OSError(f"the server did not start: {told.read_text(errors='replace')}")
        try:
            socket.create_connection(("127.0.0.1", left[0]), 0.2).close()
            left.pop(0)
        except OSError:
            time.sleep(0.05)
