"""What hosted models really sent, where the recordings are at hand."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.api import Case, Json, Provider, Response, canonical
from harness.registry import load_registry
from tests.tasks.test_contract import TASKS

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/tapes/tapes.jsonl"
TAPES = Path(os.environ.get("REVGATE_TAPES", BESIDE))
BY_NAME = {task.name: task for task in TASKS}
needs_tapes = pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")

RETIRED = "`options` of the retired API"
"""Why a question with options that say something is not built as it was sent."""

ADDED = ("model", "stream", "stream_options")
"""What providers add to a task's question."""


def unreadable(row: dict[str, Any]) -> str:
    """Say why no provider of ours makes a JSON value of an answer; empty: it should."""
    if any(cut["kind"].startswith("sse") for cut in row["response_truncated"]):
        return "the recording is cut off within the stream"
    return "a protocol of its own, not chat completions" if "(cohere" in row["task"] else ""


def not_valid(row: dict[str, Any]) -> str:
    """Say why an answer that was read is rightly found wanting; empty: it should be valid."""
    body, asked = row["response_body"], row["request_body"]
    if row["task"] == "sentence-similarity" and not isinstance(asked, dict):
        return "the question was not recorded: how many sentences is unknown"
    if row["task"] == "chat-completion":
        reasons = {choice.get("finish_reason") for choice in body["choices"]}
        return "held back as a whole by a content filter" if "content_filter" in reasons else ""
    if row["task"] == "feature-extraction(openai-embeddings)":
        is_text = any(isinstance(entry["embedding"], str) for entry in body["data"])
        return "base64 of int8 or float64, which nothing in it says: not float32" if is_text else ""
    return ""


def asked_otherwise(row: dict[str, Any]) -> str:
    """Say why a question is deliberately not built as it was sent; empty: it should be."""
    body = row["request_body"]
    if "options" in without_nulls(body):
        return RETIRED
    if row["task"] == "table-question-answering" and body.get("inputs") is None:
        return "query and table at the root beside inputs: null, as one client had it"
    return "a broken question, sent to see the error" if row["status"] >= 400 else ""


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every recorded row with the name of the task of ours it belongs to.

    A name like `feature-extraction(openai-embeddings)` is that task in another protocol.
    """
    with TAPES.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            name = row["task"].partition("(")[0]
            if name in BY_NAME:
                yield name, row


def answer_of(row: dict[str, Any]) -> Json | bytes:
    """Give the answer as a provider hands it to the task; ValueError where it does not."""
    body: Json = row["response_body"]
    if row["response_body_kind"] == "json" and not row["task"].endswith("completions)"):
        return body
    kind = "text/event-stream" if row["response_body_kind"] == "sse" else "application/json"
    text = body if isinstance(body, str) else json.dumps(body)
    response = Response(status=200, headers={"content-type": kind}, body=text.encode())
    return openai_protocol().output(response)


@cache
def openai_protocol() -> Provider:
    """Give the provider that takes answers out of the OpenAI protocol and its streams."""
    return load_registry(["harness_providers.openai"]).providers["openai"]


def without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    """Give a question without what providers add, nulls, and empty `options` and `parameters`."""
    given = {key: value for key, value in body.items() if key not in ADDED and value is not None}
    parameters = {k: v for k, v in given.pop("parameters", {}).items() if v is not None}
    given |= {"parameters": parameters} if parameters else {}
    return {key: value for key, value in given.items() if (key, value) != ("options", {})}


def case_of(name: str, row: dict[str, Any]) -> Case:
    """Give the case the recorded question stands for; some recorders dropped the question."""
    body = row["request_body"] if isinstance(row["request_body"], dict) else {}
    own = {key: value for key, value in without_nulls(body).items() if key != "options"}
    parameters = own.pop("parameters", {})
    if name == "chat-completion":
        messages = own.pop("messages", None)
        return Case(id=row["id"], inputs={"messages": messages}, parameters={**own, **parameters})
    inputs = own.pop("inputs", own.pop("input", None))
    if name == "feature-extraction":
        parameters = {**own, **parameters}
    if name == "table-question-answering":
        inputs = inputs or {"query": own["query"], "table": own["table"]}
    if name == "zero-shot-classification" and not parameters:
        answer = row["response_body"]
        entry = answer[0] if isinstance(answer, list) else answer
        parameters = {"candidate_labels": entry["labels"]}
    return Case(id=row["id"], inputs=inputs, parameters=parameters)


@needs_tapes
def test_every_recorded_answer_is_read_and_valid_but_for_those_listed() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    exceptions: dict[str, str] = {}
    empty = 0
    for name, row in rows():
        is_stream = row["response_body_kind"] == "sse"
        if row["status"] not in (200, 201) or row["response_body_kind"] not in ("json", "sse"):
            continue
        if is_stream and name != "chat-completion":
            continue  # streams of text generation speak protocols of their own
        if row["provider"] == "replicate":
            continue  # an asynchronous job, no answer
        try:
            answer = answer_of(row)
        except ValueError:
            exceptions[row["id"]] = unreadable(row)
            continue
        task, case = BY_NAME[name], case_of(name, row)
        output = task.parse(answer)
        failed = [f.message for f in task.validate(case, output) if f.required and not f.ok]
        if failed == ["the text is empty"]:
            empty += 1
        elif failed:
            exceptions[row["id"]] = (why := not_valid(row)) and f"{why} ({failed[0]})"
        assert next(iter(task.compare(case, output, output))).value == 1.0
        seen[name, output.variant] += 1
    for (name, variant), count in sorted(seen.items()):
        print(f"{count:4} {name}: {variant}")
    print(f"{seen.total():4} answers, {empty} of them empty texts; exceptions:")
    for identifier, reason in exceptions.items():
        print(f"     {identifier}: {reason}")
    assert all(exceptions.values()), [row for row, reason in exceptions.items() if not reason]
    assert len(exceptions) <= seen.total() / 20


@needs_tapes
def test_the_same_question_is_asked_as_it_was_recorded_but_for_those_listed() -> None:
    seen: Counter[str] = Counter()
    exceptions: dict[str, str] = {}
    for name, row in rows():
        body = row["request_body"]
        if row["task"] != name or row["request_body_kind"] != "json" or not isinstance(body, dict):
            continue  # another protocol; a file; a question nobody recorded
        if row["provider"] == "replicate":
            continue
        sent = without_nulls(body)
        if name == "chat-completion":
            sent |= sent.pop("parameters", {})
        task, case = BY_NAME[name], case_of(name, row)
        try:
            asked: Json | None = task.build(case).value
        except ValueError:
            asked = None
        if asked is None or canonical(asked) != canonical(sent):
            exceptions[row["id"]] = asked_otherwise(row)
        else:
            seen[name] += 1
    for name, count in sorted(seen.items()):
        print(f"{count:4} {name}")
    print(f"{seen.total():4} questions; exceptions:")
    for identifier, reason in exceptions.items():
        print(f"     {identifier}: {reason}")
    assert all(exceptions.values()), [row for row, reason in exceptions.items() if not reason]
    assert len(exceptions) <= seen.total() / 10
