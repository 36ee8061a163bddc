"""Writes `report.html`: one file that needs no network, no script and nothing beside it."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files

from harness.api import Artifact, Dossier, Reporter, hookimpl


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `report.html`; the same dossier gives the same bytes."""
    yield Artifact(name="report.html", chunks=_chunks(dossier))


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [Reporter(name="html", render=render)]


def style_sheet() -> str:
    """Give the style sheet exactly as it stands in the page."""
    return files("harness_reports").joinpath("assets/report.css").read_text("utf-8")


def content_security_policy(style: str) -> str:
    """Give the policy that lets this style sheet in and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _chunks(dossier: Dossier) -> Iterator[bytes]:
    import jinja2
    import markupsafe

    from harness_reports.view.assemble import page_of

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("harness_reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = style_sheet()
    stream = environment.get_template("report.html.j2").stream(
        page=page_of(dossier),
        policy=content_security_policy(style),
        style=markupsafe.Markup(style),  # noqa: S704 - our own asset, not data
    )
    stream.enable_buffering(256)
    for text in stream:
        yield text.encode()
