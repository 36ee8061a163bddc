"""One Hub cache for all heavy tests; without torch and transformers they are not collected."""

import os
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

HAS_LIBRARIES = all(find_spec(name) for name in ("torch", "transformers", "PIL"))
collect_ignore_glob = [] if HAS_LIBRARIES else ["test_*.py"]

Commits = Mapping[str, Mapping[str, str]]
"""By repository, then by version."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Hub cache that this process and those it starts read, and nothing but it."""
    folder = tmp_path_factory.mktemp("hub")
    before = dict(os.environ)
    os.environ.update(HF_HUB_CACHE=str(folder), HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1")
    from huggingface_hub import constants

    # Read once, at import; a worker has a process of its own and reads the variables.
    patch = pytest.MonkeyPatch()
    patch.setattr(constants, "HF_HUB_CACHE", str(folder))
    patch.setattr(constants, "HF_HUB_OFFLINE", True)
    yield folder
    patch.undo()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def commits(cache: Path) -> Commits:
    """The commits of every small model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own, of versions that do not fit exactly
        from tests.heavy.hub_cache import make_cache

        return make_cache(cache)
