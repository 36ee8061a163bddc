"""Finds what differs between two texts, word by word."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 20_000
"""Of each text; the rest is left out, and said so."""
LEAST_SHARED = 0.3
"""Below this share of common text, marks are noise: the text counts as rewritten."""

_CONTEXT = 400
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+|\s|[!-/:-@\[-`{{-~]|[^\w\s\x00-\x7f]+")
_ONE = re.compile(f"[{_SINGLE}]")
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of text on one side: the same on both, or on this side only."""

    is_changed: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two texts side by side."""

    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]
    shared: float
    """Share of the characters, blanks aside, that both have; 0..1."""
    note: str = ""
    """What the reader must know: rewritten, left out, the same."""

    @property
    def is_rewritten(self) -> bool:
        """Whether too little is shared to mark single words."""
        return self.shared < LEAST_SHARED


def tokens_of(text: str) -> list[str]:
    """Give the words, blanks and signs of a text in order; no mark is parted from its letter.

    A word goes on behind a mark or a joiner, as those of Indic scripts do; a character that is
    one word in itself (kana, Han, Hangul) does not.
    """
    tokens: list[str] = []
    is_open = False
    for found in _TOKEN.findall(text):
        marks = _marks(found) if tokens and not tokens[-1].isspace() else 0
        rest = found[marks:]
        if marks:
            tokens[-1] += found[:marks]
            is_open = _is_word(tokens[-1])
        if rest and is_open and _is_word(rest):
            tokens[-1] += rest
        elif rest:
            tokens.append(rest)
        is_open = is_open and not rest
    return tokens


def difference_of(before: str, after: str) -> Difference:
    """Give the word difference of two texts, in time bounded by `MOST_CHARACTERS`."""
    if before == after:
        same = (Stretch(False, before[:MOST_CHARACTERS]),) if before else ()
        return Difference(before=same, after=same, shared=1.0, note="Both answers are the same.")
    left, right, note = _window(before, after)
    old, new = tokens_of(left), tokens_of(right)
    blocks = list(_merged(old, new))
    shared = _shared(old, new, blocks)
    if shared < LEAST_SHARED:
        words = f"Rewritten: {shared * 100:.0f} % of the text is shared."
        return Difference(
            before=(Stretch(False, left),) if left else (),
            after=(Stretch(False, right),) if right else (),
            shared=shared,
            note=f"{words} {note}".strip(),
        )
    if _composed(before) == _composed(after):
        note = f"Only the Unicode normalisation differs. {note}".strip()
    return Difference(
        before=_side(old, [(same, a, b) for same, a, b, _, _ in blocks]),
        after=_side(new, [(same, c, d) for same, _, _, c, d in blocks]),
        shared=shared,
        note=note,
    )


Block = tuple[bool, int, int, int, int]


def _merged(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Blocks (same, old from, to, new from, to); short islands between changes are changes."""
    from rapidfuzz.distance import Indel

    changed: Block | None = None
    opcodes = list(Indel.opcodes(old, new))
    for index, code in enumerate(opcodes):
        block = (code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end)
        island = "".join(old[block[1] : block[2]])
        is_island = 0 < index < len(opcodes) - 1 and len(island) <= 4 and block[2] - block[1] <= 3
        if block[0] and not is_island:
            if changed is not None:
                yield changed
                changed = None
            yield block
        elif changed is None:
            changed = (False, *block[1:])
        else:
            changed = (False, changed[1], block[2], changed[3], block[4])
    if changed is not None:
        yield changed


def _side(tokens: Sequence[str], blocks: Sequence[tuple[bool, int, int]]) -> tuple[Stretch, ...]:
    pieces = [Stretch(not same, "".join(tokens[start:end])) for same, start, end in blocks]
    return tuple(piece for piece in pieces if piece.text)


def _shared(old: Sequence[str], new: Sequence[str], blocks: Sequence[Block]) -> float:
    total = _weight(old) + _weight(new)
    same = sum(_weight(old[a:b]) for is_same, a, b, _, _ in blocks if is_same)
    return 2 * same / total if total else 1.0


def _weight(tokens: Sequence[str]) -> int:
    return sum(len(token) for token in tokens if not token.isspace())


def _window(before: str, after: str) -> tuple[str, str, str]:
    """Cut two long texts to where they begin to differ."""
    if max(len(before), len(after)) <= MOST_CHARACTERS:
        return before, after, ""
    pairs = zip(before, after, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    start = max(0, first - _CONTEXT) if first > MOST_CHARACTERS // 2 else 0
    end = start + MOST_CHARACTERS
    note = f"Shown: characters {start + 1:,} to {end:,} of {len(before):,} and {len(after):,}."
    return before[start:end], after[start:end], note


def _marks(token: str) -> int:
    """How many marks and joiners a token begins with."""
    for place, character in enumerate(token):
        if character not in _JOINERS and not unicodedata.category(character).startswith("M"):
            return place
    return len(token)


def _is_word(token: str) -> bool:
    return token[0].isalnum() and not _ONE.match(token)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
