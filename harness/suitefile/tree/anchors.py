"""Knows what the anchors of a document stand for."""

from harness.suitefile.tree.node import Node
from harness.suitefile.tree.review import Review


class Anchors:
    """Anchors by name; the last one of a name counts, as YAML says."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node | None] = {}

    def open(self, name: str) -> None:
        """Keep the name of a container whose end was not seen yet."""
        self._nodes[name] = None

    def set(self, name: str, node: Node) -> None:
        """Keep what a name stands for."""
        self._nodes[name] = node

    def look_up(self, review: Review, name: str, line: int, column: int) -> Node | None:
        """Give what an alias at this place stands for; None, and a report, when it is nothing."""
        width = len(name) + 1
        if name not in self._nodes:
            advice = f'an unquoted * starts an alias; quote it if it is text: "*{name}"'
            review.at(line, column, "E100", f"no anchor is named '{name}'", advice, width)
            return None
        node = self._nodes[name]
        if node is None:
            review.at(line, column, "E106", f"anchor '{name}' contains itself", "", width)
        return node
