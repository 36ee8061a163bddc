"""Targets of provider transformers whose worker holds a model without torch."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import requests

from harness.api import Target
from harness_local.starting import start

PIN = "a" * 40
WORKER = Path(__file__).parent / "fake_worker.py"


def target(**options: Any) -> Target:
    return Target(
        name="side", provider="transformers", model="acme/model", revision=PIN, options=options
    )


def command(how: str = "well", *more: str) -> tuple[str, ...]:
    return (sys.executable, str(WORKER), how, *more)


def started(
    how: str = "well", *more: str, environ: Mapping[str, str] | None = None, **options: Any
) -> AbstractContextManager[str]:
    return start(
        target(**options), "text-classification", command=command(how, *more), environ=environ
    )


@pytest.fixture
def origin() -> Iterator[str]:
    with started() as where:
        yield where


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False  # a proxy of this machine is none of a test's business
        yield opened
