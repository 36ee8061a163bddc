"""Shown by 3: the wheel, alone in an environment outside the repository, does the main job."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository."""
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, timeout=120)
    (built,) = out.glob("revgate-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter whose environment holds the wheel and what it needs, nothing else of ours.

    What it needs is borrowed from the environment of the tests, the project itself left out: its
    editable installation is a `.pth` file, and those are read in site-packages only.
    """
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    (site,) = home.glob("lib/python*/site-packages")
    command = [sys.executable, *PIP, "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*command, str(wheel)], check=True, timeout=120)
    (borrowed,) = {Path(path) for path in sys.path if path.endswith("site-packages")}
    for path in borrowed.iterdir():
        if path.suffix == ".pth" or path.name.startswith(("revgate", "_revgate", "__pycache__")):
            continue
        (site / path.name).symlink_to(path)
    return python


def revgate(python: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    return subprocess.run(
        [str(python.with_name("revgate")), *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_runs_the_demo_and_lists_its_plugins(python: Path, tmp_path: Path) -> None:
    where = "import harness, harness_demo; print(harness.__file__, harness_demo.__file__)"
    done = subprocess.run(
        [str(python), "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(ROOT) not in done.stdout
    done = revgate(python, tmp_path, "plugins")
    assert done.returncode == 0, done.stderr
    assert "text-classification" in done.stdout
    assert "revgate 0.1.0" in done.stdout
    done = revgate(python, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    reports = list(tmp_path.glob("runs/*/report.html"))
    assert len(reports) == 2
    assert (tmp_path / "revgate-demo" / "sentiment.yaml").exists()


def test_the_wheel_holds_the_packages_and_nothing_of_the_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    plugins = {f"harness_{kind}" for kind in ("tasks", "providers", "local", "checks", "demo")}
    assert {top for top in tops if not top.endswith(".dist-info")} == plugins | {
        "harness",
        "harness_reports",
    }
    assert "harness/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]
