"""Decides which targets name a model of the Hub, and by what name."""

from harness.api.kinds import Provider
from harness.data.noun import Noun
from harness.data.suite import Target
from harness.hub import is_commit_id

_HUB_VARIABLE = "HF_TOKEN"


class HubModel(Noun, frozen=True, kw_only=True):
    """A repository to ask the Hub for."""

    name: str
    is_certain: bool
    """Whether it must be there: the provider takes the Hub's own token."""


class NotOnHub(Noun, frozen=True, kw_only=True):
    """Why the Hub is not asked for a target."""

    reason: str


def hub_model(target: Target, provider: Provider) -> HubModel | NotOnHub:
    """Give the repository a target's model lies in, or why it lies in none.

    A provider that takes the Hub's token serves models of the Hub. Of any other a model called
    `org/name` may be one. What follows a colon (`org/name:provider`) is not part of the name.
    """
    if target.run is not None:
        return NotOnHub(reason="its answers are stored: its run says what it was pinned to")
    revision = target.revision
    if revision is not None and not is_commit_id(revision) and provider.is_pin(revision):
        return NotOnHub(reason=f"its revision is a pin of {provider.name}, not a commit of the Hub")
    name = target.model.partition(":")[0]
    is_certain = provider.credential is not None and _HUB_VARIABLE in provider.credential.env
    if not is_certain and name.count("/") != 1:
        return NotOnHub(reason="its model does not have the form org/name")
    return HubModel(name=name, is_certain=is_certain)
