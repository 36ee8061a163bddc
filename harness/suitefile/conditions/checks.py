"""Reads checks and their arguments."""

from collections.abc import Mapping
from typing import Any

from harness.api.kinds import Check
from harness.data.suite import CheckUse
from harness.jsonvalue import Json
from harness.suitefile.keys.arguments import argument_names
from harness.suitefile.keys.models import CheckModel
from harness.suitefile.keys.plugged import check_arguments, find_plugin
from harness.suitefile.keys.translate import validated
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review


def read_checks(
    review: Review, written: Json, path: Path, checks: Mapping[str, Check]
) -> tuple[CheckUse, ...]:
    """Give the checks of a list; what is wrong is reported."""
    if not isinstance(written, list):
        review.value(path, "E124", "expected a list of checks", "write `- {check: name, ...}`")
        return ()
    uses = (
        _read_check(review, item, (*path, number), checks) for number, item in enumerate(written)
    )
    return tuple(use for use in uses if use is not None)


def _read_check(
    review: Review, written: Json, path: Path, checks: Mapping[str, Check]
) -> CheckUse | None:
    model = validated(review, CheckModel, written, path, "check")
    if not isinstance(written, dict) or not isinstance(name := written.get("check"), str):
        return None
    check = find_plugin(review, checks, "check", name, (*path, "check"))
    if check is None:
        return None
    values = {k: v for k, v in written.items() if k not in CheckModel.model_fields}
    known = (*CheckModel.model_fields, *argument_names(check.arguments))
    arguments = check_arguments(
        review,
        check.arguments,
        values,
        lambda key: (*path, key) if key else path,
        f"check '{name}'",
        known,
    )
    if arguments is None or model is None:
        return None
    _ask(review, check, arguments, values, path)
    return CheckUse(check=name, arguments=values, weight=model.weight, required=model.required)


def _ask(
    review: Review, check: Check, arguments: Any, values: Mapping[str, Json], path: Path
) -> None:
    """Report what the check itself says of its arguments."""
    try:
        problem = check.problem(arguments)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        message = f"check '{check.name}' failed on its arguments: {error!r}"
        review.value(path, "E129", message)
        return
    if problem is None:
        return
    # The message names the key where it can; a check with one argument leaves no doubt.
    named = [key for key in values if key in problem] or list(values)
    review.value((*path, named[0]) if named else path, "E120", problem)
