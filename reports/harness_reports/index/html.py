"""The index of several suites as one page that needs no network and no script."""

from collections.abc import Iterable, Iterator

from harness.api import Artifact, Index


def index_files(index: Index) -> Iterable[Artifact]:
    """Give `index.html`; the same index gives the same bytes."""
    yield Artifact(name="index.html", chunks=_chunks(index))


def _chunks(index: Index) -> Iterator[bytes]:
    import markupsafe

    from harness_reports.html import content_security_policy, style_sheet
    from harness_reports.index.page import index_page
    from harness_reports.templating import own_style, rendered

    own = index.presentation.templates
    style = style_sheet() + own_style(own)
    pieces = rendered(
        "index.html.j2",
        own,
        page=index_page(index),
        policy=content_security_policy(style),
        style=markupsafe.Markup(style),  # noqa: S704 - style sheets, not data
    )
    for text in pieces:
        yield text.encode()
