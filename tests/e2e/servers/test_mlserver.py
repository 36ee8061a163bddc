"""MLServer with two releases of a scikit-learn model, asked through a local provider."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.servers.environments import Environment
from tests.e2e.servers.processes import Server, free_ports
from tests.e2e.servers.suites import run_suite

pytestmark = pytest.mark.e2e
ENVIRONMENT = "mlserver"
PROVIDER = ("-p", "tests.e2e.servers.v2_provider")
COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
GATES = "gates: [{metric: pass_rate, min: 0.9}, {metric: error_rate, max: 0}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running server and what is known of its releases without it."""

    server: Server
    told: dict[str, Any]

    def suite(self, before: str, after: str) -> str:
        """Give a suite of one case a flower, pinned to these versions."""
        cases = [
            json.dumps(
                {
                    "id": f"flower-{number}",
                    "inputs": {"data": {c: [v] for c, v in zip(COLUMNS, row, strict=True)}},
                    "expect": [kind],
                }
            )
            for number, (row, kind) in enumerate(
                zip(self.told["rows"], self.told["truth"], strict=True)
            )
        ]
        return f"""
suite: iris
task: tabular-classification
target: {{provider: v2, model: iris, url: "{self.server.url}"}}
targets:
  baseline: {{revision: "{before}"}}
  candidate: {{revision: "{after}"}}
{GATES}
cases: [{", ".join(cases)}]
"""


@pytest.fixture(scope="module")
def world(
    environment: Environment,
    start: Callable[..., Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    folder = tmp_path_factory.mktemp("mlserver")
    script = Path(__file__).with_name("train_iris.py")
    done = subprocess.run(
        [environment.python, script, folder], check=True, capture_output=True, timeout=120
    )
    http, grpc = free_ports(2)
    settings = {
        "host": "127.0.0.1",
        "http_port": http,
        "grpc_port": grpc,
        "metrics_endpoint": None,
        "parallel_workers": 0,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    command = [environment.python, "-c", "from mlserver.cli.main import main; main()", "start", "."]
    server = start(*command, port=http, folder=folder, ready="/v2/models/iris/ready")
    return World(server=server, told=json.loads(done.stdout))


def test_two_releases_behind_one_address_are_compared(world: World, tmp_path: Path) -> None:
    told = world.told
    versions = told["versions"]
    for name, version in versions.items():
        stored = world.server.log.with_name("models") / name / "model.joblib"
        assert version == hashlib.sha256(stored.read_bytes()).hexdigest()
    ran = run_suite(world.suite(versions["before"], versions["after"]), tmp_path, *PROVIDER)
    assert ran.proofs() == ["declared", "declared"]
    assert ran.target("baseline")["served"] == [versions["before"]]
    assert ran.target("candidate")["served"] == [versions["after"]]
    right = {
        name: [one == kind for one, kind in zip(said, told["truth"], strict=True)]
        for name, said in told["predicted"].items()
    }
    flips = {
        f"flower-{number}": "pass" if after else "fail"
        for number, (before, after) in enumerate(zip(*right.values(), strict=True))
        if before != after
    }
    assert flips
    assert {flip["case"]: flip["after"] for flip in ran.result["flips"]} == flips
    total = len(told["truth"])
    passed = sum(right["before"]) + sum(right["after"])
    assert ran.counts("answered", "passed", "faults") == [2 * total, passed, 0]
    assert ran.code == 0


def test_a_version_that_is_not_there_is_no_answer(world: World, tmp_path: Path) -> None:
    suite = world.suite(world.told["versions"]["before"], "0" * 64)
    ran = run_suite(suite, tmp_path, *PROVIDER)
    assert ran.code == 12
    assert ran.target("baseline")["proof"] == "declared"
    assert ran.target("candidate")["served"] == []
    states = {row["state"] for row in ran.rows("candidate")}
    assert states == {"fault", "skipped"}
    assert {r.partition(":")[0] for r in ran.reasons("candidate")} == {"not_found"}
