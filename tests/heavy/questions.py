"""One question for every task, and the small model that answers it."""

import io
import math
import struct
import wave
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from harness.api import Case, Media

RATE_HZ = 8_000


def picture(seed: int = 0, side: int = 32) -> bytes:
    """Give a PNG of coloured stripes."""
    from PIL import Image

    pixels = bytes(
        (x * (3 + seed) + y * channel * 5 + seed * 37) % 256
        for y in range(side) for x in range(side) for channel in range(3)
    )  # fmt: skip
    stream = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(stream, format="PNG")
    return stream.getvalue()


def tone(hz: float = 440.0, seconds: float = 0.5) -> bytes:
    """Give a WAV of one sine."""
    frames = [
        round(12_000 * math.sin(2 * math.pi * hz * n / RATE_HZ))
        for n in range(int(RATE_HZ * seconds))
    ]
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setparams((1, 2, RATE_HZ, len(frames), "NONE", ""))
        out.writeframes(struct.pack(f"<{len(frames)}h", *frames))
    return stream.getvalue()


def _file(body: bytes, media_type: str, **parameters: Any) -> Case:
    media = Media(
        path="case.bin",
        sha256=sha256(body).hexdigest(),
        body_bytes=len(body),
        media_type=media_type,
        body=body,
    )
    return Case(id="one", media=media, parameters=parameters)


def _text(inputs: Any, **parameters: Any) -> Case:
    return Case(id="one", inputs=inputs, parameters=parameters)


TEXT = "the ferry leaves the north harbour at noon"
PNG, WAV = "image/png", "audio/wav"
QUESTIONS: Mapping[str, tuple[str, Case]] = {
    "audio-classification": ("sounds", _file(tone(), WAV, top_k=2)),
    "automatic-speech-recognition": ("speech", _file(tone(), WAV)),
    "chat-completion": ("stories", _text("the market opens", max_tokens=4, temperature=0)),
    "feature-extraction": ("vectors", _text(TEXT, normalize=True)),
    "fill-mask": ("gaps", _text("please close the [MASK] before it rains", top_k=3)),
    "image-classification": ("pictures", _file(picture(), PNG)),
    "image-segmentation": ("segments", _file(picture(side=64), PNG)),
    "image-to-image": ("sharper", _file(picture(side=16), PNG)),
    "image-to-text": ("captions", _file(picture(), PNG, max_new_tokens=5)),
    "object-detection": ("objects", _file(picture(), PNG, threshold=0.05)),
    "question-answering": (
        "answers", _text({"question": "when does the ferry leave ?", "context": TEXT}),
    ),
    "sentence-ranking": ("ranking", _text({"query": "noon", "texts": [TEXT, "bread is cheap"]})),
    "sentence-similarity": (
        "vectors", _text({"source_sentence": TEXT, "sentences": ["boats are late", TEXT]}),
    ),
    "summarization": ("summaries", _text(TEXT, max_new_tokens=6)),
    "text-classification": ("labels", _text(TEXT)),
    "text-generation": ("stories", _text("the market opens at", max_new_tokens=5)),
    "text-to-speech": ("voice", _text("the bridge is open.", seed=3)),
    "text2text-generation": ("summaries", _text(TEXT, max_new_tokens=6)),
    "token-classification": ("names", _text("ada wong wrote to lisbon")),
    "translation": ("summaries", _text(TEXT, src_lang="en", tgt_lang="de", max_new_tokens=6)),
    "visual-question-answering": (
        "questions", _file(picture(), PNG, question="is the light green ?", top_k=2),
    ),
    "zero-shot-classification": (
        "entailment", _text(TEXT, candidate_labels=["boats", "bread", "rain"]),
    ),
    "zero-shot-image-classification": (
        "likeness", _file(picture(), PNG, candidate_labels=["light", "rain"]),
    ),
}  # fmt: skip
"""By task: (model, question). Not here: table-question-answering (needs TAPAS' own table tokenizer)
and document-question-answering (needs an OCR program), whose pipelines are called alike."""
