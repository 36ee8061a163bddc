"""What tells one target's answers apart but names no revision: who computed them, which build."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.data.dossier import Trace
from harness.emit import one_line
from harness.tallies.servings import Servings

PARTNER_NAMES = frozenset({"x-inference-provider", "provider"})
"""Traces that say which partner behind a router computed the answer."""

_MOST_NAMES = 8
_MOST_CHARACTERS = 200
_VALUES_KEPT = 10
_VALUE_SHOWN = 60
_MORE_VALUES = "others"


def cleaned(given: Mapping[str, str]) -> dict[str, str]:
    """Give what a provider found as visible text: at most 8 names, 200 characters each.

    Raises TypeError for a name or a value that is no text.
    """
    found: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"traces gave {value!r:.40} for {name!r:.40}: both must be text")
        key, text = one_line(name, _MOST_CHARACTERS), one_line(value, _MOST_CHARACTERS)
        if key and text and len(found) < _MOST_NAMES:
            found.setdefault(key, text)
    return found


def in_words(counts: Mapping[str, int]) -> str:
    """Give values with the number of their answers: `groq (12) and together (8)`."""
    told = [f"{one_line(value, _VALUE_SHOWN)} ({count:,})" for value, count in counts.items()]
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]])) if told else "nobody"


@dataclass(slots=True)
class Traces:
    """Takes the traces of answers in any order; memory grows with names and values, bounded."""

    _by_name: dict[str, Servings] = field(default_factory=dict)

    def add(self, traces: Mapping[str, str], at: float) -> None:
        """Take in one answer; `at` is UTC, seconds since 1970."""
        for name, value in traces.items():
            if name not in self._by_name and len(self._by_name) >= _MOST_NAMES:
                continue
            seen = self._by_name.setdefault(name, _told_of(name))
            is_kept = value in seen or len(seen) < _VALUES_KEPT
            seen.add(value if is_kept else _MORE_VALUES, at)

    @property
    def words(self) -> str:
        """Name every trace with its values; empty where there is none."""
        return "; ".join(
            f"{name}: {in_words(seen.counts)}" for name, seen in sorted(self._by_name.items())
        )

    def stories(self) -> Iterator[tuple[str, str]]:
        """Give (name, when which value was seen) of every trace that was not one all along."""
        for name, seen in sorted(self._by_name.items()):
            if seen.story:
                yield name, seen.story

    def views(self) -> dict[str, Trace]:
        """Give every trace as a reporter shows it, by name."""
        return {
            name: Trace(counts=seen.counts, changed_at=seen.changed_at, in_turns=seen.in_turns)
            for name, seen in sorted(self._by_name.items())
        }


def _told_of(name: str) -> Servings:
    return Servings(subject=name, several=f"values of {name}", joint="with")
