"""Reads a waiver file; every mistake has its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from harness.data.noun import Noun
from harness.data.waiver import Waiver, Waivers
from harness.jsonvalue import sha256_hex
from harness.suitefile.keys.models import Line
from harness.suitefile.keys.target import Day
from harness.suitefile.keys.translate import validated
from harness.suitefile.problems.leaks import find_leaks
from harness.suitefile.problems.problem import SuiteError
from harness.suitefile.tree.document import compose
from harness.suitefile.tree.misread import refuse_misread, refuse_unfit
from harness.suitefile.tree.node import plain
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.source import as_source, read_bytes

LONGEST_REASON = 500
"""Characters."""


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class _Waiver(_Closed):
    case: Line
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    revision: Line
    reason: Annotated[
        str, Field(min_length=1, max_length=LONGEST_REASON, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
    ]
    by: Line
    accepted: Day
    expires: Day


class _File(_Closed):
    suite: Line
    waivers: list[dict[str, Any]]


class ReadWaivers(Noun, frozen=True, kw_only=True):
    """A waiver file as it was read, to point into."""

    suite: str
    """The name of the suite they were accepted for."""
    waivers: Waivers
    review: Review


def waivers_path(suite: Path) -> Path:
    """Give where a suite's waivers lie: `suites/sst2.yaml` has `suites/sst2.waivers.yaml`."""
    return suite.with_suffix(".waivers.yaml")


def read_waivers(path: Path) -> ReadWaivers | None:
    """Give the waivers in a file, None when there is no file.

    Raises SuiteError with everything that is wrong with it, in file order.
    """
    if not path.exists():
        return None
    body = read_bytes(path)
    return read_text(body, str(path))


def read_text(body: bytes, file: str) -> ReadWaivers:
    """Give the waivers that bytes hold; raises SuiteError."""
    review = Review(as_source(body, file))
    _refuse_leaks(review)
    review.root = compose(review)
    if review.root is None or review.root.value is None:
        if not review.problems:
            advice = "write `suite:` and `waivers:`, or remove the file"
            review.at(1, 1, "E110", "the waiver file is empty", advice)
        raise SuiteError(review.problems)
    unfit = refuse_misread(review, review.root)
    data = plain(review.root)
    found = validated(review, _File, data, (), "a waiver file")
    entries = []
    for number, written in enumerate(found.waivers if found is not None else ()):
        entry = validated(review, _Waiver, written, ("waivers", number), "a waiver")
        if entry is not None:
            entries.append(Waiver(**entry.model_dump()))
    if found is not None and len(entries) == len(found.waivers):
        _refuse_repeated(review, entries)
    refuse_unfit(review, unfit)
    if found is None or review.problems:
        raise SuiteError(review.problems)
    waivers = Waivers(file=file, sha256=sha256_hex(body), entries=tuple(entries))
    return ReadWaivers(suite=found.suite, waivers=waivers, review=review)


def _refuse_repeated(review: Review, entries: list[Waiver]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        first = seen.setdefault((entry.digest, entry.revision), number)
        if first != number:
            line = review.line(("waivers", first))
            message = f"case '{entry.case}' is waived twice under this revision (first in {line})"
            review.key(("waivers", number, "digest"), "E143", message, "remove one of them")


def _refuse_leaks(review: Review) -> None:
    for number, line in enumerate(review.source.lines, start=1):
        for leak in find_leaks(line):
            message, advice = "looks like a credential", "remove it, and revoke it"
            width = leak.end - leak.start
            review.at(number, leak.start + 1, "E116", message, advice, width)


def as_mapping(waiver: Waiver) -> Mapping[str, str]:
    """Give the keys of a waiver in the order of the file."""
    return {name: getattr(waiver, name) for name in _Waiver.model_fields}
