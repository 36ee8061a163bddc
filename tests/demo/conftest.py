"""What the tests of the demo share: a running server, its models, a client."""

from collections.abc import Iterator

import pytest
import requests

from harness_demo.models import served_demo_models
from harness_demo.served import Served
from harness_demo.server import DemoServer


@pytest.fixture(scope="session")
def served() -> tuple[Served, ...]:
    return served_demo_models()


@pytest.fixture
def server(served: tuple[Served, ...]) -> Iterator[DemoServer]:
    with DemoServer(served) as running:
        yield running


@pytest.fixture
def client() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
