"""Collects numbers each side has by itself: cost, tokens, time to the first token."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType

from harness.columns.sparse import NAN, SparseColumn
from harness.data.record import Record

_NUMBERS: Mapping[str, Callable[[Record], float | None]] = MappingProxyType(
    {
        "cost_usd": lambda record: None if record.fault else record.usage.cost_usd,
        "input_tokens": lambda record: None if record.fault else record.usage.input_tokens,
        "output_tokens": lambda record: None if record.fault else record.usage.output_tokens,
        "first_token_s": lambda record: record.first_token_s,
    }
)


@dataclass(slots=True)
class Sided:
    """Takes the answers of one case after the other; a number nobody states takes no memory."""

    _columns: dict[str, tuple[SparseColumn, SparseColumn]] = field(default_factory=dict)

    def add(self, row: int, before: Collection[Record], after: Collection[Record]) -> None:
        """Take in the repeats of a case: of each number the mean of those that have it."""
        if not any(map(_states_any, before)) and not any(map(_states_any, after)):
            return
        for name, number in _NUMBERS.items():
            old, new = _mean(before, number), _mean(after, number)
            if old != old and new != new:
                continue
            columns = self._columns.setdefault(name, (SparseColumn(), SparseColumn()))
            columns[0].put(row, old)
            columns[1].put(row, new)

    def columns(self, rows: int) -> Mapping[str, tuple[Sequence[float], Sequence[float]]]:
        """Give (before, after) by name, NaN where a side states nothing."""
        return {
            name: (before.until(rows), after.until(rows))
            for name, (before, after) in self._columns.items()
        }


def _states_any(record: Record) -> bool:
    """Whether any of the numbers is there; most answers state none."""
    usage = record.usage
    return not (
        usage.cost_usd is None
        and usage.input_tokens is None
        and usage.output_tokens is None
        and record.first_token_s is None
    )


def _mean(records: Collection[Record], number: Callable[[Record], float | None]) -> float:
    found = [n for record in records if (n := number(record)) is not None and isfinite(n)]
    return sum(found) / len(found) if found else NAN
