"""Holds the parts of a suite against each other: what one asks for, another must be able to."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from harness.api.kinds import Provider
from harness.data.suite import Gate, Target
from harness.suitefile.keys.models import SuiteHead
from harness.suitefile.keys.plugged import Plugged
from harness.suitefile.keys.settings import RunModel
from harness.suitefile.problems.problem import flat
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review
from harness.units import plural

STALE_DAYS = 90
"""A price looked up longer ago is warned about."""


def refuse_unpriced(review: Review, targets: Sequence[Target], run: RunModel) -> None:
    """Report a bound on cost that cannot be kept: a target is called whose price is not known."""
    if run.max_cost_usd is None:
        return
    names = [target.name for target in targets if target.run is None and target.price is None]
    if names:
        message = f"no price is known for {_named(names)}, so a cost cannot be bounded"
        advice = "add `price: {per_million_input_tokens: ...}` or `price: {file: prices.yaml}`"
        review.value(("run", "max_cost_usd"), "E132", message, advice)


def refuse_unbatched(
    review: Review, targets: Sequence[Target], run: RunModel, task: str, plugged: Plugged
) -> None:
    """Report batches that a target's provider cannot make for the task."""
    if run.batch == 1:
        return
    for target in targets:
        provider = plugged.providers.get(target.provider)
        if target.run is not None or provider is None:
            continue
        if provider.batch is None:
            problem = f"provider '{flat(provider.name)}' takes one case a call"
        elif task not in provider.batch.tasks:
            tasks = ", ".join(sorted(provider.batch.tasks))
            problem = f"provider '{flat(provider.name)}' bundles {tasks} only"
        else:
            continue
        message = f"target '{target.name}' cannot be called in batches: {problem}"
        review.value(("run", "batch"), "E135", message, "remove `batch`, or write `batch: 1`")


def routed(
    review: Review,
    targets: Sequence[Target],
    gates: Sequence[Gate],
    head: SuiteHead,
    plugged: Plugged,
) -> Iterator[str]:
    """Give warnings on targets whose backend a router picks; report those gates are decided on."""
    # Gates that are chosen for a suite without any are of level error.
    is_gated = not gates or any(gate.level == "error" for gate in gates)
    for target in targets:
        provider = plugged.providers.get(target.provider)
        if target.run is not None or provider is None:
            continue
        reason = _routed(review, target, provider)
        if reason is None:
            continue
        said = f"target '{target.name}': {flat(reason)}"
        if is_gated and not head.allow_routing:
            message = f"{said}: what a gate decides on may be the router's doing"
            advice = "name who answers, or write `allow_routing: true` at the top of the suite"
            review.value(_model_place(review, target), "E136", message, advice)
        else:
            yield f"{said}: who answered is confounded with what is compared"


def stale_prices(targets: Sequence[Target], now: float) -> Iterator[str]:
    """Give a warning for every day prices were looked up that is long ago; `now` is UTC seconds."""
    today = datetime.fromtimestamp(now, tz=UTC).date()
    by_day: dict[str, list[str]] = {}
    for target in targets:
        if target.run is None and target.price is not None and target.price.as_of:
            by_day.setdefault(target.price.as_of, []).append(target.name)
    for day, names in by_day.items():
        age = (today - date.fromisoformat(day)).days
        if age > STALE_DAYS:
            yield f"the price of {_named(names)} is {plural(age, 'day')} old: look it up again"


def _routed(review: Review, target: Target, provider: Provider) -> str | None:
    try:
        return provider.routed(target)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        message = f"provider '{flat(provider.name)}' failed on target '{target.name}': {error!r}"
        review.value(_model_place(review, target), "E129", message)
        return None


def _model_place(review: Review, target: Target) -> Path:
    own: Path = ("targets", target.name, "model")
    return own if review.node(own) is not None else ("target", "model")


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
