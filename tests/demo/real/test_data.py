"""The sentences and reviews: enough, labelled, balanced, no text twice; the suites use them."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness_demo.real.files import write_real_demo
from harness_demo.real.wheels import WHEELS

WRITING = {
    "latin": "LATIN", "cyrillic": "CYRILLIC", "greek": "GREEK", "arabic": "ARABIC",
    "hebrew": "HEBREW", "devanagari": "DEVANAGARI", "bengali": "BENGALI", "thai": "THAI",
    "hangul": "HANGUL", "kana": "HIRAGANA", "han": "CJK", "georgian": "GEORGIAN",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_real_demo(tmp_path / "new" / "folder", 4711)
    return tmp_path / "new" / "folder"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_sentences_in_enough_languages(folder: Path) -> None:
    counted = Counter(row["label"] for row in rows(folder / "languages.jsonl"))
    assert counted.total() >= 320
    assert len(counted) >= 32
    assert min(counted.values()) >= 8


def test_no_text_and_no_id_comes_twice(folder: Path) -> None:
    for name in ("languages.jsonl", "reviews.jsonl"):
        read = rows(folder / name)
        assert len({row["id"] for row in read}) == len(read)
        assert len({" ".join(row["text"].casefold().split()) for row in read}) == len(read)


def test_sentences_are_of_natural_length_and_composed(folder: Path) -> None:
    for row in rows(folder / "languages.jsonl"):
        assert 12 <= len(row["text"]) <= 120, row["id"]
        assert unicodedata.is_normalized("NFC", row["text"]) or row["script"] in {
            "devanagari",
            "bengali",
        }, row["id"]  # these have letters that NFC takes apart
        assert row["text"] == row["text"].strip()


def test_every_sentence_is_in_the_script_it_names(folder: Path) -> None:
    for row in rows(folder / "languages.jsonl"):
        wanted = WRITING[row["script"]]
        letters = [unicodedata.name(sign).split()[0] for sign in row["text"] if sign.isalpha()]
        strange = Counter(letters)
        if wanted in {"HIRAGANA", "CJK"}:
            assert strange[wanted] > 0, row["id"]
        else:
            assert set(letters) == {wanted}, row["id"]


def test_neighbouring_languages_are_both_there(folder: Path) -> None:
    close = {row["label"] for row in rows(folder / "languages.jsonl") if row["slice"] == "close"}
    pairs = ["no da", "es pt gl", "cs sk", "hr sr sl", "id ms", "bg mk"]
    assert close == {label for pair in pairs for label in pair.split()}


def test_reviews_are_balanced_in_every_slice(folder: Path) -> None:
    read = rows(folder / "reviews.jsonl")
    counted = Counter((row["slice"], row["label"]) for row in read)
    slices = {row["slice"] for row in read}
    assert len(read) >= 100
    assert slices == {"plain", "negation", "intensifier", "emoji", "slang", "contrast"}
    for one in slices:
        assert counted[one, "POSITIVE"] == counted[one, "NEGATIVE"]


def test_each_suite_pins_both_revisions_by_url_and_revision(tmp_path: Path) -> None:
    suites = [yaml.safe_load(path.read_text()) for path in write_real_demo(tmp_path, 4711)]
    for suite, pair in zip(suites, (WHEELS[:2], WHEELS[2:]), strict=True):
        for target, wheel in zip(("baseline", "candidate"), pair, strict=True):
            assert suite["targets"][target] == {
                "url": f"http://127.0.0.1:4711/endpoints/{wheel.sha256}",
                "revision": wheel.sha256,
            }
            assert suite["target"] == {"provider": "hf-endpoint", "model": wheel.name}


def test_no_placeholder_is_left_and_writing_again_changes_nothing(tmp_path: Path) -> None:
    paths = write_real_demo(tmp_path, 4711)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert all(b"@" not in first[path.name] for path in paths)
    write_real_demo(tmp_path, 4711)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_the_suites_use_columns_the_data_has(folder: Path) -> None:
    for name in ("languages", "sentiment"):
        dataset = yaml.safe_load((folder / f"{name}.yaml").read_text())["dataset"]
        values = [dataset["id"], dataset["inputs"], dataset["expect"], *dataset["tags"]]
        used = {value.strip("{} ") for value in values}
        assert all(used == set(row) for row in rows(folder / dataset["file"]))
