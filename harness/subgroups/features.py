"""What cases can be grouped by: tags, expected and given labels, lengths, clusters."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.data.record import Record
from harness.data.suite import Case
from harness.emit import one_line
from harness.jsonvalue import Json, canonical
from harness.store import StoredCase

_MOST_VALUES = 500
"""Different labels or clusters kept of a feature; one with more is a name, not a group."""
_LONGEST_LABEL = 60
"""Characters beyond which an expectation or answer is a text, not a label."""
_QUARTERS = ((0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some cases of a run, and what they have in common."""

    name: str
    rows: frozenset[int]
    """Places in the plan."""


@dataclass(slots=True)
class Features:
    """The features of every case of a run under one candidate, in the order of the plan.

    What the two sides answered enters evenly: a group is chosen by what either side gave, a length
    is the mean of both. Groups by what one side alone answered would differ between two sides
    that are alike, as who is right there is not who is right elsewhere.
    """

    baseline: str
    candidate: str
    rows: int = 0
    named: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Rows by feature and value."""
    lengths: "dict[str, array[float]]" = field(default_factory=dict)
    """Characters by feature; NaN where there is no text."""

    def watch(self, cases: Iterable[StoredCase]) -> Iterator[StoredCase]:
        """Give the cases on, taking in their features."""
        for stored in cases:
            self._add(stored)
            yield stored

    def groups(self) -> Iterator[Group]:
        """Give every group by one feature, in a fixed order; some may hold the same cases."""
        for feature in sorted(self.named):
            values = self.named[feature]
            if len(values) <= _MOST_VALUES:
                for value in sorted(values):
                    yield Group(name=f"{feature} {value}", rows=frozenset(values[value]))
        for feature in sorted(self.lengths):
            yield from _quarters(feature, self.lengths[feature])

    def _add(self, stored: StoredCase) -> None:
        row, case = self.rows, stored.case
        self.rows += 1
        for tag in dict.fromkeys(case.tags):
            self._name("tag", tag, row)
        if case.cluster is not None:
            self._name("cluster", case.cluster, row)
        for label in _expected(case):
            self._name("expects", label, row)
        answers = [self._answers(stored, name) for name in (self.baseline, self.candidate)]
        for label in sorted({label for side in answers for label in side.labels}):
            self._name("either answers", label, row)
        self._length("input length", _input_length(case), row)
        both = [side.length for side in answers]
        known = all(length is not None for length in both)
        mean = sum(length or 0.0 for length in both) / 2 if known else None
        self._length("answer length", mean, row)

    def _answers(self, stored: StoredCase, target: str) -> "_Given":
        for answer in stored.answers:
            if answer.target == target and answer.record is not None and answer.record.output:
                return _given(answer.record)
        return _Given()

    def _name(self, feature: str, value: str, row: int) -> None:
        values = self.named.setdefault(feature, {})
        if len(values) <= _MOST_VALUES or value in values:
            values.setdefault(one_line(value, _LONGEST_LABEL), []).append(row)

    def _length(self, feature: str, length: float | None, row: int) -> None:
        column = self.lengths.setdefault(feature, array("d"))
        column.extend([float("nan")] * (row - len(column)))
        column.append(float("nan") if length is None else length)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What one side answered, in its first repeat."""

    labels: tuple[str, ...] = ()
    length: float | None = None


def _given(record: Record) -> _Given:
    output = record.output
    if output is None:
        return _Given()
    text = output.text or None
    label = text if text is not None and _is_label(text) else None
    length = float(len(text)) if text is not None else None
    return _Given(labels=(label,) if label is not None else (), length=length)


def _is_label(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_LABEL and "\n" not in text


def _expected(case: Case) -> tuple[str, ...]:
    """Give the label that is expected; of several none, for they name no one group."""
    expected: Json = case.expect
    if isinstance(expected, bool | int) or (isinstance(expected, str) and _is_label(expected)):
        return (str(expected),)
    return ()


def _input_length(case: Case) -> float | None:
    if case.media is not None:
        return float(case.media.body_bytes)
    inputs = case.inputs
    return float(len(inputs) if isinstance(inputs, str) else len(canonical(inputs)))


def _quarters(feature: str, column: Sequence[float]) -> Iterator[Group]:
    """Give the four quarters of the cases by a length; ties stay together, so some may be none."""
    known = sorted(value for value in column if value == value)
    if not known or known[0] == known[-1]:
        return
    ends = [known[min(len(known) - 1, round(share * (len(known) - 1)))] for _, share in _QUARTERS]
    low = -1.0
    for high in ends:
        rows = frozenset(row for row, value in enumerate(column) if low < value <= high)
        if rows:
            least = min(column[row] for row in rows)
            most = max(column[row] for row in rows)
            yield Group(name=f"{feature} {least:.4g} to {most:.4g}", rows=rows)
        low = max(low, high)


def distinct(groups: Iterable[Group], least: int, most: int) -> Mapping[frozenset[int], list[str]]:
    """Give groups of `least` to `most` cases, each set of cases once with all of its names."""
    found: dict[frozenset[int], list[str]] = {}
    for group in groups:
        if least <= len(group.rows) <= most:
            found.setdefault(group.rows, []).append(group.name)
    return found
