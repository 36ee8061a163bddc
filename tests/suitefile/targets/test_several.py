"""A target with several addresses."""

import pytest

from harness.api.kinds import NoOptions
from harness.data.noun import replace

CASES = 'cases: [{id: one, inputs: "x"}]\n'
ONE = 'url: "https://a.example"'
TWO = 'urls: ["https://a.example", "https://b.example"]'


def two(head: str, of_a: str, *, before: str = 'url: "https://a.example"') -> str:
    """Give a suite whose first target has these keys in place of its address."""
    assert before in head
    return head.replace(before, of_a) + CASES


def test_the_first_url_is_the_providers_address_and_all_are_kept(load, head):
    suite = load(
        two(head, 'urls: ["https://a.example", "https://c.example"], balance: round_robin')
    ).suite
    assert suite.baseline.options == {"url": "https://a.example"}
    assert suite.baseline.urls == ("https://a.example", "https://c.example")
    assert suite.baseline.balance == "round_robin"
    assert (suite.targets[1].urls, suite.targets[1].balance) == ((), "failover")


def test_a_provider_without_url_gets_them_as_base_url(load):
    text = (
        "suite: s\ntask: text-classification\n"
        'target: {provider: router, model: m, revision: "v1", '
        'urls: ["https://a.example", "https://b.example"]}\n'
        "targets: {a: {}, b: {}}\n" + CASES
    )
    targets = load(text).suite.targets
    assert [target.options for target in targets] == [{"base_url": "https://a.example"}] * 2
    assert {target.urls for target in targets} == {("https://a.example", "https://b.example")}


@pytest.mark.parametrize(
    ("keys", "code", "at"),
    [
        ('urls: ["https://a.example"]', "E124", "["),
        ("urls: https://a.example", "E124", "https"),
        ('urls: ["https://a.example", 3]', "E109", "3"),
        ('urls: ["https://a.example", "https://A.example/"]', "E131", '"https://A'),
        ('urls: ["https://a.example", "http://b.example"]', "E119", '"http://b'),
        ('urls: ["https://a.example", "https://me:pw@b.example"]', "E119", '"https://me'),
        ('urls: ["https://a.example", "https://b.example?token=x"]', "E119", '"https://b'),
        ('url: "https://a.example", balance: least_busy', "E131", "balance"),
        ('urls: ["https://a.example", "https://b.example"], balance: fair', "E124", "fair"),
        (f"{ONE}, {TWO}", "E131", "urls"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_at_its_place(wrong, head, keys, code, at):
    text = two(head, keys)
    line = text.split("\n")[4]
    assert wrong(text) == [(code, 5, line.index(at) + 1)]


def test_loopback_and_insecure_addresses_are_told_apart(load, wrong, head):
    here = 'urls: ["http://127.0.0.1:1", "http://localhost:2"]'
    assert len(load(two(head, here)).suite.baseline.urls) == 2
    there = 'urls: ["http://a.example", "http://b.example"]'
    assert [code for code, *_ in wrong(two(head, there))] == ["E119", "E119"]
    assert load(two(head, f"{there}, allow_insecure: true")).suite.baseline.urls


def test_a_provider_without_an_address_cannot_have_several(refused, registry, head):
    placeless = replace(registry.providers["hf-endpoint"], options=NoOptions)
    plugged = replace(registry, providers={"hf-endpoint": placeless})
    text = two(head, 'urls: ["https://a.example", "https://c.example"]')
    codes = {p.code: p.message for p in refused(text, plugged=plugged).problems}
    assert codes["E131"] == "provider 'hf-endpoint' takes no address, so it cannot have several"


def test_a_single_address_is_told_where_it_belongs(refused, head):
    [problem] = refused(two(head, 'urls: ["https://a.example"]')).problems
    assert problem.message == "urls has 1 entry, takes 2 or more"
    assert problem.help.startswith("a single address stands under the provider's own key, `url:`")
