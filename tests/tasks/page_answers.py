"""For each case of each page under docs/tasks: an answer that meets it, and one that does not."""

from base64 import b64encode
from collections.abc import Mapping

from harness.api import Json
from harness_tasks._samples import mp4, png, tone, wav

Answer = Json | bytes
Pair = tuple[Answer, Answer]
"""Of the baseline and of a candidate that is as good, then of one that is worse."""


def base64(body: bytes) -> str:
    return b64encode(body).decode()


def label(*pairs: tuple[str, float]) -> Json:
    return [{"label": name, "score": score} for name, score in pairs]


def text(name: str, words: str) -> Json:
    return [{name: words}]


def chat(content: str) -> Json:
    message: Json = {"role": "assistant", "content": content}
    return {"choices": [{"message": message, "finish_reason": "stop"}]}


def gap(token: str) -> Json:
    return {"token_str": token, "token": 7, "score": 0.6, "sequence": f"a {token}"}


def entity(name: str, word: str, start: int) -> Json:
    end = start + len(word)
    return {"entity_group": name, "word": word, "start": start, "end": end, "score": 0.99}


def answer(words: str, start: int = 0, score: float = 0.9) -> Json:
    return {"answer": words, "score": score, "start": start, "end": start + len(words)}


def box(name: str, *corners: int) -> Json:
    places: Json = dict(zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True))
    return {"label": name, "score": 0.9, "box": places}


def mask(name: str, rows: int) -> Json:
    picture = png([b"\xff" * 16] * rows + [b"\x00" * 16] * (16 - rows))
    return {"label": name, "score": 0.9, "mask": base64(picture)}


def sound(name: str, frequency_hz: float) -> Json:
    body = base64(wav(tone(frequency_hz, 0.1)))
    return {"label": name, "blob": body, "content-type": "audio/wav"}


