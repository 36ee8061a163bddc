"""The worker: loads from its folder alone, answers line by line in the wire shape."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from harness_demo.real import worker
from harness_demo.real.failure import RealDemoError
from harness_demo.served import InputError

from .conftest import LANGID, Start


def test_it_proves_where_the_package_came_from(tmp_path: Path, start: Start) -> None:
    ready = start(LANGID).wait_until_ready()
    assert ready["version"] == "9.1"
    assert Path(ready["path"]).is_relative_to((tmp_path / "cache").resolve())
    assert ready["load_s"] >= 0


def test_it_answers_in_the_wire_shape_likeliest_first(start: Start) -> None:
    process = start(LANGID)
    process.wait_until_ready()
    ranked = [("fr", 0.6), ("de", 0.3), ("xx", 0.1)]
    whole = [{"label": label, "score": score} for label, score in ranked]
    assert process.predict({"inputs": "a"}) == [whole]
    assert process.predict({"inputs": ["a", "b"]}) == [whole, whole]
    assert process.predict({"inputs": "a", "parameters": {"top_k": 1}}) == [whole[:1]]
    assert process.predict({"inputs": "a \ud800\n"}) == [whole]


@pytest.mark.parametrize(
    "payload",
    [
        {"inputs": 3},
        {"inputs": []},
        {"inputs": [["a"]]},
        {"inputs": "a", "parameters": [1]},
        {"inputs": "a", "parameters": {"top_k": 0}},
        {"inputs": "a", "parameters": {"top_k": True}},
    ],
)
def test_a_wrong_request_is_refused_and_the_next_answered(
    start: Start, payload: dict[str, Any]
) -> None:
    process = start(LANGID)
    process.wait_until_ready()
    with pytest.raises(InputError, match="Error in `"):
        process.predict(payload)
    assert process.predict({"inputs": "a"})


def test_a_score_that_is_no_number_is_a_failure(start: Start) -> None:
    process = start(LANGID.replace("0.6", 'float("nan")'))
    process.wait_until_ready()
    with pytest.raises(RealDemoError, match="failed on a text: ValueError"):
        process.predict({"inputs": "a"})


@pytest.mark.parametrize(
    ("compound", "first"),
    [
        (1.0, "POSITIVE"),
        (0.05, "POSITIVE"),
        (0.0499, "NEUTRAL"),
        (-0.0499, "NEUTRAL"),
        (-0.05, "NEGATIVE"),
        (-1.0, "NEGATIVE"),
    ],
)
def test_the_first_label_is_what_the_documented_thresholds_choose(
    compound: float, first: str
) -> None:
    class Analyzer:
        def polarity_scores(self, text: str) -> dict[str, float]:
            return {"compound": compound}

    class Module:
        SentimentIntensityAnalyzer = Analyzer

    [ranking] = worker.rankings({"inputs": "a"}, worker.load_sentiment(Module), None)
    assert ranking[0]["label"] == first
    assert sum(entry["score"] for entry in ranking) == pytest.approx(1)


def test_it_needs_nothing_but_the_standard_library_and_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(worker.__file__).read_text()
    assert "harness" not in source
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(KeyError):
        worker.serve(tmp_path, "no such kind", io.BytesIO(), io.BytesIO())
    assert sorted(worker.KINDS) == ["language", "sentiment"]
