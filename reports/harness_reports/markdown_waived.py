"""Writes what was waived into Markdown, and the verdict without it."""

from collections.abc import Iterator

from harness.api import Dossier, plural
from harness_reports.markdown_text import code, plain

_MOST = 20


def waived_lines(dossier: Dossier) -> Iterator[str]:
    """Give the accepted regressions of every candidate; nothing where nothing was waived."""
    waived = [one for comparison in dossier.comparisons for one in comparison.waived]
    if not waived:
        return
    yield f"### {plural(len(waived), 'regression')} waived\n\n"
    for one in waived[:_MOST]:
        waiver = one.waiver
        until = f"until {plain(waiver.expires, 20)}, by {plain(waiver.by, 80)}"
        yield f"- {code(one.flip.case_id, 60)} ({until}): {plain(waiver.reason, 300)}\n"
    if len(waived) > _MOST:
        yield f"- and {len(waived) - _MOST:,} more\n"
    without = dossier.without_waivers
    if without is not None:
        yield f"\nWithout waivers: **{without.outcome}**. {plain(without.reasons[0], 400)}\n"
    yield "\n"
