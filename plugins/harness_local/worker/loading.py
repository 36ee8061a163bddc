"""Loads a model, whole, from the folder of one commit."""

import platform
from importlib import import_module
from importlib.metadata import version
from typing import Any

from harness_local.worker.embedding import load_embedding, load_ranking, load_similarity
from harness_local.worker.evidence import commit_of
from harness_local.worker.extracting import load_extracting
from harness_local.worker.nouns import (
    Ask,
    Loaded,
    Question,
    QuestionError,
    RefusedError,
    Specification,
)
from harness_local.worker.pipelines import load_chat, load_pipeline
from harness_local.worker.seeing import load_captions, load_picture_questions, load_pictures
from harness_local.worker.snapshot import find_snapshot, refuse_unchanged_not, verify
from harness_local.worker.sources import Source
from harness_local.worker.writing import load_writing

# The pipelines transformers 5 removed, and tasks it never had one for, go to model classes.
ROUTES = {
    "chat-completion": load_chat,
    "feature-extraction": load_embedding,
    "image-to-image": load_pictures,
    "image-to-text": load_captions,
    "question-answering": load_extracting,
    "sentence-ranking": load_ranking,
    "sentence-similarity": load_similarity,
    "summarization": load_writing,
    "text2text-generation": load_writing,
    "translation": load_writing,
    "visual-question-answering": load_picture_questions,
}
NEEDED = ("torch", "transformers", "huggingface_hub")
TOLD = ("torch", "transformers", "tokenizers", "huggingface_hub", "safetensors")
LONGEST_SEED = 1 << 32


def load(specification: Specification) -> Loaded:
    """Give the model of a specification, proven to be of its commit; raises RefusedError."""
    for name in NEEDED:
        try:
            import_module(name)
        except ImportError as error:
            raise RefusedError(
                f"{name} cannot be imported ({error}): provider transformers needs the extra "
                "`local`, `pip install 'revgate[local]'`"
            ) from error
    import torch
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(specification.threads)
    snapshot = verify(find_snapshot(specification))
    try:
        source = Source(
            folder=str(snapshot.folder),
            task=specification.task,
            device=torch.device(specification.device),
            dtype=getattr(torch, specification.dtype),
            trust_remote_code=specification.trust_remote_code,
        )
        ask, parts = ROUTES.get(specification.task, load_pipeline)(source)
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError(_words(specification, error)) from error
    refuse_unchanged_not(snapshot)
    commit = commit_of(parts)
    if specification.revision not in (None, commit):
        raise RefusedError(f"{specification.model} was loaded at {commit}, not at the pin")
    facts = {
        "task": specification.task,
        "model_class": type(parts["model"]).__name__,
        "device": specification.device,
        "dtype": specification.dtype,
        "threads": specification.threads,
        "files": snapshot.files,
        "files_verified": snapshot.verified,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in TOLD},
    }
    return Loaded(ask=_seeded(ask), commit=commit, facts=facts)


def _words(specification: Specification, error: Exception) -> str:
    at = f"{specification.model} at {specification.revision or 'the head'}"
    said = " ".join(f"{type(error).__name__}: {error}".split())[:1000]
    if "trust_remote_code" in said:
        said += ". Set the target's trust_remote_code: true to run the repository's own code"
    return f"{at} cannot be loaded for {specification.task}: {said}"


def _seeded(ask: Ask) -> Ask:
    """Give `ask` with the generators set before each question, so that an answer is repeatable.

    The seed is `parameters.seed`, or `seed` beside the inputs, 0 where none is given.
    """
    import torch
    from transformers import set_seed

    def asked(question: Question) -> Any:
        parameters, root = dict(question.parameters), dict(question.root)
        seed = parameters.pop("seed", root.pop("seed", 0))
        if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < LONGEST_SEED:
            raise QuestionError(f"`seed` must be a whole number in 0..{LONGEST_SEED - 1}")
        set_seed(seed)
        left = Question(
            inputs=question.inputs, parameters=parameters, root=root, media=question.media
        )
        with torch.inference_mode():
            return ask(left)

    return asked
