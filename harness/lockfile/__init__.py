"""Pins what a suite names: resolves it on the Hub, writes and reads `<suite>.lock`."""

from harness.lockfile.asked import Asked, AskedTarget, read_asked
from harness.lockfile.concerned import concerned
from harness.lockfile.difference import FieldChange, changes
from harness.lockfile.facts import facts_to_json, upstream_to_json
from harness.lockfile.moved import Moved, moved_since, outdated
from harness.lockfile.nouns import Lock, LockedTarget, Upstream, lock_path
from harness.lockfile.policy import licence_problem
from harness.lockfile.preflight import PreflightFinding, preflight
from harness.lockfile.reading import read_lock, was_written_here
from harness.lockfile.refusing import refused
from harness.lockfile.resolving import Resolved, lock_of, resolve
from harness.lockfile.upstream import with_upstream
from harness.lockfile.words import (
    change_lines,
    moved_lines,
    outdated_lines,
    pin_lines,
    problem_lines,
    served_lines,
    table_rows,
    upstream_lines,
)
from harness.lockfile.writing import lock_text

__all__ = [
    "Asked", "AskedTarget", "FieldChange", "Lock", "LockedTarget", "Moved", "PreflightFinding",
    "Resolved", "Upstream", "change_lines", "changes", "concerned", "facts_to_json",
    "licence_problem", "lock_of", "lock_path", "lock_text", "moved_lines", "moved_since",
    "outdated", "outdated_lines", "pin_lines", "preflight", "problem_lines", "read_asked",
    "read_lock", "refused", "resolve", "served_lines", "table_rows", "upstream_lines",
    "upstream_to_json", "was_written_here", "with_upstream",
]  # fmt: skip
