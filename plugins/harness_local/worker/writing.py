"""Texts out of texts, by an encoder and a decoder: transformers 5 has no pipeline for them."""

from typing import Any

from harness_local.worker.nouns import Ask, Question
from harness_local.worker.reading import text_of
from harness_local.worker.sampling import asked_for
from harness_local.worker.sources import Parts, Source

ANSWERS = {"summarization": "summary_text", "translation": "translation_text"}
_LENGTHS = ("max_new_tokens", "max_length", "max_tokens")


def load_writing(source: Source) -> tuple[Ask, Parts]:
    """Give what summarizes, translates or writes, with the parameters its config has for that."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    model = source.model(AutoModelForSeq2SeqLM)
    tokenizer = source.part(AutoTokenizer)
    name = ANSWERS.get(source.task, "generated_text")

    def ask(question: Question) -> Any:
        given = dict(question.parameters)
        languages = {key: given.pop(key, None) for key in ("src_lang", "tgt_lang")}
        truncation = given.pop("truncation", True) not in (False, "do_not_truncate")
        kept = _for_task(model, source.task, languages)
        text = str(kept.pop("prefix", "")) + text_of(question)
        if set(_LENGTHS) & set(given):
            kept.pop("max_length", None)
        batch = _encoded(tokenizer, text, languages, truncation=truncation)
        forced = {key: batch.pop(key) for key in ("forced_bos_token_id",) if key in batch}
        parameters = asked_for({**kept, **given}, tokenizer)
        made = model.generate(**source.moved(batch), **forced, **parameters)
        return [{name: text} for text in tokenizer.batch_decode(made, skip_special_tokens=True)]

    return ask, {"model": model, "tokenizer": tokenizer}


def _for_task(model: Any, task: str, languages: dict[str, Any]) -> dict[str, Any]:
    """Give what a config keeps for a task: a prefix, lengths, beams (T5, BART)."""
    kept = getattr(model.config, "task_specific_params", None) or {}
    pair = f"translation_{languages['src_lang']}_to_{languages['tgt_lang']}"
    return dict(kept.get(pair if task == "translation" else task) or {})


def _encoded(
    tokenizer: Any, text: str, languages: dict[str, Any], *, truncation: bool
) -> dict[str, Any]:
    """Give the batch of one text; many-to-many models put the languages into it."""
    build = getattr(tokenizer, "_build_translation_inputs", None)
    if build is not None and all(languages.values()):
        return dict(build(text, return_tensors="pt", truncation=truncation, **languages))
    batch = dict(tokenizer([text], return_tensors="pt", truncation=truncation))
    batch.pop("token_type_ids", None)  # some tokenizers give them; `generate` takes none
    return batch
