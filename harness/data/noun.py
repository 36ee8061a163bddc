"""What the nouns that are made for every call have in common.

They are structs: made and written as JSON in C, which is a tenth of what frozen dataclasses take.
"""

import dataclasses
from typing import Any, TypeVar, cast

from msgspec import Struct, structs

_T = TypeVar("_T")


class Noun(Struct, frozen=True, omit_defaults=True):
    """Immutable; what has its default is left out where it is written as JSON."""


def replace(noun: _T, /, **changes: Any) -> _T:
    """Give a copy of a struct or a dataclass with some fields changed; raises TypeError."""
    if isinstance(noun, Struct):
        return structs.replace(noun, **changes)
    copied: Any = dataclasses.replace(cast("Any", noun), **changes)
    return cast("_T", copied)
