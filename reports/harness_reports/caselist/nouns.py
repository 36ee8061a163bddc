"""What the page says and holds of all cases."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness_reports.view.case_nouns import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """All cases: a table without a script, and the data a script makes the list of."""

    candidates: tuple[str, ...]
    rows: tuple[CaseRow, ...]
    """What changed, worst first; all cases where they are few."""
    rows_words: str
    """What the table holds."""
    words: str
    """Where the rest is, for those who have no script."""
    text_words: str
    """Which cases have their texts in the list."""
    script: str
    """The program of the list; empty: it stands in a file beside the page."""
    index: Iterator[str]
    """The columns, pressed; empty: in a file beside the page. Can be read once."""
    blocks: Iterator[tuple[int, str]]
    """Number and content of every chunk that stands in the page; can be read once."""
    is_beside: bool
    """Whether style, script and data are in files beside the page."""
