"""Every shape an answer is known to travel in, recorded or not, and what each task makes of it."""

import base64
import math
import struct
from typing import Any

import pytest

from harness.api import Case, Json, ShapeError, Task, parse_json
from harness_tasks._samples import CHIME, CLIP, DOT, SLOPE
from tests.tasks.test_pages import TASKS

BY_NAME = {task.name: task for task in TASKS}
Answer = Json | bytes


def coded(body: bytes) -> str:
    return base64.b64encode(body).decode()


ONE = {"label": "LABEL_0", "score": 0.75}
TWO = {"label": "LABEL_1", "score": 0.25}
RANKED = [ONE, TWO]
LABELS: list[tuple[str, Answer, Any]] = [
    ("[[{label,score}]]", [[ONE, TWO]], RANKED),
    ("[{label,score}]", [ONE, TWO], RANKED),
    ("[{label,score}]", [TWO, ONE], RANKED),
    ("{label,score}", ONE, [ONE]),
    ("[{label,score}]", [{**ONE, "score": 1}], [{"label": "LABEL_0", "score": 1.0}]),
    ("[{label,score}]", [{**ONE, "index": 0, "extra": None}], [ONE]),
]
FLOAT32 = coded(struct.pack("<3f", 1.0, 2.0, 4.0))
VECTOR = {"vector": [1.0, 2.0, 4.0], "shape": [3]}
PAIR = {"vector": [1.0, 2.0, 3.0, 4.0], "shape": [2, 2]}
BOX = {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}
FILLED: dict[str, Any] = {"sequence": "a b", "score": 0.5, "token": 7, "token_str": "b"}
GAP = {"token": "b", "score": 0.5, "sequence": "a b"}
NER = {"score": 0.5, "word": "Ada", "start": 0, "end": 3}
PERSON = {"entity": "PER", **NER}
ANSWER = {"answer": "Ada", "score": 0.5, "start": 0, "end": 3}
CELLS: dict[str, Any] = {
    "answer": "7", "coordinates": [[0, 1]], "cells": ["7"], "aggregator": "NONE",
}  # fmt: skip
SPOKEN = {"text": "a b", "chunks": [{"text": "a b", "start_s": 0.0, "end_s": 1.5}]}
OPEN = {"text": "a b", "chunks": [{"text": "a b", "start_s": 0.0, "end_s": None}]}
WORDS = {
    "text": "a b",
    "chunks": [
        {"text": "a", "start_s": 0.0, "end_s": 0.5},
        {"text": "b", "start_s": 0.5, "end_s": 1.0},
    ],
}


def texts(*names: str) -> list[tuple[str, Answer, Any]]:
    shapes: list[tuple[str, Answer, Any]] = []
    for name in names:
        shapes += [
            (f"[{{{name}}}]", [{name: "a b"}], "a b"),
            (f"{{{name}}}", {name: "a b"}, "a b"),
            (f"[[{{{name}}}]]", [[{name: "a b"}]], "a b"),
            (f"{{{name}}}", {name: "a b", "warnings": ["w"]}, "a b"),
        ]
    return shapes


def chat(**message: Any) -> Json:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}}]}


