"""Tests every group of cases, and corrects for how many were looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from harness import stats
from harness.compact import unit_numbers
from harness.data.comparison import Estimate, PairTable
from harness.data.noun import replace
from harness.pairs.speed import as_estimate
from harness.subgroups.features import Group, distinct

MOST_GROUPS = 20_000
"""Groups looked at; of more pairs those of the largest groups are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One group that was looked at."""

    names: tuple[str, ...]
    """What its cases have in common; several names where they give the same cases."""
    n: int
    """Cases answered by both sides."""
    before: float
    after: float
    worse: int
    better: int
    p_value: float
    """Two-sided, of no change in the group."""
    adjusted: float
    """Benjamini and Hochberg's, over every group that was looked at."""
    rest: float | None
    """Mean change of all other cases."""
    difference: Estimate | None = None
    """At the level that keeps its promise for groups that were picked out (FCR)."""
    case_ids: tuple[str, ...] = ()
    """Of cases that got worse, at most five."""

    @property
    def change(self) -> float:
        """Candidate minus baseline, in [-1, 1]."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search came to."""

    looked_at: int
    least: int
    level: float
    """Share of false finds among the groups named, at most, on average."""
    found: tuple[Found, ...]
    """Groups that got worse at this level, the surest first."""
    others: tuple[Found, ...]
    """The surest of the rest that got worse, to be shown as what they are: not found."""
    left_out: int = 0
    """Pairs of groups that were not looked at, as there are too many."""


def search(
    table: PairTable,
    groups: Sequence[Group],
    *,
    kind: Literal["pass", "score"] = "pass",
    least: int = 10,
    level: float = 0.05,
    pairs: bool = False,
    seed: int = 7,
) -> Searched:
    """Give the groups of cases that got worse, of all that were looked at.

    A group has `least` cases answered by both sides or more, and leaves out as many; groups of
    the same cases are one. With `pairs` what two groups have in common is looked at too. Each is
    tested exactly (McNemar where answers are yes or no, else by signs of the cases', or clusters',
    changes), and the false discovery rate over all of them is kept at `level`: Benjamini and
    Hochberg 1995, JRSS B 57:289. The intervals of those found are widened for their being picked:
    Benjamini and Yekutieli 2005, JASA 100:71.
    """
    columns = _Columns(table, kind)
    everything, left_out = _groups(groups, columns, least, pairs=pairs)
    tested = [columns.tested(rows, names, seed) for rows, names in everything.items()]
    adjusted = stats.benjamini_hochberg([found.p_value for found in tested])
    ranked = sorted(
        (replace(one, adjusted=p) for one, p in zip(tested, adjusted, strict=True)),
        key=lambda one: (one.adjusted, one.p_value, one.change, one.names),
    )
    picked = sum(one.adjusted <= level for one in ranked)
    sure = 1 - level * max(1, picked) / max(1, len(ranked))
    worse = [one for one in ranked if one.change < 0]
    rows_of = {tuple(names): rows for rows, names in everything.items()}
    return Searched(
        looked_at=len(ranked),
        least=least,
        level=level,
        found=tuple(
            columns.detailed(one, rows_of[one.names], sure)
            for one in worse
            if one.adjusted <= level
        ),
        others=tuple(
            columns.detailed(one, rows_of[one.names], sure) for one in worse if one.adjusted > level
        )[:5],
        left_out=left_out,
    )


class _Columns:
    """The two sides of every case, and which were answered by both."""

    def __init__(self, table: PairTable, kind: str) -> None:
        before: Sequence[float] = getattr(table, f"before_{kind}")
        after: Sequence[float] = getattr(table, f"after_{kind}")
        self.table = table
        self.before, self.after = before, after
        self.known = frozenset(
            row
            for row in range(len(table))
            if before[row] == before[row] and after[row] == after[row]
        )
        self.units = unit_numbers(table.clusters)
        self._total = sum(after[row] - before[row] for row in sorted(self.known))

    def tested(self, rows: frozenset[int], names: Sequence[str], seed: int) -> Found:
        """Give a group's numbers; its p-value is not adjusted yet."""
        chosen = sorted(rows)
        deltas = [self.after[row] - self.before[row] for row in chosen]
        others = len(self.known) - len(chosen)
        worse, better = sum(d < 0 for d in deltas), sum(d > 0 for d in deltas)
        return Found(
            names=tuple(names),
            n=len(chosen),
            before=sum(self.before[row] for row in chosen) / len(chosen),
            after=sum(self.after[row] for row in chosen) / len(chosen),
            worse=worse,
            better=better,
            p_value=self._p(chosen, deltas, seed),
            adjusted=1.0,
            rest=(self._total - sum(deltas)) / others if others else None,
        )

    def detailed(self, found: Found, rows: frozenset[int], confidence: float) -> Found:
        """Give a group with the interval of its change, and cases that got worse."""
        chosen = sorted(rows)
        deltas = [self.after[row] - self.before[row] for row in chosen]
        clusters = None if self.units is None else self.units[chosen]
        if clusters is None and set(deltas) <= {-1.0, 0.0, 1.0} and self._is_binary(chosen):
            interval = stats.paired_proportion(found.worse, found.better, found.n, confidence)
        else:
            interval = stats.paired_mean(deltas, confidence, clusters=clusters)
        ids = [self.table.case_ids[row] for row, d in zip(chosen, deltas, strict=True) if d < 0]
        return replace(found, difference=as_estimate(interval), case_ids=tuple(ids[:5]))

    def _p(self, chosen: Sequence[int], deltas: Sequence[float], seed: int) -> float:
        if self.units is not None:
            sums: dict[int, float] = {}
            for label, delta in zip(self.units[chosen].tolist(), deltas, strict=True):
                sums[label] = sums.get(label, 0.0) + delta
            return stats.sign_flip(list(sums.values()), seed)
        if self._is_binary(chosen):
            return stats.mcnemar(sum(d < 0 for d in deltas), sum(d > 0 for d in deltas))
        return stats.sign_flip(deltas, seed)

    def _is_binary(self, chosen: Sequence[int]) -> bool:
        return all(
            self.before[row] in (0.0, 1.0) and self.after[row] in (0.0, 1.0) for row in chosen
        )


def _groups(
    groups: Sequence[Group], columns: _Columns, least: int, *, pairs: bool
) -> tuple[Mapping[frozenset[int], list[str]], int]:
    """Give the distinct groups to look at with their names, and how many pairs were left out."""
    answered = [Group(name=one.name, rows=one.rows & columns.known) for one in groups]
    most = len(columns.known) - least
    singles = distinct(answered, least, most)
    if not pairs:
        return singles, 0
    ranked = sorted(singles.items(), key=lambda item: (-len(item[0]), item[1]))

    def common() -> Iterator[Group]:
        for (rows, names), (others, more) in combinations(ranked, 2):
            yield Group(name=f"{names[0]} and {more[0]}", rows=rows & others)

    found = dict(singles)
    left_out = 0
    for rows, names in distinct(common(), least, most).items():
        if rows in found:
            continue
        if len(found) < MOST_GROUPS:
            found[rows] = names
        else:
            left_out += 1
    return found, left_out
