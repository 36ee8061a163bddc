"""Says in a person's words why text is not YAML."""

from harness.suitefile.tree.review import Review

_ADVICE = {
    "mapping values are not allowed": 'quote text that holds ": ", and check the indentation',
    "cannot start any token": "quote text that begins with a sign such as @ ` % or ,",
    "did not find expected key": "check the indentation and the quotes of this line and the last",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "expected ',' or": "a bracket is not closed, or a comma is missing",
}


def report_syntax(review: Review, error: Exception) -> None:
    """Report why the parser stopped: a tab as indentation, or its own reason."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = str(getattr(error, "problem", None) or error).split("\n")[0]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if tab := _tab_in_indent(review.source.lines, line):
        review.at(*tab, "E103", "tab used for indentation; use spaces")
        return
    advice = next((text for part, text in _ADVICE.items() if part in reason), "")
    context = getattr(error, "context", None)
    message = f"not valid YAML: {reason}" + (f" ({context})" if context else "")
    review.at(line, column, "E100", message, advice)


def _tab_in_indent(lines: tuple[str, ...], line: int) -> tuple[int, int] | None:
    """Give the place of a tab before the first character of this line or the one before it."""
    for number in (line, line - 1):
        if not 0 < number <= len(lines):
            continue
        text = lines[number - 1]
        indent = text[: len(text) - len(text.lstrip(" \t-"))]
        if "\t" in indent:
            return number, indent.index("\t") + 1
    return None
