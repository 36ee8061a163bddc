"""What tests all over the tree share: a world without credentials, servers with two revisions."""

import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from harness.registry import Registry, load_registry
from harness_demo.server import DemoServer
from tests.e2e.sides import Sides, open_sides

# The same examples each time; how long one takes only says how busy the machine is.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

# What was ignored when the tests were started, as under `nohup` or in a shell's background, would
# be ignored by every command they start.
for _number in set(signal.Signals) & {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", 0)}:
    if signal.getsignal(_number) is signal.SIG_IGN:
        is_ctrl_c = _number == signal.SIGINT
        signal.signal(_number, signal.default_int_handler if is_ctrl_c else signal.SIG_DFL)


@pytest.fixture(scope="module", autouse=True)
def _little_to_look_through() -> None:
    """Take what is there from what the collector looks at.

    A run collects between its stages, and would look through all tests of the project each time.
    """
    if not gc.get_freeze_count():  # at first, or a test had all of it looked at again
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def installed() -> Registry:
    """Everything this distribution brings along."""
    return load_registry()


@pytest.fixture
def quiet_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and an environment without credentials or terminal wishes."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "CI", "NO_COLOR", "REVGATE_TRUST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf-home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # no test asks the public Hub about its pins
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def sides(quiet_world: Path) -> Iterator[Callable[..., Sides]]:
    """Opens a server with two revisions of a labeller; see `open_sides`."""
    with ExitStack() as stack:

        def run(**more: Any) -> Sides:
            return stack.enter_context(open_sides(quiet_world, **more))

        yield run


@pytest.fixture
def serve() -> Iterator[Callable[..., DemoServer]]:
    """Starts servers that end with the test."""
    with ExitStack() as stack:

        def run(*arguments: Any, **more: Any) -> DemoServer:
            return stack.enter_context(DemoServer(*arguments, **more))

        yield run
