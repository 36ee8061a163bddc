"""A run that is given up ends soon, whatever name look-ups are still under way."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from harness.transport import Transport
from tests.transport.faulty import FaultyServer, reply
from tests.transport.sending import answer_of, send, ticket

WITHIN_S = 3.0


def test_a_multi_handle_that_will_not_close_holds_up_nobody(curl: Transport) -> None:
    go_on = threading.Event()

    class Stuck:
        """Closes as libcurl does while it waits for a resolver."""

        def __init__(self, real: Any) -> None:
            self.remove_handle = real.remove_handle
            self._real = real

        def close(self) -> None:
            assert go_on.wait(20)
            self._real.close()

    with FaultyServer(reply()) as server:
        answer_of(send(curl, f"{server.url}/m"))
        curl.submit(ticket(f"{server.url}/m", key=1))
        curl._multi = Stuck(curl._multi)  # type: ignore[attr-defined]
        started = time.monotonic()
        curl.close()
        assert time.monotonic() - started < WITHIN_S
        (closing,) = [one for one in threading.enumerate() if one.name == "revgate-close"]
        assert closing.daemon  # the process ends without it
        go_on.set()
        closing.join(5)
        assert not closing.is_alive()


def test_closing_twice_is_closing_once(curl: Transport) -> None:
    with FaultyServer(reply()) as server:
        answer_of(send(curl, f"{server.url}/m"))
        curl.close()
        curl.close()
    assert not [one for one in threading.enumerate() if one.name == "revgate-close"]


RESOLVER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>
typedef int look_up(const char *, const char *, const struct addrinfo *, struct addrinfo **);
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    if (name && strstr(name, ".silent.example")) sleep(30);
    return ((look_up *)dlsym(RTLD_NEXT, "getaddrinfo"))(name, service, hints, found);
}
"""
GIVEN_UP = """
import sys, time
from harness.transport import open_transport
from tests.transport.sending import ticket
transport = open_transport("curl", workers=4)
for key in range(4):
    deadline_s = 0.2 if key else 60.0
    transport.submit(ticket(f"http://{key}.silent.example/m", key=key, deadline_s=deadline_s))
outcomes = []
while len(outcomes) < 3:
    outcomes.extend(transport.finished(0.1))
print(*sorted({one.fault.message for one in outcomes}), flush=True)
transport.close()
"""


@pytest.mark.e2e
def test_a_silent_resolver_keeps_no_process_from_ending(tmp_path: Path) -> None:
    pytest.importorskip("pycurl")
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("a resolver that says nothing is made with a C compiler, on Linux")
    source, library = tmp_path / "silent.c", tmp_path / "silent.so"
    source.write_text(RESOLVER, "utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", GIVEN_UP],
        env=os.environ | {"LD_PRELOAD": str(library)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "while connecting: name look-up" in ended.stdout
    assert time.monotonic() - started < 6
