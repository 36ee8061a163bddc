"""The index of several suites as Markdown, for a job summary."""

from collections.abc import Iterable, Iterator

from harness.api import Artifact, Index
from harness_reports.index.page import index_page
from harness_reports.markdown_text import block, plain, table

_HEADS = ("Suite", "Verdict", "Passed", "Gates", "Regressed", "Fixed", "Faults", "Took")


def index_files(index: Index) -> Iterable[Artifact]:
    """Give `index.md`: the same rows as `index.html`."""
    yield Artifact(name="index.md", chunks=(piece.encode() for piece in _pieces(index)))


def _pieces(index: Index) -> Iterator[str]:
    page = index_page(index)
    yield f"## {page.badge.symbol} {page.badge.word}\n\n{plain(page.headline)}\n\n"
    yield f"{plain(' · '.join(page.facts))}\n\n"
    rows = [
        (
            f"[{plain(row.suite)}](<{row.href}>)" if row.href else plain(row.suite),
            f"**{row.badge.symbol} {row.badge.word}**",
            plain(row.passed),
            plain(f"{row.gates} ({row.failed_gates})" if row.failed_gates else row.gates),
            row.regressed,
            row.fixed,
            row.faults,
            row.took,
        )
        for row in page.rows
    ]
    yield table(_HEADS, rows)
    for row in page.rows:
        warned = f" For warning only, not passed: {row.warned_gates}." if row.warned_gates else ""
        yield f"- {plain(row.suite)}: {plain(f'{row.why}{warned}', 600)}\n"
    if page.commands:
        yield "\n### Again\n\n" + block("\n".join(page.commands), "sh", 2000)
