"""The cases of each tag, compared by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from harness import stats
from harness.data.comparison import PairTable, Slice
from harness.speed import as_estimate


def slices_of(table: PairTable) -> tuple[Slice, ...]:
    """Give one row a tag, strongest evidence first; p-values are adjusted over all of them."""
    rows: dict[str, list[int]] = {}
    for row, tags in enumerate(table.tags):
        for tag in tags:
            rows.setdefault(tag, []).append(row)
    found: list[tuple[Slice, float]] = []
    for tag, chosen in rows.items():
        pairs = [
            (table.before_pass[row], table.after_pass[row])
            for row in chosen
            if table.before_pass[row] == table.before_pass[row]
            and table.after_pass[row] == table.after_pass[row]
        ]
        if not pairs:
            found.append((_empty_slice(tag), 1.0))
            continue
        regressed = sum(was > 0.5 > now for was, now in pairs)
        fixed = sum(was < 0.5 < now for was, now in pairs)
        is_binary = all(value in {0.0, 1.0} for pair in pairs for value in pair)
        interval = (
            stats.paired_proportion(regressed, fixed, len(pairs))
            if is_binary
            else stats.paired_mean([now - was for was, now in pairs])
        )
        slice_ = Slice(
            tag=tag,
            n=len(pairs),
            before_rate=mean(was for was, _ in pairs),
            after_rate=mean(now for _, now in pairs),
            difference=as_estimate(interval),
            regressed=regressed,
            fixed=fixed,
        )
        found.append((slice_, stats.mcnemar(regressed, fixed)))
    return _adjusted(found)


def _empty_slice(tag: str) -> Slice:
    return Slice(
        tag=tag, n=0, before_rate=None, after_rate=None, difference=None, regressed=0, fixed=0
    )


def _adjusted(found: Sequence[tuple[Slice, float]]) -> tuple[Slice, ...]:
    adjusted = stats.benjamini_hochberg([p for _, p in found]) if found else []
    slices = [
        replace(slice_, p_value=float(p)) for (slice_, _), p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(slices, key=lambda s: (s.p_value if s.p_value is not None else 1, s.tag)))
