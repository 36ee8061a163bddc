"""Resolves `run: last-pass`: the candidate of the suite's newest run that passed."""

from pathlib import Path

from harness.jsonvalue import Json
from harness.suitefile.problems.problem import flat
from harness.suitefile.targets.merged import Merged
from harness.suitefile.tree.review import Review

NEWEST = "last-pass"
"""What a suite writes in place of a run folder."""


def newest_pass(
    review: Review, target: Merged, suite: Json, beside: Path, wanted: str
) -> tuple[str, str]:
    """Give the folder of the last passing run and the target in it; report why there is none.

    Without a name after `#` (`wanted`) that is its candidate. It is looked for below `runs/`
    beside the suite, then where one stands. The folder is empty where there is nothing.
    """
    from harness.history import NoPassError, last_pass  # it reads and draws, for few suites

    path = target.path("run")
    if not isinstance(suite, str):
        return "", ""  # the suite has no name, which was reported
    try:
        run, folder = last_pass(suite, (beside, Path()))
    except NoPassError as error:
        example = f'`{target.name}: {{run: "runs/<run>#candidate"}}`'
        advice = f"name a run to begin with: {example}; `revgate list` shows the runs there are"
        review.value(path, "E133", flat(str(error)), advice)
        return "", ""
    candidates = run.targets[1:]
    if not wanted and len(candidates) != 1:
        message = f"the last run that passed has {len(candidates)} candidates"
        advice = f'say which: `run: "{NEWEST}#{candidates[-1]}"`' if candidates else ""
        review.value(path, "E133", message, advice)
        return "", ""
    return folder, wanted or candidates[0]
