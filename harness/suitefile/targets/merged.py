"""One target's keys: its own, over those that all targets share."""

from collections.abc import Mapping

from harness.data.noun import Noun
from harness.jsonvalue import Json
from harness.suitefile.tree.node import Path

SHARED = "target"
"""The key of the suite under which the shared ones stand."""


class Merged(Noun, frozen=True, kw_only=True):
    """The keys of one target as they are written."""

    name: str
    own: Mapping[str, Json]
    shared: Mapping[str, Json]

    @property
    def place(self) -> Path:
        """Where the target stands."""
        return ("targets", self.name)

    def all(self) -> dict[str, Json]:
        """Give every key with the value that counts."""
        return {**self.shared, **self.own}

    def get(self, key: str) -> Json:
        """Give the value that counts, None where there is none."""
        return self.own[key] if key in self.own else self.shared.get(key)

    def path(self, key: str) -> Path:
        """Give where the value that counts is written."""
        return ("targets", self.name, key) if key in self.own else (SHARED, key)
