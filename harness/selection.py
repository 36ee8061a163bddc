"""What the command line adds to a suite: which cases a run takes, overrides, plugins."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from harness.data.noun import Noun
from harness.data.suite import Case
from harness.errors import NothingSelectedError
from harness.jsonvalue import Json


class Selection(Noun, frozen=True, kw_only=True):
    """Filters, overrides and plugins from the command line."""

    cases: tuple[str, ...] = ()
    """Patterns of case ids; empty: all."""
    tags: tuple[str, ...] = ()
    """A case needs one of them; empty: all."""
    limit: int | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    """`--set` keys and values."""
    plugins: tuple[str, ...] = ()
    """`-p` modules."""
    is_replay: bool = False
    """Whether a recording answers."""
    is_calibration: bool = False
    """Whether the baseline is compared with itself."""

    def pick(self, cases: Iterable[Case]) -> Iterator[Case]:
        """Give the chosen cases; raises NothingSelectedError when there is none."""
        seen, count = 0, 0
        known_tags: set[str] = set()

        def chosen() -> Iterator[Case]:
            nonlocal seen
            for case in cases:
                seen += 1
                if len(known_tags) < 50:
                    known_tags.update(case.tags)
                if self._takes(case):
                    yield case

        if self.limit == 0:
            raise NothingSelectedError("no case selected by --limit 0")
        for case in islice(chosen(), self.limit):
            count += 1
            yield case
        if not count:
            raise NothingSelectedError(self._nothing(seen, known_tags))

    def _takes(self, case: Case) -> bool:
        by_id = not self.cases or any(fnmatchcase(case.id, p) for p in self.cases)
        by_tag = not self.tags or any(tag in self.tags for tag in case.tags)
        return by_id and by_tag

    def _nothing(self, seen: int, known_tags: set[str]) -> str:
        if not seen:
            return "the suite has no cases: nothing to run"
        filters = [f"--case {p}" for p in self.cases] + [f"--tag {t}" for t in self.tags]
        tags = f"; known tags: {', '.join(sorted(known_tags))}" if known_tags else ""
        return f"0 of {seen:,} cases selected by {' '.join(filters)}{tags}"

    def as_json(self) -> dict[str, Json]:
        """Give the filters as plain data."""
        return {
            "cases": list(self.cases),
            "tags": list(self.tags),
            "limit": self.limit,
            "overrides": [list(pair) for pair in self.overrides],
            "plugins": list(self.plugins),
            "is_replay": self.is_replay,
            "is_calibration": self.is_calibration,
        }

    def as_flags(self) -> list[str]:
        """Give the words of a command line that make the same selection."""
        words: list[str] = []
        for flag, values in (("--case", self.cases), ("--tag", self.tags)):
            for value in values:
                words += [flag, value]
        if self.limit is not None:
            words += ["--limit", str(self.limit)]
        for key, value in self.overrides:
            words += ["--set", f"{key}={value}"]
        if self.is_calibration:
            words.append("--calibrate")
        return [*words, *self.plugin_flags()]

    def plugin_flags(self) -> list[str]:
        """Give the words of a command line that load the same plugins."""
        return [word for name in self.plugins for word in ("-p", name)]


def selection_from_json(given: Mapping[str, Any]) -> Selection:
    """Read what `Selection.as_json` gave."""
    return Selection(
        cases=tuple(given.get("cases", ())),
        tags=tuple(given.get("tags", ())),
        limit=given.get("limit"),
        overrides=tuple((key, value) for key, value in given.get("overrides", ())),
        plugins=tuple(given.get("plugins", ())),
        is_replay=bool(given.get("is_replay", False)),
        is_calibration=bool(given.get("is_calibration", False)),
    )
