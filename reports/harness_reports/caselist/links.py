"""Gives every case one place in the page that `#case=ID` leads to, with and without a script."""

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from harness.api import replace
from harness_reports.view.case_nouns import CasePanel

_Noun = TypeVar("_Noun")


def linked(page: _Noun) -> _Noun:
    """Give the page with the link of a case at its first panel only, wherever panels stand."""
    taken: set[str] = set()
    found: _Noun = _linked(page, taken)
    return found


def _linked(noun: Any, taken: set[str]) -> Any:
    if isinstance(noun, CasePanel):
        if noun.link not in taken:
            taken.add(noun.link)
            return noun
        return replace(noun, link="")
    if isinstance(noun, tuple):
        made = [_linked(item, taken) for item in noun]
        if all(new is old for new, old in zip(made, noun, strict=True)):
            return noun
        return tuple(made)
    if is_dataclass(noun) and not isinstance(noun, type):
        values = {one.name: getattr(noun, one.name) for one in fields(noun)}
        changes = {name: _linked(value, taken) for name, value in values.items()}
        changes = {name: new for name, new in changes.items() if new is not values[name]}
        return replace(noun, **changes) if changes else noun
    return noun
