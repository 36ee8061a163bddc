"""`revgate accept`: records regressions as known differences, beside the suite."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path

import click

from harness.cli.concluding import conclude_run
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show
from harness.cli.waiving import keep_waivers
from harness.clock import Clock
from harness.data.dossier import Dossier
from harness.data.flips import Flip
from harness.data.suite import Suite
from harness.data.waiver import Waiver
from harness.emit import one_line
from harness.errors import StoreError, UsageError
from harness.exits import Ending
from harness.store import RunReader, RunWriter, codec
from harness.suitefile.problems.leaks import find_leaks
from harness.units import plural
from harness.waivers import Accepted, read_waivers, waivers_path, waivers_text
from harness.waivers.reading import LONGEST_REASON

DAYS = 90
"""A waiver counts when nothing else is said: long enough to repair what it excuses."""


@click.command(name="accept")
@click.argument("run")
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option("--reason", required=True, help="Why the difference is all right.")
@click.option("--by", default="", help="Who accepts it; your user name unless given.")
@click.option("--expires", metavar="DATE", help=f"The last day it counts; in {DAYS} days.")
@click.option("--target", "candidate", help="The candidate, where a run has several.")
@plugin_option
def command(
    run: str,
    cases: tuple[str, ...],
    reason: str,
    by: str,
    expires: str | None,
    candidate: str | None,
    plugins: tuple[str, ...],
) -> Ending:
    """Accept that CASEs of a RUN fail now: they are waived, and leave the gates.

    The waivers are written beside the suite, `suite.waivers.yaml` for `suite.yaml`, to be read
    and committed. They hold for the case as it is, under the revision the run compared.
    """
    folder = find_run(run)
    with RunReader(folder) as reader:
        suite = codec.suite_from_json(reader.header().suite)
    if not suite.path.exists():
        raise UsageError(f"{suite.path}: the suite of {folder} is not there: go where it was run")
    at = Clock().wall()
    today = datetime.fromtimestamp(at, tz=UTC).date()
    said = _Said(
        reason=_reason(reason),
        by=_who(by, os.environ),
        accepted=today.isoformat(),
        expires=_last_day(expires, today),
    )
    dossier = conclude_run(folder, open_registry(plugins), writes=False)
    added = tuple(_accepted(folder, dossier, suite, cases, candidate, said))
    path = waivers_path(suite.path)
    text = waivers_text(suite.name, read_waivers(path), added)
    with closing(RunWriter(folder, create=False)) as writer:  # refused while the run is going on
        _write(path, text)
        keep_waivers(suite, writer, at)
    for one in added:
        show(f"{one.waiver.case}: waived until {one.waiver.expires}")
    show(f"waivers: {path}")
    show(f"decide and report again with them: revgate report {folder}; revgate gate {folder}")
    return Ending(words=f"{plural(len(added), 'case')} accepted")


class _Said:
    """What all waivers of one command have in common."""

    def __init__(self, *, reason: str, by: str, accepted: str, expires: str) -> None:
        self.reason, self.by, self.accepted, self.expires = reason, by, accepted, expires


def _accepted(
    folder: Path,
    dossier: Dossier,
    suite: Suite,
    cases: tuple[str, ...],
    candidate: str | None,
    said: _Said,
) -> Iterator[Accepted]:
    """Give a waiver a case; raises UsageError naming every case that cannot have one."""
    name = _candidate(suite, candidate)
    wanted = frozenset(cases)
    (comparison,) = [one for one in dossier.comparisons if one.candidate == name]
    (view,) = [one for one in dossier.targets if one.name == name]
    revision = view.revision or (view.served[0] if len(view.served) == 1 else None)
    if revision is None:
        raise UsageError(
            f"{name} has no revision, and its answers name none: a waiver would hold for whatever "
            "answers next; pin it in the suite, and run again"
        )
    waived = (one.flip for one in comparison.waived)
    flips = {
        flip.case_id: flip
        for flip in chain(comparison.flips, waived)
        if flip.after == "fail" and flip.case_id in wanted
    }
    with RunReader(folder) as reader:
        wrong = [f"{c}: {_why_not(reader, c)}" for c in cases if c not in flips]
        if wrong:
            raise UsageError(f"nothing was accepted; {'; '.join(wrong)}")
        for case_id in dict.fromkeys(cases):
            stored = reader.case(case_id)
            if stored is None:
                raise StoreError(f"{folder}: is damaged: case {case_id} is gone")
            waiver = Waiver(
                case=case_id,
                digest=stored.digest,
                revision=revision.lower(),
                reason=said.reason,
                by=said.by,
                accepted=said.accepted,
                expires=said.expires,
            )
            yield Accepted(waiver=waiver, said=_comment(flips[case_id]))


def _candidate(suite: Suite, wanted: str | None) -> str:
    names = [target.name for target in suite.targets[1:]]
    if wanted is None and len(names) > 1:
        raise UsageError(f"the run has several candidates: say which with --target {names[0]}")
    if wanted is not None and wanted not in names:
        raise UsageError(f"the run has no candidate {wanted!r}; it has {', '.join(names)}")
    return wanted or names[0]


def _why_not(reader: RunReader, case_id: str) -> str:
    if reader.case(case_id) is not None:
        return "did not pass before and fail now: there is nothing to accept"
    from rapidfuzz.process import extractOne

    found = extractOne(case_id, [identity for identity, _ in reader.case_fingerprints()])
    return "no such case" + (f"; did you mean {found[0]!r}?" if found and found[1] > 60 else "")


def _comment(flip: Flip) -> str:
    why = f"{flip.check}: {flip.reason}" if flip.check else flip.reason
    return f"fails {why}" if why else ""


def _reason(text: str) -> str:
    flat = one_line(text, LONGEST_REASON)
    if not flat:
        raise UsageError("--reason is empty: say why the difference is all right")
    if next(find_leaks(flat), None) is not None:
        raise UsageError("--reason looks as if it held a credential: it is written to a file")
    return flat


def _who(by: str, environ: Mapping[str, str]) -> str:
    names = (by, *(environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME")))
    found = next((one_line(name, 100) for name in names if name.strip()), "")
    if not found:
        raise UsageError("nobody is known by name here: say who accepts it with --by NAME")
    return found


def _last_day(written: str | None, today: date) -> str:
    if written is None:
        return (today + timedelta(days=DAYS)).isoformat()
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(f"--expires {written!r}: not a day; write it as 2026-11-21") from error
    if day.isoformat() != written:  # "20261121" is one to Python, and to no reader of the file
        raise UsageError(f"--expires {written!r}: write it as {day.isoformat()}")
    if day < today:
        raise UsageError(f"--expires {written}: that day is past; today is {today.isoformat()}")
    return written


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
