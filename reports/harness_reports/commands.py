"""Gives the commands that look at one case again, quoted for a shell."""

import glob
import shlex

from harness.api import Dossier
from harness_reports.characters import visible


def run_again(dossier: Dossier, case_id: str) -> str:
    """Give the command that calls the models again for one case."""
    pattern = shlex.quote(glob.escape(case_id))
    return visible(f"revgate run {shlex.quote(dossier.suite_path)} --case {pattern}")


def show_stored(dossier: Dossier, case_id: str) -> str:
    """Give the command that shows one stored case with its diff in the terminal."""
    return visible(f"revgate show {shlex.quote(dossier.run_id)} {shlex.quote(case_id)}")
