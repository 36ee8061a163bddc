"""What the Hub says of a model: facts, references, commits, or why it says nothing."""

import re
from typing import Literal

from harness.data.noun import Noun

_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)

HubFaultKind = Literal[
    "auth",
    "disabled",
    "entry_not_found",
    "gated",
    "malformed",
    "rate_limited",
    "refused",
    "repo_not_found",
    "revision_not_found",
    "unreachable",
]
Gating = Literal["", "auto", "manual"]
"""Who lets people in: nobody has to (empty), the Hub at once, the authors by hand."""


def is_commit_id(text: str | None) -> bool:
    """Whether a text is a whole commit of the Hub: 40 lower-case hex digits."""
    return text is not None and _COMMIT.fullmatch(text) is not None


class HubFault(Noun, frozen=True, kw_only=True):
    """Why the Hub gave no answer."""

    kind: HubFaultKind
    message: str
    """What happened, in one sentence, the Hub's own words quoted and shortened."""
    hint: str = ""
    """What to do."""
    status: int | None = None
    """HTTP status, where one came."""

    @property
    def is_of_the_way(self) -> bool:
        """Whether the question itself may be right: the Hub could not be asked."""
        return self.kind in {"malformed", "rate_limited", "unreachable"}


class ServedBy(Noun, frozen=True, kw_only=True):
    """An inference provider that serves a model."""

    provider: str
    status: str
    """`live`, `staging`, `error`: the last says only that the last health check failed."""
    task: str


class ModelFacts(Noun, frozen=True, kw_only=True):
    """A model repository at one revision. Texts are on one line; empty: the Hub does not say."""

    model: str
    """The canonical name, whatever older name was asked for."""
    commit: str
    """40 hex digits: what the revision that was asked for stands for."""
    licences: tuple[str, ...] = ()
    gated: Gating = ""
    is_disabled: bool = False
    is_private: bool = False
    task: str = ""
    library: str = ""
    inference: str = ""
    """`warm` when the serverless API holds it ready."""
    providers: tuple[ServedBy, ...] = ()
    """By name of the provider."""
    last_modified: str = ""
    """As the Hub writes it: `2023-12-19T16:29:37.000Z`."""


class Reference(Noun, frozen=True, kw_only=True):
    """A name that points to a commit."""

    kind: Literal["branch", "conversion", "pull request", "tag"]
    name: str
    """What to ask for: `main`, `v1.0`, `refs/pr/3`."""
    commit: str


class Commit(Noun, frozen=True, kw_only=True):
    """One commit of a history."""

    id: str
    title: str
    date: str


class Commits(Noun, frozen=True, kw_only=True):
    """The commits from a head, newest first, down to but without the one looked for."""

    items: tuple[Commit, ...]
    has_end: bool
    """Whether the commit looked for was met."""
    is_whole: bool
    """False: the history goes on, it was read no further."""


class Page(Noun, frozen=True, kw_only=True):
    """One answer of the Hub that may go on elsewhere."""

    body: bytes
    next_url: str
    """Empty on the last page."""
