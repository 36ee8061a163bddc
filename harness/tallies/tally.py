"""Adds up one target's answers: states, identity, faults, latencies."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlsplit

from harness.compact import CodedColumn, DurationColumn
from harness.data.comparison import LatencySummary
from harness.data.dossier import FaultGroup, TargetView
from harness.data.noun import replace
from harness.data.probe import Probed
from harness.data.record import Finish, Record
from harness.data.suite import Proof, Target
from harness.store.reader import StoredAnswer
from harness.tallies.consumption import Consumption
from harness.tallies.latencies import latency_summary, measured_s, responded_s
from harness.tallies.pace import Pace
from harness.tallies.servings import Servings
from harness.tallies.traces import Traces
from harness.units import plural

_CASES_NAMED = 5
_SHAPES_NAMED = 20
_MORE_SHAPES = "others"


@dataclass(slots=True)
class _Group:
    first: Record
    count: int = 0
    case_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What is known of one target; memory grows by four bytes a latency, little more."""

    target: Target
    states: Counter[str] = field(default_factory=Counter)
    served: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    evidenced: int = 0
    """Answers that carried evidence; faults carry some too, and stand in `served` only."""
    unproven: int = 0
    """Answers with evidence that only repeats a name."""
    probed: Probed = field(default_factory=Probed)
    """What its servers said when they were asked beside the calls."""
    attempts: int = 0
    replayed: int = 0
    unmeasured: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Answers without a latency, by why they have none."""
    stopped: int = 0
    """Calls not sent because the target was given up."""
    over_budget: int = 0
    budget_words: str = ""
    """Which bound of the run was reached; of the last call it left out."""
    saved: int = 0
    """Calls not made because the answers before had settled the gates."""
    saved_words: str = ""
    pass_sum: float = 0.0
    score_sum: float = 0.0
    cases_answered: int = 0
    latencies_s: DurationColumn = field(default_factory=DurationColumn)
    first_tokens_s: "array[float]" = field(default_factory=lambda: array("d"))
    streamed: int = 0
    """Answers among them; the others timed out."""
    responses_s: "array[float]" = field(default_factory=lambda: array("d"))
    """From the moment calls were due to their outcomes, where a rate says when that was."""
    unresponded: Counter[str] = field(default_factory=Counter)
    """Answers that are not among them, by why."""
    pace: Pace = field(default_factory=Pace)
    """How fast calls were sent, where a rate was asked for."""
    compute_s: CodedColumn = field(default_factory=CodedColumn)
    consumption: Consumption = field(default_factory=Consumption)
    servings: Servings = field(default_factory=Servings)
    traces: Traces = field(default_factory=Traces)
    shapes: Counter[str] = field(default_factory=Counter)
    ended: Counter[Finish] = field(default_factory=Counter)
    """Answers by how the wire says they ended."""
    uncounted: Counter[Finish] = field(default_factory=Counter)
    """Answers that came and count as missing."""
    urls: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    batched: int = 0
    groups: dict[tuple[str, int | None], _Group] = field(default_factory=dict)

    def add(self, case_id: str, record: Record) -> None:
        """Take in one record."""
        self.states[record.state] += 1
        if record.served is not None:
            self.served[record.served.revision.lower()] += 1
            self.sources[record.served.source] += 1
            self.evidenced += record.fault is None
            self.unproven += record.fault is None and not record.served.is_proof
        latency_s = measured_s(record)
        if latency_s is not None:
            self.latencies_s.append(latency_s)
        elif record.fault is None:
            self.unmeasured += 1
        response_s = responded_s(record)
        if response_s is not None:
            self.responses_s.append(response_s)
        if record.usage.compute_s is not None and record.fault is None:
            self.compute_s.append(record.usage.compute_s)
        if record.first_token_s is not None:
            self.first_tokens_s.append(record.first_token_s)
            self.streamed += record.fault is None
        if record.output is not None:
            self.consumption.add(record.usage)
            self._add_shape(record.output.variant)
            if record.output.finish:
                self.ended[record.output.finish] += 1
            if record.uncounted:
                self.uncounted[record.uncounted] += 1
        if record.fault is not None:
            key = (record.fault.kind, record.fault.status)
            group = self.groups.setdefault(key, _Group(record))
            group.count += 1
            if len(group.case_ids) < _CASES_NAMED and case_id not in group.case_ids:
                group.case_ids.append(case_id)

    def add_sent(self, answer: StoredAnswer, record: Record) -> None:
        """Take in how and when a call went."""
        if record.served is not None:
            self.servings.add(record.served.revision.lower(), answer.answered_at)
        if record.fault is None and measured_s(record) is None:
            why = _why_unmeasured(answer)
            self.left_out[why] += 1
            if responded_s(record) is None:
                self.unresponded[why] += 1
        if record.queue_s is not None and record.latency_s is not None and answer.attempts == 1:
            self.pace.add(answer.answered_at - record.latency_s, record.queue_s)
        if record.fault is None:
            self.traces.add(record.traces, answer.answered_at)
            self.moved += answer.is_moved
            self.batched += answer.batched > 1
            if self.target.urls and answer.url:
                self.urls[_address(answer.url, self.target.urls)] += 1

    def _add_shape(self, variant: str) -> None:
        if variant and (variant in self.shapes or len(self.shapes) < _SHAPES_NAMED):
            self.shapes[variant] += 1
        elif variant:
            self.shapes[_MORE_SHAPES] += 1

    @property
    def answered(self) -> int:
        """Calls that were answered."""
        return self.states["passed"] + self.states["failed"]

    @property
    def proof(self) -> Proof:
        """What the evidence says of who answered (design section 6).

        Evidence on some answers says nothing of the others. A fault from another commit is
        evidence too: that commit is there, behind the same address. Two commits are two models,
        also where none was pinned. Answers without evidence of their own are covered by probes
        that said the same before the first and after the last.
        """
        pin = self.target.revision
        if pin is not None and any(revision != pin.lower() for revision in self.served):
            return "mismatch"
        if len(self.served) > 1:
            return "mismatch"
        if self.probed.contradictions:
            return "mismatch"
        is_covered = bool(self.probed.covering)
        if not self.answered or (self.evidenced < self.answered and not is_covered):
            return "opaque"
        is_proven = self.probed.is_proof or (self.evidenced == self.answered and not self.unproven)
        if pin is None:
            return "observed" if is_proven else "opaque"
        return "proven" if is_proven else "declared"

    @property
    def evidence(self) -> str:
        """Where the evidence was seen, in words."""
        found = []
        if self.served:
            sources = ", ".join(sorted(self.sources))
            found.append(f"{sources} on {self.evidenced:,} of {plural(self.answered, 'answer')}")
        if self.probed.covering:
            sources = ", ".join(sorted({one.source for one in self.probed.covering}))
            found.append(f"{sources} before the first answer and after the last")
        found = found or ["no answer says which revision it came from"]
        if self.proof == "opaque" and self.traces.words:
            found.append(f"{self.traces.words}, which names no revision")
        return "; ".join(found)

    def fault_groups(self) -> list[FaultGroup]:
        """Give faults by kind and status, most frequent first."""
        found = []
        for (kind, status), group in self.groups.items():
            fault = group.first.fault
            if fault is not None:
                found.append(
                    FaultGroup(
                        target=self.target.name,
                        kind=kind,
                        status=status,
                        count=group.count,
                        message=fault.message,
                        hint=fault.hint,
                        case_ids=tuple(group.case_ids),
                    )
                )
        return sorted(found, key=lambda group: -group.count)

    def view(self) -> TargetView:
        """Give everything a reporter shows of the target."""
        target = self.target
        return TargetView(
            name=target.name,
            provider=target.provider,
            model=target.model,
            revision=target.revision,
            url=str(target.options.get("url") or target.options.get("base_url") or ""),
            served=tuple(sorted({*self.served, *(o.revision for o in self.probed.covering)})),
            evidence=self.evidence,
            proof=self.proof,
            counts={
                "answered": self.answered,
                "passed": self.states["passed"],
                "failed": self.states["failed"],
                "faults": self.states["fault"],
                "skipped": self.states["skipped"],
                "cancelled": self.states["cancelled"],
            },
            pass_rate=self.pass_sum / self.cases_answered if self.cases_answered else None,
            mean_score=self.score_sum / self.cases_answered if self.cases_answered else None,
            latency=latency_summary(
                self.latencies_s,
                self.unmeasured,
                cases=self.cases_answered,
                left_out=self.left_out,
            ),
            server_s=median(self.compute_s) if self.compute_s else None,
            first_token=self._first_token(),
            response=self._response(),
            moved=self.moved,
            batched=self.batched,
            urls=dict(self.urls),
            shapes=dict(self.shapes),
            ended={str(finish): count for finish, count in self.ended.items()},
            usage=dict(self.consumption.units),
            cost_usd=self.consumption.cost_usd,
            price_as_of=target.price.as_of if target.price is not None else "",
            served_spans=self.servings.spans,
            traces=self.traces.views(),
        )

    def _first_token(self) -> LatencySummary | None:
        if not self.first_tokens_s:
            return None
        left_out = self.answered - self.streamed
        return latency_summary(self.first_tokens_s, left_out, cases=self.cases_answered)

    def _response(self) -> LatencySummary | None:
        if not self.responses_s:
            return None
        left_out = self.unresponded
        summary = latency_summary(self.responses_s, left_out.total(), left_out=left_out)
        # Calls that wait for the same slow answer are not independent: no interval fits.
        return replace(summary, intervals={})


def _why_unmeasured(answer: StoredAnswer) -> str:
    if answer.is_replayed:
        return "replayed"
    if answer.batched > 1:
        return "bundled"
    if answer.is_held_back:
        return "held back"
    if answer.is_moved:
        return "moved"
    return "retried" if answer.attempts > 1 else "cached"


def _address(url: str, urls: Sequence[str]) -> str:
    """Give which of a target's urls a call went to; the origin of any other."""
    known = (own for own in urls if url.startswith(own.rstrip("/")))
    parts = urlsplit(url)
    return max(known, key=len, default=f"{parts.scheme}://{parts.netloc}")
