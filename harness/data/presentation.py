"""How reports are to be laid out: what whoever asks for them may choose."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Layout = Literal["auto", "file", "dir"]
"""`file`: everything in one page; `dir`: script, style and data beside it, as hosts with a strict
content policy want it; `auto`: one page unless that would be too large to open."""
Embed = Literal["changed", "all", "none"]
"""Of which cases a page holds the texts: those that changed and a sample of the rest, all, none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """Choices that change how a dossier is shown, never what it says."""

    layout: Layout = "auto"
    embed: Embed = "changed"
    templates: Path | None = None
    """A folder whose templates go before those of the reports; None: there is none."""
