"""Says what to write where a word stands that is no number, list or mapping."""

from pydantic.fields import FieldInfo

from harness.suitefile.keys.limit import LIMIT
from harness.suitefile.tree.scalars import Ambiguity

_WRITTEN = {
    "a list": "write `[...]`",
    "a mapping": "write `{...}`",
    "a number": "write a number",
    "a whole number": "write a whole number",
}


def instead(ambiguity: Ambiguity, text: str, expected: str, info: FieldInfo | None) -> str:
    """Give what to write for a scalar that YAML readers disagree about.

    `expected` is what is asked for: `a number`, `a list`, `true or false`; `info` is of its key,
    where that is known.
    """
    if expected not in _WRITTEN:
        is_boolean = ambiguity.reading.startswith("boolean ")
        return f"write {ambiguity.reading.removeprefix('boolean ') if is_boolean else expected}"
    if expected.endswith("number") and ambiguity.reading == "a number":
        number = float(text.replace("_", ""))
        if abs(number) < 2**53:  # beyond it a float would not say the same
            return f"write {_short(number)}"
    return _or_nothing(expected, info)


def left_out(given: object, expected: str, info: FieldInfo | None) -> str:
    """Give what to do about a boolean, or nothing, in place of a number, a list or a mapping.

    Empty for anything else: the message says it.
    """
    is_off = given is None or isinstance(given, bool)
    return _or_nothing(expected, info) if is_off and expected in _WRITTEN else ""


def _short(number: float) -> str:
    return str(int(number) if float(number).is_integer() else number)


def _or_nothing(expected: str, info: FieldInfo | None) -> str:
    """Say that the key may be left out as well, and what holds then."""
    written = _WRITTEN[expected]
    if info is None or info.is_required():
        return written
    if isinstance(info.default, int | float) and not isinstance(info.default, bool):
        return f"{written}, or leave the key out for {_short(info.default)}"
    return f"{written}, or leave the key out{' for no limit' if LIMIT in info.metadata else ''}"
