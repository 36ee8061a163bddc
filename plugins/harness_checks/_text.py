"""How checks quote an answer, and which text an expectation holds it against."""

from collections.abc import Sequence

from harness.api import Case

SHORT = 60
"""Characters of an answer that a message quotes."""


def quoted(text: str) -> str:
    """Give the text in quotes, shortened, control characters escaped."""
    return repr(text) if len(text) <= SHORT else f"{text[:SHORT]!r}…"


def joined(texts: Sequence[str], limit: int = 5) -> str:
    """Give the texts quoted, `or` between them, at most `limit` of them."""
    return " or ".join(quoted(text) for text in texts[:limit]) + (" or …" if texts[limit:] else "")


def expected_texts(case: Case) -> list[str]:
    """Give the texts that `case.expect` accepts; none when it is not a text or a list of texts."""
    match case.expect:
        case str(text):
            return [text]
        case list(texts):
            return [text for text in texts if isinstance(text, str)]
    return []
