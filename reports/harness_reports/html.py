"""Writes `report.html`: one page that is whole without a network and without a script."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from harness.api import Artifact, Dossier, Index, Line, Presentation, Reporter, hookimpl, replace

if TYPE_CHECKING:
    from harness_reports.caselist.nouns import CaseList
    from harness_reports.view.page import Page


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `report.html`, then what is beside it; the same dossier gives the same bytes."""
    from harness_reports.caselist.links import linked
    from harness_reports.caselist.listing import Listing
    from harness_reports.media_shelf import MediaShelf
    from harness_reports.templating import own_style
    from harness_reports.view.assemble import page_of

    is_whole = dossier.presentation.layout != "dir"  # hosts that want files refuse `data:` too
    shelf = MediaShelf() if is_whole else MediaShelf(each=0)
    listing = Listing(dossier)
    page = linked(page_of(replace(dossier, case_views=listing.views), shelf))
    own = dossier.presentation.templates
    style = style_sheet() + own_style(own)
    cases = listing.finished(page, other_bytes=shelf.in_page * 4 // 3)
    chunks = _chunks(page, cases.case_list(), style, own)
    yield Artifact(name="report.html", chunks=chunks, warning=cases.warning)
    yield from cases.artifacts(style)
    if cases.is_beside:
        icon = files("harness_reports").joinpath("assets/icon.svg").read_bytes()
        yield Artifact(name="report_files/icon.svg", chunks=iter((icon,)))
    yield from shelf.artifacts()


def screen(dossier: Dossier) -> Iterable[Line]:
    """Give the same report as terminal lines."""
    from harness_reports import terminal

    return terminal.screen(dossier)


def screen_case(dossier: Dossier) -> Iterable[Line]:
    """Give the case of a dossier as terminal lines."""
    from harness_reports import terminal

    return terminal.case_screen(dossier)


def index(several: Index) -> Iterable[Artifact]:
    """Give `index.html`, which leads to the reports of several suites."""
    from harness_reports.index.html import index_files

    return index_files(several)


def problem(presentation: Presentation) -> str | None:
    """Give what is wrong with the user's own templates; None: nothing, or there are none."""
    from harness_reports.templating import problem_of

    return problem_of(presentation.templates) if presentation.templates is not None else None


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [
        Reporter(
            name="html",
            render=render,
            index=index,
            screen=screen,
            screen_case=screen_case,
            problem=problem,
        )
    ]


def style_sheet() -> str:
    """Give the style sheet exactly as it stands in the page."""
    assets = files("harness_reports").joinpath("assets")
    sheets = ("report.css", "case_list.css")
    return "".join(assets.joinpath(name).read_text("utf-8") for name in sheets)


def content_security_policy(style: str, script: str = "") -> str:
    """Give the policy that lets in this style sheet and script, media in the page and beside it.

    No text can become markup: the browser refuses it where a script would try.
    """
    scripts = f"script-src {_digest(script)}; " if script else ""
    return _policy(f"style-src {_digest(style)}; {scripts}", "'none'")


def policy_beside() -> str:
    """Give the policy of a page whose style sheet, script and data are files beside it."""
    return _policy("style-src 'self'; script-src 'self'; ", "revgate")


def _policy(sources: str, trusted: str) -> str:
    return (
        f"default-src 'none'; {sources}img-src data: 'self'; media-src data: 'self'; "
        "base-uri 'none'; form-action 'none'; "
        f"trusted-types {trusted}; require-trusted-types-for 'script'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _chunks(page: "Page", cases: "CaseList", style: str, own: Path | None) -> Iterator[bytes]:
    import markupsafe

    from harness_reports.templating import rendered
    from harness_reports.view.words import CHANGES

    policy = policy_beside() if cases.is_beside else content_security_policy(style, cases.script)
    pieces = rendered(
        "report.html.j2",
        own,
        page=page,
        case_list=cases,
        changed=CHANGES["changed"],
        policy=policy,
        style=markupsafe.Markup(style),  # noqa: S704 - style sheets, not data
        script=markupsafe.Markup(cases.script),  # noqa: S704 - our own asset, not data
    )
    for text in pieces:
        yield text.encode()
