"""Composes YAML text into a tree of nodes, refusing all that is not plain data."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from harness.data.noun import replace
from harness.suitefile.tree.anchors import Anchors
from harness.suitefile.tree.mappings import entries_of
from harness.suitefile.tree.node import Node
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.scalars import resolve
from harness.suitefile.tree.syntax import report_syntax

DEEPEST = 64
"""Containers inside each other."""
MOST_ALIASED = 10_000
"""Nodes that aliases may add to those written out."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StopReadingError(Exception):
    """Reading on would be pointless or dear; the problem was reported."""


@dataclass(slots=True)
class _Frame:
    """A container whose end was not seen yet."""

    event: Any
    children: list[Node] = field(default_factory=list)
    aliased: int = 0
    height: int = 0


def compose(review: Review) -> Node | None:
    """Give the root of the reviewed file's first document, None when none was read whole.

    Every mistake is reported to the review. Memory and time are linear in the text: it reads
    events, so depth and aliases are bounded before anything is built of them.
    """
    composer = _Composer(review)
    parser = None
    try:
        parser = _Parser(review.source.text)
        while parser.check_event():
            composer.take(parser.get_event())
    except _StopReadingError:
        pass
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        report_syntax(review, error)
        return None
    finally:
        if parser is not None:
            parser.dispose()
    return composer.root


class _Composer:
    def __init__(self, review: Review) -> None:
        self.review = review
        self.root: Node | None = None
        self._frames: list[_Frame] = []
        self._anchors = Anchors()
        self._documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(event.anchor, self._scalar(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _document(self, event: Any) -> None:
        line, column = _start(event)
        self._documents += 1
        if event.tags:
            self.review.at(line, column, "E104", "tags are not allowed; a suite is data")
        if self._documents > 1:
            message = f"one document per file; second starts at {line}:{column}"
            self.review.at(line, column, "E111", message, "put it into a file of its own", 3)
            raise _StopReadingError

    def _open(self, event: Any) -> None:
        self._refuse_tag(event)
        if len(self._frames) >= DEEPEST:
            self._too_deep(event)
        if event.anchor:
            self._anchors.open(event.anchor)
        self._frames.append(_Frame(event))

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        line, column = _start(frame.event)
        is_mapping = isinstance(event, yaml.MappingEndEvent)
        node = Node(
            value=entries_of(self.review, frame.children) if is_mapping else list(frame.children),
            line=line,
            column=column,
            end_line=event.end_mark.line + 1,
            end_column=event.end_mark.column + 1,
            size=1 + sum(child.size for child in frame.children),
            height=frame.height + 1,
        )
        if self._frames:
            self._frames[-1].aliased += frame.aliased
        self._add(frame.event.anchor, node)

    def _add(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self._anchors.set(anchor, node)
        if self._frames:
            frame = self._frames[-1]
            frame.children.append(node)
            frame.height = max(frame.height, node.height)
        else:
            self.root = node

    def _scalar(self, event: Any) -> Node:
        self._refuse_tag(event)
        text: str = event.value
        is_plain = event.style in ("", None) and event.tag is None
        value, ambiguity = resolve(text) if is_plain else (text, None)
        line, column = _start(event)
        return Node(
            value=value,
            text=text,
            is_plain=is_plain,
            ambiguity=ambiguity,
            line=line,
            column=column,
            end_line=event.end_mark.line + 1,
            end_column=event.end_mark.column + 1,
        )

    def _alias(self, event: Any) -> None:
        line, column = _start(event)
        target = self._anchors.look_up(self.review, event.anchor, line, column)
        if target is None:
            nothing = Node(value=None, line=line, column=column, end_line=line, end_column=column)
            self._add(None, nothing)
            return
        if len(self._frames) + target.height > DEEPEST:
            self._too_deep(event)
        # Bombs are counted where they are lit: nothing was expanded so far.
        if self._frames:
            self._frames[-1].aliased += target.size
        if sum(frame.aliased for frame in self._frames) > MOST_ALIASED:
            message = f"aliases expand to > {MOST_ALIASED} nodes at anchor '{event.anchor}'"
            advice, width = "write the data out once", len(event.anchor) + 1
            self.review.at(line, column, "E105", message, advice, width)
            raise _StopReadingError
        self._add(None, replace(target, line=line, column=column, end_line=line))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is None:
            return
        line, column = _start(event)
        written = event.tag.replace("tag:yaml.org,2002:", "!!")
        message = f"tags are not allowed ('{written}'); suites are data"
        width = len(written) if self.review.source.lines[line - 1].find(written) >= 0 else 1
        self.review.at(line, column, "E104", message, "remove the tag; quote text", width)

    def _too_deep(self, event: Any) -> None:
        line, column = _start(event)
        self.review.at(line, column, "E107", f"nesting deeper than {DEEPEST}")
        raise _StopReadingError


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
