"""The process of a local model starts, says why when it does not, and never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from harness_local.starting import LocalModelError, start
from harness_local.worker.loading import load
from harness_local.worker.nouns import RefusedError, Specification
from tests.local.conftest import PIN, command, started, target

WITHIN_S = 20.0


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until_dead(pid: int) -> bool:
    until = time.monotonic() + WITHIN_S
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_alive(pid)


def test_it_ends_with_the_block() -> None:
    with started() as origin:
        assert requests.get(f"{origin}/info", timeout=20).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{origin}/info", timeout=20)


def test_it_ends_with_the_block_when_that_raises() -> None:
    seen = []
    with suppress(KeyError), started() as origin:
        seen.append(origin)
        raise KeyError("a bug")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{seen[0]}/info", timeout=20)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("refused", "acme/model is not in the Hub cache"),
        (
            "broken",
            r"(?s)ended \(exit code 1\) while loading: .*RuntimeError: a bug of the library",
        ),
        ("killed", r"ended \(exit code -9\) while loading"),
    ],
)
def test_a_model_that_does_not_load_says_why(how: str, words: str) -> None:
    with pytest.raises(LocalModelError, match=words), started(how):
        pytest.fail("it started")


def test_loading_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with (
        pytest.raises(LocalModelError, match=r"not loaded within 2 s: raise .* start_timeout_s"),
        started("slow", str(note), start_timeout_s=2),
    ):
        pytest.fail("it started")
    assert not is_alive(int(note.read_text(encoding="utf-8")))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("how", ["well", "slow"])
def test_it_ends_when_its_parent_is_killed(how: str, number: int, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    source = (
        "import os, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from tests.local.conftest import started\n"
        f"with started({how!r}, {str(note)!r}):\n"
        f"    children = Path(f'/proc/{{os.getpid()}}/task/{{os.getpid()}}/children').read_text()\n"
        f"    Path({str(note)!r}).write_text(children)\n"
        "    time.sleep(600)\n"
    )
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", source], cwd=root, env={**os.environ, "PYTHONPATH": root}
    )
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until and not (note.exists() and note.read_text(encoding="utf-8")):
        time.sleep(0.01)
    worker = int(note.read_text(encoding="utf-8"))
    assert is_alive(worker)
    parent.send_signal(number)
    parent.wait()
    assert wait_until_dead(worker)


def test_code_of_a_repository_needs_the_users_own_word() -> None:
    with (
        pytest.raises(LocalModelError, match="set REVGATE_TRUST_REMOTE_CODE=1"),
        started(trust_remote_code=True, environ={}),
    ):
        pytest.fail("it started")
    given = {**os.environ, "REVGATE_TRUST_REMOTE_CODE": "1"}
    with started(trust_remote_code=True, environ=given) as origin:
        assert origin


def test_a_task_transformers_does_not_have_says_what_to_do() -> None:
    with (
        pytest.raises(LocalModelError, match="no text-to-image: such models run in diffusers"),
        start(target(), "text-to-image", command=command()),
    ):
        pytest.fail("it started")


@pytest.mark.parametrize("library", ["torch", "transformers", "huggingface_hub"])
def test_a_missing_library_names_the_extra(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "transformers", "huggingface_hub"):
        module = None if name == library else sys
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    wanted = Specification(task="fill-mask", model="acme/model", revision=PIN)
    with pytest.raises(RefusedError, match=rf"{library} .*pip install 'revgate\[local\]'"):
        load(wanted)
