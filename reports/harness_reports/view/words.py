"""The words, symbols and anchors of the HTML report."""

import hashlib
import re

from harness.api import Change
from harness_reports.view.nouns import Badge

MINUS = "−"

VERDICTS = {
    "pass": Badge("✓", "PASS", "good"),
    "fail": Badge("✗", "FAIL", "bad"),
    "inconclusive": Badge("~", "INCONCLUSIVE", "unsure"),
    "invalid": Badge("!", "INVALID", "invalid"),
}
OUTCOMES = {
    "pass": Badge("✓", "pass", "good"),
    "fail": Badge("✗", "fail", "bad"),
    "inconclusive": Badge("~", "inconclusive", "unsure"),
}
CHANGES: dict[Change, Badge] = {
    "regressed": Badge("✗", "regressed", "bad"),
    "waived": Badge("≈", "waived", "unsure"),
    "fixed": Badge("✓", "fixed", "good"),
    "changed": Badge("≠", "changed", "unsure"),
    "same": Badge("=", "same", "plain"),
    "missing": Badge("!", "missing", "invalid"),
}
NONE = Badge("·", "none", "plain")

STATES = {
    "passed": Badge("✓", "passed", "good"),
    "failed": Badge("✗", "failed", "bad"),
    "fault": Badge("!", "fault", "invalid"),
    "skipped": Badge("–", "skipped", "plain"),
    "cancelled": Badge("–", "cancelled", "plain"),
}
PROOFS = {
    "proven": (
        Badge("✓", "proven", "good"),
        "Every answer carried the pinned commit: this revision answered.",
    ),
    "declared": (
        Badge("~", "declared", "unsure"),
        "The server states a name it was started with. Nothing ties its answers to the commit.",
    ),
    "observed": (
        Badge("~", "observed", "unsure"),
        "No revision is pinned. Answers carried the commit shown as served.",
    ),
    "opaque": (
        Badge("~", "opaque", "unsure"),
        "Answers carry nothing that says which revision gave them: the pin is taken on trust.",
    ),
    "mismatch": (
        Badge("✗", "mismatch", "bad"),
        "Answers came from another commit than the pinned one: the comparison is invalid.",
    ),
}


def anchor(kind: str, *names: str) -> str:
    """Give a stable id made from names: a slug and 6 hex digits, `case-praise-1a2b3c`."""
    whole = "\x00".join(names)
    slug = re.sub(r"[^a-z0-9]+", "-", whole.lower()).strip("-")[:40].strip("-")
    mark = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return "-".join(part for part in (kind, slug, mark) if part)


def short_revision(revision: str | None) -> str:
    """Give the first seven digits of a commit, other revisions whole, `not pinned` for None."""
    if revision is None:
        return "not pinned"
    return revision[:7] if re.fullmatch(r"[0-9a-f]{40,64}", revision) else revision
