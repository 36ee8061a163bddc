"""The options of every verb that writes reports."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from harness.data.presentation import Presentation
from harness.errors import UsageError
from harness.registry import Registry


def presentation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--layout`, `--embed` and `--template`; the function gets them as `presentation`."""

    @click.option(
        "--layout",
        type=click.Choice(["auto", "file", "dir"]),
        default="auto",
        help="report.html as one file, or with script, style and data in files beside it.",
    )
    @click.option(
        "--embed",
        type=click.Choice(["changed", "all", "none"]),
        default="changed",
        help="Of which cases report.html holds the texts in its list.",
    )
    @click.option(
        "--template",
        "templates",
        type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
        metavar="DIR",
        help="A folder of templates that override blocks of report.html.",
    )
    @wraps(function)
    def with_presentation(
        *given: Any, layout: Any, embed: Any, templates: Path | None, **named: Any
    ) -> Any:
        wanted = Presentation(layout=layout, embed=embed, templates=templates)
        return function(*given, presentation=wanted, **named)

    return with_presentation


def refuse_bad_presentation(presentation: Presentation, registry: Registry) -> None:
    """Raise UsageError for what a reporter cannot do as it is wanted: before anything is sent."""
    for reporter in registry.reporters.values():
        problem = reporter.problem(presentation)
        if problem is not None:
            raise UsageError(problem)
