"""What the Hub's names stand for, over real HTTP on loopback."""

import pytest

from harness.credentials import open_wallet
from harness.errors import UsageError
from harness.hub import HubFault, ModelFacts, ServedBy, open_hub
from tests.hub.hub_server import TOKEN, HubServer, Repo
from tests.hub.world import (
    GONE,
    HEAD,
    MODEL,
    OLD,
    OLD_NAME,
    PROPOSED,
    SECOND,
    Watch,
    asking,
    reviews,
)


def facts_of(server: HubServer, model: str, revision: str | None = None) -> ModelFacts:
    with asking(server) as hub:
        facts = hub.model_facts(model, revision)
    assert isinstance(facts, ModelFacts), facts
    return facts


def fault_of(server: HubServer, model: str, revision: str | None = None) -> HubFault:
    with asking(server) as hub:
        fault = hub.model_facts(model, revision)
    assert isinstance(fault, HubFault)
    return fault


@pytest.mark.parametrize(
    ("revision", "commit"),
    [
        (None, HEAD),
        ("main", HEAD),
        ("next", HEAD),
        ("v1.0", OLD),
        (OLD[:7], OLD),
        (OLD, OLD),
        ("refs/pr/3", PROPOSED.commit),
    ],
)
def test_every_name_resolves_to_its_commit(
    server: HubServer, revision: str | None, commit: str
) -> None:
    assert facts_of(server, MODEL, revision).commit == commit


@pytest.mark.parametrize("transport", ["curl", "requests"])
def test_both_transports_ask_the_same(server: HubServer, transport: str) -> None:
    with asking(server, transport=transport) as hub:
        facts = hub.model_facts(OLD_NAME, "refs/pr/3")
    assert isinstance(facts, ModelFacts)
    assert facts.commit == PROPOSED.commit
    assert "/revision/refs%2Fpr%2F3?" in server.asked[-1][0]


def test_a_renamed_model_gives_its_canonical_name(server: HubServer) -> None:
    facts = facts_of(server, OLD_NAME, "v1.0")
    assert (facts.model, facts.commit) == (MODEL, OLD)


def test_all_facts_are_read(server: HubServer) -> None:
    server.repos[MODEL].facts = {
        "gated": "manual", "disabled": True, "private": True, "inference": "warm",
        "inferenceProviderMapping": {
            "together": {"status": "live", "providerId": "x", "task": "conversational"},
            "hf-inference": {"status": "error", "providerId": "y", "task": "fill-mask"},
        },
    }  # fmt: skip
    assert facts_of(server, MODEL) == ModelFacts(
        model=MODEL,
        commit=HEAD,
        licences=("apache-2.0",),
        gated="manual",
        is_disabled=True,
        is_private=True,
        task="text-classification",
        library="transformers",
        inference="warm",
        providers=(
            ServedBy(provider="hf-inference", status="error", task="fill-mask"),
            ServedBy(provider="together", status="live", task="conversational"),
        ),
        last_modified="2024-07-01T10:00:00.000Z",
    )


def test_refs_are_named_as_they_are_asked_for(server: HubServer) -> None:
    with asking(server) as hub:
        refs = hub.refs(MODEL)
    assert not isinstance(refs, HubFault)
    assert {(ref.kind, ref.name, ref.commit) for ref in refs} == {
        ("branch", "main", HEAD),
        ("branch", "next", HEAD),
        ("tag", "v1.0", OLD),
        ("pull request", "refs/pr/3", PROPOSED.commit),
    }


def test_commits_between_are_read_over_pages(server: HubServer) -> None:
    with asking(server) as hub:
        commits = hub.commits_between(MODEL, OLD, HEAD)
    assert not isinstance(commits, HubFault)
    assert [commit.id for commit in commits.items] == [HEAD, SECOND.commit]
    assert commits.has_end
    assert sum("/commits/" in path for path, _ in server.asked) == 2


@pytest.mark.parametrize(
    ("change", "model", "revision", "kind", "words"),
    [
        ({}, "lab/nothing", None, "repo_not_found", "HF_TOKEN"),
        ({}, MODEL, "v9", "revision_not_found", "branch, tag"),
        ({}, MODEL, GONE, "revision_not_found", "branch, tag"),
        ({"is_shut": True}, MODEL, None, "gated", "conditions"),
        ({"is_disabled": True}, MODEL, None, "disabled", "switched"),
    ],
)
def test_refusals_are_told_apart(
    server: HubServer, change: dict[str, bool], model: str, revision: str | None,
    kind: str, words: str,
) -> None:  # fmt: skip
    for name, value in change.items():
        setattr(server.repos[MODEL], name, value)
    fault = fault_of(server, model, revision)
    assert fault.kind == kind
    assert words in fault.hint


@pytest.mark.parametrize("name", ["", "..", "../x", "a/..", "a/b/c", "a b", "a/b?x", "a/b#c"])
def test_a_name_that_would_lead_elsewhere_is_not_sent(server: HubServer, name: str) -> None:
    assert fault_of(server, name).kind == "repo_not_found"
    assert fault_of(server, MODEL, "../../x").kind == "revision_not_found"
    assert server.asked == []


@pytest.mark.parametrize("refusal", [b"<html>", b"[]", b'{"id": "a/b", "sha": "main"}'])
def test_what_is_no_answer_of_a_hub_is_malformed(server: HubServer, refusal: bytes) -> None:
    server.answer = lambda _path, _token: (200, {}, refusal)  # type: ignore[method-assign]
    assert fault_of(server, MODEL).kind == "malformed"


def test_another_commit_than_the_one_asked_for_is_refused(server: HubServer) -> None:
    server.repos[MODEL].facts = {"sha": GONE}
    assert fault_of(server, MODEL, OLD).kind == "malformed"
    assert facts_of(server, MODEL, "main").commit == GONE


def test_a_hub_that_is_not_there_is_unreachable() -> None:
    with HubServer({}) as server:
        address = server.url
    environ = {"HF_ENDPOINT": address, "HF_HOME": "/nonexistent"}
    watch = Watch()
    hub = open_hub(environ, open_wallet(environ), watch.clock, watch.wait)
    fault = hub.model_facts(MODEL)
    hub.close()
    assert isinstance(fault, HubFault)
    assert (fault.kind, fault.is_of_the_way, len(watch.waits)) == ("unreachable", True, 2)


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_is_refused_in_clear_words(server: HubServer, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is set"), asking(server, **{name: "1"}):
        pass
    with asking(server, **{name: "0"}):
        pass


@pytest.mark.parametrize("address", ["hub.example", "ftp://hub.example", "https://u:p@h", "x://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    environ = {"HF_ENDPOINT": address}
    with pytest.raises(UsageError, match="HF_ENDPOINT"):
        open_hub(environ, open_wallet(environ), Watch().clock, Watch().wait)


def test_facts_are_asked_for_once(server: HubServer) -> None:
    with asking(server) as hub:
        assert hub.model_facts(MODEL) is hub.model_facts(MODEL)
    assert len(server.asked) == 1


def test_a_token_opens_what_is_shut(server: HubServer) -> None:
    server.repos[MODEL] = Repo(steps=reviews().steps, is_shut=True)
    with asking(server, HF_TOKEN=TOKEN) as hub:
        assert hub.has_token
        assert isinstance(hub.model_facts(MODEL), ModelFacts)
    assert server.asked[-1][1] == f"Bearer {TOKEN}"
