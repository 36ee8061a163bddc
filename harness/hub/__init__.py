"""Asks the Hugging Face Hub what a model's names stand for, over the one transport."""

from harness.hub.client import Hub
from harness.hub.drift import Drift, FileChange, FileKind, drift_between
from harness.hub.nouns import (
    Commit,
    Commits,
    HubFault,
    ModelFacts,
    Reference,
    ServedBy,
    is_commit_id,
)
from harness.hub.opening import forbidden_by, open_hub

__all__ = [
    "Commit", "Commits", "Drift", "FileChange", "FileKind", "Hub", "HubFault", "ModelFacts",
    "Reference", "ServedBy", "drift_between", "forbidden_by", "is_commit_id", "open_hub",
]  # fmt: skip
