"""The summarizers pick sentences of the text, each revision by its own rule."""

import pytest

from harness_demo.data import read_articles
from harness_demo.served import InputError, Served
from harness_demo.summarizer import SENTENCE_END, Summarizer


def test_a_summary_is_two_sentences_of_its_article(served: tuple[Served, ...]) -> None:
    for article in read_articles():
        found = SENTENCE_END.split(article.text)
        for one in served[2:]:
            (answer,) = one.predict({"inputs": article.text})
            chosen = [sentence for sentence in found if sentence in answer["summary_text"]]
            assert answer == {"summary_text": " ".join(chosen)}
            assert len(chosen) == 2


def test_the_older_revision_takes_the_first_sentences(served: tuple[Served, ...]) -> None:
    for article in read_articles():
        (answer,) = served[2].predict({"inputs": article.text})
        assert article.text.startswith(answer["summary_text"])


def test_the_revisions_mostly_disagree(served: tuple[Served, ...]) -> None:
    answers = [
        [one.predict({"inputs": article.text}) for one in served[2:]] for article in read_articles()
    ]
    assert sum(before != after for before, after in answers) > 12


def test_the_lengths_are_as_the_suite_says(served: tuple[Served, ...]) -> None:
    texts = [article.text for article in read_articles()]
    before, after = (
        [len(answer["summary_text"]) for answer in one.predict({"inputs": texts})]
        for one in served[2:]
    )
    assert min(before + after) >= 60
    assert max(before + after) <= 240
    assert max(before) <= 200
    assert sum(length > 200 for length in after) == 2


def test_the_central_sentence_is_the_one_that_shares_most_words() -> None:
    central = Summarizer(method="centrality", sentences=1, damping=0.85, rounds=60)
    text = "Rain fell. The red bridge opened today. Children crossed the red bridge. Music played."
    assert central.summary(text) in {
        "The red bridge opened today.",
        "Children crossed the red bridge.",
    }


@pytest.mark.parametrize(
    "text", ["", "One sentence only.", "...", "a. b. c. d.", "Hm! Ah? Oh. Eh."]
)
def test_any_text_gets_a_summary(served: tuple[Served, ...], text: str) -> None:
    for one in served[2:]:
        assert isinstance(one.predict({"inputs": text})[0]["summary_text"], str)


@pytest.mark.parametrize("inputs", [None, 3, [], ["a", 1], {"text": "a"}])
def test_a_wrong_request_is_refused(served: tuple[Served, ...], inputs: object) -> None:
    for one in served[2:]:
        with pytest.raises(InputError):
            one.predict({"inputs": inputs})
