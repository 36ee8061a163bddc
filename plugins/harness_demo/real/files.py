"""Writes the suites for the real models, with the data they read, where a user can edit them."""

from importlib.resources import files
from pathlib import Path

from harness_demo.real.wheels import (
    LANGUAGE_AFTER,
    LANGUAGE_BEFORE,
    SENTIMENT_AFTER,
    SENTIMENT_BEFORE,
    Wheel,
)


def write_real_demo(folder: Path, port: int) -> tuple[Path, ...]:
    """Give the paths of two suites, languages first, written with their data into `folder`.

    The folder is created; files of the same names are replaced. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("languages.jsonl", "reviews.jsonl"):
        _write(folder / name, _packaged("data", name))
    return (
        _write_suite(folder / "languages.yaml", port, LANGUAGE_BEFORE, LANGUAGE_AFTER),
        _write_suite(folder / "sentiment.yaml", port, SENTIMENT_BEFORE, SENTIMENT_AFTER),
    )


def _packaged(kind: str, name: str) -> str:
    return (files("harness_demo.real") / kind / name).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _write_suite(path: Path, port: int, before: Wheel, after: Wheel) -> Path:
    text = _packaged("suites", path.name).replace("@PORT@", str(port))
    return _write(path, text.replace("@A@", before.sha256).replace("@B@", after.sha256))
