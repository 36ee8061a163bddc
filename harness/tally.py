"""Adds up one target's answers: states, identity, faults, latencies."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from harness.data.dossier import FaultGroup, TargetView
from harness.data.record import Record
from harness.data.suite import Proof, Target
from harness.latencies import latency_summary, measured_s
from harness.units import plural

_CASES_NAMED = 5


@dataclass(slots=True)
class _Group:
    first: Record
    count: int = 0
    case_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What is known of one target; memory grows by eight bytes a latency, no more."""

    target: Target
    states: Counter[str] = field(default_factory=Counter)
    served: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    evidenced: int = 0
    """Answers that carried evidence; faults carry some too, and stand in `served` only."""
    unproven: int = 0
    """Answers with evidence that only repeats a name."""
    attempts: int = 0
    replayed: int = 0
    unmeasured: int = 0
    stopped: int = 0
    """Calls not sent because the target was given up."""
    over_budget: int = 0
    pass_sum: float = 0.0
    score_sum: float = 0.0
    cases_answered: int = 0
    latencies_s: "array[float]" = field(default_factory=lambda: array("d"))
    compute_s: "array[float]" = field(default_factory=lambda: array("d"))
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
        if record.usage.compute_s is not None:
            self.compute_s.append(record.usage.compute_s)
        if record.fault is not None:
            key = (record.fault.kind, record.fault.status)
            group = self.groups.setdefault(key, _Group(record))
            group.count += 1
            if len(group.case_ids) < _CASES_NAMED and case_id not in group.case_ids:
                group.case_ids.append(case_id)

    @property
    def answered(self) -> int:
        """Calls that were answered."""
        return self.states["passed"] + self.states["failed"]

    @property
    def proof(self) -> Proof:
        """What the evidence says of who answered (design section 6).

        Evidence on some answers says nothing of the others. A fault from another commit is
        evidence too: that commit is there, behind the same address.
        """
        pin = self.target.revision
        if pin is not None and any(revision != pin.lower() for revision in self.served):
            return "mismatch"
        if not self.answered or self.evidenced < self.answered:
            return "opaque"
        if pin is None:
            return "opaque" if self.unproven else "observed"
        return "declared" if self.unproven else "proven"

    @property
    def evidence(self) -> str:
        """Where the evidence was seen, in words."""
        if not self.served:
            return "no answer says which revision it came from"
        sources = ", ".join(sorted(self.sources))
        return f"{sources} on {self.evidenced:,} of {plural(self.answered, 'answer')}"

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
            served=tuple(sorted(self.served)),
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
            latency=latency_summary(self.latencies_s, self.unmeasured),
            server_s=median(self.compute_s) if self.compute_s else None,
        )
