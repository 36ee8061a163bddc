"""Answers that are parts of a context: transformers 5 has no pipeline for them.

Gives what the pipeline of transformers 4 gave: words are never cut, and the scores of places that
hold the same words are added up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness_local.worker.nouns import Ask, Question, QuestionError
from harness_local.worker.reading import object_of, texts_of
from harness_local.worker.sources import Parts, Source

DEFAULTS: Mapping[str, int] = {
    "top_k": 1,
    "max_answer_len": 15,
    "max_seq_len": 384,
    "doc_stride": 128,
    "handle_impossible_answer": 0,
}
"""Lengths are in tokens: of an answer, of a window, of what two windows share."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of the context that fits the model, as a batch of one."""

    batch: Mapping[str, Any]
    sequence: list[int | None]
    """Which text each token is of: 0 the question, 1 the context."""
    places: list[tuple[int, int]]
    """Characters of the word each token is of."""


def load_extracting(source: Source) -> tuple[Ask, Parts]:
    """Give what finds the likeliest spans; a span's score is the product of its ends'.

    Ends are probabilities over the tokens of one window of the context and the token that stands
    for no answer (Devlin et al. 2019, section 4.3).
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model = source.model(AutoModelForQuestionAnswering)
    tokenizer = source.part(AutoTokenizer)

    def ask(question: Question) -> Any:
        given = _numbers(question.parameters)
        asked, context = (texts_of(text, "inputs")[0] for text in object_of(question, *_INPUTS))
        found: dict[str, dict[str, Any]] = {}
        none = 1.0
        for window in _windows(tokenizer, asked, context, given):
            output = model(**source.moved(window.batch))
            spans, here = _spans(output, window, given)
            none = min(none, here)
            for score, start, end in spans:
                words = context[start:end]
                span = {"score": 0.0, "start": start, "end": end, "answer": words}
                found.setdefault(words.lower(), span)["score"] += score
        answers = list(found.values())
        if given["handle_impossible_answer"]:
            answers.append({"score": none, "start": 0, "end": 0, "answer": ""})
        answers.sort(key=lambda answer: -answer["score"])
        best = answers[: given["top_k"]]
        return best[0] if len(best) == 1 else best

    return ask, {"model": model, "tokenizer": tokenizer}


_INPUTS = ("question", "context")


def _numbers(parameters: Mapping[str, Any]) -> dict[str, int]:
    unknown = sorted(set(parameters) - set(DEFAULTS))
    if unknown:
        raise QuestionError(f"question-answering knows {', '.join(DEFAULTS)}, not {unknown[0]}")
    wrong = [name for name, value in parameters.items() if not isinstance(value, int) or value < 0]
    if wrong:
        raise QuestionError(f"`{wrong[0]}` must be a whole number")
    return {**DEFAULTS, **parameters}


def _windows(tokenizer: Any, asked: str, context: str, given: Mapping[str, int]) -> list[_Window]:
    longest = min(given["max_seq_len"], tokenizer.model_max_length)
    batch = tokenizer(
        asked,
        context,
        truncation="only_second",
        max_length=longest,
        stride=min(given["doc_stride"], longest // 2),
        return_overflowing_tokens=True,
        return_tensors="pt",
        padding=True,
    )
    batch.pop("overflow_to_sample_mapping", None)
    windows = []
    for row in range(len(batch["input_ids"])):
        sequence = batch.sequence_ids(row)
        places = [
            batch.word_to_chars(row, word, 1) if part == 1 and word is not None else (0, 0)
            for part, word in zip(sequence, batch.word_ids(row), strict=True)
        ]
        one = {name: value[row : row + 1] for name, value in batch.items()}
        windows.append(_Window(one, sequence, [(start, end) for start, end in places]))
    return windows


def _spans(
    output: Any, window: _Window, given: Mapping[str, int]
) -> tuple[list[tuple[float, int, int]], float]:
    """Give (score, start, end) of the best spans of a window, and the score of no answer in it."""
    import torch

    inside = torch.tensor([part == 1 for part in window.sequence])
    may_end = inside.clone()
    may_end[0] = True  # stands for no answer
    starts, ends = (
        torch.where(may_end, logits[0].float().cpu(), torch.tensor(-1e4)).softmax(0)
        for logits in (output.start_logits, output.end_logits)
    )
    none = float(starts[0] * ends[0])
    scores = torch.outer(starts * inside, ends * inside).triu().tril(given["max_answer_len"] - 1)
    # More than asked for: several may be one when their words are whole.
    top = scores.flatten().topk(min(given["top_k"] * 2 + 10, scores.numel()))
    width = scores.shape[1]
    found = [
        (float(score), window.places[int(flat) // width][0], window.places[int(flat) % width][1])
        for score, flat in zip(top.values, top.indices, strict=True)
        if float(score) > 0
    ]
    return found, none
