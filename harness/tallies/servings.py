"""Who answered when: the revisions, or traces, one target's answers came from, over time."""

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

    subject: str = "the revision"
    """What is told of, in the words of `story`."""
    several: str = "revisions"
    joint: str = "from"
    """Between a number of responses and the revision."""
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

    def __contains__(self, revision: object) -> bool:
        """Whether a response came from it."""
        return revision in self._spans

    def __len__(self) -> int:
        """Number of revisions."""
        return len(self._spans)

    @property
    def counts(self) -> dict[str, int]:
        """Give responses by revision, the one seen first before the others."""
        return {name: span.responses for name, span in self._in_time()}

    @property
    def changed_at(self) -> str:
        """Give when a second revision was first seen, UTC; empty where there was none."""
        known = self._in_time()
        return iso_time(known[1][1].first) if len(known) > 1 else ""

    @property
    def in_turns(self) -> bool:
        """Whether a revision was seen again after another: then no moment parts them."""
        pairs = pairwise(span for _, span in self._in_time())
        return not all(before.last < after.first for before, after in pairs)

    @property
    def story(self) -> str:
        """Say when who answered, and how often; empty where it was one revision all along.

        Revisions that took turns are told from one that followed the other.
        """
        if len(self._spans) < 2:
            return ""
        known = self._in_time()
        told = [f"{plural(span.responses, 'response')} {self.joint} {name}" for name, span in known]
        if not self.in_turns:
            whens = [
                f"{iso_time(span.first)} to {iso_time(span.last)}: {words}"
                for words, (_, span) in zip(told, known, strict=True)
            ]
            changed = " and ".join(f"before {iso_time(span.first)}" for _, span in known[1:])
            return f"{self.subject} changed in mid-run, {changed}: {'; '.join(whens)}"
        first = min(span.first for _, span in known)
        last = max(span.last for _, span in known)
        took = " and ".join(told)
        return f"{self.several} took turns from {iso_time(first)} to {iso_time(last)}: {took}"

    def _in_time(self) -> list[tuple[str, _Span]]:
        return sorted(self._spans.items(), key=lambda item: (item[1].first, item[0]))
