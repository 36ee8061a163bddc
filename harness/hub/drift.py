"""Says what happened to a model between two commits: which commits, which files."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from harness.data.noun import Noun
from harness.hub.client import Hub
from harness.hub.nouns import Commits, HubFault

FileKind = Literal["weights", "config", "generation config", "tokenizer", "code", "other"]

_KINDS: tuple[tuple[FileKind, re.Pattern[str]], ...] = (
    ("other", re.compile(r"training_args\.bin|(optimizer|scheduler)\.pt|rng_state.*\.pth")),
    ("generation config", re.compile(r"generation_config\.json")),
    (
        "tokenizer",
        re.compile(
            r"(tokenizer|special_tokens_map|added_tokens|vocab|merges|spiece|sentencepiece"
            r"|chat_template|source\.spm|target\.spm|bpe)\b.*"
            r"|tokenizer_config\.json|.*\.(tiktoken|bpe\.model|jinja)"
        ),
    ),
    (
        "weights",
        re.compile(
            r".*\.(safetensors|bin|h5|onnx|onnx_data|gguf|ggml|pt|pth|ckpt|msgpack|tflite|ot|pkl"
            r"|joblib|mlmodel|npz)(\.index\.json)?|openvino_.*\.xml|.*\.index\.json"
        ),
    ),
    ("code", re.compile(r".*\.py")),
    ("config", re.compile(r".*config.*\.json|config\.ya?ml|modules\.json|model_index\.json")),
)
_ORDER: tuple[FileKind, ...] = (
    "weights", "config", "generation config", "tokenizer", "code", "other",
)  # fmt: skip


class FileChange(Noun, frozen=True, kw_only=True):
    """A file that is not the same on both sides."""

    path: str
    how: Literal["added", "changed", "removed"]
    kind: FileKind


class Drift(Noun, frozen=True, kw_only=True):
    """What lies between a pin and a later commit."""

    pin: str
    head: str
    commits: Commits
    files: tuple[FileChange, ...]
    """What changes answers first: weights, config, generation config, tokenizer, code, other."""

    @property
    def touches_answers(self) -> bool:
        """Whether a file changed that the model is made of."""
        return any(change.kind != "other" for change in self.files)


def drift_between(hub: Hub, model: str, pin: str, head: str) -> Drift | HubFault:
    """Give the commits and the changed files between two whole commits of a model."""
    commits = hub.commits_between(model, pin, head)
    if isinstance(commits, HubFault):
        return commits
    before = hub.files(model, pin)
    if isinstance(before, HubFault):
        return before
    after = hub.files(model, head)
    if isinstance(after, HubFault):
        return after
    files = sorted(_changes(before, after), key=lambda c: (_ORDER.index(c.kind), c.path))
    return Drift(pin=pin, head=head, commits=commits, files=tuple(files))


def kind_of(path: str) -> FileKind:
    """Give what a file of a model repository is, by its name."""
    name = path.rpartition("/")[2].lower()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(name)), "other")


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FileChange]:
    for path in before.keys() | after.keys():
        if path not in before:
            yield FileChange(path=path, how="added", kind=kind_of(path))
        elif path not in after:
            yield FileChange(path=path, how="removed", kind=kind_of(path))
        elif before[path] != after[path]:
            yield FileChange(path=path, how="changed", kind=kind_of(path))
