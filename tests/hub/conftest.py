"""A Hub on loopback for every test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.hub.hub_server import HubServer
from tests.hub.world import a_hub


@pytest.fixture
def server() -> Iterator[HubServer]:
    with a_hub() as hub:
        yield hub
