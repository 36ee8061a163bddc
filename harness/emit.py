"""Makes untrusted text safe for a terminal or a CI log."""

import re
import unicodedata

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_RUNNER = re.compile(r"##(?=\[|vso)", re.IGNORECASE)


def visible(text: str) -> str:
    """Give the text with controls, bidirectional and zero-width characters written as escapes.

    Newline and tab stay. Lone surrogates are escaped too, so that the result always encodes.
    """
    text = _CONTROL.sub(lambda match: _escape(match.group()), text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str, limit: int = 200) -> str:
    """Give visible text on one line, shortened to `limit` characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def quoted_block(text: str, prefix: str = "│ ") -> str:
    """Give visible text with a prefix on every line, so that no line can be a CI command."""
    lines = _RUNNER.sub("# #", visible(text)).split("\n")
    return "\n".join(prefix + line for line in lines)


def log_line(text: str) -> str:
    """Give visible text in which no CI runner finds a command."""
    lines = _RUNNER.sub("# #", visible(text)).split("\n")
    return "\n".join(
        line.replace("::", ": :", 1) if line.lstrip().startswith("::") else line for line in lines
    )


def display_width(text: str) -> int:
    """Give the number of terminal cells the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
