"""Answers for one installed package: `python -P worker.py KIND FOLDER`, JSON lines in and out.

A plain script, so that the only thing it imports from is FOLDER. The first line it writes is
`{"ready": true, "version", "path", "load_s"}`; then each line `{"inputs", "parameters"}` it reads
gets one line back: `{"answer": [[{"label", "score"}, ...], ...]}`, one ranking a text, likeliest
first; `{"error": "..."}` when the request is wrong; `{"failure": "..."}` when the model broke.
"""

import importlib
import importlib.metadata
import json
import math
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

Ranker = Callable[[str], list[tuple[str, float]]]


class RequestError(ValueError):
    """The request is wrong; the text says where."""


LANGUAGES_SHOWN = 5
POSITIVE_FROM, NEGATIVE_TO = 0.05, -0.05
"""The thresholds on the compound score that VADER's authors document."""
SHARPNESS = 4.0


def load_language(module: Any) -> Ranker:
    """Give the ranker of a py3langid module: every language with its probability, in [0, 1].

    Normalised, because the raw scores are sums of log-probabilities without a common scale, and
    -3.4e38 for a text in which release 0.4.0 knows no feature.
    """
    identifier = module.LanguageIdentifier
    load = getattr(identifier, "from_model_file", None) or identifier.from_pickled_model
    model = load(module.MODEL_FILE, norm_probs=True)

    def rank(text: str) -> list[tuple[str, float]]:
        return [(label, float(score)) for label, score in model.rank(text)]

    return rank


def load_sentiment(module: Any) -> Ranker:
    """Give the ranker of a vaderSentiment module: three labels whose scores sum to 1.

    With compound score c in [-1, 1] the scores are the softmax of 4c for POSITIVE, -4c for
    NEGATIVE and 4 * 0.05 for NEUTRAL, so the label ranked first is the one the documented
    thresholds choose: POSITIVE from 0.05, NEGATIVE to -0.05, NEUTRAL between. The package's own
    proportions (pos, neu, neg) do not follow its thresholds: most words of any text are neutral.
    """
    analyzer = module.SentimentIntensityAnalyzer()

    def rank(text: str) -> list[tuple[str, float]]:
        compound = float(analyzer.polarity_scores(text)["compound"])
        levels = {"POSITIVE": compound, "NEGATIVE": -compound, "NEUTRAL": POSITIVE_FROM}
        weights = {label: math.exp(SHARPNESS * level) for label, level in levels.items()}
        total = sum(weights.values())
        return [(label, weight / total) for label, weight in weights.items()]

    return rank


KINDS: dict[str, tuple[str, Callable[[Any], Ranker], int | None]] = {
    "language": ("py3langid.langid", load_language, LANGUAGES_SHOWN),
    "sentiment": ("vaderSentiment.vaderSentiment", load_sentiment, None),
}


def rankings(request: Any, rank: Ranker, shown: int | None) -> list[list[dict[str, Any]]]:
    """Give one ranking a text, of the `top_k` likeliest labels; `shown` of them by default."""
    inputs = request["inputs"]
    texts = inputs if isinstance(inputs, list) else [inputs]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise RequestError("Error in `inputs`: str or list of str expected")
    parameters = request.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise RequestError("Error in `parameters`: value is not a valid dict")
    top_k = parameters.get("top_k", shown)
    if top_k is not None and (not isinstance(top_k, int) or isinstance(top_k, bool) or top_k < 1):
        raise RequestError("Error in `parameters.top_k`: ensure this value is greater than 0")
    return [
        [{"label": label, "score": score} for label, score in _sorted(rank(text))[:top_k]]
        for text in texts
    ]


def _sorted(ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(ranking, key=lambda pair: -pair[1])


def serve(folder: Path, kind: str, lines: BinaryIO, answers: BinaryIO) -> None:
    """Load the package from `folder`, say so, then answer until `lines` ends."""

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, allow_nan=False).encode() + b"\n")
        answers.flush()

    name, load, shown = KINDS[kind]
    sys.path.insert(0, str(folder))
    started_s = time.perf_counter()
    module = importlib.import_module(name)
    rank = load(module)
    load_s = time.perf_counter() - started_s
    path = Path(str(module.__file__)).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ImportError(f"{name} was loaded from {path}, not from {folder}")
    installed = importlib.metadata.distributions(name=name.partition(".")[0], path=[str(folder)])
    version = next(iter(installed)).version
    say({"ready": True, "version": version, "path": str(path), "load_s": load_s})
    for line in lines:
        try:
            say({"answer": rankings(json.loads(line), rank, shown)})
        except RequestError as error:
            say({"error": str(error)})
        except Exception as error:  # noqa: BLE001  one text must not end the other answers
            say({"failure": f"{type(error).__name__}: {error}"})


def main(arguments: Sequence[str]) -> None:
    """Serve on stdin and stdout; what a model prints goes to stderr."""
    kind, folder = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; the end of stdin is ours
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    serve(Path(folder), kind, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(sys.argv[1:])
