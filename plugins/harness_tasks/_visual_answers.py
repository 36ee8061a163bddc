"""Questions about a picture: a file with a question in, answers with or without scores out."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output, Payload
from harness_tasks._labels import legal, number
from harness_tasks._media import file_of, in_base64
from harness_tasks._wire import in_words, quoted, refused

EXPECTED = "[{answer, score?, start?, end?}, ...] or one such object"


def build_question(case: Case, *, task: str) -> Payload:
    """Give `{"inputs": {"image", "question"}, "parameters"}`; ValueError without either input.

    The question stands beside the file, or, for a whole suite, in `parameters.question`; what else
    stands beside the file (`word_boxes`) travels with it.
    """
    media = file_of(case, task=task, example='page.png, question: "..."')
    beside = case.inputs if isinstance(case.inputs, dict) else {}
    question = beside.get("question", case.parameters.get("question"))
    if not isinstance(question, str) or not question.strip():
        raise ValueError(f'{task} needs inputs: {{file: page.png, question: "..."}}')
    parameters: dict[str, Json] = {
        name: value
        for name, value in case.parameters.items()
        if name != "question" and value is not None
    }
    inputs: dict[str, Json] = {**beside, "image": in_base64(media.body), "question": question}
    rest: dict[str, Json] = {"parameters": parameters} if parameters else {}
    return Payload(value={"inputs": inputs, **rest})


def parse_answers(answer: Json | bytes) -> Output:
    """Read a list of answers, or one; raises ShapeError. An empty list says there is no answer.

    Canonical: `[{answer, score?, start?, end?}]` by falling score, those without one last, as they
    came. Some models (Donut) give the answer alone.
    """
    match answer:
        case []:
            return Output(value=[], variant="[]", text="")
        case [dict(), *_] as entries:
            frame = "[{}]"
        case dict() as entry:
            entries, frame = [entry], "{}"
        case _:
            raise refused(answer, EXPECTED)
    read = [_read(entry) for entry in entries]
    read.sort(key=lambda one: -_score(one, -math.inf))
    names = [
        name for name in ("answer", "score", "start", "end") if all(name in one for one in read)
    ]
    variant = frame.replace("{}", f"{{{','.join(names)}}}")
    value: list[Json] = [*read]
    return Output(value=value, variant=variant, text=str(read[0]["answer"]))


def validate_answers(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is an answer, unless there may be none, and scores are probabilities."""
    entries = output.value if isinstance(output.value, list) else []
    may_be_empty = bool(case.parameters.get("handle_impossible_answer")) or case.expect == ""
    ok = bool(output.text.strip()) or (may_be_empty and isinstance(output.value, list))
    message = f"answer {quoted(output.text)}" if output.text.strip() else "there is no answer"
    yield legal("answer", message, ok=ok)
    scores = [_score(entry, 0.0) for entry in entries if isinstance(entry, dict)]
    for place, score in enumerate(scores):
        if isinstance(score, bool) or not 0 <= score <= 1:
            message = f"score is {in_words(score)}, expected a number in 0..1"
            yield legal("scores", message, where=f"/{place}/score")
            return
    yield legal("scores", "every score is in range", ok=True)


def _read(entry: Json) -> dict[str, Json]:
    if not isinstance(entry, dict) or entry.get("error") is not None:
        raise refused(entry, EXPECTED)
    answer = entry.get("answer")
    if not isinstance(answer, str):
        raise refused(entry, EXPECTED)
    given = {name: entry[name] for name in ("score", "start", "end") if entry.get(name) is not None}
    numbers = {name: number(value) for name, value in given.items()}
    places: dict[str, Json] = {name: int(x) for name, x in numbers.items() if float(x).is_integer()}
    scores: dict[str, Json] = {"score": numbers["score"]} if "score" in numbers else {}
    return {"answer": answer, **numbers, **places, **scores}


def _score(entry: dict[str, Json], unknown: float) -> float:
    score = entry.get("score")
    return score if isinstance(score, int | float) else unknown
