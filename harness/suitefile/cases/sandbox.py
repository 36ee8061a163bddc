"""Asks Jinja, in its sandbox, what a template would do."""

from functools import cache
from typing import Any, TypeAlias

Column: TypeAlias = tuple[str, ...]
"""A column and the keys inside its value."""


class TemplateError(ValueError):
    """A template that is more than substitution; `part` is where in its text."""

    def __init__(self, message: str, part: str) -> None:
        super().__init__(message)
        self.part = part


def columns_by_jinja(text: str) -> list[Column]:
    """Give the columns Jinja finds in a text, `()` for whatever else it finds.

    Raises TemplateError for what is no template.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2 import nodes

    try:
        tree = _sandbox().parse(text)
    except (JinjaError, ValueError, RecursionError) as error:
        raise TemplateError(f"not a template: {error}", text[:80]) from error
    found: list[Column] = []
    for output in tree.body:
        parts = getattr(output, "nodes", (None,))
        found += [_column_of(p) for p in parts if not isinstance(p, nodes.TemplateData)]
    return found


def _column_of(part: Any) -> Column:
    from jinja2 import nodes

    names: list[str] = []
    while isinstance(part, nodes.Getattr):
        names.append(part.attr)
        part = part.node
    return (part.name, *reversed(names)) if isinstance(part, nodes.Name) else ()


@cache
def _sandbox() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=True
    )
