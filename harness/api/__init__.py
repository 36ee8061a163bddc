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
from harness.compact import digest64
from harness.data.call import Call, Credential, Payload, Request
from harness.data.comparison import (
    Change,
    Comparison,
    Estimate,
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
from harness.data.flips import LONGEST_FLIP_REASON, Flip, FlipColumn
from harness.data.index import Index, IndexedRun
from harness.data.lines import Ink, Line, Words
from harness.data.noun import replace
from harness.data.presentation import Embed, Layout, Presentation
from harness.data.record import Finding, Finish, Measure, Output, Record, Usage
from harness.data.suite import Case, Media, Price, Target
from harness.data.verdict import GateResult, Verdict
from harness.data.waiver import Waiver, WaiverUse
from harness.emit import display_width
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
    "LONGEST_FLIP_REASON",
    "Answer", "Artifact", "Batch", "Call", "Case", "CaseView", "Change", "Check", "Comparison",
    "Counts", "Credential", "Dossier", "Embed", "Estimate", "Exchange", "Fault", "FaultGroup",
    "Finding", "Finish", "Flip", "FlipColumn", "FoundMedia", "GateResult", "HarnessError",
    "Identity", "Index", "IndexedRun", "Ink", "Job", "Json", "LatencySummary", "Layout", "Line",
    "Measure", "MeasureSummary", "Media", "MediaKind", "NoArguments", "NoOptions", "Output",
    "PairTable", "Payload", "Pooled", "Presentation", "Price", "Provider", "Record", "Reporter",
    "Request", "Response", "ShapeError", "Slice", "Step", "Target", "TargetView", "Task", "Trace",
    "Usage", "Verdict", "WaivedFlip", "Waiver", "WaiverUse", "Words",
    "canonical", "digest64", "display_width", "equals_expected", "format_bytes", "format_points",
    "format_ratio", "format_s", "format_share", "hookimpl", "is_commit", "kind_of", "media_in",
    "media_words", "parse_json", "plural", "read_json", "replace", "size_of", "whole_answer_agrees",
]  # fmt: skip
