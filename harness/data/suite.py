"""What the user asked for: targets, cases, checks, gates, run settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from harness.data.conditions import ConditionItem, Policy
from harness.data.noun import Noun
from harness.jsonvalue import Json

Level = Literal["error", "warn", "off"]
Proof = Literal["proven", "declared", "observed", "opaque", "mismatch"]
Unfinished = Literal["truncated", "refused"]
Treatment = Literal["missing", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a provider charges, US dollars; what it does not charge for is 0."""

    per_call: float = 0.0
    per_million_input_tokens: float = 0.0
    per_million_output_tokens: float = 0.0
    per_million_characters: float = 0.0
    per_image: float = 0.0
    per_second: float = 0.0
    """Of audio or video, or of compute where the provider states nothing else."""
    as_of: str = ""
    """The day the price was looked up, `2026-11-21`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One side of the comparison: who is called, at which immutable revision."""

    name: str
    provider: str
    model: str
    revision: str | None = None
    """The pin: 40 or 64 hex digits, or an immutable form of its provider. None: not pinned."""
    options: Mapping[str, Json] = field(default_factory=dict)
    """The provider's own keys (`url`, `base_url`), validated by the provider's options type."""
    urls: tuple[str, ...] = ()
    """Several addresses of the same model, the first also in `options`; empty: only that one."""
    balance: Literal["failover", "round_robin", "least_busy"] = "failover"
    """How calls are spread over `urls`: all to the first that is well, in turn, or evenly."""
    price: Price | None = None
    proxy: str | None = None
    """The proxy its calls go through, `http://host:port`; None: none, whatever the environment."""
    ca_file: str | None = None
    """Certificates (PEM) its server is trusted by, in place of the system's; absolute path."""
    run: str | None = None
    """A stored target: the run folder (and target in it, after `#`) its answers are taken from."""

    @property
    def is_detoured(self) -> bool:
        """Whether the suite chose a way on which its author could read along."""
        return self.proxy is not None or self.ca_file is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file sent as the body of a call; its path was checked to lie under the suite's folder."""

    path: str
    """Relative to the suite file, `/` as separator."""
    sha256: str
    body_bytes: int
    media_type: str
    body: bytes = field(default=b"", repr=False, compare=False)
    """The file's bytes, present where a task builds its payload."""


class CheckUse(Noun, frozen=True, kw_only=True):
    """A check with its arguments, as a suite names it."""

    check: str
    arguments: Mapping[str, Json] = msgspec.field(default_factory=dict)
    weight: float = 1.0
    """Share in the record's score, relative to the other checks; > 0."""
    required: bool = True
    """Whether failing it fails the record."""


class Case(Noun, frozen=True, kw_only=True):
    """One question put to every target."""

    id: str
    inputs: Json = None
    media: Media | None = None
    """Set when the input is a file beside the suite; `inputs` then holds what is asked beside it
    (`{"question": "What is this?"}`), or None."""
    parameters: Mapping[str, Json] = msgspec.field(default_factory=dict)
    """The suite's parameters with the case's own on top."""
    expect: Json = None
    """What a right answer is, in the task's terms; None when nothing is expected."""
    checks: tuple[CheckUse, ...] = ()
    """The suite's checks, then the case's own."""
    tags: tuple[str, ...] = ()
    cluster: str | None = None
    """Cases of one cluster are not independent; None: the case is a unit of its own."""
    place: str = ""
    """`file:line` where it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition on the comparison; exactly one of the five limits is set."""

    metric: str
    min: float | None = None
    max: float | None = None
    max_drop: float | None = None
    max_ratio: float | None = None
    max_rise: float | None = None
    """Of a share where less is better: the largest rise from baseline to candidate."""
    min_effect_ms: float | None = None
    """A latency gate fails only when the difference exceeds this too; milliseconds."""
    each: Literal["tag"] | None = None
    confidence: float | None = None
    """Two-sided; on a counted gate it makes the gate inferred. None: 0.95 where one is needed."""
    level: Level = "error"
    is_default: bool = False
    """True when the suite named no gate and this one was chosen for its size."""

    @property
    def limit(self) -> float:
        """The number the gate compares with."""
        limits = (self.max, self.min, self.max_drop, self.max_ratio, self.max_rise)
        return next(limit for limit in limits if limit is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How calls are made."""

    repeats: int = 1
    warmup: int = 0
    """Calls per target before the first measured one; planned, marked, in no statistic."""
    concurrency: int = 8
    """Calls in flight per target."""
    timeout_s: float = 60.0
    """Total deadline of one attempt."""
    attempts: int = 3
    seed: int = 7
    fail_fast: int | None = None
    """Calls that may end in a fault before the run is stopped; None: any number."""
    max_calls: int | None = None
    """Upper bound on calls sent, retries and warm-ups included."""
    max_cost_usd: float | None = None
    """Upper bound on what all calls cost together; needs a price for every target."""
    batch: int = 1
    """Cases bundled into one call where task and provider can; such calls have no latency."""
    rate: float | None = None
    """Calls per second per target; None: no cap."""
    tokens_per_minute: float | None = None
    """Tokens asked and answered a minute per target; None: no cap."""
    max_body_bytes: int = 8_388_608
    """Largest decoded answer that is read."""
    transport: Literal["auto", "curl", "requests"] = "auto"
    stop: Literal["end", "early"] = "end"
    """`early`: cases are asked in random order, and no more once their answers settle the gates."""
    balance: Literal["quality", "latency"] = "quality"
    """What stopping early waits for: gates on answers, or gates on latency too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A validated suite, without its cases: those are streamed (`LoadedSuite.cases`)."""

    name: str
    task: str
    targets: tuple[Target, ...]
    """Two or more; the first is the baseline."""
    gates: tuple[Gate, ...] = ()
    """As written; empty: defaults that fit the number of cases are chosen."""
    run: RunSettings = field(default_factory=RunSettings)
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """For every case; each case carries them merged with its own."""
    require_pins: bool = False
    allow_routing: bool = False
    """Whether a router may pick the backend of a gated target."""
    require_proof: Literal["proven", "declared", "observed"] | None = None
    allow_stored_latency: bool = False
    comparability: Mapping[ConditionItem, Policy] = field(default_factory=dict)
    """What an inequality of the two sides does, where it is not the default."""
    unfinished: Mapping[Unfinished, Treatment] = field(default_factory=dict)
    """What answers that were cut off, or refused, count as, where it is not the default."""
    path: Path
    source_sha256: str
    """Of the suite file's bytes."""
    warnings: tuple[str, ...] = ()

    @property
    def baseline(self) -> Target:
        """The first target: what every other one is compared with."""
        return self.targets[0]
