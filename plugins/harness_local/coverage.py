"""Which tasks a local model answers, and what to do about the others."""

from collections.abc import Mapping

SUPPORTED = (
    "audio-classification",
    "automatic-speech-recognition",
    "chat-completion",
    "document-question-answering",
    "feature-extraction",
    "fill-mask",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "object-detection",
    "question-answering",
    "sentence-ranking",
    "sentence-similarity",
    "summarization",
    "table-question-answering",
    "text-classification",
    "text-generation",
    "text-to-speech",
    "text2text-generation",
    "token-classification",
    "translation",
    "visual-question-answering",
    "zero-shot-classification",
    "zero-shot-image-classification",
)

_DIFFUSERS = "such models run in diffusers: serve it over HTTP and use provider hf-endpoint"
_TABULAR = "such models run in scikit-learn and its kin: serve it and use provider hf-endpoint"
REFUSED: Mapping[str, str] = {
    "audio-to-audio": "such models run in speechbrain or asteroid: serve it, use hf-endpoint",
    "image-to-video": _DIFFUSERS,
    "tabular-classification": _TABULAR,
    "tabular-regression": _TABULAR,
    "text-to-image": _DIFFUSERS,
    "text-to-video": _DIFFUSERS,
}


def refusal_of(task: str) -> str | None:
    """Give why transformers does not answer a task, and what to do; None: it does."""
    if task in SUPPORTED:
        return None
    why = REFUSED.get(task, "serve the model over HTTP and use provider hf-endpoint")
    return f"transformers has no {task}: {why}"
