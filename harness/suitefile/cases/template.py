"""Fills the columns of a row into text: substitution, and nothing else.

Jinja's sandbox reads the template and its tree is compared with what is expected; it never
compiles or renders one, so there is no code to escape from.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from harness.data.noun import Noun
from harness.jsonvalue import Json, canonical
from harness.suitefile.cases.sandbox import Column, TemplateError, columns_by_jinja

LONGEST = 8 << 20
"""Characters of one filled template."""

_PLACE = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}")
_MARKS = ("{{", "{%", "{#")


class FillError(ValueError):
    """A row that does not have what a template asks for."""


class Template(Noun, frozen=True, kw_only=True):
    """Text with places to fill in."""

    parts: tuple[str | Column, ...]

    def fill(self, row: Mapping[str, Json]) -> Json:
        """Give the text with the row's values; a template of one place alone gives its value.

        Values are never read as templates again. Other than text they are written as JSON.
        Raises FillError.
        """
        if len(self.parts) == 1 and not isinstance(self.parts[0], str):
            return look_up(row, self.parts[0])
        texts: list[str] = []
        length = 0
        for part in self.parts:
            text = part if isinstance(part, str) else _as_text(look_up(row, part))
            length += len(text)
            if length > LONGEST:
                raise FillError(f"the filled template is longer than {LONGEST} characters")
            texts.append(text)
        return "".join(texts)


Filler: TypeAlias = "Template | list[Filler] | dict[str, Filler] | Json"
"""A JSON value in which text may be a template."""


def is_template(text: str) -> bool:
    """Whether there is anything in the text that Jinja would not copy."""
    return any(mark in text for mark in _MARKS)


def read_template(text: str) -> "Template | str":
    """Give a template, or the text itself when there is nothing to fill in.

    Raises TemplateError for anything but `{{ name }}` and `{{ name.field }}`.
    """
    if not is_template(text):
        return text
    parts: list[str | Column] = []
    end = 0
    for match in _PLACE.finditer(text):
        parts += [text[end : match.start()], tuple(match.group(1).split("."))]
        end = match.end()
    parts.append(text[end:])
    for part in parts:
        mark = next((m for m in _MARKS if isinstance(part, str) and m in part), None)
        if isinstance(part, str) and mark is not None:
            wrong = part[part.index(mark) :].split("\n")[0]
            wrong = wrong[: wrong.find("}}") + 2] if "}}" in wrong else wrong
            raise TemplateError("a template only fills in `{{ column }}`", wrong[:80])
    kept = tuple(part for part in parts if part != "")
    if columns_by_jinja(text) != [part for part in kept if not isinstance(part, str)]:
        raise TemplateError("a template only fills in `{{ column }}`", text[:80])
    return Template(parts=kept)


def columns(filler: Filler) -> Iterator[Column]:
    """Give every column a filler asks for."""
    if isinstance(filler, Template):
        yield from (part for part in filler.parts if not isinstance(part, str))
    elif isinstance(filler, list | dict):
        for item in filler.values() if isinstance(filler, dict) else filler:
            yield from columns(item)


def fill(filler: Filler, row: Mapping[str, Json]) -> Json:
    """Give the JSON value with every template filled from the row; raises FillError."""
    if isinstance(filler, Template):
        return filler.fill(row)
    if isinstance(filler, list):
        return [fill(item, row) for item in filler]
    if isinstance(filler, dict):
        return {key: fill(item, row) for key, item in filler.items()}
    return filler


def look_up(row: Mapping[str, Json], column: Column) -> Json:
    """Give the value of a column of a row; raises FillError when there is none."""
    value: Json = dict(row) if not isinstance(row, dict) else row
    for key in column:
        if not isinstance(value, dict) or key not in value:
            raise FillError(f"the row has no '{'.'.join(column)}'")
        value = value[key]
    return value


def _as_text(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value).decode()
