"""What is to be sent: payloads, calls, requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import field

from harness.data.noun import Noun
from harness.data.suite import Case, Target
from harness.jsonvalue import Json, canonical


class Payload(Noun, frozen=True, kw_only=True):
    """A task's question in wire form: a JSON value, or the bytes of a file."""

    value: Json = None
    media: bytes | None = None
    """Set for a binary body; `value` then holds the parameters that travel beside it, or None."""
    media_type: str = "application/json"

    def encoded(self) -> bytes:
        """Give the body bytes: the media as it is, or the JSON value in canonical form."""
        return self.media if self.media is not None else canonical(self.value)


class Slot(Noun, frozen=True, kw_only=True):
    """One place in the plan: who is asked what, and when."""

    seq: int
    """From 0; the order in which calls are started."""
    case: Case
    target: str
    repeat: int
    """From 0; negative for warm-ups."""
    first_of_pair: bool

    @property
    def is_warmup(self) -> bool:
        """Whether the answer enters no statistic."""
        return self.repeat < 0


class Call(Noun, frozen=True, kw_only=True):
    """A slot of the plan with its payload, ready for a provider."""

    case: Case
    target: Target
    payload: Payload
    task: str = ""
    """The suite's task: some providers have a route a task."""
    repeat: int = 0
    timeout_s: float = 60.0


class Request(Noun, frozen=True, kw_only=True):
    """One HTTP request without its credential."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Where a provider's secret comes from, and which origins may receive it. Never the secret."""

    env: tuple[str, ...]
    """Environment variables, first one set wins."""
    token_file: bool = False
    """Whether the Hugging Face token file is read when no variable is set."""
    header: str = "authorization"
    scheme: str = "Bearer"
    origins: tuple[str, ...] = ()
    """Host patterns (`api.example.com`, `*.endpoints.example.com`) the secret is made for.

    Loopback and origins the user trusts on the command line receive it too; nobody else does,
    whatever a suite says.
    """
