"""Writes what the Hub said as JSON, for a run to keep."""

from harness.hub import ModelFacts
from harness.jsonvalue import Json
from harness.lockfile.nouns import Upstream


def facts_to_json(facts: ModelFacts) -> dict[str, Json]:
    """Give the facts in the words of the lock file."""
    return {
        "model": facts.model,
        "commit": facts.commit,
        "licences": list(facts.licences),
        "gated": facts.gated or False,
        "disabled": facts.is_disabled,
        "private": facts.is_private,
        "task": facts.task,
        "library": facts.library,
        "inference": facts.inference,
        "providers": [
            {"provider": served.provider, "status": served.status, "task": served.task}
            for served in facts.providers
        ],
        "last_modified": facts.last_modified,
    }


def upstream_to_json(upstream: Upstream) -> dict[str, Json]:
    """Give what changed between two commits in the words of the lock file."""
    return {
        "model": upstream.model,
        "before": upstream.before,
        "after": upstream.after,
        "direction": upstream.direction,
        "cut": upstream.is_cut,
        "commits": [{"id": c.id, "date": c.date, "title": c.title} for c in upstream.commits],
        "files": [{"kind": f.kind, "path": f.path, "how": f.how} for f in upstream.files],
    }
