"""What stands in for the pipelines transformers 5 removed answers as they did in transformers 4."""

from pathlib import Path
from typing import Any

import pytest
import transformers
from transformers.pipelines import SUPPORTED_TASKS

from harness_local.worker.loading import load
from harness_local.worker.nouns import Question, Specification
from tests.heavy.conftest import Commits
from tests.heavy.questions import TEXT

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(
        "question-answering" not in SUPPORTED_TASKS, reason="transformers 4 has these pipelines"
    ),
]


def both(cache: Path, commits: Commits, task: str, name: str) -> tuple[Any, Any]:
    """Give the pipeline of transformers, and what stands in for it."""
    repository = f"tiny/{name}"
    pin = commits[repository]["v1"]
    loaded = load(Specification(task=task, model=repository, revision=pin))
    words = f"{task}_en_to_de" if task == "translation" else task
    folder = cache / f"models--tiny--{name}" / "snapshots" / pin
    return transformers.pipeline(words, model=str(folder)), loaded.ask


@pytest.mark.parametrize("top_k", [1, 3])
@pytest.mark.parametrize("context", [TEXT, f"{TEXT} . {TEXT} , boats are late , {TEXT}" * 3])
def test_spans_and_scores_are_those_of_the_pipeline(
    top_k: int, context: str, cache: Path, commits: Commits
) -> None:
    pipe, ask = both(cache, commits, "question-answering", "answers")
    inputs = {"question": "when does the ferry leave ?", "context": context}
    parameters = {"top_k": top_k, "max_seq_len": 48, "doc_stride": 8}
    theirs = pipe(**inputs, **parameters)
    ours = ask(Question(inputs=inputs, parameters=parameters))
    theirs, ours = (given if isinstance(given, list) else [given] for given in (theirs, ours))
    assert [answer["score"] for answer in ours] == pytest.approx(
        [answer["score"] for answer in theirs], rel=1e-4
    )
    assert ours[0]["answer"] == theirs[0]["answer"]


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("summarization", {}),
        ("text2text-generation", {}),
        ("translation", {"src_lang": "en", "tgt_lang": "de"}),
    ],
)
def test_texts_are_those_of_the_pipeline(
    task: str, beams: int, more: dict[str, str], cache: Path, commits: Commits
) -> None:
    pipe, ask = both(cache, commits, task, "summaries")
    theirs = pipe(TEXT, max_new_tokens=8, num_beams=beams, do_sample=False)
    ours = ask(Question(inputs=TEXT, parameters={"max_new_tokens": 8, "num_beams": beams, **more}))
    assert ours == theirs
