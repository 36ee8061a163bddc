"""What hosted models of images, sound and video really sent, where the recordings are at hand."""

import base64
import copy
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Case
from harness_tasks._samples import CHIME, DOT, SLOPE
from tests.tasks.media.test_contract import TASKS

BESIDE = Path(__file__).resolve().parents[3].parent / "shared/tapes/tapes.jsonl"
TAPES = Path(os.environ.get("REVGATE_TAPES", BESIDE))

PROVIDERS_OF_URLS = {"text-to-image", "text-to-video", "image-to-image", "text-to-speech"}
"""Their JSON answers name a url or wrap the file in the provider's own fields: its plugin's job."""


def rows() -> Iterator[dict[str, Any]]:
    """Give every recorded answer whose task is one of ours."""
    names = {task.name for task in TASKS}
    with TAPES.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["status"] == 200 and row["task"] in names:
                yield row


def whole(row: dict[str, Any]) -> Any:
    """Give the answer, files that were recorded in part replaced by whole ones of ours."""
    answer = copy.deepcopy(row["response_body"])
    for cut in row["response_truncated"]:
        _, place, field = cut["path"].split("/")
        body = SLOPE if field == "mask" else CHIME
        answer[int(place)][field] = base64.b64encode(body).decode()
    return answer


def case_of(row: dict[str, Any]) -> Case:
    """Give the case the recorded question stands for; some recorders dropped the question."""
    body = row["request_body"] if isinstance(row["request_body"], dict) else {}
    parameters = body.get("parameters") or {}
    if row["task"] == "zero-shot-image-classification" and not parameters:
        parameters = {"candidate_labels": [entry["label"] for entry in row["response_body"]]}
    return Case(id=row["id"], parameters=parameters)


@pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
def test_every_recorded_answer_is_read_and_valid(either_way: None) -> None:
    tasks = {task.name: task for task in TASKS}
    seen: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    for row in rows():
        kind, name = row["response_body_kind"], row["task"]
        if kind != "json" or name in PROVIDERS_OF_URLS:
            left[name, f"{row['provider']}, {kind}"] += 1
            continue
        task, answer = tasks[name], whole(row)
        output = task.parse(answer)
        failed = [f.message for f in task.validate(case_of(row), output) if not f.ok]
        assert not failed, (row["id"], failed)
        assert next(iter(task.compare(case_of(row), output, output))).value == 1.0
        seen[name, output.variant] += 1
    for (name, variant), count in sorted(seen.items()):
        print(f"{count:4} {name}: {variant}")
    print(f"{seen.total():4} answers read")
    for (name, variant), count in sorted(left.items()):
        print(
            f"{count:4} {name}: {variant}: the bytes were not recorded, or a provider's own frame"
        )
    assert seen.total() >= 10


@pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
def test_recorded_questions_whose_meaning_is_known_are_built_alike() -> None:
    from harness.api import Media

    tasks = {task.name: task for task in TASKS}
    built: Counter[str] = Counter()
    others: list[str] = []
    for row in rows():
        body, name = row["request_body"], row["task"]
        if row["provider"] != "hf-inference" or not isinstance(body, dict) or "__binary__" in body:
            continue
        inner = body.get("inputs") if isinstance(body.get("inputs"), dict) else body
        question = {"question": inner["question"]} if "question" in inner else {}
        parameters = {**(body.get("parameters") or {}), **question}
        media = Media(path="a.png", sha256="", body_bytes=1, media_type="image/png", body=DOT)
        is_file = tasks[name].wants == "file"
        case = Case(
            id=row["id"],
            inputs=None if is_file else body["inputs"],
            media=media if is_file else None,
            parameters=parameters,
        )
        ours = json.loads(tasks[name].build(case).encoded())
        theirs = _without_files({key: value for key, value in body.items() if value != {}})
        if _without_files(ours) == theirs:
            built[name] += 1
        else:
            others.append(f"{row['id']} {name}: {list(body)} in place of {list(ours)}")
    for name, count in sorted(built.items()):
        print(f"{count:4} {name}: the same question")
    print("other frames of old clients:", *others, sep="\n     ")
    assert built
    assert all("image" in other for other in others)


def _without_files(value: Any) -> Any:
    """Give the question with every file replaced by one word; recordings hold only its head."""
    if isinstance(value, dict):
        return {key: _without_files(item) for key, item in value.items()}
    is_file = isinstance(value, str) and value.startswith(("iVBORw0KGgo", "/9j/"))
    return "a file" if is_file else value
