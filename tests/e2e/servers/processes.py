"""Servers as child processes on loopback: started, waited for, ended with all they started."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from harness_demo.real.process import ONE_THREAD

POLL_S = 0.05
END_S = 10.0
LISTENING = "0A"
"""The state in `/proc/net/tcp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    """All it wrote to stdout and stderr."""
    start_s: float

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> str:
        """End it as a user would, then give all it said."""
        _end(self.process, signal.SIGTERM)
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_ports(count: int) -> list[int]:
    """Give different ports that nobody listened on a moment ago."""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    port: int,
    folder: Path,
    ready: str,
    environ: Mapping[str, str] | None = None,
    within_s: float = 180.0,
) -> Iterator[Server]:
    """Run `command` in `folder` until the block ends; it is ready once `GET {ready}` gives 200.

    Raises RuntimeError, with what it wrote, when it ends before that, takes longer than
    `within_s`, or listens beyond loopback.
    """
    log = folder / f"server-{port}.log"
    started_s = time.monotonic()
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=_environ(folder) | dict(environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not _answers(port, ready):
            if process.poll() is not None or time.monotonic() - started_s > within_s:
                raise RuntimeError(f"{command[0]} did not get ready:\n{log.read_text()[-3000:]}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(POLL_S)
        beyond = {str(h) for h in listening_hosts(process.pid) if not h.is_loopback}
        if beyond:
            raise RuntimeError(f"{command[0]} listens beyond loopback: {beyond}")
        start_s = time.monotonic() - started_s
        yield Server(port=port, process=process, log=log, start_s=start_s)
    finally:
        _end(process, signal.SIGTERM)


def _environ(folder: Path) -> dict[str, str]:
    """Give an environment that holds no credential, no proxy and nothing of the tests' Python."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | ONE_THREAD | {"HOME": str(folder), "NO_PROXY": "*", "HF_HUB_OFFLINE": "1"}


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """End a process and its group: politely, then not."""
    for number in (how, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_S)


def listening_hosts(group: int) -> set[IPv4Address | IPv6Address]:
    """Give the addresses the processes of a group listen on.

    From `/proc` (proc_pid_net(5)); empty where there is none.
    """
    inodes: set[str] = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getpgid(int(place.name)) == group:
                links = (str(link.readlink()) for link in (place / "fd").iterdir())
                inodes |= {link[8:-1] for link in links if link.startswith("socket:[")}
    hosts = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        rows = path.read_text().splitlines()[1:] if path.exists() else []
        for place, state, inode in ((w[1], w[3], w[9]) for w in map(str.split, rows)):
            if state == LISTENING and inode in inodes:
                hosts.add(_address(place.partition(":")[0]))
    return hosts


def _address(words: str) -> IPv4Address | IPv6Address:
    """Read an address of `/proc/net/tcp`: 32-bit words in this machine's byte order."""
    swapped = b"".join(
        int(words[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(words), 8)
    )
    found = ip_address(swapped)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
