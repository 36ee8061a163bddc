"""Installs the pinned packages, each into a folder of its own, once."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness_demo.real.failure import RealDemoError
from harness_demo.real.folder import is_whole
from harness_demo.real.pip_failure import explained
from harness_demo.real.wheels import WHEELS, Wheel

PIP_OPTIONS = (
    "--no-deps",
    "--require-hashes",
    "--only-binary=:all:",
    "--no-compile",
    "--no-input",
    "--disable-pip-version-check",
    "--quiet",
    "--retries=2",
    "--timeout=15",
)
# A user's pip may be set up for what contradicts `--target`; its index and proxy are kept.
PIP_SETTINGS = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def default_cache(environment: Mapping[str, str]) -> Path:
    """Give `$XDG_CACHE_HOME/revgate`, or `~/.cache/revgate`."""
    stated = environment.get("XDG_CACHE_HOME", "")
    # The XDG specification says to ignore a relative path.
    home = Path(stated) if Path(stated).is_absolute() else Path.home() / ".cache"
    return home / "revgate"


def install(
    cache: Path,
    *,
    wheels: Sequence[Wheel] = WHEELS,
    python: str = sys.executable,
    environment: Mapping[str, str] | None = None,
) -> dict[Wheel, Path]:
    """Give wheel -> folder, installing what is not there; about 3 s and 7 MB the first time.

    Raises RealDemoError when the cache cannot be written, pip is missing, the package index is out
    of reach, or what it sends is not the pinned file.
    """
    inherited = dict(os.environ if environment is None else environment) | PIP_SETTINGS
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(max_workers=max(len(wheels), 1)) as pool:
            work = [pool.submit(_install_one, cache, one, python, inherited) for one in wheels]
            return {one: done.result() for one, done in zip(wheels, work, strict=True)}
    except OSError as error:
        raise RealDemoError(
            f"cannot write the cache folder {cache}: {error.strerror or error}. "
            "Make it writable, or choose another with --cache or XDG_CACHE_HOME."
        ) from error


def _install_one(cache: Path, wheel: Wheel, python: str, environment: Mapping[str, str]) -> Path:
    final = cache / wheel.folder
    if is_whole(final):
        return final
    with tempfile.TemporaryDirectory(dir=cache, prefix=".installing-") as temporary:
        requirements = Path(temporary, "requirements.txt")
        requirements.write_text(f"{wheel.requirement}\n", encoding="utf-8")
        fresh = Path(temporary, "fresh")
        command = [python, "-m", "pip", "install", *PIP_OPTIONS]
        command += ["--target", str(fresh), "--requirement", str(requirements)]
        run = subprocess.run(  # noqa: S603  our own interpreter, a pinned requirement
            command, env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        if run.returncode != 0:
            complaint = run.stderr.decode("utf-8", "replace")
            raise RealDemoError(explained(complaint, wheel=wheel, python=python))
        if not is_whole(fresh):
            raise RealDemoError(
                f"pip installed {wheel.name} {wheel.version} incompletely. Look at free disk space "
                f"in {cache}, then try again."
            )
        _replace(fresh, final, Path(temporary, "stale"))
    return final


def _replace(fresh: Path, final: Path, stale: Path) -> None:
    """Move `fresh` to `final`; a whole folder that another process put there meanwhile stays."""
    try:
        fresh.rename(final)
    except OSError:
        if is_whole(final):
            return
        shutil.move(final, stale)
        fresh.rename(final)
