"""Collects every problem of one suite file, each at its place."""

from collections.abc import Iterable

from harness.suitefile.problems.problem import Problem, SuiteError, in_order
from harness.suitefile.tree.node import Found, Node, Path, find
from harness.suitefile.tree.source import Source

MOST = 1000
"""Problems kept of one file; nobody reads more."""


class Review:
    """The problems found so far in one file, and the tree they are looked up in."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self._problems: list[Problem] = []
        self._places: set[tuple[int, int]] = set()
        self._doubts: dict[tuple[int, int], Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, in file order."""
        return in_order(self._problems)

    def add(self, problem: Problem) -> None:
        """Keep a problem."""
        if len(self._problems) < MOST:
            self._problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several problems."""
        for problem in problems:
            self.add(problem)

    def at(
        self, line: int, column: int, code: str, message: str, advice: str = "", width: int = 1
    ) -> Problem | None:
        """Report at a line and column, both from 1; give what was kept, None: there is no room."""
        self._places.add((line, column))
        if code == "E124" and (doubt := self._doubts.pop((line, column), None)):
            self._problems = [problem for problem in self._problems if problem != doubt]
        if len(self._problems) == MOST:
            return None
        problem = self.source.problem(code, message, advice, line=line, column=column, width=width)
        self.add(problem)
        return problem

    def on(self, node: Node, code: str, message: str, advice: str = "") -> Problem | None:
        """Report at a node; give what was kept, None: there is no room."""
        return self.at(node.line, node.column, code, message, advice, node.width)

    def doubt(self, node: Node, code: str, message: str, advice: str) -> None:
        """Report at a node, until a wrong type (E124) is reported there: that says it better."""
        kept = self.on(node, code, message, advice)
        if kept is not None:
            self._doubts[node.line, node.column] = kept

    def value(self, path: Path, code: str, message: str, advice: str = "") -> None:
        """Report at the value a path leads to, or at the key of the nearest one above it."""
        found = self._find(path)
        node = found.node if found.is_exact else (found.key or found.node)
        self.on(node, code, message, advice)

    def key(self, path: Path, code: str, message: str, advice: str = "") -> None:
        """Report at the key a path leads to; where there is none, at the value."""
        found = self._find(path)
        self.on(found.key or found.node, code, message, advice)

    def node(self, path: Path) -> Node | None:
        """Give the node at a path, None when nothing stands there."""
        found = self._find(path)
        return found.node if found.is_exact else None

    def line(self, path: Path) -> int:
        """Give the line of a path's value, or of the nearest one above it."""
        return self._find(path).node.line

    def has_problem_at(self, node: Node) -> bool:
        """Whether something was reported at exactly this place."""
        return (node.line, node.column) in self._places

    def stop_if_wrong(self) -> None:
        """Raise SuiteError when there is any problem."""
        if self._problems:
            raise SuiteError(self.problems)

    def _find(self, path: Path) -> Found:
        if self.root is None:
            raise LookupError("nothing was composed yet")
        return find(self.root, path)
