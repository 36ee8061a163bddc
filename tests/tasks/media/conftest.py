"""Machines with and without the optional decoders."""

import sys

import pytest


@pytest.fixture
def no_decoders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Pillow and soundfile look as if they were not installed."""
    for name in ("PIL", "PIL.Image", "soundfile"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture(params=["decoders", "no decoders"])
def either_way(request: pytest.FixtureRequest) -> None:
    """Run a test as the machine is, then as if no decoder were installed."""
    if request.param == "no decoders":
        request.getfixturevalue("no_decoders")
