"""Puts a text into every string of a dossier that is not a word of revgate's own."""

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from harness.api import Dossier, FlipColumn
from harness.data import (
    call,
    comparison,
    conditions,
    dossier,
    exchange,
    noise,
    record,
    suite,
    verdict,
    waiver,
)
from harness.data.noun import replace

Word = Callable[[str], str]

_MODULES = (call, comparison, conditions, dossier, exchange, noise, record, suite, verdict, waiver)
_OURS = frozenset({
    "answered", "passed", "failed", "faults", "skipped", "cancelled", "label", "score", "entity",
    "entity_group", "word", "start", "end", "box", "xmin", "ymin", "xmax", "ymax", "vector",
    "shape", "input_tokens", "output_tokens", "characters", "images", "seconds", "compute_s",
    "image/png", "image/jpeg", "audio/wav", "video/mp4", "expect", "valid", "mask",
})  # fmt: skip
"""Keys and kinds that our own code writes."""


def _literals() -> frozenset[str]:
    found: set[str] = set()

    def collect(hint: Any) -> None:
        if get_origin(hint) is Literal:
            found.update(value for value in get_args(hint) if isinstance(value, str))
        for inner in get_args(hint):
            collect(inner)

    for module in _MODULES:
        for value in vars(module).values():
            collect(value)
            if isinstance(value, type) and value.__module__ == module.__name__:
                for hint in typing.get_type_hints(value).values():
                    collect(hint)
    return frozenset(found)


KEPT = _OURS | _literals()


def spoiled(whole: Dossier, word: Word) -> Dossier:
    """Give the dossier with every string passed through `word`, but for words of our own."""
    views = [_spoil(view, word) for view in whole.case_views()]
    made: Dossier = _spoil(whole, word)
    return replace(made, case_views=lambda: iter(views))


def _spoil(value: Any, word: Word) -> Any:
    match value:
        case str():
            is_kept = value in KEPT or not value or re.fullmatch("[0-9a-f]{64}", value)
            return value if is_kept else word(value)
        case Mapping():
            return {_spoil(key, word): _spoil(item, word) for key, item in value.items()}
        case FlipColumn():
            return FlipColumn(_spoil(flip, word) for flip in value)
        case tuple():
            return tuple(_spoil(item, word) for item in value)
        case list():
            return [_spoil(item, word) for item in value]
        case msgspec.Struct():
            return replace(value, **_fields(value, word))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return replace(value, **_fields(value, word))
    return value


def _fields(value: Any, word: Word) -> dict[str, Any]:
    names = (
        value.__struct_fields__
        if isinstance(value, msgspec.Struct)
        else [field.name for field in dataclasses.fields(value)]
    )
    return {name: _spoil(getattr(value, name), word) for name in names}