SHAPES: dict[str, list[tuple[str, Answer, Any]]] = {
    "text-classification": LABELS,
    "audio-classification": LABELS,
    "image-classification": LABELS,
    "zero-shot-image-classification": LABELS,
    "zero-shot-classification": [
        ("[[{label,score}]]", [[ONE, TWO]], RANKED),
        ("[{label,score}]", [TWO, ONE], RANKED),
        ("{labels,scores}", {"sequence": "s", "labels": ["LABEL_1", "LABEL_0"],
                             "scores": [0.25, 0.75]}, RANKED),
        ("[{labels,scores}]", [{"labels": ["LABEL_0"], "scores": [0.75]}], [ONE]),
    ],
    "token-classification": [
        ("[]", [], []),
        ("[{entity_group}]", [{"entity_group": "PER", **NER}], [PERSON]),
        ("[{entity}]", [{"entity": "PER", "index": 1, **NER}], [PERSON]),
        ("[[{entity_group}]]", [[{"entity_group": "PER", **NER}]], [PERSON]),
        ("[{entity}]", [{"entity": "PER", **NER, "start": None, "end": None}],
         [{**PERSON, "start": None, "end": None}]),
        ("[{entity}]", [{"entity": "PER", "word": "Ada", "score": 0.5}],
         [{**PERSON, "start": None, "end": None}]),
    ],
    "fill-mask": [
        ("[{token_str,score}]", [FILLED], [[GAP]]),
        ("[[{token_str,score}]]", [[FILLED], [FILLED]], [[GAP], [GAP]]),
        ("[{token_str,score}]", [{**FILLED, "token_str": None, "token": "b"}], [[GAP]]),
    ],
    "question-answering": [
        ("{answer,score,start,end}", ANSWER, [ANSWER]),
        ("[{answer,score,start,end}]", [{**ANSWER, "score": 0.1}, ANSWER],
         [ANSWER, {**ANSWER, "score": 0.1}]),
        ("[{answer,score,start,end}]", [{**ANSWER, "score": 1}], [{**ANSWER, "score": 1.0}]),
    ],
    "visual-question-answering": [
        ("[]", [], []),
        ("[{answer,score}]", [{"score": 0.5, "answer": "2"}], [{"answer": "2", "score": 0.5}]),
        ("{answer}", {"answer": "2"}, [{"answer": "2"}]),
        ("[{answer}]", [{"answer": "2", "score": None}], [{"answer": "2"}]),
    ],
    "document-question-answering": [
        ("[{answer,score,start,end}]", [ANSWER], [ANSWER]),
        ("[{answer,score,start,end}]", [{**ANSWER, "words": [1]}], [ANSWER]),
        ("[{answer}]", [{"answer": "us-001"}], [{"answer": "us-001"}]),
        ("{answer,score}", {"answer": "us-001", "score": 0.5},
         [{"answer": "us-001", "score": 0.5}]),
    ],
    "table-question-answering": [
        ("{answer,coordinates,cells,aggregator}", CELLS, CELLS),
        ("[{answer,coordinates,cells,aggregator}]", [CELLS], CELLS),
        ("{answer}", {"answer": "7"},
         {"answer": "7", "aggregator": None, "cells": [], "coordinates": []}),
    ],
    "summarization": texts("summary_text", "generated_text"),
    "translation": texts("translation_text", "generated_text"),
    "text2text-generation": texts("generated_text"),
    "text-generation": [
        *texts("generated_text"),
        ("{generated_text,details}", {"generated_text": "a b", "details": {"seed": 1}}, "a b"),
        ("{generated_text}", {"generated_text": "a b", "details": None}, "a b"),
    ],
    "image-to-text": texts("generated_text"),
    "chat-completion": [
        ("choices", chat(content="a b"), "a b"),
        ("choices, content in parts", chat(content=[{"type": "text", "text": "a "},
                                                    {"type": "text", "text": "b"}]), "a b"),
        ("choices, reasoning_content", chat(content="a b", reasoning_content="hm"), "a b"),
        ("choices, arguments as object", chat(content=None, tool_calls=[
            {"function": {"name": "f", "arguments": {"x": 1}}}]), None),
        ("choices", chat(content=None, tool_calls=[
            {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]), None),
        ("choices, function_call", chat(content=None,
                                        function_call={"name": "f", "arguments": "{}"}), None),
    ],
    "feature-extraction": [
        ("[float]", [1.0, 2, 4.0], VECTOR),
        ("[[float]]", [[1.0, 2.0, 4.0]], VECTOR),
        ("[[float]]", [[1, 2], [3, 4]], PAIR),
        ("[[[float]]], mean over tokens", [[[0, 1, 3], [2, 3, 5]]], VECTOR),
        ("[[[[float]]]], mean over tokens", [[[[1, 2]]], [[[3, 4]]]], PAIR),
        ("base64", FLOAT32, VECTOR),
        ("[base64]", [FLOAT32], VECTOR),
        ("{data:[{embedding:[float]}]}", {"data": [
            {"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}]}, PAIR),
        ("{data:[{embedding:base64}]}", {"data": [{"index": 0, "embedding": FLOAT32}],
                                         "usage": None}, VECTOR),
    ],
    "sentence-similarity": [("[float]", [0.5, 1], [0.5, 1.0]), ("[float]", [-0.5], [-0.5])],
    "sentence-ranking": [
        ("[{index,score}]", [{"index": 0, "score": 0.1}, {"index": 1, "score": 1}],
         [{"index": 1, "score": 1.0}, {"index": 0, "score": 0.1}]),
        ("[{index,score,text}]", [{"index": 0, "score": 0.5, "text": "a"}],
         [{"index": 0, "score": 0.5}]),
        ("{results:[{index,relevance_score}]}", {"results": [{"index": 0, "relevance_score": 0.5}]},
         [{"index": 0, "score": 0.5}]),
        ("{results:[{index,relevance_score,document}]}", {"id": "x", "results": [
            {"index": 0, "relevance_score": 0.5, "document": {"text": "a"}}]},
         [{"index": 0, "score": 0.5}]),
    ],
    "object-detection": [
        ("[]", [], []),
        ("[{label,score,box}]", [{**ONE, "box": BOX}],
         [{**ONE, "box": {name: float(place) for name, place in BOX.items()}}]),
        ("[[{label,score,box}]]", [[{**ONE, "box": BOX}]],
         [{**ONE, "box": {name: float(place) for name, place in BOX.items()}}]),
    ],
    "image-segmentation": [
        ("[]", [], []),
        ("[{label,score,mask}]", [{**ONE, "mask": coded(SLOPE)}], None),
        ("[{label,mask}]", [{"label": "a", "score": None, "mask": coded(SLOPE)}], None),
        ("[{label,mask}]", [{"label": "a", "mask": "data:image/png;base64," + coded(DOT)}], None),
        ("[[{label,score,mask}]]", [[{**ONE, "mask": coded(SLOPE)}]], None),
    ],
    "automatic-speech-recognition": [
        ("{text}", {"text": "a b"}, {"text": "a b"}),
        ("[{text}]", [{"text": "a b"}], {"text": "a b"}),
        ("{text}", {"text": "a b", "chunks": []}, {"text": "a b"}),
        ("{text}", {"text": "a b", "chunks": None, "usage": {"seconds": 1}}, {"text": "a b"}),
        ("{text,chunks}", {"text": "a b", "chunks": [{"text": "a b", "timestamp": [0, 1.5]}]},
         SPOKEN),
        ("{text,chunks}", {"text": "a b", "chunks": [{"text": "a b", "timestamp": [0.0, None]}]},
         OPEN),
        ("{text,chunks}", {"text": "a b", "chunks": [
            {"text": "a", "timestamp": [0, 0.5]}, {"text": "b", "timestamp": [0.5, 1]}]}, WORDS),
        ("{text,segments}", {"text": "a b", "words": [], "segments": [
            {"id": 0, "text": "a b", "start": 0.0, "end": 1.5}]}, SPOKEN),
    ],
    "audio-to-audio": [
        ("[{blob}] audio/wav", [{"label": "a", "blob": coded(CHIME), "content-type": "x"}], None),
        ("[{blob}] audio/wav", [{"label": "a", "blob": coded(CHIME), "content_type": "x"}], None),
    ],
    "text-to-speech": [
        ("audio/wav", CHIME, None),
        ("base64 audio/wav", coded(CHIME), None),
        ("{audio} audio/wav", {"audio": coded(CHIME), "sampling_rate": 8_000}, None),
        ("{audio,sampling_rate}", {"audio": [0.5, -0.5], "sampling_rate": 8_000}, None),
        ("{audio,sampling_rate}", {"audio": [[0.5, -0.5]], "sampling_rate": 8_000}, None),
    ],
    "tabular-classification": [
        ("[number]", [1, 2.0], [1, 2]),
        ("[string]", ["ripe", "unripe"], ["ripe", "unripe"]),
    ],
    "tabular-regression": [("[number]", [1, 2.5], [1.0, 2.5])],
    **{
        name: [
            ("image/png", SLOPE, None),
            ("base64 image/png", coded(SLOPE), None),
            ("{image} image/png", {"image": coded(SLOPE)}, None),
        ]
        for name in ("text-to-image", "image-to-image")
    },
    **{
        name: [
            ("video/mp4", CLIP, None),
            ("base64 video/mp4", coded(CLIP), None),
            ("{video} video/mp4", {"video": coded(CLIP)}, None),
        ]
        for name in ("text-to-video", "image-to-video")
    },
}  # fmt: skip
ROWS = [(name, *row) for name, rows in SHAPES.items() for row in rows]


@pytest.mark.parametrize(
    ("name", "variant", "answer", "value"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS]
)
def test_a_known_shape_is_read_named_and_agrees_with_itself(
    name: str, variant: str, answer: Answer, value: Any
) -> None:
    task = BY_NAME[name]
    output = task.parse(answer)
    assert output.variant.removesuffix(", not decoded") == variant
    match value:
        case None:
            assert output.value
        case str() if name == "chat-completion":
            assert output.text == value
        case _:
            assert output.value == value
    assert next(iter(task.compare(task.sample, output, output))).value == 1.0


def test_every_task_has_its_shapes() -> None:
    assert SHAPES.keys() == BY_NAME.keys()


WRAPPERS = ("outputs", "predictions", "result", "output", "response")


def wrapped(task: Task) -> list[tuple[str, Answer]]:
    """Give the sample inside frames that belong to other protocols."""
    sample = task.sample_output
    inner = coded(sample) if isinstance(sample, bytes) else sample
    return [(name, {name: inner}) for name in WRAPPERS]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_frame_of_another_protocol_is_refused_by_name(task: Task) -> None:
    """A provider takes answers out of its frames; a task that guessed would read them wrongly."""
    for name, answer in wrapped(task):
        with pytest.raises(ShapeError, match=f"got an object with '{name}'; expected "):
            task.parse(answer)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_an_empty_answer_of_any_depth_is_refused_or_says_nothing_was_found(task: Task) -> None:
    empties: tuple[Json, ...] = ([], [[]], [[[]]], [{}], [[{}]], {}, [None], [[None]])
    for answer in empties:
        try:
            output = task.parse(answer)
        except ShapeError:
            continue
        assert (answer, output.value, output.variant) == ([], [], "[]")


SCORED = [
    (name, answer)
    for name, rows in SHAPES.items()
    for _, answer, _ in rows
    if isinstance(answer, list) and answer
    if isinstance(answer[0], dict) and answer[0].get("score")
]


@pytest.mark.parametrize(("name", "answer"), SCORED, ids=[name for name, _ in SCORED])
@pytest.mark.parametrize("score", ["0.5", "high", [0.5], {"value": 0.5}, 10**400])
def test_a_score_that_is_no_number_is_refused(name: str, answer: Any, score: Json) -> None:
    with pytest.raises(ShapeError, match="expected "):
        BY_NAME[name].parse([{**answer[0], "score": score}])


@pytest.mark.parametrize(("name", "answer"), SCORED, ids=[name for name, _ in SCORED])
@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_read_by_no_json_and_never_valid(
    name: str, answer: Any, score: float
) -> None:
    """Some servers write NaN: the body is malformed then; other protocols could still bring it."""
    with pytest.raises(ValueError):
        parse_json(b'[{"label": "a", "score": NaN}]')
    task = BY_NAME[name]
    output = task.parse([{**answer[0], "score": score}])
    case = Case(id="a", inputs=task.sample.inputs, parameters=task.sample.parameters)
    findings = list(task.validate(case, output))
    assert not all(finding.ok for finding in findings)
    for measure in task.compare(case, output, output):
        assert math.isfinite(measure.value), measure


def test_a_null_score_is_refused_where_the_task_lives_by_scores() -> None:
    for name in ("text-classification", "token-classification", "fill-mask", "object-detection"):
        sample: Any = BY_NAME[name].sample_output
        entry = sample[0][0] if isinstance(sample[0], list) else sample[0]
        with pytest.raises(ShapeError):
            BY_NAME[name].parse([{**entry, "score": None}])


@pytest.mark.parametrize("size", [1, 2, 5, 10])
def test_as_many_labels_as_asked_for_are_valid_and_one_more_is_not(size: int) -> None:
    task = BY_NAME["text-classification"]
    pairs: list[Json] = [{"label": f"LABEL_{n}", "score": 0.05} for n in range(size)]
    case = Case(id="a", inputs="a", parameters={"top_k": size})
    assert all(finding.ok for finding in task.validate(case, task.parse(pairs)))
    more = task.parse([*pairs, {"label": "LABEL_X", "score": 0.0}])
    assert [f.check for f in task.validate(case, more) if not f.ok] == ["valid_top_k"]


def test_a_change_between_entities_and_groups_is_a_change_of_shape_not_of_meaning() -> None:
    task = BY_NAME["token-classification"]
    before = task.parse([{"entity_group": "PER", **NER}])
    after = task.parse([{"entity": "PER", "index": 1, **NER}])
    assert before.value == after.value
    assert before.variant != after.variant
