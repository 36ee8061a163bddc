"""Virtual environments of exactly pinned packages, made once and kept between runs."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness_demo.real.install import PIP_SETTINGS, default_cache

REQUIREMENTS = Path(__file__).with_name("requirements")
PIP_OPTIONS = (
    # The lists are complete, so nothing needs resolving; nothing is built, nothing compiled ahead.
    "--no-deps", "--only-binary=:all:", "--no-compile", "--no-input", "--quiet",
    "--disable-pip-version-check", "--root-user-action=ignore", "--retries=2", "--timeout=30",
)  # fmt: skip
_DONE = ".complete"


class InstallError(RuntimeError):
    """The packages cannot be installed; the text is the last thing pip said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One virtual environment."""

    home: Path
    install_s: float | None
    """Seconds it took to make; None: it was there."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.home / "bin" / "python"

    @property
    def site(self) -> Path:
        """Where its packages are."""
        [found] = self.home.glob("lib/python*/site-packages")
        return found


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Give `$REVGATE_E2E_CACHE`, or a folder below the user's cache."""
    stated = environ.get("REVGATE_E2E_CACHE", "")
    return Path(stated).absolute() if stated else default_cache(environ) / "e2e"


def requirements_of(name: str) -> Path:
    """Give the pinned list of a server."""
    return REQUIREMENTS / f"{name}.txt"


def build(requirements: Path, cache: Path, environ: Mapping[str, str]) -> Environment:
    """Give the environment of a pinned list, making it where it is not there whole.

    Its folder is named after the list's content and the interpreter: another list, another folder.
    Two processes that want the same one wait for each other. Raises InstallError.
    """
    identity = f"{sys.executable} {sys.version} {requirements.read_text(encoding='utf-8')}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    home = cache / f"{requirements.stem}-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (home / _DONE).exists():
            return Environment(home=home, install_s=None)
        started_s = time.monotonic()
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=False, symlinks=True)
        made = Environment(home=home, install_s=None)
        _install(made.python, requirements, environ)
        (home / _DONE).touch()
        return Environment(home=home, install_s=time.monotonic() - started_s)


def _install(python: Path, requirements: Path, environ: Mapping[str, str]) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", *PIP_OPTIONS]
    done = subprocess.run(
        [*pip, "--requirement", str(requirements)],
        env=dict(environ) | PIP_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise InstallError(last_words(done.stderr))


def last_words(complaint: str) -> str:
    """Give the last error in what pip wrote, else its last line."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["pip said nothing"])[-1]
