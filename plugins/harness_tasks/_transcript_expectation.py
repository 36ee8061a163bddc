"""What a suite may expect of a transcript: its words, with a limit on the errors."""

from dataclasses import dataclass

from harness.api import Case, Finding, Json, Output
from harness_tasks._wire import in_words, quoted
from harness_tasks._word_errors import alignment, character_error_rate, error_rate, words_of

FORMS = "a string, a list of strings, or {text, max_wer, max_cer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a transcript is expected to be."""

    texts: tuple[str, ...]
    max_wer: float | None = None
    max_cer: float | None = None


def expect_transcript(case: Case, output: Output) -> Finding:
    """Hold the transcript against `case.expect`; the score is 1 - WER, at least 0.

    Without a limit every word has to be right. Of several texts the nearest counts.
    """
    wanted = _wanted(case.expect)
    if wanted is None:
        message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    heard = words_of(output.text)
    rates = []
    for text in wanted.texts:
        reference = words_of(text)
        wer, cer = error_rate(reference, heard), character_error_rate(reference, heard)
        nothing = float(bool(heard))  # where nothing is to be heard, anything is an error
        rates.append((nothing if wer is None else wer, nothing if cer is None else cer, reference))
    wer, cer, reference = min(rates)
    max_wer = wanted.max_wer if wanted.max_wer is not None else float("inf")
    max_cer = wanted.max_cer if wanted.max_cer is not None else float("inf")
    has_limit = wanted.max_wer is not None or wanted.max_cer is not None
    ok = wer <= max_wer and cer <= max_cer if has_limit else wer == 0
    errors = alignment(reference, heard)
    message = f"WER {wer:.3f}, CER {cer:.3f} against {quoted(' '.join(reference))}"
    message += f"; {errors}" if errors else ""
    return Finding(check="expect", ok=ok, message=message, score=max(0.0, 1.0 - wer))


def _wanted(expect: Json) -> Wanted | None:
    match expect:
        case str(text):
            return Wanted(texts=(text,))
        case [str(), *_] as several if all(isinstance(one, str) for one in several):
            return Wanted(texts=tuple(one for one in several if isinstance(one, str)))
        case {"text": str(text), **limits} if limits.keys() <= {"max_wer", "max_cer"}:
            numbers = {name: _limit(limit) for name, limit in limits.items()}
            if None not in numbers.values():
                wer, cer = numbers.get("max_wer"), numbers.get("max_cer")
                return Wanted(texts=(text,), max_wer=wer, max_cer=cer)
    return None


def _limit(value: object) -> float | None:
    is_limit = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return float(value) if is_limit and isinstance(value, int | float) else None
