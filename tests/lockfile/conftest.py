"""A Hub on loopback, and a client of it."""

from collections.abc import Iterator

import pytest

from harness.data.noun import replace
from harness.hub import Hub
from harness.registry import Registry
from tests.hub.hub_server import HubServer
from tests.hub.world import a_hub, asking


@pytest.fixture
def server() -> Iterator[HubServer]:
    with a_hub() as server:
        yield server


@pytest.fixture
def hub(server: HubServer) -> Iterator[Hub]:
    with asking(server) as client:
        yield client


@pytest.fixture
def with_elsewhere(installed: Registry) -> Registry:
    """What is installed, and a provider `elsewhere` that has nothing to do with the Hub."""
    known = installed.providers
    stranger = replace(known["hf-endpoint"], name="elsewhere", credential=None)
    return replace(installed, providers={**known, "elsewhere": stranger})
