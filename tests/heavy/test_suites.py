"""One model at two commits of a local Hub cache, compared end to end by `revgate run`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.heavy.architectures import SENTENCES
from tests.heavy.conftest import Commits
from tests.heavy.questions import picture

pytestmark = pytest.mark.heavy
CASES = 60
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split() if word.isalpha()})
TEXTS = [
    f"the {WORDS[n % len(WORDS)]} and the {WORDS[(7 * n + 3) % len(WORDS)]} by the river {n % 9}"
    for n in range(CASES)
]
SUITES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "text-classification": ("labels", {}),
    "feature-extraction": ("vectors", {}),
    "fill-mask": ("gaps", {"top_k": 3}),
    "token-classification": ("names", {}),
    "text-generation": ("stories", {"max_new_tokens": 5}),
    "zero-shot-classification": ("entailment", {"candidate_labels": ["boats", "bread", "rain"]}),
    "image-classification": ("pictures", {}),
}


def write_suite(folder: Path, task: str, commits: Commits, candidate: str, **target: Any) -> Path:
    """Write a suite of sixty cases: the first commit of a task's model against another."""
    name, parameters = SUITES[task]
    cases: list[dict[str, Any]] = []
    for n, text in enumerate(TEXTS):
        inputs: Any = text
        if task == "image-classification":
            (folder / f"{n}.png").write_bytes(picture(n))
            inputs = {"file": f"{n}.png"}
        elif task == "fill-mask":
            inputs = text.replace(" and ", " [MASK] ")
        cases.append({"id": f"case-{n:02}", "inputs": inputs})
    pins = commits[f"tiny/{name}"]
    suite = {
        "suite": f"{task}-local",
        "task": task,
        "target": {"provider": "transformers", "model": f"tiny/{name}", **target},
        "targets": {
            "baseline": {"revision": pins["v1"]},
            "candidate": {"revision": pins[candidate]},
        },
        "parameters": dict(parameters),
        "cases": cases,
        "run": {"concurrency": 1, "warmup": 1, "timeout_s": 30},
        "gates": [{"metric": "agreement", "min": 0.9}],
    }
    path = folder / "suite.yaml"
    path.write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    return path


def revgate(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=cwd, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(done.stdout)
    return value


@pytest.mark.parametrize("task", SUITES)
@pytest.mark.parametrize(("candidate", "outcome", "code"), [("v2", "pass", 0), ("v3", "fail", 1)])
def test_the_same_weights_pass_other_weights_fail_and_both_are_proven(
    task: str, candidate: str, outcome: str, code: int, commits: Commits, tmp_path: Path
) -> None:
    suite = write_suite(tmp_path, task, commits, candidate)
    done = revgate("run", str(suite), "-q", "--offline", "--format", "json", cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    result = result_of(done)
    assert result["verdict"] == outcome
    pins = commits[f"tiny/{SUITES[task][0]}"]
    for target, version in zip(result["targets"].values(), ("v1", candidate), strict=True):
        assert target["proof"] == "proven", target
        assert target["served"] == [pins[version]]


def test_a_recording_of_local_models_is_replayed_where_there_are_none(
    commits: Commits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = write_suite(tmp_path, "text-classification", commits, "v3")
    recording = str(tmp_path / "answers.jsonl")
    live = revgate("run", str(suite), "-q", "--record", recording, "--out", "live", cwd=tmp_path)
    assert live.returncode == 1, live.stderr
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "nothing"))
    again = revgate("run", str(suite), "-q", "--replay", recording, "--offline", cwd=tmp_path)
    assert again.returncode == 1, again.stdout + again.stderr


def test_two_types_of_one_commit_are_two_sides(commits: Commits, tmp_path: Path) -> None:
    suite = write_suite(tmp_path, "feature-extraction", commits, "v1")
    text = suite.read_text(encoding="utf-8").replace(
        "  candidate:\n", "  candidate:\n    dtype: bfloat16\n"
    )
    suite.write_text(text, encoding="utf-8")
    done = revgate("run", str(suite), "-q", "--out", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    from harness.store import RunReader

    bodies: dict[str, set[bytes]] = {}
    with RunReader(tmp_path / "run") as reader:
        for _, exchange in reader.exchanges():
            assert exchange.response is not None
            bodies.setdefault(exchange.url, set()).add(exchange.response.body)
    (plain, full), (typed, half) = sorted(bodies.items())
    assert typed == f"{plain}?dtype=bfloat16"
    assert not full & half  # computed otherwise, and as `agreement` says, nearly alike


def test_weights_swapped_under_a_pin_are_refused(
    commits: Commits, cache: Path, tmp_path: Path
) -> None:
    suite = write_suite(tmp_path, "text-classification", commits, "v3")
    pin = commits["tiny/labels"]["v3"]
    blob = (cache / "models--tiny--labels" / "snapshots" / pin / "model.safetensors").resolve()
    body = blob.read_bytes()
    blob.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    try:
        done = revgate("run", str(suite), "-q", cwd=tmp_path)
    finally:
        blob.write_bytes(body)
    assert done.returncode == 4
    assert "target candidate (transformers): model.safetensors" in done.stderr
    assert "is not the file the Hub gave at this revision" in done.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revision": "0" * 40}, "is not in the Hub cache"),
        ({"model": "tiny/nothing"}, "tiny/nothing at"),
        ({"trust_remote_code": True}, "REVGATE_TRUST_REMOTE_CODE=1"),
        ({"device": "cuda:7"}, "cannot be loaded for text-classification"),
    ],
)
def test_what_cannot_be_loaded_names_the_target_and_what_to_do(
    change: Mapping[str, Any], words: str, commits: Commits, tmp_path: Path
) -> None:
    suite = write_suite(tmp_path, "text-classification", commits, "v3")
    value = yaml.safe_load(suite.read_text(encoding="utf-8"))
    value["targets"]["candidate"].update(change)
    suite.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
    done = revgate("run", str(suite), "-q", cwd=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "target candidate (transformers): " in done.stderr
    assert words in " ".join(done.stderr.split())


def test_a_killed_run_leaves_no_process_and_goes_on(commits: Commits, tmp_path: Path) -> None:
    suite = write_suite(tmp_path, "text-generation", commits, "v2")
    arguments = ["run", str(suite), "-q", "--out", "run", "--repeats", "5"]
    child = subprocess.Popen(
        [sys.executable, "-m", "harness", *arguments], cwd=tmp_path, env=dict(os.environ)
    )
    store = tmp_path / "run"
    until = time.monotonic() + 120
    while time.monotonic() < until and _answers(store) < 20:
        time.sleep(0.05)
    workers = _workers_of(child.pid)
    child.kill()
    child.wait()
    assert len(workers) == 2
    until = time.monotonic() + 60
    while time.monotonic() < until and any(map(_is_alive, workers)):
        time.sleep(0.05)
    assert not any(map(_is_alive, workers))
    again = revgate("run", "--resume", "run", "-q", "--format", "json", cwd=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert result_of(again)["counts"]["answered"] == 2 * CASES * 5


def _answers(store: Path) -> int:
    from harness.errors import StoreError
    from harness.store import RunReader

    try:
        with RunReader(store) as reader:
            return reader.count("exchange")
    except (StoreError, OSError):
        return 0


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _workers_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(word) for word in listed.split()]
