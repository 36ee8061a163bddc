"""Who answered when: the revisions one target's answers came from, over time."""

from dataclasses import dataclass, field
from itertools import pairwise

from harness.identity import iso_time
from harness.units import plural


@dataclass(slots=True)
class _Span:
    first: float
    last: float
    responses: int


@dataclass(slots=True)
class Servings:
    """Takes revisions in any order; memory grows with the number of revisions only."""

    _spans: dict[str, _Span] = field(default_factory=dict)

    def add(self, revision: str, at: float) -> None:
        """Take in one response; `at` is UTC, seconds since 1970."""
        span = self._spans.setdefault(revision, _Span(at, at, 0))
        span.first = min(span.first, at)
        span.last = max(span.last, at)
        span.responses += 1

    @property
    def spans(self) -> tuple[tuple[str, str, str], ...]:
        """Give (revision, first seen, last seen) where there were several, earliest first."""
        if len(self._spans) < 2:
            return ()
        return tuple(
            (revision, iso_time(span.first), iso_time(span.last))
            for revision, span in self._in_time()
        )

    @property
    def story(self) -> str:
        """Say when who answered, and how often; empty where it was one revision all along.

        Revisions that took turns are told from one that followed the other.
        """
        if len(self._spans) < 2:
            return ""
        known = self._in_time()
        told = [f"{plural(span.responses, 'response')} from {name}" for name, span in known]
        pairs = pairwise(known)
        if all(before.last < after.first for (_, before), (_, after) in pairs):
            whens = [
                f"{iso_time(span.first)} to {iso_time(span.last)}: {words}"
                for words, (_, span) in zip(told, known, strict=True)
            ]
            changed = " and ".join(f"before {iso_time(span.first)}" for _, span in known[1:])
            return f"the revision changed in mid-run, {changed}: {'; '.join(whens)}"
        first = min(span.first for _, span in known)
        last = max(span.last for _, span in known)
        took = " and ".join(told)
        return f"revisions took turns from {iso_time(first)} to {iso_time(last)}: {took}"

    def _in_time(self) -> list[tuple[str, _Span]]:
        return sorted(self._spans.items(), key=lambda item: (item[1].first, item[0]))
