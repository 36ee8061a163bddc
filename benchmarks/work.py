"""The nouns of a measurement: the work, how it is started, what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every contender of a cell is asked to do."""

    calls: int
    concurrency: int
    """Calls in flight, over all targets together."""
    delay_ms: int = 0
    """How long the server waits before it answers."""
    has_tls: bool = False

    @property
    def name(self) -> str:
        """Give the work in words, the same for the same work."""
        tls = ", TLS" if self.has_tls else ""
        return f"{self.calls:,} calls, concurrency {self.concurrency}, {self.delay_ms} ms{tls}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A piece of work, given to one contender: whom to ask, and where it may write."""

    work: Work
    origin: str
    """`http://127.0.0.1:PORT`, of a server with the delay of the work."""
    ca_file: Path
    """What signed the certificate of a TLS server."""
    folder: Path
    """Empty, this contender's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A process to start."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to what is inherited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The latency that a contender shows to its user."""

    p50_s: float
    p99_s: float | None
    """None where it holds the calls too few for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A program that can be asked to make calls."""

    name: str
    version: Callable[[], str | None]
    """None where it is not installed."""
    command: Callable[[Order], Command]
    """Writes what the program needs into the folder of the order."""
    shown: Callable[[Path], Shown | None]
    """Reads the folder after the process has ended; None where it shows no latency."""
    takes_tls: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one process did, start to end."""

    contender: str
    work: Work
    round: int
    wall_s: float
    cpu_s: float
    """Of the process and the children it waited for, user and system."""
    peak_bytes: int
    """Resident memory of the largest of these processes."""
    exit_code: int
    served: int
    """Calls that the server saw, by its own log."""
    phase_s: float | None
    """From the first request's arrival at the server to its last answer; None: it saw none."""
    served_p50_s: float | None
    served_p99_s: float | None
    """How long the server itself had the requests."""
    shown: Shown | None
    load: float
    """Load average of one minute when the process ended."""
    together_bytes: int | None = None
    """The largest sum seen of all processes' memory; None: not looked at, as in older lines."""
    looking_cpu_s: float = 0.0
    """What looking at it took, outside of what is measured."""

    @property
    def is_sound(self) -> bool:
        """Whether all of the work was done, and none of it twice."""
        return self.exit_code == 0 and self.served == self.work.calls
