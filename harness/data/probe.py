"""What servers say of themselves when they are asked, beside the calls of a run."""

from dataclasses import dataclass
from typing import Literal

from harness.data.exchange import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question to a server, before the first call of a session or after its last."""

    target: str
    url: str
    """What was asked."""
    address: str = ""
    """Which of the target's addresses it belongs to, as the suite writes it."""
    when: Literal["before", "after"]
    at: float
    """UTC, seconds since 1970."""
    status: int | None = None
    """HTTP status; None: no answer."""
    served: Identity | None = None
    note: str = ""
    """Why it says nothing; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What the probes of one target come to."""

    contradictions: tuple[str, ...] = ()
    """Sentences: another revision than the pin serves, or it changed in mid-run, and when."""
    covering: tuple[Identity, ...] = ()
    """What was said before and after every answer, by every address; empty: no such thing."""
    notes: tuple[str, ...] = ()
    """Sentences on what was asked and proves nothing."""

    @property
    def is_proof(self) -> bool:
        """Whether every answer is covered by more than a name a server was started with."""
        return bool(self.covering) and all(one.is_proof for one in self.covering)
