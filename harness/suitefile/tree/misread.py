"""Refuses unquoted scalars that YAML readers disagree about."""

from harness.suitefile.tree.node import Entry, Node
from harness.suitefile.tree.review import Review

BOOLEAN_KEYS = frozenset(
    {"require_pins", "allow_routing", "allow_stored_latency", "allow_insecure", "required",
     "fail_fast"}
)  # fmt: skip


def refuse_misread(review: Review, root: Node) -> list[Node]:
    """Report every ambiguous scalar of the tree; give the numbers that JSON cannot hold.

    Those are left to whoever knows what belongs in their place (see `refuse_unfit`).
    """
    unfit: list[Node] = []
    stack: list[tuple[Node, str]] = [(root, "")]
    while stack:
        node, name = stack.pop()
        if isinstance(node.value, dict):
            for key, entry in node.value.items():
                if isinstance(entry, Entry):
                    # A lone `n` or `y` is a name: no reader in use takes it for a boolean there.
                    if entry.key.ambiguity and len(key) > 1:
                        _refuse(review, entry.key, "")
                    stack.append((entry.value, key))
        elif isinstance(node.value, list):
            stack += [(item, name) for item in node.value if isinstance(item, Node)]
        elif node.ambiguity:
            _refuse(review, node, name)
        elif isinstance(node.value, float) and not abs(node.value) < float("inf"):
            unfit.append(node)
    return unfit


def refuse_unfit(review: Review, nodes: list[Node]) -> None:
    """Report numbers that JSON cannot hold, unless something else was said of them already."""
    for node in nodes:
        if not review.has_problem_at(node):
            message = f"{_short(node.text)} is not a number that JSON can hold"
            review.on(node, "E109", message, quote_it(node.text))


def quote_it(text: str) -> str:
    """Give the advice to quote a scalar, with the form to copy."""
    escaped = text[:60].replace("\\", "\\\\").replace('"', '\\"')
    return f'quote it: "{escaped}"' if len(text) <= 60 else "quote it"


def _refuse(review: Review, node: Node, name: str) -> None:
    if node.ambiguity is None:
        return
    code, reading = node.ambiguity
    if code == "E108" and name in BOOLEAN_KEYS:
        message = f"{_short(node.text)} is not true or false"
        review.on(node, code, message, f"write {reading.removeprefix('boolean ')}")
    elif code == "E108":
        message = f"got {reading} where text is expected"
        review.doubt(node, code, message, quote_it(node.text))
    else:
        message = f"{_short(node.text)} would be read as {reading}"
        review.doubt(node, code, message, quote_it(node.text))


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
