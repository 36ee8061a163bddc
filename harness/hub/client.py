"""The questions that are put to the Hub, each with its typed answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from harness.hub.address import (
    access_url,
    account_url,
    anything_url,
    commits_url,
    is_model_name,
    is_revision_name,
    model_url,
    refs_url,
    tree_url,
)
from harness.hub.answers import read_commits, read_files, read_model, read_references
from harness.hub.fetching import Fetcher
from harness.hub.nouns import Commit, Commits, HubFault, ModelFacts, Reference, is_commit_id
from harness.hub.refusals import hub_fault

_Answer = TypeVar("_Answer")
_MOST_COMMITS = 500
_MOST_PAGES = 50


@dataclass(slots=True, kw_only=True)
class Hub:
    """One Hub, asked one thing at a time; the facts of a model are asked for once."""

    address: str
    """Without a slash at its end."""
    fetcher: Fetcher
    _facts: dict[tuple[str, str | None], ModelFacts | HubFault] = field(default_factory=dict)

    @property
    def has_token(self) -> bool:
        """Whether questions carry a token."""
        return self.fetcher.has_token_for(self.address)

    def model_facts(self, model: str, revision: str | None = None) -> ModelFacts | HubFault:
        """Give what a model is at a branch, tag, commit or part of one; None: at its head."""
        key = (model, revision)
        if key not in self._facts:
            self._facts[key] = self._model_facts(model, revision)
        return self._facts[key]

    def known_facts(self, model: str, revision: str | None) -> ModelFacts | HubFault | None:
        """Give what `model_facts` gave before; None: it was not asked."""
        return self._facts.get((model, revision))

    def absence(self) -> HubFault | None:
        """Give why the Hub cannot be reached, or allows nothing; None: it answers."""
        page = self.fetcher.get(anything_url(self.address))
        is_away = isinstance(page, HubFault) and page.is_of_the_way
        return page if isinstance(page, HubFault) and is_away else None

    def token_fault(self) -> HubFault | None:
        """Give why the token is not taken; None: it is."""
        page = self.fetcher.get(account_url(self.address))
        if not isinstance(page, HubFault) or page.status not in {401, 403}:
            return None
        return hub_fault("auth", "the Hub does not take the token: " + page.message, page.status)

    def access_fault(self, model: str) -> HubFault | None:
        """Give why the files of a model may not be read; None: they may.

        The facts of a gated model are open to all, its files are not.
        """
        if not is_model_name(model):
            return _no_name(model)
        page = self.fetcher.get(access_url(self.address, model))
        return page if isinstance(page, HubFault) else None

    def refs(self, model: str) -> tuple[Reference, ...] | HubFault:
        """Give a model's branches, tags, conversions and pull requests."""
        if not is_model_name(model):
            return _no_name(model)
        return self._ask(refs_url(self.address, model), read_references)

    def commits_between(self, model: str, pin: str, head: str) -> Commits | HubFault:
        """Give the commits that lead from `pin` to `head`, newest first, `pin` left out.

        Both are whole commits. At most 500 are read.
        """
        items: list[Commit] = []
        url = commits_url(self.address, model, head)
        for _ in range(_MOST_PAGES):
            page = self.fetcher.get(url)
            if isinstance(page, HubFault):
                return page
            found = _read(page.body, read_commits)
            if isinstance(found, HubFault):
                return found
            for commit in found:
                if commit.id == pin:
                    return Commits(items=tuple(items), has_end=True, is_whole=True)
                items.append(commit)
            url = page.next_url
            if not url or len(items) >= _MOST_COMMITS:
                break
        return Commits(items=tuple(items[:_MOST_COMMITS]), has_end=False, is_whole=not url)

    def files(self, model: str, revision: str) -> dict[str, str] | HubFault:
        """Give the files of a revision: path to what identifies the content."""
        files: dict[str, str] = {}
        url = tree_url(self.address, model, revision)
        for _ in range(_MOST_PAGES):
            page = self.fetcher.get(url)
            if isinstance(page, HubFault):
                return page
            found = _read(page.body, read_files)
            if isinstance(found, HubFault):
                return found
            files |= found
            url = page.next_url
            if not url:
                return files
        return hub_fault("malformed", f"the list of files has more than {_MOST_PAGES} pages")

    def close(self) -> None:
        """Free the connections."""
        self.fetcher.transport.close()

    def _model_facts(self, model: str, revision: str | None) -> ModelFacts | HubFault:
        if not is_model_name(model):
            return _no_name(model)
        if revision is not None and not is_revision_name(revision):
            return hub_fault("revision_not_found", f"no revision can be called {revision!r}")
        facts = self._ask(model_url(self.address, model, revision), read_model)
        if isinstance(facts, ModelFacts) and is_commit_id(revision) and facts.commit != revision:
            words = f"asked for commit {revision}, the Hub answers with {facts.commit}"
            return hub_fault("malformed", words)
        return facts

    def _ask(self, url: str, read: Callable[[bytes], _Answer]) -> _Answer | HubFault:
        page = self.fetcher.get(url)
        return page if isinstance(page, HubFault) else _read(page.body, read)


def _read(body: bytes, read: Callable[[bytes], _Answer]) -> _Answer | HubFault:
    try:
        return read(body)
    except ValueError as error:
        return hub_fault("malformed", f"not an answer of the Hub: {error}")


def _no_name(model: str) -> HubFault:
    return hub_fault("repo_not_found", f"no repository can be called {model!r}")
