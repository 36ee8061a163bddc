"""Regular expressions in RE2: time grows with the text, never with the pattern's ambiguity."""

from functools import lru_cache
from typing import Any

_HINTS = {
    "(?": "look-ahead, look-behind and atomic groups do not exist in RE2; "
    "use two checks, or `not_contains`",
    "invalid escape sequence: \\": "back-references and this escape do not exist in RE2",
    "bad repetition operator": "possessive quantifiers do not exist in RE2",
    "invalid repetition size": "RE2 repeats at most 1,000 times",
}


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Give the compiled pattern; raises ValueError saying what RE2 cannot take."""
    import re2

    options = re2.Options()
    options.log_errors = False  # it would write the pattern to stderr
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(_reason(error)) from None


def found(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text; raises ValueError for a bad pattern."""
    whole = text.encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8
    return compiled(pattern).search(whole) is not None


def pattern_problem(pattern: str) -> str | None:
    """Give why the pattern does not compile, in words, or None."""
    try:
        compiled(pattern)
    except ValueError as error:
        return f"the pattern does not compile: {error}"
    return None


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    said = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    hint = next((hint for sign, hint in _HINTS.items() if sign in said), "")
    return f"{said} ({hint})" if hint else said
