"""What a suite may expect of labels: a label, one of several, or a least score for each of some."""

from harness.api import Case, Finding, Json, Output
from harness_tasks._labels import scores_of
from harness_tasks._wire import SHORT, in_words, quoted

FORMS = "a label, a list of labels, or a mapping of labels to their least scores"


def expect_labels(case: Case, output: Output) -> Finding:
    """Hold the top label, or the scores of named labels, against `case.expect`."""
    match case.expect:
        case str(label):
            return _top_is([label], output)
        case [_, *_] as labels if all(isinstance(label, str) for label in labels):
            return _top_is([label for label in labels if isinstance(label, str)], output)
        case dict() as least if least and all(_is_share(floor) for floor in least.values()):
            return _scores_reach(least, output)
    message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
    return Finding(check="expect", ok=False, message=message)


def _top_is(labels: list[str], output: Output) -> Finding:
    got, scores = output.text, scores_of(output)
    ok = got in labels
    score = f" ({scores[got]:.2f})" if got in scores else ""
    wanted = " or ".join(labels[:5]) + (" or …" if labels[5:] else "")
    is_plain = got.isprintable() and 0 < len(got) <= SHORT
    message = f"expected {wanted}, got {got if is_plain else quoted(got)}{score}"
    if not ok and got.casefold() in {label.casefold() for label in labels}:
        message += "; only upper and lower case differ"
    return Finding(check="expect", ok=ok, message=message)


def _scores_reach(least: dict[str, Json], output: Output) -> Finding:
    scores = scores_of(output)
    missed = []
    for label, floor in least.items():
        score = scores.get(label)
        if score is None:
            missed.append(f"{label} is not among the labels")
        elif isinstance(floor, int | float) and score < floor:
            missed.append(f"{label} has {score:.3g}")
    wanted = ", ".join(f"{label} at least {floor}" for label, floor in least.items())
    message = f"expected {wanted}; " + (", ".join(missed) or "all reached")
    return Finding(check="expect", ok=not missed, message=message)


def _is_share(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
