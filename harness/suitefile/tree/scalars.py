"""What an unquoted YAML scalar stands for: JSON's own literals, otherwise text."""

import re
from typing import NamedTuple

from harness.jsonvalue import Json

_LITERALS: dict[str, Json] = {"null": None, "true": True, "false": False, "": None}
_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF", "False", "FALSE"})
_NULL = frozenset({"~", "Null", "NULL"})
_NON_FINITE = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NUMBER_LIKE = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0o[0-7_]+)")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?", re.DOTALL)

_MOST_DIGITS = 19
"""Digits that a 64-bit integer surely holds."""


class Ambiguity(NamedTuple):
    """Why an unquoted scalar is refused: YAML readers disagree about it."""

    code: str
    """E108 for booleans, E109 for the rest."""
    reading: str
    """What a YAML 1.1 reader makes of it: `number 8`, `boolean false`, `a date`."""


def resolve(text: str) -> tuple[Json, Ambiguity | None]:
    """Give the value of a plain scalar, and why it must not stand there unquoted, if so.

    JSON literals only (YAML 1.2 JSON schema); `.inf` and `.nan` give non-finite floats so that
    range checks can name them. An integer beyond 64 bits gives an infinite float.
    """
    if text in _LITERALS:
        return _LITERALS[text], None
    first = text[0]
    if first.isalpha():
        return text, _word(text)
    if first not in "+-.0123456789~":
        return text, None
    if match := _JSON_NUMBER.fullmatch(text):
        return _number(text, is_whole=match.group(1) is None and match.group(2) is None), None
    if text.lower() in _NON_FINITE:
        return float(_NON_FINITE[text.lower()]), None
    return text, _misread(text)


def _number(text: str, *, is_whole: bool) -> Json:
    if not is_whole:
        return float(text)
    if len(text) > _MOST_DIGITS:
        return float("-inf" if text.startswith("-") else "inf")
    return int(text)


def _word(text: str) -> Ambiguity | None:
    if text in _TRUE:
        return Ambiguity("E108", "boolean true")
    if text in _FALSE:
        return Ambiguity("E108", "boolean false")
    return Ambiguity("E109", "null") if text in _NULL else None


def _misread(text: str) -> Ambiguity | None:
    if text in _NULL:
        return Ambiguity("E109", "null")
    if _DATE.fullmatch(text):
        return Ambiguity("E109", "a date")
    if _SEXAGESIMAL.fullmatch(text):
        return Ambiguity("E109", f"number {_base_sixty(text)}")
    if _BASED.fullmatch(text):
        return Ambiguity("E109", _whole(text, 0))
    if _NUMBER_LIKE.fullmatch(text):
        plain = text.lstrip("+-").replace("_", "")
        is_octal = plain.startswith("0") and plain.isdigit() and not set(plain) & set("89")
        return Ambiguity("E109", _whole(text, 8) if is_octal else "a number")
    return None


def _whole(text: str, base: int) -> str:
    digits = text.replace("_", "")
    if len(digits) > 64:
        return "a number"
    try:
        return f"number {int(digits, base)}"
    except ValueError:
        return "a number"


def _base_sixty(text: str) -> str:
    """Give the value YAML 1.1 gives `12:30:45`: 45045."""
    whole, _, fraction = text.replace("_", "").lstrip("+-").partition(".")
    if len(whole) > 40:
        return "in base sixty"
    value = 0
    for part in whole.split(":"):
        value = value * 60 + int(part)
    sign = "-" if text.startswith("-") else ""
    return f"{sign}{value}" + (f".{fraction}" if fraction else "")
