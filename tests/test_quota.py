"""What is left of a rate limit is read from every dialect, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.quota import quota_of

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        ({"ratelimit": '"api";r=0;t=55'}, (0, 55)),
        ({"ratelimit": '"api";r=900;t=55, "pages";r=3;t=20'}, (3, 20)),
        ({"ratelimit": "r=7;t=9"}, None),
        (
            {"x-ratelimit-remaining-requests": "12", "x-ratelimit-reset-requests": "17.56s"},
            (12, 17.56),
        ),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "20ms"}, (1, 0.02)),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m0s"}, None),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "500"}, None),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "50"}, (1, 50)),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "3s"}, (0, 3)),
        (
            {"x-ratelimit-remaining-tokens": "88", "x-ratelimit-reset-tokens": "3s"},
            (float("inf"), 3),
        ),
        ({"ratelimit-remaining": "5", "ratelimit-reset": "30"}, (5, 30)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW) + 12)}, (5, 12)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW) - 12)}, (5, 0)),
        ({"x-ratelimit-remaining-req-minute": "0", "x-ratelimit-reset-req-minute": "8"}, (0, 8)),
        ({"retry-after": "2"}, None),
        ({"x-ratelimit-remaining": "5"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "1"}, None),
        ({"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "1"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_every_dialect(headers: dict[str, str], quota: tuple[float, float] | None) -> None:
    found = quota_of(headers, NOW)
    assert (None if found is None else tuple(found)) == (
        None if quota is None else pytest.approx(quota)
    )


def test_the_tightest_of_several_limits_counts() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "40",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "2s",
    }
    assert quota_of(headers, NOW) == (0, 2)


@given(st.text(max_size=40), st.text(max_size=40))
def test_hostile_headers_never_raise_and_never_hold_long(left: str, reset: str) -> None:
    for names in (("x-ratelimit-remaining", "x-ratelimit-reset"), ("ratelimit", "ratelimit-reset")):
        found = quota_of(dict(zip(names, (left, reset), strict=True)), NOW)
        assert found is None or (found.remaining >= 0 and 0 <= found.renewed_in_s <= 60)
