"""Tells a file that a case sends from what else is asked beside it."""

from collections.abc import Iterable

from harness.jsonvalue import Json


def file_of(inputs: Json) -> str | None:
    """Give the path in `{file: path, ...}`, None for anything else."""
    if isinstance(inputs, dict) and isinstance(file := inputs.get("file"), str):
        return file
    return None


def beside_file(inputs: Json) -> Json:
    """Give the other keys of `{file: path, ...}` (`{question: ...}`), None when there are none."""
    rest = {k: v for k, v in inputs.items() if k != "file"} if isinstance(inputs, dict) else {}
    return rest or None


def foreign_keys(inputs: Json, parts: Iterable[str]) -> list[str]:
    """Give the keys that are neither `file` nor one of the task's `parts`."""
    known = {"file", *parts}
    return [key for key in inputs if key not in known] if isinstance(inputs, dict) else []
