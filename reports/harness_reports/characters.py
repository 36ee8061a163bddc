"""Shows characters that cannot be seen, or that change what is seen around them, as escapes."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from harness.api import Json

_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2640\u2642"
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_JOINER = f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
_HIDDEN = re.compile(f"[{_UNSEEN}]|{_JOINER}")
_MARKED = re.compile(
    f"[{_UNSEEN}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|{_JOINER}|[ \t]+(?=\n)"
)
_BLANK = re.compile(r"[ \t\n]+")
_ON_ONE_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; with a `title` it stands for characters that cannot be seen."""

    text: str
    title: str = ""


def visible(text: str) -> str:
    """Give the text with controls, bidirectional and zero-width characters as `\\x1b`, `\\u202e`.

    Newline and tab stay; so does the joiner inside an emoji. The result always encodes to UTF-8
    and holds only characters that XML 1.0 allows.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda match: _escape(match.group()), text)


def one_line(text: str, limit: int = 160) -> str:
    """Give visible text on one line, shortened to `limit` characters."""
    if len(text) <= limit and _is_plain_line(text):
        return text
    flat = " ".join(visible(text[: limit * 8]).split())
    is_cut = len(flat) > limit or len(text) > limit * 8
    return flat[: limit - 1].rstrip() + "…" if is_cut else flat


def _is_plain_line(text: str) -> bool:
    """Whether it is ASCII that can be seen, with no blank but single ones within."""
    is_seen = text.isascii() and text.isprintable()
    return is_seen and "  " not in text and text[:1] != " " and text[-1:] != " "


def parts_of(text: str, *, is_changed: bool = False) -> Iterator[Part]:
    """Give the text in parts, unseen characters and blanks at line ends as marks with their name.

    In a changed stretch of nothing but blanks these are marks too.
    """
    if is_changed and _BLANK.fullmatch(text):
        yield Part(text.replace(" ", "·").replace("\t", "⇥").replace("\n", "⏎\n"), "only blanks")
        return
    end = 0
    for match in _MARKED.finditer(text):
        if match.start() > end:
            yield Part(text[end : match.start()])
        yield _mark(match.group())
        end = match.end()
    if end < len(text):
        yield Part(text[end:])


def shown_json(value: Json, *, indent: int | None = 2) -> str:
    """Give a JSON value as text that people read: keys sorted, characters unescaped."""
    flat = _ON_ONE_LINE.encode(value)
    if indent is None:
        return flat
    try:  # json indents by closures, which are garbage only a collection finds
        return msgspec.json.format(flat, indent=indent)
    except (UnicodeEncodeError, msgspec.DecodeError):  # half a character, NaN: no JSON in UTF-8
        return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, default=str)


def text_of(value: Json) -> str:
    """Give a string as it is and any other JSON value as indented JSON."""
    return value if isinstance(value, str) else shown_json(value)


def _mark(text: str) -> Part:
    if text.strip(" \t") == "":
        return Part(text.replace(" ", "·").replace("\t", "⇥"), f"{len(text)} blank at the end")
    name = unicodedata.name(text, "control character").lower()
    return Part(_escape(text), f"U+{ord(text):04X} {name}")


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