SLOPE = png([bytes((column + row) // 4 for column in range(512)) for row in range(512)])
FLAT = png([b"\x80" * 512] * 512)
SMALL = png([bytes(range(0, 256, 16))] * 16)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
SPEECH, CLICK = wav(tone(300, 1.0)), wav(tone(300, 0.1))
STEREO = wav(tone(300, 1.0), channels=2)
CLIP, LONG = mp4(2.0, 64, 48), mp4(60.0, 64, 48)
SUM: dict[str, Json] = {
    "answer": "SUM > 12, 30", "coordinates": [[0, 1], [1, 1]], "cells": ["12", "30"],
    "aggregator": "SUM",
}  # fmt: skip

ANSWERS: Mapping[str, Mapping[str, Pair]] = {
    "audio-classification": {
        "bell": (label(("bell", 0.9), ("rain", 0.1)), label(("rain", 0.6), ("bell", 0.4))),
        "rain": (label(("rain", 0.9), ("bell", 0.1)), label(("rain", 0.5), ("bell", 0.5))),
    },
    "audio-to-audio": {
        "pair": ([sound("label_0", 440), sound("label_1", 660)], [sound("label_0", 440)]),
    },
    "automatic-speech-recognition": {
        "bridge": ({"text": "The bridge is open."}, {"text": "The fridge is open."}),
        "noisy": ({"text": "The train to Ulm leaves at nine"}, {"text": "The rain leaves nine"}),
        "silence": ({"text": ""}, {"text": "Thank you for watching."}),
    },
    "chat-completion": {
        "island": (chat("Crete"), chat("Cyprus")),
        "record": (chat('{"day": 3, "port": "Lund"}'), chat("High tide is at six.")),
    },
    "document-question-answering": {
        "number": ([answer("us-001")], [answer("us-007")]),
        "total": ([{"answer": "$154.06"}], [{"answer": "$154"}]),
    },
    "feature-extraction": {
        "lantern": ([[0.6, 0.0, -0.8]], [[0.0, 0.0, 0.0]]),
        "pair": ([[0.6, 0.8], [0.8, 0.6]], [[0.6, 0.8]]),
    },
    "fill-mask": {
        "window": ([gap("window"), gap("gate")], [gap("gate")]),
        "two": ([[gap("cat")], [gap("roof")]], [[gap("cat")], [gap("moon")]]),
    },
    "image-classification": {
        "dot": (label(("red", 0.9)), label(("blue", 0.9))),
        "cat": (label(("tabby", 0.9)), label(("tiger", 0.9))),
    },
    "image-segmentation": {
        "shore": ([mask("sky", 6), mask("sea", 5)], [mask("sky", 6), mask("sea", 1)]),
        "street": ([mask("road", 6), mask("car", 2)], [mask("road", 6)]),
    },
    "image-to-image": {"colour": (SLOPE, FLAT), "night": (SLOPE, SMALL)},
    "image-to-text": {
        "cat": (text("generated_text", "a cat on a mat"), text("generated_text", "a dog")),
        "harbour": (text("generated_text", "a boat at sea"), text("generated_text", "the sea")),
    },
    "image-to-video": {"pond": (CLIP, LONG)},
    "object-detection": {
        "yard": ([box("dog", 0, 0, 9, 9), box("ball", 5, 5, 7, 7)], [box("dog", 0, 0, 9, 9)]),
        "crossing": ([box("car", 0, 0, 9, n) for n in (7, 8, 9)], [box("car", 0, 0, 9, 9)]),
        "wall": ([], [box("cup", 0, 0, 9, 9)]),
        "desk": ([box("cup", 12, 30, 80, 96)], [box("cup", 112, 130, 180, 196)]),
    },
    "question-answering": {
        "ferry": (answer("noon", 20), answer("ferry", 4)),
    },
    "sentence-ranking": {
        "tides": (
            [{"index": 1, "score": 0.94}, {"index": 0, "score": 0.02}],
            [{"index": 0, "score": 0.94}, {"index": 1, "score": 0.02}],
        ),
    },
    "sentence-similarity": {"boats": ([0.8, 0.1], [0.1, 0.8])},
    "summarization": {
        "harbour": (
            text("summary_text", "The harbour closed because of a storm."),
            text("summary_text", "The harbour opened."),
        ),
    },
    "table-question-answering": {
        "harbours": (SUM, {**SUM, "answer": "AVERAGE > 12, 30", "aggregator": "AVERAGE"}),
    },
    "tabular-classification": {"wines": ([5, 7], [5, 6])},
    "tabular-regression": {"fish": ([270.0, 314.0], [270.0, 350.0])},
    "text-classification": {
        "kettle": ([label(("POSITIVE", 0.9), ("NEGATIVE", 0.1))], [label(("NEGATIVE", 0.9))]),
        "lid": ([label(("NEGATIVE", 0.9), ("POSITIVE", 0.1))], [label(("NEGATIVE", 0.7))]),
    },
    "text-generation": {
        "flag": (text("generated_text", " red."), text("generated_text", " blue.")),
        "tide": (text("generated_text", "six"), text("generated_text", "six " * 20)),
    },
    "text-to-image": {"boat": (SLOPE, GIF), "tower": (SLOPE, FLAT)},
    "text-to-speech": {"bridge": (SPEECH, CLICK), "numbers": (SPEECH, STEREO)},
    "text-to-video": {"river": (CLIP, LONG)},
    "text2text-generation": {
        "opposite": (text("generated_text", "wide"), text("generated_text", "narrow")),
        "capital": (text("generated_text", "Santiago"), text("generated_text", "Lima")),
    },
    "token-classification": {
        "move": (
            [entity("PER", "Ada Wong", 0), entity("LOC", "Lisbon", 18)],
            [entity("PER", "Ada", 0), entity("LOC", "Lisbon", 18)],
        ),
        "nobody": ([], [entity("MISC", "day", 14)]),
    },
    "translation": {
        "bridge": (
            text("translation_text", "Die Brücke ist offen."),
            text("translation_text", "Die Brücke ist kaputt."),
        ),
    },
    "visual-question-answering": {
        "cups": ([{"answer": "2", "score": 0.8}], [{"answer": "3", "score": 0.8}]),
        "door": ([{"answer": "no", "score": 0.8}], [{"answer": "yes", "score": 0.8}]),
    },
    "zero-shot-classification": {
        "parcel": (
            label(("delivery", 0.9), ("payment", 0.05), ("account", 0.05)),
            {"labels": ["payment", "delivery", "account"], "scores": [0.5, 0.4, 0.1]},
        ),
        "refund": (
            label(("payment", 0.8), ("account", 0.1), ("delivery", 0.1)),
            label(("delivery", 0.8), ("payment", 0.1), ("account", 0.1)),
        ),
    },
    "zero-shot-image-classification": {
        "cat": (
            label(("an animal", 0.8), ("a vehicle", 0.1), ("a building", 0.1)),
            label(("a vehicle", 0.8), ("an animal", 0.1), ("a building", 0.1)),
        ),
        "tram": (
            label(("a vehicle", 0.8), ("an animal", 0.1), ("a building", 0.1)),
            label(("a vehicle", 0.4), ("an animal", 0.3), ("a building", 0.3)),
        ),
    },
}
