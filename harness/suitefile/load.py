"""Loads a suite file: everything that can be known without a call is checked here."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from harness.clock import Clock
from harness.jsonvalue import Json, sha256_hex
from harness.suitefile.assemble import assemble
from harness.suitefile.keys.plugged import Plugged
from harness.suitefile.loaded import LoadedSuite
from harness.suitefile.overrides import apply_overrides
from harness.suitefile.problems.leaks import find_leaks, known_secrets
from harness.suitefile.problems.problem import SuiteError
from harness.suitefile.tree.document import compose
from harness.suitefile.tree.misread import refuse_misread, refuse_unfit
from harness.suitefile.tree.node import plain
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.source import as_source, read_bytes

_NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


def load_suite(
    path: Path,
    registry: Plugged,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] = _NO_OVERRIDES,
    now: float | None = None,
) -> LoadedSuite:
    """Give the suite in a file, checked against what is installed; nothing is sent or run.

    Raises SuiteError with everything that is wrong, in file order; NoCasesError when there is no
    case; UsageError for an override that cannot be. `environ` is only used to recognise a
    credential that was copied into the suite; `now` (UTC seconds; None: the clock's) to say which
    prices are old.
    """
    body = read_bytes(path)
    known = known_secrets(registry.providers, environ)
    review = Review(as_source(body, str(path), known))
    _refuse_leaks(review)
    data = _compose(review)
    unfit = refuse_misread(review, review.root) if review.root else []
    apply_overrides(data, overrides)
    loaded = assemble(
        review, data, registry, path, sha256_hex(body), Clock().wall() if now is None else now
    )
    refuse_unfit(review, unfit)
    review.stop_if_wrong()
    if loaded is None:
        raise SuiteError(review.problems)
    return loaded


def suite_name(path: Path) -> str:
    """Give the name of the suite in a file, whatever else is in it; raises SuiteError."""
    review = Review(as_source(read_bytes(path), str(path)))
    name = _compose(review).get("suite")
    if not isinstance(name, str):
        review.key((), "E123", "the suite has no 'suite'", "add `suite: my-upgrade`")
        raise SuiteError(review.problems)
    return name


def _refuse_leaks(review: Review) -> None:
    for number, line in enumerate(review.source.lines, start=1):
        for leak in find_leaks(line, review.source.known):
            message = "looks like a credential"
            advice = "remove it, and revoke it: credentials are read from the environment"
            width = leak.end - leak.start
            review.at(number, leak.start + 1, "E116", message, advice, width)


def _compose(review: Review) -> dict[str, Json]:
    """Give the data of the one document; raises SuiteError when there is nothing to go on with."""
    review.root = compose(review)
    if review.root is None or (review.root.value is None and review.root.is_plain):
        if not review.problems:
            review.at(1, 1, "E110", "suite is empty; needs 'targets' and 'cases'")
        raise SuiteError(review.problems)
    data = plain(review.root)
    if not isinstance(data, dict):
        review.on(review.root, "E124", "a suite is a mapping: `suite: my-upgrade`, ...")
        raise SuiteError(review.problems)
    return data
