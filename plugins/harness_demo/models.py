"""The demo's four revisions, ready to be served."""

from harness_demo.sentiment import load_sentiment
from harness_demo.served import Served
from harness_demo.summarizer import load_summarizer
from harness_demo.weights import (
    SENTIMENT_AFTER,
    SENTIMENT_BEFORE,
    SUMMARY_AFTER,
    SUMMARY_BEFORE,
    read_weights,
    revision_of,
)

SENTIMENT_MODEL = "revgate/reviews-sentiment"
SUMMARY_MODEL = "revgate/lead-summarizer"


def served_demo_models() -> tuple[Served, ...]:
    """Give both revisions of the classifier, then of the summarizer, the older one first."""
    return (
        _sentiment(SENTIMENT_BEFORE),
        _sentiment(SENTIMENT_AFTER),
        _summarizer(SUMMARY_BEFORE),
        _summarizer(SUMMARY_AFTER),
    )


def _sentiment(name: str) -> Served:
    weights = read_weights(name)
    return Served(
        model=SENTIMENT_MODEL,
        revision=revision_of(weights),
        task="text-classification",
        predict=load_sentiment(weights),
    )


def _summarizer(name: str) -> Served:
    weights = read_weights(name)
    return Served(
        model=SUMMARY_MODEL,
        revision=revision_of(weights),
        task="summarization",
        predict=load_summarizer(weights),
    )
