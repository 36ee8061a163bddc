"""The index of several suites as one page that needs no network and no script."""

from collections.abc import Iterable, Iterator
from importlib.resources import files

from harness.api import Artifact, Index

BESIDE = "report_files"
"""The folder of the style sheet with `--layout dir`."""


def index_files(index: Index) -> Iterable[Artifact]:
    """Give `index.html`, and what is beside it; the same index gives the same bytes."""
    from harness_reports.html import style_sheet
    from harness_reports.templating import own_style

    style = style_sheet() + own_style(index.presentation.templates)
    yield Artifact(name="index.html", chunks=_chunks(index, style))
    if index.presentation.layout == "dir":
        icon = files("harness_reports").joinpath("assets/icon.svg").read_bytes()
        yield Artifact(name=f"{BESIDE}/report.css", chunks=iter((style.encode(),)))
        yield Artifact(name=f"{BESIDE}/icon.svg", chunks=iter((icon,)))


def _chunks(index: Index, style: str) -> Iterator[bytes]:
    import markupsafe

    from harness_reports.html import content_security_policy, policy_beside
    from harness_reports.index.page import index_page
    from harness_reports.templating import rendered

    is_beside = index.presentation.layout == "dir"
    pieces = rendered(
        "index.html.j2",
        index.presentation.templates,
        page=index_page(index),
        is_beside=is_beside,
        policy=policy_beside() if is_beside else content_security_policy(style),
        style=markupsafe.Markup(style),  # noqa: S704 - style sheets, not data
    )
    for text in pieces:
        yield text.encode()
