"""Writes the demo's suites, with the data they read, where a user can read and edit them."""

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from harness_demo.data import Article, Review, read_articles, read_reviews
from harness_demo.weights import (
    SENTIMENT_AFTER,
    SENTIMENT_BEFORE,
    SUMMARY_AFTER,
    SUMMARY_BEFORE,
    read_weights,
    revision_of,
)

DEFAULT_PORT = 8377
"""Where the suites look for the models unless told otherwise."""


def write_demo(folder: Path, port: int = DEFAULT_PORT) -> tuple[Path, ...]:
    """Give the paths of two suites, classifier first, written with their data into `folder`.

    The folder is created; files of the same names are replaced. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tested = [_row(review) for review in read_reviews() if review.split == "test"]
    _write_rows(folder / "reviews-test.jsonl", tested)
    _write_rows(folder / "articles.jsonl", [_row(article) for article in read_articles()])
    return (
        _write_suite(folder / "sentiment.yaml", port, SENTIMENT_BEFORE, SENTIMENT_AFTER),
        _write_suite(folder / "summary.yaml", port, SUMMARY_BEFORE, SUMMARY_AFTER),
    )


def _row(case: Review | Article) -> dict[str, str]:
    return {key: value for key, value in asdict(case).items() if key != "split"}


def _write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _write_suite(path: Path, port: int, before: str, after: str) -> Path:
    text = (files("harness_demo") / "suites" / path.name).read_text(encoding="utf-8")
    text = text.replace("@PORT@", str(port))
    text = text.replace("@A@", revision_of(read_weights(before)))
    text = text.replace("@B@", revision_of(read_weights(after)))
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
