"""Fill-blank: a text with a gap in, the likeliest word for it out."""

from harness.api import Case, Finding, Json, Output, Payload, ShapeError, Task, hookimpl


def parse(answer: Json | bytes) -> Output:
    match answer:
        case [{"token_str": str(word), "score": float()}, *_]:
            return Output(value=word.strip(), text=word.strip())
    raise ShapeError("expected [{token_str, score, ...}, ...]")


@hookimpl
def harness_tasks() -> list[Task]:
    fill_blank = Task(
        name="fill-blank",
        build=lambda case: Payload(value={"inputs": case.inputs}),
        parse=parse,
        validate=lambda _, o: [Finding(check="word", ok=bool(o.text), message="a word", weight=0)],
        sample=Case(id="milk", inputs="Cheese is made of [MASK].", expect="milk"),
        sample_output=[{"token_str": " milk", "score": 0.8, "token": 6501}],
        show="text",
    )
    return [fill_blank]
