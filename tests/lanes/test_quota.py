"""What is left of a rate limit is read from every dialect, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.lanes.quota import Quota, quotas_of

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


DIALECTS: dict[str, tuple[dict[str, str], list[tuple[float, ...]], list[tuple[float, ...]]]] = {
    "hub": (
        {"ratelimit": '"api";r=998;t=253', "ratelimit-policy": '"fixed window";"api";q=1000;w=300'},
        [(998, 253, 1000)], [],
    ),
    "hub, used up": (
        {"ratelimit": '"api";r=0;t=200', "ratelimit-policy": '"fixed window";"api";q=500;w=300'},
        [(0, 201, 500)], [],
    ),
    "openai": (
        {
            "x-ratelimit-limit-requests": "10000", "x-ratelimit-limit-tokens": "50000000",
            "x-ratelimit-remaining-requests": "9999", "x-ratelimit-remaining-tokens": "49999993",
            "x-ratelimit-reset-requests": "17.563999999s", "x-ratelimit-reset-tokens": "0s",
        },
        [(9999, 17.563999999, 10000)], [(49999993, 0, 50000000)],
    ),
    "openai, completions": (
        {
            "x-ratelimit-limit-requests": "3000", "x-ratelimit-limit-tokens": "250000",
            "x-ratelimit-limit-tokens_usage_based": "250000",
            "x-ratelimit-remaining-requests": "2999", "x-ratelimit-remaining-tokens": "249979",
            "x-ratelimit-remaining-tokens_usage_based": "249979",
            "x-ratelimit-reset-requests": "20ms", "x-ratelimit-reset-tokens": "4ms",
            "x-ratelimit-reset-tokens_usage_based": "6m0s",
        },
        [(2999, 0.02, 3000)], [(249979, 0.004, 250000)],  # six minutes are not waited for
    ),
    "together": (
        {
            "retry-after": "2", "x-ratelimit": "false", "x-ratelimit-limit": "100",
            "x-ratelimit-limit-tokens": "33333", "x-ratelimit-remaining": "199",
            "x-ratelimit-remaining-tokens": "33333", "x-ratelimit-reset": "2",
        },
        [(199, 2, 100)], [(33333, 2, 33333)],
    ),
    "cerebras": (
        {
            "x-ratelimit-limit-requests-day": "216000", "x-ratelimit-limit-tokens-minute": "160000",
            "x-ratelimit-remaining-requests-day": "215977",
            "x-ratelimit-remaining-tokens-minute": "160000",
            "x-ratelimit-reset-requests-day": "24588.037240743637",
            "x-ratelimit-reset-tokens-minute": "48.037240743637085",
        },
        [], [(160000, 48.037240743637085, 160000)],
    ),
    "fireworks": (
        {
            "x-ratelimit-limit-requests": "60", "x-ratelimit-limit-tokens-generated": "6000",
            "x-ratelimit-limit-tokens-prompt": "60000", "x-ratelimit-over-limit": "no",
            "x-ratelimit-remaining-requests": "59",
            "x-ratelimit-remaining-tokens-generated": "6000",
            "x-ratelimit-remaining-tokens-prompt": "59954",
        },
        [(59, 20, 1)], [(59954, 20, 0), (6000, 20, 0)],
    ),
    "fireworks, over its limit": (
        {
            "x-ratelimit-limit-requests": "60", "x-ratelimit-over-limit": "yes",
            "x-ratelimit-remaining-requests": "0",
        },
        [(0, 20, 1), (0, 20, 1)], [],
    ),
    "mistral, a minute": (
        {
            "x-ratelimit-limit-tokens-minute": "75000", "x-ratelimit-limit-req-minute": "5",
            "x-ratelimit-remaining-tokens-minute": "74932",
            "x-ratelimit-remaining-req-minute": "4", "x-ratelimit-tokens-query-cost": "68",
        },
        [(4, 60, 5)], [(74932, 60, 75000)],
    ),
    "mistral, by size": (
        {
            "ratelimitbysize-limit": "500000", "ratelimitbysize-query-cost": "32015",
            "ratelimitbysize-remaining": "444817", "ratelimitbysize-reset": "44",
        },
        [], [(444817, 44, 500000)],
    ),
    "mistral, transcription": (
        {
            "x-ratelimit-limit-audio-seconds-minute": "7200",
            "x-ratelimit-remaining-audio-seconds-minute": "7191",
            "x-ratelimit-audio-seconds-query-cost": "3",
            "x-ratelimit-limit-req-minute": "360", "x-ratelimit-remaining-req-minute": "351",
        },
        [(351, 60, 360), (2397, 60)], [],
    ),
    "mistral, speech": (
        {
            "x-ratelimit-limit-input-characters-minute": "24000",
            "x-ratelimit-remaining-input-characters-minute": "63",
            "x-ratelimit-input-characters-query-cost": "64",
        },
        [(0, 61)], [],
    ),
    "replicate": (
        {"ratelimit-remaining": "599", "ratelimit-reset": "1"}, [(599, 1)], [],
    ),
    "azure": (
        {
            "x-ratelimit-limit-requests": "120", "x-ratelimit-limit-tokens": "120000",
            "x-ratelimit-remaining-requests": "119", "x-ratelimit-remaining-tokens": "119986",
            "x-ratelimit-renewalperiod-requests": "60", "x-ratelimit-renewalperiod-tokens": "60",
            "x-ratelimit-reset-requests": "500", "x-ratelimit-reset-tokens": "7",
        },
        [], [(119986, 7, 120000)],
    ),
    "azure, without a time": (
        {
            "x-ratelimit-limit-requests": "250", "x-ratelimit-limit-tokens": "250000",
            "x-ratelimit-remaining-requests": "248", "x-ratelimit-remaining-tokens": "249979",
        },
        [(248, 20, 1)], [(249979, 20, 0)],
    ),
    "azure, only what is left": (
        {"x-ratelimit-remaining-requests": "119", "x-ratelimit-remaining-tokens": "119984"},
        [(119, 20, 1)], [(119984, 20, 0)],
    ),
    "x.ai": (
        {"x-ratelimit-limit-requests": "300", "x-ratelimit-remaining-requests": "300"},
        [(300, 20, 1)], [],
    ),
    "black forest labs": (
        {
            "retry-after": "1", "x-ratelimit-limit": "1200", "x-ratelimit-remaining": "1199",
            "x-ratelimit-reset": str(int(NOW) + 30),
        },
        [(1199, 30, 1200)], [],
    ),
    "anthropic": (
        {
            "anthropic-ratelimit-requests-limit": "50",
            "anthropic-ratelimit-requests-remaining": "3",
            "anthropic-ratelimit-requests-reset": "2027-01-15T08:00:21Z",
            "anthropic-ratelimit-input-tokens-remaining": "1000",
            "anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:00:21Z",
            "anthropic-ratelimit-output-tokens-remaining": "90",
            "anthropic-ratelimit-output-tokens-reset": "2027-01-15T10:00:30+02:00",
        },
        [(3, 21, 50)], [(1000, 21), (90, 30)],
    ),
}  # fmt: skip
"""Headers as each really sends them; what is left, when it is renewed, what there is then."""


def whole(quotas: list[tuple[float, ...]]) -> tuple[Quota, ...]:
    return tuple(Quota(*quota) for quota in quotas)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read(dialect: str) -> None:
    headers, calls, tokens = DIALECTS[dialect]
    found = quotas_of(headers, NOW)
    assert found is not None
    assert (found.calls, found.tokens) == (whole(calls), whole(tokens))


@pytest.mark.parametrize(
    ("headers", "calls"),
    [
        ({"ratelimit": '"api";r=900;t=55, "pages";r=3;t=20'}, [(900, 55), (3, 20)]),
        (
            {"ratelimit": '"api";r=3', "ratelimit-policy": '"fixed window";"api";q=500;w=30'},
            [(3, 30, 500)],
        ),
        ({"ratelimit": '"api";r=3'}, [(3, 20, 1)]),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "1m0s"}, [(1, 60)]),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "5m0s"}, [(1, 300)]),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m0s"}, []),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "50"}, [(1, 50)]),
        (
            {"x-ratelimit-remaining-requests": "9", "x-ratelimit-renewalperiod-requests": "60"},
            [(9, 60)],
        ),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW) - 12)}, [(5, 0)]),
        ({"x-ratelimit-remaining": "5"}, [(5, 20, 1)]),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "soon"}, [(1, 20, 1)]),
        ({"x-ratelimit-remaining-audio-seconds-minute": "0"}, [(0, 61)]),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "0"}, [(0, 1)]),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.25"}, [(0, 0.25)]),
    ],
)
def test_times_of_renewal_are_read_or_made_up_for(
    headers: dict[str, str], calls: list[tuple[float, ...]]
) -> None:
    found = quotas_of(headers, NOW)
    assert found is not None
    assert found.calls == whole(calls)
    assert found.tokens == ()


@pytest.mark.parametrize(
    ("headers", "tokens"),
    [
        ({"ratelimit": '"tokens";r=40;t=5'}, (40, 5)),
        (
            {"ratelimit": '"llm";r=40;t=5', "ratelimit-policy": '"llm";q=500;qu="tokens";w=60'},
            (40, 5, 500),
        ),
    ],
)
def test_tokens_are_told_by_their_name_or_unit(
    headers: dict[str, str], tokens: tuple[float, ...]
) -> None:
    found = quotas_of(headers, NOW)
    assert found is not None
    assert (found.calls, found.tokens) == ((), whole([tokens]))


@pytest.mark.parametrize(
    "headers",
    [
        {"ratelimit": "r=7;t=9"},
        {"retry-after": "2"},
        {"x-ratelimit": "false"},
        {"x-ratelimit-over-limit": "no"},
        {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "1"},
        {"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "1"},
        {"x-ratelimit-remaining-audio-seconds-minute": "7"},
        {},
    ],
)
def test_what_states_no_limit_gives_none(headers: dict[str, str]) -> None:
    assert quotas_of(headers, NOW) is None


def test_calls_of_a_day_are_not_waited_for_but_counted() -> None:
    found = quotas_of(DIALECTS["cerebras"][0], NOW)
    assert found is not None
    assert found.counted == 215977


def test_sizes_tell_limits_apart_and_rests_do_not() -> None:
    one = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "9", "x-ratelimit-reset": "5"}

    def sizes(**more: str) -> tuple[str, ...]:
        found = quotas_of(one | {name.replace("_", "-"): text for name, text in more.items()}, NOW)
        assert found is not None
        return found.sizes

    assert sizes() == sizes(x_ratelimit_remaining="3", x_ratelimit_reset="1")
    assert sizes() != sizes(x_ratelimit_limit="5000")
    assert sizes() != sizes(x_ratelimit_key="another-model")
    assert sizes() != sizes(ratelimit='"api";r=9;t=5')


@given(st.text(max_size=40), st.text(max_size=40))
def test_hostile_headers_never_raise_and_never_hold_long(left: str, reset: str) -> None:
    for names in (
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("ratelimit", "ratelimit-policy"),
    ):
        found = quotas_of(dict(zip(names, (left, reset), strict=True)), NOW)
        for quota in (*found.calls, *found.tokens) if found is not None else ():
            assert quota.remaining >= 0
            assert 0 <= quota.renewed_in_s <= 311
