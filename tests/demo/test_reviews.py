"""The reviews are clean: train and test apart, every slice large enough to be read."""

import re
import unicodedata
from collections import Counter

from rapidfuzz import fuzz, process

from harness_demo.data import Review, read_articles, read_reviews

SLICES = {"plain", "negation", "sarcasm", "mixed", "short", "emoji", "spanish"}


def test_ids_are_unique_and_name_their_slice() -> None:
    reviews = list(read_reviews())
    assert len({review.id for review in reviews}) == len(reviews)
    assert all(re.fullmatch(rf"{review.slice}-\d{{3}}", review.id) for review in reviews)


def test_only_the_known_labels_splits_and_slices_occur() -> None:
    reviews = list(read_reviews())
    assert {review.label for review in reviews} == {"POSITIVE", "NEGATIVE"}
    assert {review.split for review in reviews} == {"train", "test"}
    assert {review.slice for review in reviews} == SLICES


def test_the_test_split_can_decide_a_two_point_margin() -> None:
    assert 200 <= sum(review.split == "test" for review in read_reviews()) <= 260


def test_every_slice_has_twenty_test_reviews_with_both_labels_common() -> None:
    tested = [review for review in read_reviews() if review.split == "test"]
    sizes = Counter(review.slice for review in tested)
    positive = Counter(review.slice for review in tested if review.label == "POSITIVE")
    for name in SLICES:
        assert sizes[name] >= 20
        assert 0.4 <= positive[name] / sizes[name] <= 0.6


def test_no_review_occurs_twice() -> None:
    texts = Counter(_plain(review) for review in read_reviews())
    assert [text for text, count in texts.items() if count > 1] == []


def test_no_test_review_is_nearly_a_train_review() -> None:
    trained = [_plain(review) for review in read_reviews() if review.split == "train"]
    tested = [_plain(review) for review in read_reviews() if review.split == "test"]
    long = [text for text in tested if len(text) >= 30]
    near = [process.extractOne(text, trained, scorer=fuzz.ratio) for text in long]
    assert len(long) > 150
    assert [match for match in near if match[1] > 90] == []


def test_texts_are_normal_unicode_without_outer_space() -> None:
    for review in read_reviews():
        assert review.text == unicodedata.normalize("NFC", review.text).strip()


def test_articles_are_distinct_and_worth_summarizing() -> None:
    articles = list(read_articles())
    assert len({article.id for article in articles}) == len(articles) == 24
    assert len({article.text for article in articles}) == 24
    for article in articles:
        assert 6 <= len(re.findall(r"[.!?](?:\s|$)", article.text)) <= 11


def _plain(review: Review) -> str:
    """Give the text without case and signs, unless it is all signs."""
    words = re.findall(r"\w+", review.text.lower())
    return review.text if review.slice == "emoji" or not words else " ".join(words)
