"""Compares two locks field by field."""

from collections.abc import Iterator

from harness.data.noun import Noun
from harness.lockfile.nouns import Lock, LockedTarget
from harness.lockfile.writing import fields_of

_BINDING = frozenset(
    {"provider", "asked", "model", "commit", "licences", "gated", "disabled"},
)
"""Who answers, and whether it may be used; the rest changes without the model changing."""


class FieldChange(Noun, frozen=True, kw_only=True):
    """One field of one target that is not the same; values as the file writes them."""

    target: str
    field: str
    """Empty: the target as a whole came or went."""
    before: str
    after: str
    is_binding: bool
    """Whether `--check` fails on it."""


def changes(before: Lock, after: Lock) -> tuple[FieldChange, ...]:
    """Give what is different; the order of the targets does not count."""
    return tuple(_changes(before, after))


def _changes(before: Lock, after: Lock) -> Iterator[FieldChange]:
    if before.suite != after.suite:
        yield FieldChange(
            target="", field="suite", before=before.suite, after=after.suite, is_binding=True
        )
    for target in after.targets:
        old = before.target(target.name)
        if old is None:
            yield _whole(target, "absent", "present")
        else:
            yield from _fields(old, target)
    for target in before.targets:
        if after.target(target.name) is None:
            yield _whole(target, "present", "absent")


def _whole(target: LockedTarget, before: str, after: str) -> FieldChange:
    return FieldChange(target=target.name, field="", before=before, after=after, is_binding=True)


def _fields(old: LockedTarget, new: LockedTarget) -> Iterator[FieldChange]:
    before, after = fields_of(old), fields_of(new)
    for field, value in after.items():
        if before[field] != value:
            yield FieldChange(
                target=new.name,
                field=field,
                before=before[field],
                after=value,
                is_binding=field in _BINDING,
            )
