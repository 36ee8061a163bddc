"""Reads what a suite asks the Hub for; unlike a run, it takes revisions that can move."""

from collections.abc import Mapping
from pathlib import Path

from harness.data.noun import Noun
from harness.data.suite import Target
from harness.jsonvalue import Json
from harness.lockfile.policy import read_policy
from harness.lockfile.selecting import HubModel, NotOnHub, hub_model
from harness.suitefile.keys.plugged import Plugged
from harness.suitefile.problems.leaks import find_leaks, known_secrets
from harness.suitefile.problems.problem import SuiteError
from harness.suitefile.targets.reading import read_targets
from harness.suitefile.tree.document import compose
from harness.suitefile.tree.misread import refuse_misread, refuse_unfit
from harness.suitefile.tree.node import plain
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.source import as_source, read_bytes

_MOVING = "E201"


class AskedTarget(Noun, frozen=True, kw_only=True):
    """One target, with its place in the file."""

    target: Target
    model: HubModel | NotOnHub
    line: int
    """Of its revision; of the target where it names none."""


class Asked(Noun, frozen=True, kw_only=True):
    """What a suite asks for."""

    path: Path
    suite: str
    targets: tuple[AskedTarget, ...]
    allowed_licences: tuple[str, ...]
    """Lower case; empty: any licence will do."""


def read_asked(path: Path, plugged: Plugged, environ: Mapping[str, str]) -> Asked:
    """Give what the targets of a suite ask for.

    Only what the lock needs is read: mistakes in cases, checks or gates are left to
    `revgate check`. Raises SuiteError.
    """
    source = as_source(read_bytes(path), str(path), known_secrets(plugged.providers, environ))
    review = Review(source)
    data = _data(review)
    unfit = refuse_misread(review, review.root) if review.root else []
    targets = read_targets(review, data, plugged, require_pins=False).targets
    allowed = read_policy(review, data)
    refuse_unfit(review, unfit)
    _stop_if_wrong(review)
    name = data.get("suite")
    return Asked(
        path=path,
        suite=name if isinstance(name, str) else path.stem,
        targets=tuple(
            AskedTarget(
                target=target,
                model=hub_model(target, plugged.providers[target.provider]),
                line=_line(review, target.name),
            )
            for target in targets
        ),
        allowed_licences=allowed,
    )


def _data(review: Review) -> dict[str, Json]:
    for number, text in enumerate(review.source.lines, start=1):
        for leak in find_leaks(text, review.source.known):
            advice = "remove it, and revoke it: credentials are read from the environment"
            width = leak.end - leak.start
            review.at(number, leak.start + 1, "E116", "looks like a credential", advice, width)
    review.root = compose(review)
    if review.root is None:
        if not review.problems:
            review.at(1, 1, "E110", "suite is empty; needs 'targets'")
        raise SuiteError(review.problems)
    data = plain(review.root)
    if not isinstance(data, dict):
        review.on(review.root, "E124", "a suite is a mapping: `suite: my-upgrade`, ...")
        raise SuiteError(review.problems)
    return data


def _stop_if_wrong(review: Review) -> None:
    """Raise for everything but a revision that can move: resolving it is what a lock is for."""
    problems = [problem for problem in review.problems if problem.code != _MOVING]
    if problems:
        raise SuiteError(problems)


def _line(review: Review, name: str) -> int:
    own, shared = ("targets", name, "revision"), ("target", "revision")
    is_shared = review.node(own) is None and review.node(shared) is not None
    return review.line(shared if is_shared else own)
