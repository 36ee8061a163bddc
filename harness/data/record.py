"""An exchange judged: an output with findings, or a fault."""

from collections.abc import Mapping
from typing import Literal

from msgspec import field

from harness.data.exchange import Fault, Identity
from harness.data.noun import Noun
from harness.jsonvalue import Json

State = Literal["passed", "failed", "fault", "skipped", "cancelled"]
Finish = Literal["", "stop", "length", "refused"]
"""How an answer ended as the wire says it: by itself (a tool call too), cut off at the limit of its
length, refused by the model or held back by a filter; empty: the wire does not say."""


class Output(Noun, frozen=True, kw_only=True):
    """An answer in the task's canonical form."""

    value: Json
    """Canonical: `[{"label", "score"}]` by falling score for classifiers, a string for text."""
    variant: str = ""
    """Which raw shape was seen, in the task's words; a change of it is a finding."""
    text: str = ""
    """The answer as one string: the generated text, the top label."""
    latency_s: float | None = None
    """Seconds the model took, set by the judge; None: not measured (replay, cache, retry)."""
    finish: Finish = ""
    """How the answer ended, in words of the wire, never guessed from the text."""


class Finding(Noun, frozen=True, kw_only=True):
    """What a validator or a check says of one answer."""

    check: str
    ok: bool
    message: str
    """Expected against found, in one sentence."""
    score: float | None = None
    """0..1; None: 1.0 when ok, else 0.0."""
    where: str = ""
    """JSON pointer into the output, where it helps."""
    required: bool = True
    weight: float = 1.0

    @property
    def points(self) -> float:
        """The score, or what `ok` stands for."""
        return self.score if self.score is not None else float(self.ok)


class Measure(Noun, frozen=True, kw_only=True):
    """One paired number of two outputs of a case."""

    name: str
    """`agreement` says whether both answers are the same in the task's terms: 1 or 0."""
    value: float
    better: Literal["higher", "lower", "neither"] = "higher"
    note: str = ""


class Usage(Noun, frozen=True, kw_only=True):
    """What the provider says was consumed; None where it says nothing."""

    compute_s: float | None = None
    """Server-side compute time, converted to seconds."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    characters: int | None = None
    images: int | None = None
    seconds: float | None = None
    """Of audio or video."""
    cost_usd: float | None = None
    """As the provider states it, else reckoned from the target's price."""


class Record(Noun, frozen=True, kw_only=True):
    """One judged call. It has an output or a fault, never both."""

    seq: int
    output: Output | None = None
    findings: tuple[Finding, ...] = ()
    fault: Fault | None = None
    served: Identity | None = None
    traces: Mapping[str, str] = field(default_factory=dict)
    """What tells answers apart but names no revision, by name; visible text, bounded."""
    usage: Usage = field(default_factory=Usage)
    latency_s: float | None = None
    first_token_s: float | None = None
    """Seconds to the first non-empty content of a stream, where `latency_s` measures the model; of
    one that timed out before it the deadline: censored there."""
    queue_s: float | None = None
    """Seconds the call started after it was due, where it has a `latency_s` and a rate says when
    calls are due."""
    response_s: float | None = None
    """Seconds from the moment the call was due to its outcome, its retries and the waits between
    them included, where a rate says when calls are due; of one that timed out: censored there."""
    uncounted: Finish = ""
    """Why the answer counts as missing though it came: as it was cut off, or refused."""

    @property
    def is_counted(self) -> bool:
        """Whether there is an answer, and it counts as one."""
        return self.output is not None and not self.uncounted

    @property
    def state(self) -> State:
        """How the call ended."""
        if self.fault is not None:
            return "fault"
        for finding in self.findings:  # asked several times a call: a generator takes twice as long
            if finding.required and not finding.ok:
                return "failed"
        return "passed"

    @property
    def score(self) -> float | None:
        """Weighted mean of the findings' points, 0..1; None for a fault.

        Findings of weight 0 say whether the answer is valid at all: one that fails gives 0.
        """
        if self.fault is not None:
            return None
        total = earned = 0.0
        for finding in self.findings:
            if finding.weight:
                total += finding.weight
                earned += finding.weight * finding.points
            elif finding.required and not finding.ok:
                return 0.0
        return earned / total if total else 1.0
