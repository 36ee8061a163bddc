"""Which commit was loaded is read off the loaded objects."""

from types import SimpleNamespace as Loaded

import pytest

from harness_local.worker.evidence import commit_of
from harness_local.worker.nouns import RefusedError

ONE, TWO = "1" * 40, "2" * 40


def folder(commit: str) -> str:
    return f"/cache/models--acme--model/snapshots/{commit}"


def model(commit: str, **more: str) -> Loaded:
    return Loaded(config=Loaded(_name_or_path=folder(commit), **more))


def test_the_folder_a_model_notes_is_its_commit() -> None:
    assert commit_of({"model": model(ONE)}) == ONE
    assert commit_of({"model": model(ONE), "tokenizer": Loaded(name_or_path=folder(ONE))}) == ONE


def test_the_hash_transformers_4_notes_counts_too() -> None:
    assert commit_of({"model": model(ONE, _commit_hash=ONE)}) == ONE
    with pytest.raises(RefusedError, match="is not of one commit"):
        commit_of({"model": model(ONE, _commit_hash=TWO)})


def test_parts_of_two_commits_are_refused_by_name() -> None:
    parts = {"model": model(ONE), "tokenizer": Loaded(name_or_path=folder(TWO))}
    with pytest.raises(RefusedError, match=f"model {ONE}; tokenizer {TWO}"):
        commit_of(parts)


def test_a_model_that_does_not_say_is_refused_whatever_the_tokenizer_says() -> None:
    silent = Loaded(config=Loaded(_name_or_path="acme/model"))
    with pytest.raises(RefusedError, match="does not say which commit"):
        commit_of({"model": silent, "tokenizer": Loaded(name_or_path=folder(ONE))})


def test_parts_that_keep_no_trace_or_are_not_there_are_passed_over() -> None:
    parts = {"model": model(ONE), "image_processor": Loaded(), "tokenizer": None}
    assert commit_of(parts) == ONE
