"""A YAML document as a tree whose every key and value knows its place."""

from collections.abc import Sequence
from typing import NamedTuple

from harness.data.noun import Noun
from harness.jsonvalue import Json
from harness.suitefile.tree.scalars import Ambiguity

Path = Sequence[str | int]
"""Keys and indexes from the root to a value."""


class Node(Noun, frozen=True, kw_only=True, eq=False):
    """One value; lines and columns count from 1, ends are exclusive."""

    value: "Json | list[Node] | dict[str, Entry]"
    """A scalar's value, a sequence's nodes, a mapping's entries."""
    text: str = ""
    """A scalar as it is written, without its quotes."""
    is_plain: bool = False
    """A scalar without quotes."""
    ambiguity: Ambiguity | None = None
    line: int
    column: int
    end_line: int
    end_column: int
    size: int = 1
    """Nodes in this tree, aliases followed."""
    height: int = 0
    """Containers on the longest way down, aliases followed."""

    @property
    def width(self) -> int:
        """Characters to underline; containers and values of several lines: 1."""
        if isinstance(self.value, list | dict) or self.end_line != self.line:
            return 1
        return max(self.end_column - self.column, 1)


class Entry(NamedTuple):
    """A key of a mapping and its value."""

    key: Node
    value: Node


class Found(NamedTuple):
    """What lies at a path, or as near to it as there is something."""

    node: Node
    key: Node | None
    """The key under which `node` stands, None for items and the root."""
    is_exact: bool


def find(root: Node, path: Path) -> Found:
    """Give the node at `path`, or the last one on the way to it that exists."""
    node: Node = root
    key: Node | None = None
    for step in path:
        value = node.value
        if isinstance(value, dict) and isinstance(step, str) and step in value:
            entry = value[step]
            if not isinstance(entry, Entry):
                return Found(node, key, is_exact=False)
            key, node = entry
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            item = value[step]
            if not isinstance(item, Node):
                return Found(node, key, is_exact=False)
            key, node = None, item
        else:
            return Found(node, key, is_exact=False)
    return Found(node, key, is_exact=True)


def plain(node: Node) -> Json:
    """Give the JSON value of a tree; its depth is bounded by the composer."""
    value = node.value
    if isinstance(value, dict):
        return {
            name: plain(entry.value) for name, entry in value.items() if isinstance(entry, Entry)
        }
    if isinstance(value, list):
        return [plain(item) for item in value if isinstance(item, Node)]
    return value
