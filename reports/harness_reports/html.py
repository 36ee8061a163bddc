"""Writes `report.html`: one page that needs no network and no script."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from harness.api import Artifact, Dossier, Reporter, hookimpl

if TYPE_CHECKING:
    from harness_reports.view.page import Page


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `report.html`, then media too large for it; the same dossier gives the same bytes."""
    from harness_reports.media_shelf import MediaShelf
    from harness_reports.view.assemble import page_of

    shelf = MediaShelf()
    page = page_of(dossier, shelf)
    yield Artifact(name="report.html", chunks=_chunks(page))
    yield from shelf.artifacts()


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [Reporter(name="html", render=render)]


def style_sheet() -> str:
    """Give the style sheet exactly as it stands in the page."""
    return files("harness_reports").joinpath("assets/report.css").read_text("utf-8")


def content_security_policy(style: str) -> str:
    """Give the policy that lets in this style sheet, media in the page and beside it, no more."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data: 'self'; "
        "media-src data: 'self'; base-uri 'none'; form-action 'none'"
    )


def _chunks(page: "Page") -> Iterator[bytes]:
    import jinja2
    import markupsafe

    from harness_reports.view.words import CHANGES

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("harness_reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = style_sheet()
    stream = environment.get_template("report.html.j2").stream(
        page=page,
        changed=CHANGES["changed"],
        policy=content_security_policy(style),
        style=markupsafe.Markup(style),  # noqa: S704 - our own asset, not data
    )
    stream.enable_buffering(256)
    for text in stream:
        yield text.encode()
