"""Says which targets of a run the Hub is asked about."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from harness.api.kinds import Provider
from harness.credentials import is_loopback
from harness.data.suite import Suite, Target
from harness.lockfile.selecting import HubModel, hub_model


def concerned(
    suite: Suite, providers: Mapping[str, Provider], *, are_licences_policed: bool
) -> tuple[tuple[Target, HubModel], ...]:
    """Give the live targets whose model lies on the Hub, and that are not on this machine.

    What is called here was started by whoever runs the comparison, from files of their own. A
    model that may lie anywhere is asked for only where there is something to learn.
    """
    found = []
    for target in suite.targets:
        if target.run is not None or is_here(target):
            continue
        model = hub_model(target, providers[target.provider])
        if not isinstance(model, HubModel):
            continue
        if model.is_certain or are_licences_policed or target.revision is not None:
            found.append((target, model))
    return tuple(found)


def is_here(target: Target) -> bool:
    """Whether every address a target names is one of this machine; it names at least one."""
    named = [*target.urls, target.options.get("url"), target.options.get("base_url")]
    addresses = [str(address) for address in named if address]
    return bool(addresses) and all(_is_loopback(address) for address in addresses)


def _is_loopback(address: str) -> bool:
    try:
        return is_loopback(urlsplit(address).hostname or "")
    except ValueError:
        return False
