"""Sequences and sets that take little memory, however many rows a run has."""

from harness.compact.coded import NAN, CodedColumn, SharedColumn
from harness.compact.digests import DigestSet, digest64
from harness.compact.durations import DurationColumn, StepColumn
from harness.compact.grouping import rows_by_label
from harness.compact.names import NameColumn, NameNumbers, unit_numbers
from harness.compact.texts import TextColumn

__all__ = [
    "NAN", "CodedColumn", "DigestSet", "DurationColumn", "NameColumn", "NameNumbers",
    "SharedColumn", "StepColumn", "TextColumn", "digest64", "rows_by_label", "unit_numbers",
]  # fmt: skip
