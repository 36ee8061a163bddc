"""What happens to a test whose server cannot be installed: a skip at home, a failure in CI."""

from collections.abc import Mapping
from typing import NoReturn

import pytest

_IS_CI = pytest.StashKey[bool]()


def note_ci(config: pytest.Config, environ: Mapping[str, str]) -> None:
    """Remember whether this is CI, before tests clear their environment."""
    config.stash[_IS_CI] = environ.get("CI") == "true"


def is_ci(config: pytest.Config) -> bool:
    """Whether the tests were started in CI."""
    return config.stash[_IS_CI]


def unavailable(reason: str, in_ci: bool) -> NoReturn:
    """Skip where a user has no package index; fail in CI, where nothing may go untested."""
    if in_ci:
        pytest.fail(reason)
    pytest.skip(reason)
