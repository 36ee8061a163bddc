"""The code behind the serverless API, over two upgrades of published models."""

import base64
import csv
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.registry import Registry
from harness.store import RunReader
from harness_demo.real import worker
from harness_demo.real.failure import RealDemoError
from harness_demo.real.files import write_real_demo
from harness_demo.real.install import install
from harness_demo.real.wheels import WHEELS, Wheel
from tests.e2e.servers.environments import Environment, cache_folder
from tests.e2e.servers.policy import is_ci, unavailable
from tests.e2e.servers.processes import Server, free_ports
from tests.e2e.servers.suites import run_suite

pytestmark = pytest.mark.e2e
ENVIRONMENT = "api-inference-community"
SCRIPT = Path(__file__).with_name("hf_api_server.py")


def pin_of(folder: Path) -> str:
    """Give the revision from the record of what pip installed; the server reads the files."""
    [record] = folder.glob("*.dist-info/RECORD")
    package = record.parent.name.partition("-")[0]
    with record.open(encoding="utf-8", newline="") as rows:
        listed = {
            row[0]: base64.urlsafe_b64decode(row[1].removeprefix("sha256=") + "=").hex()
            for row in csv.reader(rows)
            if row[0].startswith(f"{package}/") and row[1]
        }
    text = "".join(f"{name} {listed[name]}\n" for name in sorted(listed))
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def folders(pytestconfig: pytest.Config) -> dict[Wheel, Path]:
    try:
        return install(cache_folder(os.environ))
    except RealDemoError as error:
        unavailable(str(error), is_ci(pytestconfig))


@pytest.fixture(scope="module")
def serve(
    environment: Environment, folders: dict[Wheel, Path], start: Callable[..., Server]
) -> Callable[..., Server]:
    def run(wheel: Wheel, *more: str) -> Server:
        [port] = free_ports(1)
        command = [environment.python, "-P", SCRIPT, str(worker.__file__), wheel.kind]
        return start(*command, folders[wheel], str(port), *more, port=port, ready="/")

    return run


@pytest.fixture(scope="module")
def stating(serve: Callable[..., Server]) -> dict[Wheel, Server]:
    return {wheel: serve(wheel, "--front") for wheel in WHEELS}


def suite_over(
    kind: str, folder: Path, servers: dict[Wheel, Server], pins: dict[Wheel, str]
) -> str:
    """Give the demonstration's suite with its data, asking these servers for these revisions."""
    suites = dict(zip(("language", "sentiment"), write_real_demo(folder, 1), strict=True))
    text = suites[kind].read_text(encoding="utf-8")
    for wheel, server in servers.items():
        url = f"http://127.0.0.1:1/endpoints/{wheel.sha256}"
        text = text.replace(url, f"{server.url}/models/{wheel.name}")
        text = text.replace(wheel.sha256, pins[wheel])
    assert "127.0.0.1:1/" not in text
    return text


EXPECTED = {
    # kind: exit code, answers of both sides that passed, cases regressed, cases fixed
    "language": (0, 783, 7, 22),
    "sentiment": (0, 176, 1, 7),
}


@pytest.mark.parametrize("kind", ["language", "sentiment"])
def test_a_real_upgrade_is_compared(
    kind: str, tmp_path: Path, folders: dict[Wheel, Path], stating: dict[Wheel, Server]
) -> None:
    pins = {wheel: pin_of(folder) for wheel, folder in folders.items()}
    assert len(set(pins.values())) == 4
    ran = run_suite(suite_over(kind, tmp_path, stating, pins), tmp_path)
    before, after = (wheel for wheel in WHEELS if wheel.kind == kind)
    assert ran.proofs() == ["proven", "proven"]
    assert ran.target("baseline")["served"] == [pins[before]]
    assert ran.target("candidate")["served"] == [pins[after]]
    regressed = [flip["case"] for flip in ran.result["flips"] if flip["after"] == "fail"]
    found = (
        ran.code,
        ran.result["counts"]["passed"],
        len(regressed),
        len(ran.result["flips"]) - len(regressed),
    )
    assert found == EXPECTED[kind]
    assert ran.counts("faults", "skipped", "cancelled") == [0, 0, 0]


def test_a_server_that_states_nothing_proves_nothing(
    tmp_path: Path, folders: dict[Wheel, Path], serve: Callable[..., Server]
) -> None:
    pins = {wheel: pin_of(folder) for wheel, folder in folders.items()}
    servers = {wheel: serve(wheel) for wheel in WHEELS[2:]}
    suite = suite_over("sentiment", tmp_path, servers, pins)
    ran = run_suite(suite, tmp_path)
    assert ran.proofs() == ["opaque", "opaque"]
    assert ran.target("candidate")["served"] == []
    assert ran.code == 0
    assert any("candidate: no answer says" in warning for warning in ran.result["warnings"])
    ran = run_suite(f"require_proof: proven\n{suite}", tmp_path, out="proven")
    assert ran.code == 10


def test_the_other_release_behind_the_address_makes_the_comparison_invalid(
    tmp_path: Path, folders: dict[Wheel, Path], stating: dict[Wheel, Server]
) -> None:
    pins = {wheel: pin_of(folder) for wheel, folder in folders.items()}
    before, after = WHEELS[2:]
    suite = suite_over(
        "sentiment", tmp_path, {before: stating[before], after: stating[after]}, pins
    )
    swapped = suite.replace(stating[after].url, stating[before].url)
    ran = run_suite(swapped, tmp_path)
    assert ran.code == 11
    assert ran.proofs() == ["proven", "mismatch"]
    assert ran.target("candidate")["served"] == [pins[before]]


def test_a_refused_request_is_told_in_the_servers_words_and_sent_once(
    tmp_path: Path, folders: dict[Wheel, Path], stating: dict[Wheel, Server]
) -> None:
    pins = {wheel: pin_of(folder) for wheel, folder in folders.items()}
    servers = {wheel: stating[wheel] for wheel in WHEELS[2:]}
    suite = suite_over("sentiment", tmp_path, servers, pins).partition("dataset:")[0]
    ran = run_suite(
        suite + 'cases: [{id: none, inputs: "Fine.", parameters: {top_k: 0}}]\n', tmp_path
    )
    assert ran.counts("faults", "answered", "attempts") == [2, 0, 2]
    with RunReader(ran.folder) as reader:
        faults = [exchange.fault for _, exchange in reader.exchanges()]
    for fault in faults:
        assert fault is not None
        assert (fault.kind, fault.status) == ("config", 400)
        assert "ensure this value is greater than 0" in fault.message


def test_the_compute_time_the_server_states_is_read_as_seconds(
    tmp_path: Path, folders: dict[Wheel, Path], stating: dict[Wheel, Server], installed: Registry
) -> None:
    pins = {wheel: pin_of(folder) for wheel, folder in folders.items()}
    servers = {wheel: stating[wheel] for wheel in WHEELS[2:]}
    ran = run_suite(suite_over("sentiment", tmp_path, servers, pins), tmp_path, "--limit", "20")
    usage = installed.providers["hf-endpoint"].usage
    with RunReader(ran.folder) as reader:
        for _, exchange in reader.exchanges():
            assert exchange.response is not None
            assert exchange.latency_s is not None
            stated_s = usage(exchange.response).compute_s
            assert stated_s is not None
            # The server rounds to milliseconds.
            assert 0 <= stated_s <= exchange.latency_s + 0.001
