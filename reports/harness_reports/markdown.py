"""Writes `summary.md`: the verdict for a job summary or a comment, at most 60,000 bytes."""

from collections.abc import Iterable

from harness.api import Artifact, Dossier, Index, Reporter, hookimpl


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `summary.md`."""
    from harness_reports.markdown_summary import summary_of  # every verb loads the plugin itself

    yield Artifact(name="summary.md", chunks=iter([summary_of(dossier).encode()]))


def index(several: Index) -> Iterable[Artifact]:
    """Give `index.md`, which leads to the reports of several suites."""
    from harness_reports.index.markdown import index_files

    return index_files(several)


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [Reporter(name="markdown", render=render, index=index)]
