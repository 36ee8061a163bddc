"""Vectors of texts, their similarity, and their rank by a cross-encoder."""

import json
from pathlib import Path
from typing import Any

from harness_local.worker.nouns import Ask, Question, QuestionError
from harness_local.worker.reading import object_of, texts_of
from harness_local.worker.sources import Parts, Source

_ROOT = ("normalize", "truncate", "dimensions")


def load_embedding(source: Source) -> tuple[Ask, Parts]:
    """Give what makes one vector a text: pooled as the model's own settings say, else the mean."""
    model, tokenizer, vectors = _embedder(source)

    def ask(question: Question) -> Any:
        given = {**question.parameters, **question.root}
        unknown = sorted(set(given) - set(_ROOT))
        if unknown:
            raise QuestionError(f"feature-extraction knows {', '.join(_ROOT)}, not {unknown[0]}")
        made = vectors(
            texts_of(question.inputs, "inputs"),
            normalize=given.get("normalize"),
            truncate=given.get("truncate", True) is not False,
        )
        width = given.get("dimensions")
        return made if width is None else made[:, :width]

    return ask, {"model": model, "tokenizer": tokenizer}


def load_similarity(source: Source) -> tuple[Ask, Parts]:
    """Give the cosine of one sentence with each of others."""
    model, tokenizer, vectors = _embedder(source)

    def ask(question: Question) -> Any:
        one, others = object_of(question, "source_sentence", "sentences")
        texts = [*texts_of(one, "source_sentence"), *texts_of(others, "sentences")]
        made = vectors(texts, normalize=True, truncate=True)
        return made[1:] @ made[0]

    return ask, {"model": model, "tokenizer": tokenizer}


def load_ranking(source: Source) -> tuple[Ask, Parts]:
    """Give the score of each text for a query, by falling score, as `/rerank` does."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = source.model(AutoModelForSequenceClassification)
    tokenizer = source.part(AutoTokenizer)

    def ask(question: Question) -> Any:
        given = {**question.parameters, **question.root}
        query = texts_of(given.get("query"), "query")[0]
        texts = texts_of(given.get("texts"), "texts")
        pairs = [[query, text] for text in texts]
        batch = tokenizer(pairs, padding=True, truncation=True, return_tensors="pt")
        logits = model(**source.moved(batch)).logits.float()[:, 0]
        scores = logits if given.get("raw_scores") is True else logits.sigmoid()
        ranked: list[dict[str, Any]] = [
            {"index": index, "score": float(score)} for index, score in enumerate(scores)
        ]
        if given.get("return_text") is True:
            ranked = [{**entry, "text": texts[entry["index"]]} for entry in ranked]
        return sorted(ranked, key=lambda entry: -entry["score"])

    return ask, {"model": model, "tokenizer": tokenizer}


def _embedder(source: Source) -> tuple[Any, Any, Any]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model, tokenizer = source.model(AutoModel), source.part(AutoTokenizer)
    way, is_normal = _pooling(Path(source.folder))

    def vectors(texts: list[str], *, normalize: bool | None, truncate: bool) -> Any:
        batch = tokenizer(texts, padding=True, truncation=truncate, return_tensors="pt")
        moved = source.moved(batch)
        states = model(**moved).last_hidden_state.float()
        if way == "cls":
            made = states[:, 0]
        else:
            mask = moved["attention_mask"].unsqueeze(-1).float()
            made = (states * mask).sum(1) / mask.sum(1)
        wants = is_normal if normalize is None else normalize
        return torch.nn.functional.normalize(made, dim=1) if wants else made

    return model, tokenizer, vectors


def _pooling(folder: Path) -> tuple[str, bool]:
    """Give (`mean` or `cls`, whether vectors are of length 1), as sentence-transformers keeps it.

    Raises ValueError for another way of pooling: it would be another vector.
    """
    modules = _read(folder / "modules.json")
    kinds = [str(entry.get("type")) for entry in modules] if isinstance(modules, list) else []
    settings = _read(folder / "1_Pooling" / "config.json")
    kept = settings if isinstance(settings, dict) else {}
    modes = [
        name for name, value in kept.items() if name.startswith("pooling_mode_") and value is True
    ]
    unknown = [kind for kind in kinds if not kind.endswith(("Transformer", "Pooling", "Normalize"))]
    if unknown:
        raise ValueError(f"the model ends in {unknown[0]}, which only sentence-transformers knows")
    if modes == ["pooling_mode_cls_token"]:
        return "cls", any(kind.endswith("Normalize") for kind in kinds)
    if modes in ([], ["pooling_mode_mean_tokens"]):
        return "mean", any(kind.endswith("Normalize") for kind in kinds)
    raise ValueError(f"the model pools by {', '.join(modes)}: mean and cls are known here")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
