"""Texts and pictures out of pictures: transformers 5 has no pipeline for these tasks."""

from typing import Any

from harness_local.worker.nouns import Ask, File, Question, QuestionError
from harness_local.worker.plain import png
from harness_local.worker.reading import object_of, picture_of, texts_of
from harness_local.worker.sampling import asked_for
from harness_local.worker.sources import Parts, Source

ANSWERS = 5
"""Where nobody says how many."""


def load_captions(source: Source) -> tuple[Ask, Parts]:
    """Give what describes a picture."""
    from transformers import AutoImageProcessor, AutoModelForImageTextToText, AutoTokenizer

    model = source.model(AutoModelForImageTextToText)
    processor, tokenizer = source.part(AutoImageProcessor), source.part(AutoTokenizer)

    def ask(question: Question) -> Any:
        batch = processor(images=picture_of(question), return_tensors="pt")
        parameters = asked_for(question.parameters, tokenizer)
        made = model.generate(**source.moved(batch), **parameters)
        texts = tokenizer.batch_decode(made, skip_special_tokens=True)
        return [{"generated_text": text} for text in texts]

    return ask, {"model": model, "tokenizer": tokenizer, "image_processor": processor}


def load_picture_questions(source: Source) -> tuple[Ask, Parts]:
    """Give what answers a question about a picture: from a list of answers, or in own words."""
    from transformers import AutoModelForVisualQuestionAnswering, AutoProcessor

    model = source.model(AutoModelForVisualQuestionAnswering)
    processor = source.part(AutoProcessor)

    def ask(question: Question) -> Any:
        image, words = object_of(question, "image", "question")
        given = dict(question.parameters)
        top_k = given.pop("top_k", ANSWERS)
        if not isinstance(top_k, int) or top_k < 1:
            raise QuestionError("`top_k` must be a whole number from 1 on")
        text = texts_of(words, "question")[0]
        batch = processor(images=picture_of(question, image), text=text, return_tensors="pt")
        moved = source.moved(batch)
        if model.can_generate():
            made = model.generate(**moved, **asked_for(given, processor.tokenizer))
            texts = processor.tokenizer.batch_decode(made, skip_special_tokens=True)
            return [{"answer": text.strip()} for text in texts]
        scores = model(**moved).logits[0].float().sigmoid()
        top = scores.topk(min(top_k, len(scores)))
        names = model.config.id2label
        return [
            {"score": float(score), "answer": names[int(index)]}
            for score, index in zip(top.values, top.indices, strict=True)
        ]

    return ask, {"model": model, "processor": processor, "tokenizer": processor.tokenizer}


def load_pictures(source: Source) -> tuple[Ask, Parts]:
    """Give what makes a picture of a picture."""
    from transformers import AutoImageProcessor, AutoModelForImageToImage

    model = source.model(AutoModelForImageToImage)
    processor = source.part(AutoImageProcessor)

    def ask(question: Question) -> Any:
        from PIL import Image

        if question.parameters:
            raise QuestionError("image-to-image has no parameters here")
        batch = processor(images=picture_of(question), return_tensors="pt")
        made = model(**source.moved(batch)).reconstruction[0].float().clamp(0, 1)
        pixels = (made.permute(1, 2, 0) * 255).round().byte().cpu().numpy()
        return File("image/png", png(Image.fromarray(pixels)))

    return ask, {"model": model, "image_processor": processor}
