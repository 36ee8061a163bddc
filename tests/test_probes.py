"""What probes prove: only what was said before and after, and says the same."""

from harness.data.exchange import Identity
from harness.data.probe import Probe, Probed
from harness.data.record import Finding, Output, Record
from harness.data.suite import Target
from harness.probes import weigh
from harness.tallies.tally import Tally

PIN, OTHER = "a" * 40, "b" * 40
URL = "http://127.0.0.1:9/info"


def target(revision: str | None = PIN) -> Target:
    return Target(name="baseline", provider="hf-endpoint", model="lab/x", revision=revision)


def probe(when: str, says: str | None = PIN, *, at: float = 0.0, **more: object) -> Probe:
    is_proof = bool(more.pop("is_proof", True))
    served = Identity(revision=says, source="/info", is_proof=is_proof) if says else None
    given = {"target": "baseline", "url": URL, "when": when, "at": at, "served": served}
    return Probe(**{**given, **more})  # type: ignore[arg-type]  # as each test likes


def tallied(probed: Probed, *served: Identity | None, revision: str | None = PIN) -> Tally:
    tally = Tally(target(revision))
    tally.probed = probed
    for number, identity in enumerate(served):
        valid = Finding(check="valid", ok=True, message="", weight=0)
        record = Record(seq=number, output=Output(value=1), findings=(valid,), served=identity)
        tally.add("one", record)
    return tally


def test_the_same_before_and_after_covers_answers_without_evidence() -> None:
    probed = weigh(target(), [probe("before"), probe("after", at=9)])
    assert [one.revision for one in probed.covering] == [PIN]
    tally = tallied(probed, None, None)
    assert tally.proof == "proven"
    assert tally.evidence == "/info before the first answer and after the last"
    assert tally.view().served == (PIN,)
    assert tallied(Probed(), None).proof == "opaque"


def test_one_moment_alone_covers_nothing() -> None:
    for sent in (
        [probe("before")],
        [probe("after")],
        [probe("before"), probe("before", at=5)],
        [probe("before"), probe("after", None, at=9, note="HTTP 503")],
        [probe("before", None, note="HTTP 503"), probe("before", at=5), probe("after", at=9)],
    ):
        probed = weigh(target(), sent)
        assert probed.covering == ()
        assert probed.contradictions == ()
        assert tallied(probed, None).proof == "opaque"


def test_a_run_that_was_gone_on_with_is_covered_by_probes_of_both_sessions() -> None:
    sent = [probe("before"), probe("before", at=5), probe("after", at=9)]
    assert weigh(target(), sent).covering
    sent[1] = probe("before", None, at=5, note="HTTP 503")
    assert weigh(target(), sent).covering


def test_a_change_in_mid_run_is_said_with_its_time() -> None:
    sent = [probe("before", at=1_700_000_000.0), probe("after", OTHER, at=1_700_000_600.0)]
    probed = weigh(target(), sent)
    assert probed.covering == ()
    assert probed.contradictions[0] == (
        f"the model changed in mid-run: {URL} said {PIN} at 2023-11-14T22:13:20Z and {OTHER} at "
        "2023-11-14T22:23:20Z"
    )
    assert tallied(probed, None).proof == "mismatch"
    unpinned = weigh(target(None), sent)
    assert len(unpinned.contradictions) == 1
    assert tallied(unpinned, None, revision=None).proof == "mismatch"


def test_another_revision_than_the_pin_contradicts_even_answers_that_prove_it() -> None:
    probed = weigh(target(), [probe("before", OTHER), probe("after", OTHER)])
    assert probed.contradictions == (f"it is pinned to {PIN}, but {URL} says {OTHER} (/info)",)
    x_sha = Identity(revision=PIN, source="x-sha")
    assert tallied(probed, x_sha).proof == "mismatch"


def test_a_repeated_name_declares_and_proves_nothing_more() -> None:
    verbatim = [probe("before", is_proof=False), probe("after", is_proof=False)]
    assert tallied(weigh(target(), verbatim), None).proof == "declared"
    assert tallied(weigh(target(None), verbatim), None, revision=None).proof == "opaque"
    branch = [probe("before", "main", is_proof=False), probe("after", "main", is_proof=False)]
    probed = weigh(target(), branch)
    assert (probed.covering, probed.contradictions) == ((), ())
    assert probed.notes == (f"{URL} says main (/info): a name that proves nothing",)


def test_an_unpinned_target_is_observed() -> None:
    probed = weigh(target(None), [probe("before"), probe("after")])
    assert tallied(probed, None, revision=None).proof == "observed"


def test_every_address_of_a_target_has_to_say_it() -> None:
    def both(second: str | None) -> Probed:
        sent = [
            probe(when, says, url=f"http://{address}/info", address=address)
            for when in ("before", "after")
            for address, says in (("one", PIN), ("two", second))
        ]
        return weigh(target(), sent)

    assert len(both(PIN).covering) == 2
    assert both(None).covering == ()
    assert "http://two/info says" in both(OTHER).contradictions[0]


def test_of_two_questions_to_one_address_the_one_that_is_answered_counts() -> None:
    sent = [
        probe(when, says, url=url, note="" if says else "HTTP 404")
        for when in ("before", "after")
        for url, says in (("http://one/info", None), ("http://api/endpoint", PIN))
    ]
    assert weigh(target(), sent).is_proof


def test_probes_of_others_are_nobodys_business() -> None:
    sent = [probe("before", target="candidate"), probe("after", target="candidate")]
    assert weigh(target(), sent) == Probed()


def test_answers_with_evidence_need_no_probe() -> None:
    x_sha = Identity(revision=PIN, source="x-sha")
    silent = weigh(target(), [probe("before", None, note="HTTP 404")])
    assert tallied(silent, x_sha).proof == "proven"
    assert silent.notes == (f"{URL}: HTTP 404",)
    word = Identity(revision=PIN, source="body model", is_proof=False)
    assert tallied(silent, word).proof == "declared"
    covered = weigh(target(), [probe("before"), probe("after")])
    assert tallied(covered, word).proof == "proven"


def test_one_page_for_two_addresses_cannot_tell_them_apart() -> None:
    def sent(other: str) -> list[Probe]:
        own = [
            probe("before", OTHER, address="http://x/a"),
            probe("after", OTHER, address="http://x/a"),
        ]
        return [*own, probe("before", OTHER, target="candidate", address=other)]

    probed = weigh(target(), sent("http://x/b"))
    assert probed.contradictions == ()
    assert probed.notes == (
        f"{URL}: one page for http://x/a and http://x/b: it cannot tell them apart",
    )
    same = weigh(target(), sent("http://x/a"))  # both sides were given one address: a mistake
    assert "it is pinned to" in same.contradictions[0]
