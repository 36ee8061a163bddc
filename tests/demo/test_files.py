"""The demo's suites as a user finds them: complete, valid YAML, pinned to what is served."""

import json
from pathlib import Path

import yaml

from harness_demo.data import read_reviews
from harness_demo.files import write_demo
from harness_demo.served import Served


def test_each_suite_pins_both_revisions_by_url_and_revision(
    tmp_path: Path, served: tuple[Served, ...]
) -> None:
    suites = [yaml.safe_load(path.read_text()) for path in write_demo(tmp_path, 4711)]
    for suite, (before, after) in zip(suites, (served[:2], served[2:]), strict=True):
        for target, one in (("baseline", before), ("candidate", after)):
            assert suite["targets"][target] == {
                "url": f"http://127.0.0.1:4711/endpoints/{one.revision}",
                "revision": one.revision,
            }
            assert suite["target"]["model"] == one.model
            assert suite["task"] == one.task


def test_no_placeholder_is_left(tmp_path: Path) -> None:
    for path in write_demo(tmp_path):
        text = path.read_text()
        assert "@" not in text
        assert "8377" in text


def test_the_data_lies_beside_the_suites_with_the_columns_they_use(tmp_path: Path) -> None:
    for path in write_demo(tmp_path / "new" / "folder"):
        dataset = yaml.safe_load(path.read_text())["dataset"]
        lines = (path.parent / dataset["file"]).read_text().splitlines()
        used = {value.strip("{} ") for key, value in dataset.items() if isinstance(value, str)}
        used = (used | {dataset["tags"][0].strip("{} ")}) - {dataset["file"]}
        assert all(set(json.loads(line)) == used for line in lines)


def test_only_the_test_split_is_asked_about(tmp_path: Path) -> None:
    write_demo(tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "reviews-test.jsonl").read_text().splitlines()]
    wanted = {review.id for review in read_reviews() if review.split == "test"}
    assert {row["id"] for row in rows} == wanted


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    write_demo(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_demo(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
