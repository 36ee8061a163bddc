"""What is left of a rate limit is read from every dialect, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.lanes.quota import quotas_of

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


@pytest.mark.parametrize(
    ("headers", "calls"),
    [
        ({"ratelimit": '"api";r=0;t=55'}, (0, 55)),
        ({"ratelimit": '"api";r=900;t=55, "pages";r=3;t=20'}, (3, 20)),
        (
            {"ratelimit": '"api";r=3', "ratelimit-policy": '"fixed window";"api";q=500;w=30'},
            (3, 30),
        ),
        ({"ratelimit": '"api";r=3'}, None),
        ({"ratelimit": "r=7;t=9"}, None),
        (
            {"x-ratelimit-remaining-requests": "12", "x-ratelimit-reset-requests": "17.56s"},
            (12, 17.56),
        ),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "20ms"}, (1, 0.02)),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "1m0s"}, (1, 60)),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m0s"}, None),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "500"}, None),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "50"}, (1, 50)),
        (
            {
                "x-ratelimit-remaining-requests": "248",
                "x-ratelimit-renewalperiod-requests": "60",
            },
            (248, 60),
        ),
        (
            {"x-ratelimit-remaining-requests-day": "0", "x-ratelimit-reset-requests-day": "9"},
            (0, 9),
        ),
        ({"ratelimit-remaining": "5", "ratelimit-reset": "30"}, (5, 30)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW) + 12)}, (5, 12)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW) - 12)}, (5, 0)),
        ({"x-ratelimit-remaining-req-minute": "0", "x-ratelimit-reset-req-minute": "8"}, (0, 8)),
        ({"x-ratelimit-remaining-req-minute": "4"}, (4, 60)),
        (
            {
                "anthropic-ratelimit-requests-remaining": "3",
                "anthropic-ratelimit-requests-reset": "2027-01-15T08:00:21Z",
            },
            (3, 21),
        ),
        (
            {
                "anthropic-ratelimit-requests-remaining": "3",
                "anthropic-ratelimit-requests-reset": "Tomorrow",
            },
            None,
        ),
        ({"retry-after": "2"}, None),
        ({"x-ratelimit-remaining": "5"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "1"}, None),
        ({"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "1"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_every_dialect_of_calls(headers: dict[str, str], calls: tuple[float, float] | None) -> None:
    found = quotas_of(headers, NOW)
    if calls is None:
        assert found is None
    else:
        assert found is not None
        assert found.calls == pytest.approx(calls)
        assert found.tokens is None


@pytest.mark.parametrize(
    ("headers", "tokens"),
    [
        ({"x-ratelimit-remaining-tokens": "88", "x-ratelimit-reset-tokens": "3s"}, (88, 3)),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m0s"}, (0, 60)),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "6m0s"}, None),
        ({"x-ratelimit-remaining-tokens-minute": "7", "x-ratelimit-reset-tokens-minute": "48.03"},
         (7, 48.03)),
        ({"x-ratelimit-remaining-tokens-minute": "74932"}, (74932, 60)),
        ({"ratelimitbysize-remaining": "444817", "ratelimitbysize-reset": "44"}, (444817, 44)),
        ({"ratelimit": '"tokens";r=40;t=5'}, (40, 5)),
        (
            {
                "ratelimit": '"llm";r=40;t=5',
                "ratelimit-policy": '"llm";q=500;qu="tokens";w=60',
            },
            (40, 5),
        ),
        (
            {
                "anthropic-ratelimit-input-tokens-remaining": "1000",
                "anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:00:21Z",
                "anthropic-ratelimit-output-tokens-remaining": "90",
                "anthropic-ratelimit-output-tokens-reset": "2027-01-15T10:00:30+02:00",
            },
            (90, 30),
        ),
    ],
)  # fmt: skip
def test_every_dialect_of_tokens(
    headers: dict[str, str], tokens: tuple[float, float] | None
) -> None:
    found = quotas_of(headers, NOW)
    if tokens is None:
        assert found is None
    else:
        assert found is not None
        assert found.tokens == pytest.approx(tokens)
        assert found.calls is None


def test_the_tightest_of_several_limits_counts_calls_and_tokens_apart() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "40",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining": "5",
        "x-ratelimit-reset": "9",
        "x-ratelimit-remaining-tokens": "700",
        "x-ratelimit-reset-tokens": "2s",
        "x-ratelimit-remaining-tokens-prompt": "100",
        "x-ratelimit-reset-tokens-prompt": "4s",
    }
    assert quotas_of(headers, NOW) == ((5, 9), (100, 4))


@given(st.text(max_size=40), st.text(max_size=40))
def test_hostile_headers_never_raise_and_never_hold_long(left: str, reset: str) -> None:
    for names in (
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("ratelimit", "ratelimit-policy"),
    ):
        found = quotas_of(dict(zip(names, (left, reset), strict=True)), NOW)
        for quota in found or ():
            if quota is not None:
                assert quota.remaining >= 0
                assert 0 <= quota.renewed_in_s <= 60
