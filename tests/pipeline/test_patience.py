"""A run that shall fail fast stops at the fault it was given, and at no answer."""

import threading

import pytest

from harness.data.exchange import Fault
from harness.pipeline.patience import Patience

FAULT = Fault(kind="timeout", message="no byte came")


@pytest.mark.parametrize("most", [1, 3])
def test_the_last_fault_it_bears_stops_it_and_is_named(most: int) -> None:
    stop = threading.Event()
    patience = Patience(most, stop)
    for _ in range(most - 1):
        assert patience.take("c1", "before", None) == ""
        assert patience.take("c1", "before", FAULT) == ""
    assert not stop.is_set()
    said = patience.take("c7", "after", FAULT)
    assert stop.is_set()
    assert "run.fail_fast" in said
    assert "the last is case c7 at after: no byte came" in said
    assert patience.take("c8", "after", FAULT) == ""  # said once


def test_without_the_setting_every_fault_is_borne() -> None:
    stop = threading.Event()
    patience = Patience(None, stop)
    for _ in range(1000):
        assert patience.take("c", "t", FAULT) == ""
    assert not stop.is_set()
