"""Puts `--set KEY=VALUE` over what the suite file says."""

from collections.abc import Mapping

from pydantic import ValidationError

from harness.errors import UsageError
from harness.jsonvalue import Json
from harness.suitefile.keys.models import SuiteHead
from harness.suitefile.keys.settings import RunModel
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.tree.scalars import resolve

_FLAGS = ("require_pins", "require_proof")


def apply_overrides(data: dict[str, Json], overrides: Mapping[str, str]) -> None:
    """Change `data` in place; raises UsageError for a key that may not be set or a bad value.

    Keys: `run.<setting>`, `parameters.<name>` (deeper with more dots), `require_pins`,
    `require_proof`. Values are JSON scalars; anything else is text.
    """
    for key, text in overrides.items():
        head, *rest = key.split(".")
        value = _scalar(text)
        if head == "run" and len(rest) == 1 and rest[0] in RunModel.model_fields:
            _check_run(key, rest[0], value)
        elif head == "run" and rest[:1] == ["rate"] and len(rest) == 2:
            _check_run(key, "rate", {rest[1]: value})
        elif key in _FLAGS:
            _check_flag(key, value)
        elif head != "parameters" or not rest or not all(rest):
            settable = [*(f"run.{name}" for name in RunModel.model_fields), *_FLAGS]
            advice = did_you_mean(key, [*settable, "parameters.<name>"], "may be set")
            raise UsageError(f"--set {key}: unknown key; {advice}")
        _put(data, [head, *rest], value, key)


def _scalar(text: str) -> Json:
    """Give the JSON scalar a text is, the text without its quotes, or the text."""
    if text.startswith('"'):
        import orjson

        try:
            quoted: Json = orjson.loads(text)
        except ValueError:
            return text
        return quoted
    value, _ = resolve(text) if text else ("", None)
    return text if isinstance(value, float) and not abs(value) < float("inf") else value


def _check_run(key: str, name: str, value: Json) -> None:
    try:
        RunModel.model_validate({name: value})
    except ValidationError as error:
        raise _refused(key, error) from error


def _check_flag(key: str, value: Json) -> None:
    try:
        SuiteHead.model_validate({"suite": "x", "task": "x", key: value})
    except ValidationError as error:
        raise _refused(key, error) from error


def _refused(key: str, error: ValidationError) -> UsageError:
    detail = error.errors(include_url=False)[0]
    return UsageError(f"--set {key}: {detail['msg']}, got {detail['input']!r}")


def _put(data: dict[str, Json], path: list[str], value: Json, key: str) -> None:
    here = data
    for step in path[:-1]:
        inner = here.setdefault(step, {})
        if inner is None:
            inner = here[step] = {}
        if not isinstance(inner, dict):
            raise UsageError(f"--set {key}: '{step}' is not a mapping in the suite")
        here = inner
    here[path[-1]] = value
