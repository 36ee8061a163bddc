"""Refuses revisions that can move."""

from harness.api.kinds import Provider, is_commit
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review

_HEX = frozenset("0123456789abcdef")


def refuse_moving(review: Review, revision: str, path: Path, provider: Provider | None) -> None:
    """Report a revision that its provider does not call immutable."""
    is_pin = provider.is_pin if provider else is_commit
    try:
        if is_pin(revision):
            return
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        message = f"provider {provider.name if provider else ''} failed on it: {error!r}"
        review.value(path, "E129", message)
        return
    shown = repr(revision if len(revision) <= 60 else revision[:59] + "…")
    lower = revision.lower()
    if is_commit(lower):
        advice = "write it in lower case"
    elif len(revision) >= 4 and set(lower) <= _HEX:
        advice = f"{shown} is not a whole commit; {_lock(review)}"
    else:
        advice = f"{shown} can move; {_lock(review)}"
    review.value(path, "E201", "revision is not pinned", advice)


def refuse_missing(review: Review, target: str) -> None:
    """Report a target without a revision where pins are required."""
    message = f"target '{target}' has no revision, and `require_pins` is set"
    review.key(("targets", target), "E202", message, _lock(review))


def _lock(review: Review) -> str:
    file = review.source.file
    return f"run `revgate lock {file}` to write the 40-digit commit it names today"
