"""What the server tests stand on: environments made once, servers that end, a failure in CI."""

import os
import re
import select
import signal
import socket
import sys
import zipfile
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.e2e.servers.environments import (
    REQUIREMENTS,
    InstallError,
    build,
    cache_folder,
    last_words,
)
from tests.e2e.servers.policy import unavailable
from tests.e2e.servers.processes import _address, free_ports, listening_hosts, running

PIN = re.compile(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!]+")
SERVER = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print("child", child.pid, flush=True)
http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind="127.0.0.1")
"""


@pytest.fixture
def offline(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which pip knows one tiny package and nothing else."""
    index = tmp_path / "index"
    index.mkdir()
    name = "tiny-1.0.dist-info"
    with zipfile.ZipFile(index / "tiny-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr(f"{name}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            f"{name}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{name}/RECORD", "")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    links = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
    return ours | links | {"PIP_CONFIG_FILE": os.devnull}


@pytest.mark.e2e
def test_an_environment_is_made_once_for_a_list(tmp_path: Path, offline: Mapping[str, str]) -> None:
    listed = tmp_path / "tiny.txt"
    listed.write_text("tiny==1.0\n")
    first = build(listed, tmp_path / "cache", offline)
    assert first.install_s is not None
    assert (first.site / "tiny.py").exists()
    again = build(listed, tmp_path / "cache", offline)
    assert (again.home, again.install_s) == (first.home, None)
    listed.write_text("# another list\ntiny==1.0\n")
    assert build(listed, tmp_path / "cache", offline).home != first.home


@pytest.mark.e2e
def test_a_half_made_environment_is_made_again(tmp_path: Path, offline: Mapping[str, str]) -> None:
    listed = tmp_path / "tiny.txt"
    listed.write_text("tiny==1.0\n")
    first = build(listed, tmp_path / "cache", offline)
    (first.site / "tiny.py").unlink()
    (first.home / ".complete").unlink()
    assert build(listed, tmp_path / "cache", offline).install_s is not None
    assert (first.site / "tiny.py").exists()


@pytest.mark.e2e
def test_what_cannot_be_installed_is_said_in_pips_words(
    tmp_path: Path, offline: Mapping[str, str]
) -> None:
    listed = tmp_path / "tiny.txt"
    listed.write_text("tiny==2.0\n")
    with pytest.raises(InstallError, match=r"No matching distribution found for tiny==2\.0"):
        build(listed, tmp_path / "cache", offline)
    listed.write_text("tiny==1.0\n")
    assert build(listed, tmp_path / "cache", offline).install_s is not None


def test_the_last_error_of_pip_is_what_is_told() -> None:
    assert last_words("WARNING: a\nERROR: first\nERROR: second\nhint: c\n") == "ERROR: second"
    assert last_words("some trouble\n\n") == "some trouble"
    assert last_words("") == "pip said nothing"


def test_a_server_out_of_reach_is_a_skip_at_home_and_a_failure_in_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="no index"):
        unavailable("no index", in_ci=False)
    with pytest.raises(pytest.fail.Exception, match="no index"):
        unavailable("no index", in_ci=True)


def test_the_cache_is_where_the_user_says(tmp_path: Path) -> None:
    assert cache_folder({"REVGATE_E2E_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "revgate" / "e2e"


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_package_is_pinned_exactly(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not PIN.fullmatch(line)] == []


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="watches a process of somebody else's")
def test_a_server_ends_with_all_it_started(tmp_path: Path) -> None:
    [port] = free_ports(1)
    command = [sys.executable, "-c", SERVER, str(port)]
    with running(command, port=port, folder=tmp_path, ready="/") as server:
        [child] = map(int, re.findall(r"child (\d+)", server.log.read_text()))
        watched = os.pidfd_open(child)
        assert select.select([watched], [], [], 0)[0] == []
        assert listening_hosts(server.process.pid) == {ip_address("127.0.0.1")}
    try:
        assert select.select([watched], [], [], 10.0)[0] == [watched]
    finally:
        os.close(watched)
    assert server.process.returncode == -signal.SIGTERM
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.e2e
def test_a_server_that_ends_early_is_told_in_its_words(tmp_path: Path) -> None:
    [port] = free_ports(1)
    command = [sys.executable, "-c", "raise SystemExit('no such weights')"]
    with (
        pytest.raises(RuntimeError, match="no such weights"),
        running(command, port=port, folder=tmp_path, ready="/"),
    ):
        raise AssertionError("it got ready")


@pytest.mark.skipif(sys.byteorder == "big", reason="the words are as a little-endian kernel writes")
@pytest.mark.parametrize(
    ("words", "address", "is_here"),
    [
        ("0100007F", "127.0.0.1", True),
        ("00000000", "0.0.0.0", False),
        ("0000000000000000FFFF00000100007F", "127.0.0.1", True),
        ("00000000000000000000000001000000", "::1", True),
        ("00000000000000000000000000000000", "::", False),
    ],
)
def test_an_address_of_the_kernels_table_is_read(words: str, address: str, is_here: bool) -> None:
    found = _address(words)
    assert str(found) == address
    assert found.is_loopback is is_here
