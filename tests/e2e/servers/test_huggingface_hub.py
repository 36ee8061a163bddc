"""The Hub's own client against our servers: the same answers, the same commits."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli import run
from harness.store import RunReader
from harness_demo.files import write_demo
from harness_demo.process import ServerProcess
from tests.e2e.servers.environments import Environment
from tests.e2e.servers.suites import run_suite
from tests.hub.world import HEAD, MODEL, OLD, OLD_NAME, a_hub
from tests.lockfile.suites import suite_text

pytestmark = pytest.mark.e2e
ENVIRONMENT = "huggingface-hub"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(environment: Environment, tmp_path: Path) -> Ask:
    def run(*, hub: str = "http://127.0.0.1:9", **asked: Any) -> dict[str, Any]:
        done = subprocess.run(
            [environment.python, Path(__file__).with_name("ask_client.py")],
            input=json.dumps(asked),
            env={"HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        assert told["version"] == "2.4.0"
        return told

    return run


@pytest.mark.parametrize("task", ["text-classification", "summarization"])
def test_the_client_reads_the_answers_that_were_compared(
    ask: Ask, tmp_path: Path, task: str
) -> None:
    with ServerProcess() as server:
        port = int(server.url.rsplit(":", 1)[1])
        sentiment, summary = write_demo(tmp_path, port)
        path = sentiment if task == "text-classification" else summary
        ran = run_suite(path.read_text(encoding="utf-8"), tmp_path, "--limit", "12")
        assert ran.counts("planned", "faults") == [24, 0]
        assert ran.proofs() == ["proven", "proven"]
        asked, ours = [], []
        with RunReader(ran.folder) as reader:
            for case, exchange in reader.exchanges():
                if exchange.repeat < 0:
                    continue
                assert exchange.response is not None
                asked.append([exchange.url, task, case.inputs])
                ours.append(json.loads(exchange.response.body))
        theirs = ask(answers=asked)["answers"]
        serverless = f"{server.url}/hf-inference/models/{ran.target('candidate')['model']}"
        head = ask(answers=[[serverless, task, asked[0][2]]])["answers"][0]
    assert len(theirs) == 24
    for raw, read in zip(ours, theirs, strict=True):
        if task == "summarization":
            assert read == raw[0]["summary_text"]
        else:
            assert read == [[one["label"], one["score"]] for one in raw[0]]
    newer = next(
        i for i, (url, *_) in enumerate(asked)
        if url.endswith(ran.target("candidate")["revision"]) and asked[i][2] == asked[0][2]
    )  # fmt: skip
    assert head == theirs[newer]


def test_both_resolve_the_names_of_a_suite_to_the_same_commits(
    ask: Ask, tmp_path: Path, quiet_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = quiet_world / "suite.yaml"
    with a_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        suite.write_text(suite_text("v1.0", "next"), encoding="utf-8")
        assert run(["lock", str(suite)]) == 0
        names = [(MODEL, "v1.0"), (MODEL, "next"), (OLD_NAME, "refs/pr/3"), (MODEL, "v9")]
        theirs = ask(hub=hub.url, models=names)["models"]
        [locked] = [path for path in quiet_world.iterdir() if path.suffix == ".lock"]
        targets = yaml.safe_load(locked.read_text(encoding="utf-8"))["targets"]
    commits = [targets[name]["commit"] for name in ("baseline", "candidate")]
    assert commits == theirs[:2] == [OLD, HEAD]
    assert theirs[3] == "RevisionNotFoundError"
