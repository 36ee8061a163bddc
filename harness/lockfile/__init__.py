"""Pins what a suite names: resolves it on the Hub, writes and reads `<suite>.lock`."""

from harness.lockfile.asked import Asked, AskedTarget, read_asked
from harness.lockfile.difference import FieldChange, changes
from harness.lockfile.moved import Moved, moved_since, outdated
from harness.lockfile.nouns import Lock, LockedTarget, lock_path
from harness.lockfile.policy import licence_problem
from harness.lockfile.preflight import PreflightFinding, preflight
from harness.lockfile.reading import read_lock, was_written_here
from harness.lockfile.refusing import refused
from harness.lockfile.resolving import Resolved, lock_of, resolve
from harness.lockfile.words import (
    change_lines,
    moved_lines,
    outdated_lines,
    pin_lines,
    problem_lines,
    table_rows,
)
from harness.lockfile.writing import lock_text

__all__ = [
    "Asked", "AskedTarget", "FieldChange", "Lock", "LockedTarget", "Moved", "PreflightFinding",
    "Resolved", "change_lines", "changes", "licence_problem", "lock_of", "lock_path", "lock_text",
    "moved_lines", "moved_since", "outdated", "outdated_lines", "pin_lines", "preflight",
    "problem_lines", "read_asked", "read_lock", "refused", "resolve", "table_rows",
    "was_written_here",
]  # fmt: skip
