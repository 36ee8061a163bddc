"""All a plugin imports; what stands here is public."""

from harness.api.hookspecs import hookimpl
from harness.api.kinds import (
    Batch,
    Check,
    Job,
    NoArguments,
    NoOptions,
    Pooled,
    Provider,
    Reporter,
    Task,
    equals_expected,
    is_commit,
    read_json,
    whole_answer_agrees,
)
from harness.data.call import Call, Credential, Payload, Request
from harness.data.comparison import (
    Change,
    Comparison,
    Estimate,
    Flip,
    LatencySummary,
    MeasureSummary,
    PairTable,
    Slice,
    WaivedFlip,
)
from harness.data.dossier import (
    Answer,
    Artifact,
    CaseView,
    Counts,
    Dossier,
    FaultGroup,
    TargetView,
    Trace,
)
from harness.data.exchange import Exchange, Fault, Identity, Response, Step
from harness.data.record import Finding, Measure, Output, Record, Usage
from harness.data.suite import Case, Media, Price, Target
from harness.data.verdict import GateResult, Verdict
from harness.data.waiver import Waiver, WaiverUse
from harness.errors import HarnessError, ShapeError
from harness.jsonvalue import Json, canonical, parse_json
from harness.media import FoundMedia, MediaKind, kind_of, media_in, media_words, size_of
from harness.units import (
    format_bytes,
    format_points,
    format_ratio,
    format_s,
    format_share,
    plural,
)

__all__ = [
    "Answer", "Artifact", "Batch", "Call", "Case", "CaseView", "Change", "Check", "Comparison",
    "Counts", "Credential", "Dossier", "Estimate", "Exchange", "Fault", "FaultGroup", "Finding",
    "Flip", "FoundMedia", "GateResult", "HarnessError", "Identity", "Job", "Json", "LatencySummary",
    "Measure", "MeasureSummary", "Media", "MediaKind", "NoArguments", "NoOptions", "Output",
    "PairTable", "Payload", "Pooled", "Price", "Provider", "Record", "Reporter", "Request",
    "Response", "ShapeError", "Slice", "Step", "Target", "TargetView", "Task", "Trace", "Usage",
    "Verdict", "WaivedFlip", "Waiver", "WaiverUse",
    "canonical", "equals_expected", "format_bytes", "format_points", "format_ratio", "format_s",
    "format_share", "hookimpl", "is_commit", "kind_of", "media_in", "media_words", "parse_json",
    "plural", "read_json", "size_of", "whole_answer_agrees",
]  # fmt: skip
