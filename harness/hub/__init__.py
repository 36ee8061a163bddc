"""Asks the Hugging Face Hub what a model's names stand for, over the one transport."""

from harness.hub.client import Hub
from harness.hub.drift import Drift, FileChange, drift_between
from harness.hub.nouns import (
    Commit,
    Commits,
    HubFault,
    ModelFacts,
    Reference,
    ServedBy,
    is_commit_id,
)
from harness.hub.opening import open_hub

__all__ = [
    "Commit", "Commits", "Drift", "FileChange", "Hub", "HubFault", "ModelFacts", "Reference",
    "ServedBy", "drift_between", "is_commit_id", "open_hub",
]  # fmt: skip
