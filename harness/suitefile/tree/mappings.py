"""Reads the keys of a mapping: text, each once."""

from harness.suitefile.tree.node import Entry, Node
from harness.suitefile.tree.review import Review


def entries_of(review: Review, children: list[Node]) -> dict[str, Entry]:
    """Give the entries of a mapping from its keys and values in turn; the first of a key counts."""
    entries: dict[str, Entry] = {}
    for key, value in zip(children[::2], children[1::2], strict=True):
        name = _name(review, key)
        if name is None:
            continue
        if name in entries:
            first = entries[name].key
            message = f"duplicate key {name[:80]!r} (first at {first.line}:{first.column})"
            review.on(key, "E101", message, "remove one of them")
        else:
            entries[name] = Entry(key, value)
    return entries


def _name(review: Review, key: Node) -> str | None:
    if isinstance(key.value, list | dict):
        review.on(key, "E124", "a key must be text, not a list or a mapping")
        return None
    if key.is_plain and key.text == "<<":
        advice = "write the keys out, or put what targets share under `target:`"
        review.on(key, "E102", "merge keys ('<<') are not part of a suite", advice)
        return None
    if key.ambiguity is None and not isinstance(key.value, str):
        message = f"key {key.text[:80]!r} is not text"
        review.on(key, "E109", message, f'quote it: "{key.text[:80]}"')
    return key.text
