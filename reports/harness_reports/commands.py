"""Gives the commands that look at one case again, quoted for a shell."""

import glob
import shlex
from collections.abc import Sequence

from harness.api import Dossier
from harness_reports.characters import visible

LONGEST_ID = 400
"""Characters of an id in the list of all cases, and in commands that its program makes."""


def run_again(dossier: Dossier, case_id: str) -> str:
    """Give the command that calls the models again for one case."""
    pattern = shlex.quote(glob.escape(case_id))
    return visible(f"revgate run {shlex.quote(dossier.suite_path)} --case {pattern}")


def show_stored(dossier: Dossier, case_id: str) -> str:
    """Give the command that shows one stored case with its diff in the terminal."""
    return visible(f"revgate show {shlex.quote(dossier.run_id)} {_names([case_id])}")


def accept(dossier: Dossier, candidate: str, case_ids: Sequence[str]) -> str:
    """Give the command that accepts regressions, once it is told a reason."""
    target = f" --target {shlex.quote(candidate)}" if len(dossier.targets) > 2 else ""
    run = shlex.quote(dossier.run_id)
    return visible(f'revgate accept {run}{target} --reason "..." {_names(case_ids)}')


def _names(case_ids: Sequence[str]) -> str:
    """Give ids as arguments, behind `--` where one looks like an option."""
    names = " ".join(map(shlex.quote, case_ids))
    return f"-- {names}" if any(case_id.startswith("-") for case_id in case_ids) else names
