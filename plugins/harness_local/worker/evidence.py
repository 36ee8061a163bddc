"""Reads off loaded objects which commit they came from."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness_local.worker.nouns import RefusedError
from harness_local.worker.snapshot import SNAPSHOT


def commit_of(parts: Mapping[str, Any]) -> str:
    """Give the one commit all parts (model, tokenizer, ...) say they were loaded from.

    Raises RefusedError when the model does not say, or any two disagree. Some processors keep no
    trace of where they came from: they were loaded from the same folder, and are passed over.
    """
    told = {name: set(_told(part)) for name, part in parts.items() if part is not None}
    commits = {commit for found in told.values() for commit in found}
    if len(commits) > 1:
        words = "; ".join(
            f"{name} {', '.join(sorted(found))}" for name, found in told.items() if found
        )
        raise RefusedError(f"what was loaded is not of one commit: {words}")
    if not told.get("model"):
        raise RefusedError("the loaded model does not say which commit it is: it cannot be proven")
    return commits.pop()


def _told(part: Any) -> Iterator[str]:
    """Give every commit an object names: transformers 4 notes it, both note the folder."""
    config = getattr(part, "config", None)
    for holder in (config, part):
        noted = getattr(holder, "_commit_hash", None)
        if isinstance(noted, str) and noted:
            yield noted
        for name in ("_name_or_path", "name_or_path"):
            found = SNAPSHOT.search(str(getattr(holder, name, None) or ""))
            if found:
                yield found.group(1)
