"""A metric's value is written in its own unit, and a count never as a share."""

import pytest

from harness.gates.words import value_words


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("pass_rate", 0.875, "87.5 %"),
        ("latency_p95", 0.412, "412 ms"),
        ("first_token_p50", 0.412, "412 ms"),
        ("cost", 0.0123, "$0.0123"),
        ("output_tokens", 640.0, "640"),
        ("shape_changes", 3.0, "3"),
        ("regressions", 2.0, "2"),
        ("wer", 1.25, "1.25"),
        ("latency_of_thought", 0.5, "0.5"),
    ],
)
def test_a_value_is_written_in_the_unit_of_its_metric(
    metric: str, value: float, words: str
) -> None:
    assert value_words(metric, value) == words
