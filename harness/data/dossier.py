"""All a reporter may see."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from harness.data.comparison import Change, Comparison, LatencySummary
from harness.data.conditions import Condition
from harness.data.noise import Noise
from harness.data.noun import Noun
from harness.data.presentation import Presentation
from harness.data.record import Measure, Record
from harness.data.suite import Case, Proof
from harness.data.verdict import Verdict
from harness.data.waiver import WaiverUse
from harness.jsonvalue import Json

Show = Literal["text", "labels", "json", "image", "audio", "video", "vector", "spans", "boxes"]
"""How an output is best shown: `image`, `audio`, `video` from the answer's bytes, `vector` by its
canonical `{vector, shape}`, `spans` by `[{entity, start, end}]` in the input's text, `boxes` by
`[{label, score, box}]` over the input's image."""


def no_bytes() -> bytes:
    """Give nothing: there are no bytes."""
    return b""


class Answer(Noun, frozen=True, kw_only=True):
    """One record with the call it answers."""

    target: str
    repeat: int
    record: Record | None
    """None for a call that was never answered for: see `state`."""
    state: Literal["passed", "failed", "fault", "skipped", "cancelled"]
    reason: str = ""
    """Why a call was skipped or cancelled."""
    attempts: int = 0
    body: Callable[[], bytes] = no_bytes
    """Gives the answer's body as it travelled, empty when there is none; may be called any time.

    Raises HarnessError when the run cannot be read any more."""


class CaseView(Noun, frozen=True, kw_only=True):
    """One case with every answer to it, in the order of the targets, then of repeats."""

    case: Case
    answers: tuple[Answer, ...]
    change: Mapping[str, Change] = msgspec.field(default_factory=dict)
    """By candidate name: what became of the case against the baseline."""
    measures: Mapping[str, tuple[Measure, ...]] = msgspec.field(default_factory=dict)
    """By candidate name: the task's measures of the first repeat."""
    media_body: Callable[[], bytes] = no_bytes
    """Gives the bytes of `case.media`, as `Answer.body` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a target's answers carried under one name that tells them apart, and is no revision."""

    counts: Mapping[str, int]
    """Answers by value, the value seen first before the others; `others` beyond ten."""
    changed_at: str = ""
    """UTC, when a second value was first seen; empty: it was one all along."""
    in_turns: bool = False
    """Whether a value was seen again after another: then no moment parts the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """Who was called, and what proves who answered."""

    name: str
    provider: str
    model: str
    revision: str | None
    url: str
    served: tuple[str, ...]
    """Every distinct revision seen in answers."""
    evidence: str
    """Where it was seen, and on how many answers: `x-sha on 200 of 200 answers`."""
    proof: Proof
    counts: Mapping[str, int]
    """answered, passed, failed, faults, skipped, cancelled."""
    pass_rate: float | None
    mean_score: float | None
    latency: LatencySummary
    server_s: float | None = None
    """Median server-reported compute time, seconds."""
    first_token: LatencySummary | None = None
    """Seconds to the first content of streamed answers; None: nothing was streamed."""
    response: LatencySummary | None = None
    """From the moment each call was due to its outcome, retries and waits included; None: no `rate`
    said when that was."""
    moved: int = 0
    """Answers from another of the target's urls than the one meant; in no latency."""
    batched: int = 0
    """Answers that travelled with others in one request; in no latency."""
    urls: Mapping[str, int] = field(default_factory=dict)
    """Answers by the url that gave them, where the target has several."""
    shapes: Mapping[str, int] = field(default_factory=dict)
    """Answers by the raw shape that was seen, in the task's words."""
    ended: Mapping[str, int] = field(default_factory=dict)
    """Answers by how the wire says they ended, `stop`, `length`, `refused`, as far as it does."""
    usage: Mapping[str, float] = field(default_factory=dict)
    """Sums over answers by unit: `input_tokens`, `output_tokens`, `characters`, `images`,
    `seconds`, `compute_s`; what no answer states is not there."""
    cost_usd: float | None = None
    """Sum over answers; None: no price is known."""
    price_as_of: str = ""
    served_spans: tuple[tuple[str, str, str], ...] = ()
    """(revision, first seen, last seen), UTC, by time of the answers, where it changed."""
    traces: Mapping[str, Trace] = field(default_factory=dict)
    """By name: `x-inference-provider`, `system_fingerprint`; at most eight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultGroup:
    """Faults of one kind on one target."""

    target: str
    kind: str
    status: int | None
    count: int
    message: str
    """Of the first of them."""
    hint: str
    case_ids: tuple[str, ...]
    """At most five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Every planned call ends in exactly one state; warm-ups are not counted."""

    planned: int = 0
    answered: int = 0
    passed: int = 0
    failed: int = 0
    faults: int = 0
    skipped: int = 0
    cancelled: int = 0
    saved: int = 0
    """Of those skipped: not made because the answers before had settled the gates."""
    attempts: int = 0
    replayed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A finished comparison, ready to be shown."""

    suite: str
    task: str
    show: Show
    """How an output of this task is best shown."""
    suite_path: str
    run_id: str
    started_at: str
    """UTC, ISO 8601."""
    finished_at: str
    targets: tuple[TargetView, ...]
    counts: Counts
    cases: int
    repeats: int
    comparisons: tuple[Comparison, ...]
    """One a candidate."""
    verdict: Verdict
    faults: tuple[FaultGroup, ...]
    warnings: tuple[str, ...]
    environment: Mapping[str, Json]
    """Versions of revgate, its plugins, Python, libraries; transport; suite digest; settings."""
    reproduce: tuple[str, ...]
    """Shell commands."""
    case_views: Callable[[], Iterator[CaseView]]
    """Streams every case in plan order; may be called again."""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    """What should be equal on both sides, for every candidate."""
    noise: Noise | None = None
    """The noise floor of the suite; None where it was not measured."""
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver of the suite, in the order of its file."""
    without_waivers: Verdict | None = None
    """The verdict had nothing been waived; None where nothing was."""
    presentation: Presentation = field(default_factory=Presentation)
    """How whoever asked for the reports wants them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file a reporter makes: its name in the run folder and its bytes, in chunks."""

    name: str
    chunks: Iterator[bytes]
    warning: str = ""
    """What whoever asked for it should know of it, in one sentence: that it is very large."""
