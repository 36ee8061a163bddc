"""Where the token goes, how often is asked, how long is waited."""

from contextlib import closing

import pytest

from harness.credentials import open_wallet
from harness.hub import HubFault, ModelFacts, forbidden_by, open_hub
from tests.hub.hub_server import TOKEN, HubServer
from tests.hub.world import HEAD, MODEL, Watch, asking


def test_a_redirection_to_another_origin_is_not_followed(server: HubServer) -> None:
    with HubServer({}) as stranger, asking(server, HF_TOKEN=TOKEN) as hub:
        for status in (301, 302, 303, 307, 308):
            server.script.append((status, {"location": f"{stranger.url}/api/models/{MODEL}"}))
            fault = hub.model_facts(MODEL, f"at-{status}")
            assert isinstance(fault, HubFault)
            assert fault.kind == "refused"
        assert stranger.asked == []


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1", "//127.0.0.1:1/x", "http://u:p@127.0.0.1/", "", "\\\\x"]
)
def test_odd_places_are_not_followed(server: HubServer, location: str) -> None:
    server.script += [(307, {"location": location})] * 5
    with asking(server, HF_TOKEN=TOKEN) as hub:
        fault = hub.model_facts(MODEL)
    assert isinstance(fault, HubFault)
    assert fault.kind == "refused"
    assert TOKEN not in fault.message


def test_at_most_three_redirections_are_followed(server: HubServer) -> None:
    for number in range(4):
        server.renamed[f"lab/n{number}"] = f"lab/n{number + 1}"
    server.renamed["lab/n3"] = MODEL
    with asking(server) as hub:
        assert isinstance(hub.model_facts("lab/n1"), ModelFacts)
        fault = hub.model_facts("lab/n0")
    assert isinstance(fault, HubFault)
    assert "more than 3 times" in fault.message


def test_a_next_page_at_another_origin_is_refused(server: HubServer) -> None:
    server.headers = {"link": '<http://127.0.0.2:9/x>; rel="next"'}
    with asking(server, HF_TOKEN=TOKEN) as hub:
        fault = hub.files(MODEL, "main")
    assert isinstance(fault, HubFault)
    assert fault.kind == "refused"


def test_a_short_outage_is_sat_out(server: HubServer) -> None:
    server.script = [(503, {}), (500, {})]
    watch = Watch()
    with asking(server, watch) as hub:
        assert isinstance(hub.model_facts(MODEL), ModelFacts)
    assert len(watch.waits) == 2


def test_an_outage_ends_after_three_attempts(server: HubServer) -> None:
    server.script = [(503, {})] * 9
    with asking(server) as hub:
        fault = hub.model_facts(MODEL)
    assert isinstance(fault, HubFault)
    assert fault.kind == "unreachable"
    assert "gave up after 3 attempts" in fault.message
    assert len(server.asked) == 3


def test_what_will_not_pass_is_asked_once(server: HubServer) -> None:
    with asking(server) as hub:
        hub.model_facts(MODEL, "missing")
    assert len(server.asked) == 1


def test_a_refusal_is_sat_out_as_long_as_its_window_says(server: HubServer) -> None:
    server.script = [(429, {"ratelimit": '"api";r=0;t=17'})]
    watch = Watch()
    with asking(server, watch) as hub:
        assert isinstance(hub.model_facts(MODEL), ModelFacts)
    assert len(watch.waits) == 1
    assert 17 <= watch.waits[0] <= 19


def test_a_spent_window_is_waited_for_before_the_next_request(server: HubServer) -> None:
    server.headers = {"ratelimit": '"api";r=0;t=20'}
    watch = Watch()
    with asking(server, watch) as hub:
        assert isinstance(hub.model_facts(MODEL), ModelFacts)
        assert watch.waits == []
        assert isinstance(hub.model_facts(MODEL, "v1.0"), ModelFacts)
    assert watch.waits == [20.0]


def test_requests_that_are_left_cost_no_wait(server: HubServer) -> None:
    server.headers = {"ratelimit": '"api";r=998;t=253'}
    watch = Watch()
    with asking(server, watch) as hub:
        hub.model_facts(MODEL)
        hub.model_facts(MODEL, "v1.0")
    assert watch.waits == []


def test_a_window_longer_than_a_minute_is_not_waited_for(server: HubServer) -> None:
    server.headers = {"ratelimit": '"api";r=0;t=217'}
    with asking(server) as hub:
        hub.model_facts(MODEL)
        fault = hub.model_facts(MODEL, "v1.0")
    assert isinstance(fault, HubFault)
    assert fault.kind == "rate_limited"
    assert "217 s" in fault.message
    assert len(server.asked) == 1


def test_a_token_is_withheld_from_a_hub_that_is_not_trusted(server: HubServer) -> None:
    with asking(server, HF_TOKEN=TOKEN) as hub:
        fetcher = hub.fetcher
        assert not fetcher.has_token_for("https://hub.example/api")
        assert not fetcher.has_token_for("http://huggingface.co/api")
        assert not fetcher.has_token_for("https://huggingface.co.evil.example/api")
        assert fetcher.has_token_for("https://huggingface.co/api")
    with asking(server, HF_TOKEN=TOKEN, REVGATE_TRUST="https://hub.example") as hub:
        assert hub.fetcher.has_token_for("https://hub.example/api")


def test_a_token_the_hub_repeats_does_not_stay_in_the_words(server: HubServer) -> None:
    words = {"x-error-message": f"bad token {TOKEN}"}
    server.script = [(403, words)]
    with asking(server, HF_TOKEN=TOKEN) as hub:
        fault = hub.model_facts(MODEL)
    assert isinstance(fault, HubFault)
    assert TOKEN not in fault.message
    assert "[removed]" in fault.message


def test_no_question_outlives_the_time_for_all_of_them(server: HubServer) -> None:
    watch = Watch()
    world = {"HF_ENDPOINT": server.url, "HF_HOME": "/nonexistent"}
    hub = open_hub(world, open_wallet(world), watch.clock, watch.wait, within_s=5.0)
    with closing(hub):
        server.script = [(503, {"retry-after": "4"}), (503, {"retry-after": "4"})]
        found = hub.model_facts(MODEL)
        assert isinstance(found, HubFault)
        assert "no time for another try" in found.message
        assert sum(watch.waits) < 5.0
        assert len(server.asked) == 2
        watch.now += 5.0
        found = hub.model_facts(MODEL, HEAD)
        assert isinstance(found, HubFault)
        assert (found.kind, found.message) == (
            "unreachable",
            "the time to ask the Hub in is over",
        )
        assert len(server.asked) == 2


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_the_variable_that_forbids_asking_is_named(name: str) -> None:
    assert forbidden_by({name: "yes"}) == name
    assert forbidden_by({name: "0"}) is None


def test_whether_files_may_be_read_is_asked_by_itself(server: HubServer) -> None:
    with asking(server) as hub:
        assert hub.access_fault(MODEL) is None
        server.repos[MODEL].is_closed = True
        refused = hub.access_fault(MODEL)
        strange = hub.access_fault("../x")
    assert refused is not None
    assert refused.kind == "gated"
    assert strange is not None
    assert strange.kind == "repo_not_found"
