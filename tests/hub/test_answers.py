"""Every shape the Hub's answers are known to take."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.hub.answers import read_commits, read_files, read_model, read_references
from tests.hub.world import HEAD

TAPES = Path(__file__).resolve().parents[2].parent / "shared/tapes/tapes.jsonl"


def model(**more: Any) -> bytes:
    return json.dumps({"id": "a/b", "sha": HEAD, **more}).encode()


@pytest.mark.parametrize(
    ("given", "licences"),
    [
        ({}, ()),
        ({"cardData": {"license": "MIT"}}, ("mit",)),
        ({"cardData": {"license": ["mit", "apache-2.0"]}}, ("apache-2.0", "mit")),
        ({"cardData": None, "tags": ["x", "license:openrail"]}, ("openrail",)),
        ({"cardData": {"license": "mit"}, "tags": ["license:other"]}, ("mit",)),
        ({"cardData": "mit", "tags": 3}, ()),
    ],
)
def test_the_licence_is_the_cards_then_the_tags(
    given: dict[str, Any], licences: tuple[str, ...]
) -> None:
    assert read_model(model(**given)).licences == licences


@pytest.mark.parametrize(
    ("written", "read"), [(False, ""), ("auto", "auto"), ("manual", "manual"), (True, "auto")]
)
def test_gating_is_read(written: Any, read: str) -> None:
    assert read_model(model(gated=written)).gated == read


def test_providers_are_read_from_an_object_and_from_a_list() -> None:
    entry = {"status": "live", "providerId": "x", "task": "fill-mask"}
    as_object = read_model(model(inferenceProviderMapping={"groq": entry}))
    as_list = read_model(model(inferenceProviderMapping=[{"provider": "groq", **entry}]))
    assert as_object.providers == as_list.providers
    assert as_list.providers[0].provider == "groq"


@pytest.mark.parametrize("junk", [None, [], {}, "", 3.5, {"id": "../x"}, {"inference": [1]}])
def test_junk_in_any_field_is_no_model_or_an_empty_field(junk: Any) -> None:
    with pytest.raises(ValueError):
        read_model(json.dumps(junk).encode())
    for name in ("cardData", "gated", "tags", "inferenceProviderMapping", "lastModified"):
        assert read_model(model(**{name: junk})).commit == HEAD
    for read in (read_commits, read_files):
        if junk != []:
            with pytest.raises(ValueError):
                read(json.dumps(junk).encode())
    assert read_references(json.dumps(junk).encode()) == ()


def test_hostile_text_stays_on_its_line() -> None:
    facts = read_model(model(pipeline_tag="a\nb\x1b[31m\u202e", library_name="x" * 900))
    assert "\n" not in facts.task
    assert "\x1b" not in facts.task
    assert len(facts.library) <= 200


def recorded() -> Iterator[dict[str, Any]]:
    with TAPES.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "/api/models/" in row["url"] and row["status"] == 200:
                yield row


@pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
def test_what_the_hub_really_sent_is_read() -> None:
    facts = mappings = 0
    for row in recorded():
        given = {"sha": HEAD, **row["response_body"]}
        read = read_model(json.dumps(given).encode())
        assert read.model == row["model"] == given["id"]
        assert read.commit == given["sha"]
        facts += "sha" in row["response_body"]
        mapping = row["response_body"].get("inferenceProviderMapping")
        if mapping is not None:
            mappings += 1
            assert {served.provider for served in read.providers} == set(mapping)
    assert facts >= 20
    assert mappings >= 8
