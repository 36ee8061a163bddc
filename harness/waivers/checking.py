"""Holds a waiver file against its suite: what is expired, fits nothing, or is not needed."""

from collections.abc import Iterable, Mapping

from harness.data.noun import Noun
from harness.data.suite import Case, Suite
from harness.data.waiver import Waiver
from harness.suitefile.problems.problem import Problem
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review
from harness.waivers.reading import ReadWaivers


class CaseDigests(Noun, frozen=True, kw_only=True):
    """The content of a suite's cases that waivers speak of."""

    digests: frozenset[str]
    ids: frozenset[str]

    @classmethod
    def of(cls, read: ReadWaivers, cases: Iterable[Case]) -> "CaseDigests":
        """Give them from the suite's cases, as they are."""
        from harness.store import codec  # checking a suite opens no store

        named = {entry.case for entry in read.waivers.entries}
        wanted = {entry.digest for entry in read.waivers.entries}
        digests, ids = set(), set()
        for case in cases:
            if case.id in named:
                ids.add(case.id)
            if (digest := codec.case_digest(case)) in wanted:
                digests.add(digest)
        return cls(digests=frozenset(digests), ids=frozenset(ids))


def problems_of(
    read: ReadWaivers,
    suite: Suite,
    cases: CaseDigests,
    day: str,
    unused: Mapping[tuple[str, str], str],
) -> tuple[Problem, ...]:
    """Give what is wrong with the waivers of a suite on a day (UTC, `2026-11-21`), in file order.

    `unused` names, by digest and revision, the finished run that had no need of a waiver.
    """
    review = read.review
    if read.suite != suite.name:
        message = f"these waivers are for suite '{read.suite}', this one is '{suite.name}'"
        review.value(("suite",), "E141", message, "they count for the suite they were accepted in")
    for number, entry in enumerate(read.waivers.entries):
        _check(review, ("waivers", number), entry, suite, cases, day, unused)
    return review.problems


def _check(
    review: Review,
    place: Path,
    entry: Waiver,
    suite: Suite,
    cases: CaseDigests,
    day: str,
    unused: Mapping[tuple[str, str], str],
) -> None:
    if entry.digest not in cases.digests:
        if entry.case in cases.ids:
            message = f"case '{entry.case}' is not what it was when it was accepted"
            advice = "its inputs, parameters or expectation changed: remove the entry, run again"
        else:
            message = f"the suite has no such case any more as '{entry.case}' was"
            advice = "remove the entry"
        review.value((*place, "digest"), "E141", message, advice)
    elif not _is_candidate(entry, suite):
        names = [f"{one.name} {one.revision}" for one in suite.targets[1:]]
        message = f"no candidate is at this revision: {', '.join(names)}"
        advice = "remove the entry, or accept the case again under the new revision"
        review.value((*place, "revision"), "E141", message, advice)
    elif entry.expires < day:
        advice = "accept the case again, or remove the entry and repair it"
        review.value((*place, "expires"), "E140", "the waiver has expired", advice)
    elif (run := unused.get((entry.digest, entry.revision))) is not None:
        message = f"case '{entry.case}' did not regress in {run}"
        review.value((*place, "case"), "E142", message, "nothing needs it: remove the entry")


def _is_candidate(entry: Waiver, suite: Suite) -> bool:
    """Whether it may be for a candidate; one that is not pinned may be at any revision."""
    return any(
        target.revision is None or target.revision.lower() == entry.revision.lower()
        for target in suite.targets[1:]
    )
