"""Settings from the command line lie over the file."""

import pytest

from harness.errors import UsageError

CASES = "cases: [{inputs: x}]\n"


def test_values(load, head):
    text = head + CASES + "run: {repeats: 3}\nparameters: {top_k: 2}\n"
    overrides = {
        "run.concurrency": "4", "run.timeout_s": "2.5", "run.transport": "requests",
        "parameters.top_k": "5", "parameters.mode": "fast", "parameters.deep.er": "true",
        "parameters.text": '"7"', "parameters.word": "no", "require_pins": "true",
        "require_proof": "proven",
    }  # fmt: skip
    loaded = load(text, overrides=overrides)
    run = loaded.suite.run
    assert (run.repeats, run.concurrency, run.timeout_s, run.transport) == (3, 4, 2.5, "requests")
    assert loaded.suite.require_pins
    assert loaded.suite.require_proof == "proven"
    assert next(loaded.cases()).parameters == {
        "top_k": 5, "mode": "fast", "deep": {"er": True}, "text": "7", "word": "no",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("run.concurency", "4", "did you mean 'run.concurrency'"),
        ("suite", "x", "unknown key"),
        ("targets.a.url", "https://evil.example", "unknown key"),
        ("parameters", "x", "unknown key"),
        ("parameters.", "x", "unknown key"),
        ("run", "x", "unknown key"),
        ("run.concurrency", "0", "run.concurrency"),
        ("run.concurrency", "many", "run.concurrency"),
        ("run.timeout_s", ".nan", "run.timeout_s"),
        ("require_pins", "yes", "require_pins"),
        ("require_proof", "some", "require_proof"),
        ("parameters.top_k.x", "1", "not a mapping"),
    ],
)
def test_refused(load, head, key, value, message):
    with pytest.raises(UsageError, match=message):
        load(head + CASES + "parameters: {top_k: 1}\n", overrides={key: value})
