"""What the tests of real servers share: their environments, servers, suites and results."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.servers.environments import (
    Environment,
    InstallError,
    build,
    cache_folder,
    requirements_of,
)
from tests.e2e.servers.policy import is_ci, note_ci, unavailable
from tests.e2e.servers.processes import Server, running

SIDE_BY_SIDE = 2


def pytest_configure(config: pytest.Config) -> None:
    note_ci(config, os.environ)


@pytest.fixture(scope="session")
def environments(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Environment]]:
    """Gives the environment of a server.

    The first use starts making all that the chosen tests need (`ENVIRONMENT` of their modules),
    two at a time; the others get ready while the first tests run.
    """
    wanted = dict.fromkeys(
        item.module.ENVIRONMENT
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item.module, "ENVIRONMENT")
    )
    cache = cache_folder(os.environ)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        made = {
            name: pool.submit(build, requirements_of(name), cache, os.environ) for name in wanted
        }

        def environment(name: str) -> Environment:
            try:
                return made[name].result()
            except InstallError as error:
                unavailable(f"{name} cannot be installed: {error}", is_ci(request.config))

        yield environment
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def environment(
    request: pytest.FixtureRequest, environments: Callable[[str], Environment]
) -> Environment:
    """The environment the test's module names in `ENVIRONMENT`."""
    return environments(request.module.ENVIRONMENT)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers that end with the module; see `running`."""
    with ExitStack() as stack:

        def run(*command: str | Path, **more: Any) -> Server:
            more.setdefault("folder", tmp_path_factory.mktemp("server"))
            return stack.enter_context(running(command, **more))

        yield run
